//! ResNet-8 of MLPerf Tiny, trained on images that the program makes, and folded.
//!
//! `cargo run --release --example resnet8`, with `--features parallel` on all cores.

mod network;
mod shapes;

use const_cnn::{Evaluator, Folded, Init, Sgd, Trainer, Zero};
use network::ResNet8;
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

#[cfg(feature = "parallel")]
type Threads = const_cnn::Parallel;
#[cfg(not(feature = "parallel"))]
type Threads = const_cnn::F32x8;

const TRAINED: usize = 1000;
const TESTED: usize = 300;
const EPOCHS: usize = 6;

fn main() -> Result<(), const_cnn::Error> {
    println!("{}\n", ResNet8::table());
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
    let labels: Vec<usize> = (0..TRAINED + TESTED).map(|n| n % shapes::CLASSES.len()).collect();
    let images: Vec<_> = labels.iter().map(|&class| shapes::draw(class, &mut rng)).collect();
    let (mut train, mut test): (Vec<_>, Vec<_>) = ((0..TRAINED).collect(), (TRAINED..TRAINED + TESTED).collect());
    let mut data = ResNet8::dataset(&images, &labels, &mut train)?;
    let test = ResNet8::dataset(&images, &labels, &mut test)?;

    let mut net = ResNet8::boxed();
    Init::KaimingNormal.draw(&mut *net, &mut rng)?;
    let mut trainer = Trainer::<ResNet8, Threads>::boxed();
    let mut evaluator = Evaluator::<ResNet8>::boxed();
    for epoch in 1..=EPOCHS {
        data.shuffle(&mut rng);
        let sgd = Sgd::new(if epoch < EPOCHS { 0.05 } else { 0.005 }, 0.9)?;
        let trained = trainer.epoch(&mut net, &sgd, &data, 32, |_| ())?;
        let tested = evaluator.evaluate(&net, test.iter(), |_, _| ())?;
        let [trained, loss, tested] = [100.0 * trained.accuracy(), trained.loss(), 100.0 * tested.accuracy()];
        println!("epoch {epoch}: loss {loss:.4}, {trained:.1} % right; of images that it has not seen {tested:.1} %");
    }

    let folded = net.fold();
    let mut wrong = [0; shapes::CLASSES.len()];
    let count = |label: usize, class| wrong[label] += usize::from(class != label);
    let tested = Evaluator::<Folded<ResNet8>>::boxed().evaluate(&folded, test.iter(), count)?;
    println!("folded: {:.1} %", 100.0 * tested.accuracy());
    for (class, wrong) in shapes::CLASSES.iter().zip(wrong).filter(|(_, wrong)| *wrong > 0) {
        println!("    {class}: {wrong} of {} wrong", TESTED / shapes::CLASSES.len());
    }
    Ok(())
}
