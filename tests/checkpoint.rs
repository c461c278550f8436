//! A run that is killed and resumed from its last checkpoint gives the bits of one that was not.

use std::env;
use std::fs;
use std::io::{Read, Write, stdout};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio, id};
use std::thread::sleep;
use std::time::Duration;

use const_cnn::{
    Adam, Augmented, Data, Dataset, Erase, F32x8, FileError, Image, Noise, Order, ReadError, Sgd, Trainer, Warp, Zero,
    network,
};

network! {
    struct Net: [1, 4, 4] => [3] {
        conv: conv2d(2, kernel 3, padding 1),
        norm: batch_norm,
        relu: relu,
        pool: avg_pool2d(2),
        flatten: flatten,
        dropout: dropout(0.2),
        logits: linear(3),
    }
}

type Training = Trainer<Net, F32x8, Adam>;
type Images = Vec<[[[f32; 1]; 4]; 4]>;
type Changed<'a> = Augmented<Augmented<Augmented<Dataset<'a, Image<1, 4, 4>>, Warp>, Noise>, Erase>;

const BATCH_SIZE: usize = 4;
const MARK: u8 = 1;

fn images() -> (Images, Vec<usize>) {
    let pixel = |n: usize| [(n * n * 7 % 23) as f32 / 11.0 - 1.0];
    let image = |n: usize| std::array::from_fn(|i| std::array::from_fn(|j| pixel(31 * n + 5 * i + j)));
    (0..22).map(|n| (image(n), n % 3)).unzip()
}

fn changed<'a>((images, labels): &'a (Images, Vec<usize>)) -> Changed<'a> {
    let data = Net::dataset(images, labels).unwrap();
    let data = data.augmented(Warp::NONE.shift(1.0).rotate(15.0).scale(0.9, 1.1)).unwrap();
    data.augmented(Noise(0.1)).unwrap().augmented(Erase::new(0.3, 0.5)).unwrap()
}

fn start() -> (Net, Training) {
    let (mut net, mut trainer) = (Net::ZERO, Training::ZERO);
    trainer.seed = 5;
    net.conv.weight = std::array::from_fn(|u| std::array::from_fn(|v| [[0.3 - 0.1 * u as f32, 0.1 * v as f32 - 0.2]]));
    net.norm.weight = [1.0; 2];
    (net, trainer)
}

/// Trains until `checkpoint` ends it.
fn train(
    (net, trainer): &mut (Net, Training),
    first_batch: usize,
    checkpoint: impl FnMut(&Training, &Net, usize) -> ControlFlow<()>,
) {
    let images = images();
    let (data, adam) = (changed(&images), Adam::new(0.002).unwrap());
    let fit = trainer.fit(net, &adam, &data, usize::MAX, BATCH_SIZE).first_batch(first_batch);
    fit.schedule(|moment| moment.learning_rate / (1.0 + 0.01 * moment.epochs())).checkpoint(checkpoint).run().unwrap();
}

/// All that a checkpoint holds.
fn bytes((net, trainer): &(Net, Training), batch: usize) -> Vec<u8> {
    let mut bytes = vec![0; Training::CHECKPOINT_BYTES];
    trainer.write_checkpoint(net, batch, &mut bytes).unwrap();
    bytes
}

/// A folder of a test's own, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = env::temp_dir().join(format!("const-cnn-{name}-{}", id()));
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

const PLACE: &str = "CONST_CNN_CHECKPOINT";

/// Not a test by itself: what the one below starts, and kills.
#[test]
fn child() {
    let Some(path) = env::var_os(PLACE) else { return };
    let mut run = start();
    let first_batch = if Path::new(&path).exists() { run.1.load(&mut run.0, &path).unwrap() } else { 0 };
    stdout().write_all(&[MARK]).unwrap();
    stdout().flush().unwrap();
    train(&mut run, first_batch, |trainer, net, batch| {
        trainer.save(net, batch, &path).unwrap();
        ControlFlow::Continue(())
    });
}

/// A child that has begun to train.
fn begun(path: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["child", "--exact", "--nocapture"]).env(PLACE, path);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let output = child.stdout.as_mut().unwrap();
    let mut byte = [0];
    while byte[0] != MARK {
        output.read_exact(&mut byte).expect("the child ends only by being killed");
    }
    child
}

#[test]
fn a_run_that_is_killed_a_hundred_times_gives_the_bits_of_one_that_is_not() {
    let folder = Folder::new("killed");
    let path = folder.0.join("checkpoint");
    // at moments in no order, most of them within a save
    let moments = Order::new(100, 1, 0);
    let (mut last, mut progressed, mut killed) = (0, 0, 0);
    // a hundred times, and on a slow machine until enough of them have come to a checkpoint
    while killed < 100 || progressed < 20 {
        let mut child = begun(&path);
        sleep(Duration::from_micros(300 * moments.at(killed % 100) as u64));
        child.kill().unwrap();
        let status = child.wait().unwrap();
        #[cfg(unix)]
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9), "it did not end by itself");
        assert!(!status.success());
        killed += 1;
        assert!(killed < 2000, "{progressed} of {killed} children have come to a checkpoint");
        if path.exists() {
            let (mut net, mut trainer) = start();
            trainer.load(&mut net, &path).unwrap(); // whole, whenever it was killed
            assert!(trainer.steps >= last);
            progressed += usize::from(trainer.steps > last);
            last = trainer.steps;
        }
    }
    let mut resumed = start();
    let batch = resumed.1.load(&mut resumed.0, &path).unwrap();
    let mut expected = start();
    let mut expected_batch = 0;
    let (steps, epochs) = (resumed.1.steps, resumed.1.epochs);
    train(&mut expected, 0, |trainer, _, batch| {
        expected_batch = batch;
        let is_there = trainer.steps == steps && trainer.epochs == epochs;
        if is_there { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(bytes(&expected, expected_batch) == bytes(&resumed, batch), "after {steps} steps");
    assert_ne!(expected.0.norm.mean, start().0.norm.mean, "what is held has changed");
}

#[test]
fn a_file_of_another_training_changes_nothing() {
    let folder = Folder::new("other-training");
    let path = folder.0.join("checkpoint");
    let mut run = start();
    train(&mut run, 0, |trainer, net, batch| {
        trainer.save(net, batch, &path).unwrap();
        if trainer.steps < 9 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let mut back = start();
    let batch = back.1.load(&mut back.0, &path).unwrap();
    assert_eq!((batch, back.1.steps, back.1.epochs), (3, 9, 1)); // six batches an epoch
    assert!(bytes(&back, batch) == bytes(&run, 3));

    let (mut net, mut sgd) = (Net::ZERO, Trainer::<Net, F32x8, Sgd>::ZERO);
    let error = sgd.load(&mut net, &path).unwrap_err();
    assert!(matches!(error, FileError::Header(_)));
    assert_eq!(error.to_string(), "expected a checkpoint of the `rule Sgd`, found `rule Adam`");

    let whole = fs::read(&path).unwrap();
    let mut refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let before = bytes_of(&back);
        let error = back.1.load(&mut back.0, &path).unwrap_err();
        assert!(bytes_of(&back) == before);
        error
    };
    let bytes_found = |error| match error {
        FileError::Data(const_cnn::Error::Bytes { expected, found }) => (expected, found),
        error => panic!("{error}"),
    };
    let len = whole.len();
    assert_eq!(bytes_found(refused(&whole[..len - 1])), (len, len - 1));
    assert_eq!(bytes_found(refused(&[&whole[..], &[0; 100]].concat())), (len, len + 100));
    let mut damaged = whole.clone();
    damaged[len - 9] ^= 1;
    assert!(matches!(refused(&damaged), FileError::Checksum { .. }));
    assert!(matches!(refused(b""), FileError::Header(_)));
    assert!(matches!(back.1.load(&mut back.0, folder.0.join("none")), Err(FileError::Io(_))));
    let error = back.1.read_checkpoint(&mut back.0, &damaged).unwrap_err();
    assert!(matches!(error, ReadError::Checksum { expected, found } if expected != found));
}

fn bytes_of(run: &(Net, Training)) -> Vec<u8> {
    bytes(run, 0)
}

/// No rule's numbers, no parameters at all.
#[test]
fn a_checkpoint_of_nothing_is_read_too() {
    network! {
        struct Nothing: [3] => [3] { relu: relu }
    }
    let (mut net, mut trainer) = (Nothing::ZERO, Trainer::<Nothing, f32>::ZERO);
    (trainer.seed, trainer.steps, trainer.epochs) = (1, 2, 3);
    let mut bytes = [0; Trainer::<Nothing, f32>::CHECKPOINT_BYTES];
    trainer.write_checkpoint(&net, 4, &mut bytes).unwrap();
    let mut back = Trainer::<Nothing, f32>::ZERO;
    assert_eq!(back.read_checkpoint(&mut net, &bytes), Ok(4));
    assert_eq!((back.seed, back.steps, back.epochs), (1, 2, 3));
}
