//! Nothing is allocated: not in inference, not in training, not in evaluation.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;
use std::hint::black_box;

use const_cnn::schedules::{cosine, warm_up};
use const_cnn::{
    Data, Dataset, EarlyStopping, Elem, Evaluator, F32x8, Layer, MovingAverage, Names, Nested, Noise, Parameters,
    Safetensors, Sgd, Trainer, Warp, Zero, network,
};

/// The system's allocator, which counts what each thread asks of it.
struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed to the system's allocator unchanged; counting allocates nothing, as the cell is made at
// compile time and needs no destructor. `realloc` and `alloc_zeroed` are those of the trait, which call `alloc`.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.set(COUNT.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often this thread allocates in `run`, and what `run` gives.
fn allocations<T>(run: impl FnOnce() -> T) -> (usize, T) {
    let before = COUNT.get();
    let result = run();
    (COUNT.get() - before, result)
}

network! {
    struct Small: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

/// Counts the characters written to it.
struct Length(usize);

impl Write for Length {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Batches of 13: with eight at once, a whole element and a part of one.
fn train_and_evaluate<V: Elem>(net: &mut Small, images: &[[[[f32; 1]; 8]; 8]; 30], labels: &[usize; 30]) {
    let mut trainer = Box::new(Trainer::<Small, V>::ZERO);
    let mut evaluator = Box::new(Evaluator::<Small, V>::ZERO);
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let before = net.conv1.bias;

    let (count, metrics) =
        allocations(|| trainer.step(net, &sgd, images[..13].iter().zip(labels.iter().copied())).unwrap());
    assert_eq!((count, metrics.images), (0, 13), "Trainer::step");
    assert_ne!(net.conv1.bias, before, "the step was taken");

    let data = Dataset::new(images, labels).unwrap();
    let (count, metrics) =
        allocations(|| trainer.epoch(net, &sgd, &data, 13, |metrics| assert!(metrics.loss().is_finite())).unwrap());
    assert_eq!((count, metrics.images), (0, 30), "Trainer::epoch");

    let (train, validation) = (data.part(&[3, 1, 4, 1, 5, 9, 2, 6]).unwrap(), data.part(&[7, 8]).unwrap());
    let mut average = Box::new(MovingAverage::<Small>::ZERO);
    let mut stopping = Box::new(EarlyStopping::<Small>::new(2));
    let (count, metrics) = allocations(|| {
        let fit =
            trainer.fit(net, &sgd, &train, 2, 5).validation(&validation).schedule(warm_up(1.0, 0.1, cosine(2, 0.0)));
        let fit = fit.callback(|progress, net| {
            average.follow(net);
            stopping.see(progress, net)
        });
        fit.run().unwrap()
    });
    assert_eq!((average.steps, stopping.epoch.is_some()), (6, true));
    assert_eq!((count, metrics.images), (0, 8), "Trainer::fit");

    let augmented = train.augmented(Warp::NONE.rotate(9.0)).and_then(|data| data.augmented(Noise(0.1))).unwrap();
    let (count, metrics) = allocations(|| trainer.fit(net, &sgd, &augmented, 1, 5).run().unwrap());
    assert_eq!((count, metrics.images), (0, 8), "Trainer::fit, augmented");

    let mut seen = 0;
    let (count, metrics) = allocations(|| evaluator.evaluate(net, &data, |_, _| seen += 1).unwrap());
    assert_eq!((count, metrics.images, seen), (0, 30, 30), "Evaluator::evaluate");
}

#[test]
fn nothing_is_allocated() {
    let (count, ()) = allocations(|| drop(black_box(Vec::<u8>::with_capacity(black_box(10)))));
    assert_eq!(count, 1, "a vector is counted");
    let (count, ()) = allocations(|| drop(black_box(vec![0_u8; black_box(10)])));
    assert_eq!(count, 1, "zeros are counted");
    let mut vector = vec![1_u8];
    let (count, ()) = allocations(|| black_box(&mut vector).reserve_exact(1000));
    assert_eq!(count, 1, "a vector that grows is counted");

    let mut net = Small::ZERO;
    for index in 0..Small::ARRAYS.len() {
        for (n, value) in net.values_mut(index).iter_mut().enumerate() {
            *value = (n * 37 % 101) as f32 / 200.0 - 0.25;
        }
    }
    let mut images = [[[[0.0]; 8]; 8]; 30];
    for (n, value) in images.flat_mut().iter_mut().enumerate() {
        *value = (n * 29 % 17) as f32 / 16.0;
    }
    let labels = std::array::from_fn(|n| n % 10);

    let (count, image) = allocations(|| Small::image(images[0].flat()).unwrap());
    assert_eq!((count, image), (0, images[0]), "image");
    let (count, chances) = allocations(|| net.predict(&images[0]));
    assert_eq!(count, 0, "predict");
    assert!((chances.iter().sum::<f32>() - 1.0).abs() < 1e-6);

    let (mut scratch, mut logits) = (Zero::ZERO, [0.0; 10]);
    let (count, ()) = allocations(|| net.infer(&images[0], &mut scratch, &mut logits));
    assert_eq!(count, 0, "infer");
    assert!(logits.iter().any(|&logit| logit != 0.0));

    let mut length = Length(0);
    let (count, result) = allocations(|| write!(length, "{}", Small::table()));
    assert_eq!((count, result), (0, Ok(())), "the table");
    assert!(length.0 > 0);

    let names = Names::SEQUENTIAL.renamed(&|name, to| write!(to, "model.{name}")).passing_over(&["head"]);
    let (mut bytes, mut back) = ([0; 2 * Small::SAFETENSORS_BYTES], Small::ZERO);
    let (count, len) = allocations(|| net.write_safetensors(&mut bytes, &names).unwrap());
    assert_eq!(count, 0, "write_safetensors");
    let (count, result) = allocations(|| back.read_safetensors(&bytes[..len], &names));
    assert_eq!((count, result), (0, Ok(())), "read_safetensors");
    assert!(back.arrays().eq(net.arrays()));
    let (count, error) = allocations(|| back.read_safetensors(&bytes[..len], &Names::PYTORCH).unwrap_err());
    assert_eq!(count, 0, "a file that does not fit: {error}");

    train_and_evaluate::<F32x8>(&mut net, &images, &labels);
    train_and_evaluate::<f32>(&mut net, &images, &labels);
}
