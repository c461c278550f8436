//! ResNet-8 of MLPerf Tiny, trained on images that the program makes, and folded.
//!
//! `cargo run --release --example resnet8`, with `--features parallel` on all cores.

mod network;
mod shapes;

use std::ops::ControlFlow;

use const_cnn::{Confusion, Evaluator, Folded, Init, Moment, Progress, Sgd, Trainer, Zero};
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
    let train = ResNet8::dataset(&images[..TRAINED], &labels[..TRAINED])?;
    let test = ResNet8::dataset(&images[TRAINED..], &labels[TRAINED..])?;

    let mut net = ResNet8::boxed();
    Init::KaimingNormal.draw(&mut *net, &mut rng)?;
    let mut trainer = Trainer::<ResNet8, Threads>::boxed();
    let print = |progress, _: &ResNet8| {
        if let Progress::Epoch { epoch, metrics, validation: Some(tested) } = progress {
            let (loss, trained, tested) = (metrics.loss(), 100.0 * metrics.accuracy(), 100.0 * tested.accuracy());
            println!(
                "epoch {epoch}: loss {loss:.4}, {trained:.1} % right; of images that it has not seen {tested:.1} %"
            );
        }
        ControlFlow::Continue(())
    };
    let slower_at_last = |moment: &Moment| if moment.epoch + 1 < EPOCHS as u64 { 0.05 } else { 0.005 };
    let sgd = Sgd::new(0.05, 0.9)?;
    trainer.fit(&mut net, &sgd, &train, EPOCHS, 32).validation(&test).schedule(slower_at_last).callback(print).run()?;

    let folded = net.fold();
    let mut confusion = Confusion::<{ shapes::CLASSES.len() }>::ZERO;
    let count = |scores: &_, label: &usize| confusion.add(scores, *label);
    let tested = Evaluator::<Folded<ResNet8>>::boxed().evaluate(&folded, &test, count)?;
    println!("folded: {:.1} %", 100.0 * tested.accuracy());
    for (class, name) in shapes::CLASSES.iter().enumerate() {
        let (precision, recall) = (confusion.precision(class), confusion.recall(class));
        println!("    {name:<14} precision {precision:.3}, recall {recall:.3}");
    }
    Ok(())
}
