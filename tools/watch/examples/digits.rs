//! Watches a network learn to read handwritten digits: `cargo run --release -p watch --example digits`. In a terminal
//! it waits after each batch, so that one can watch: 60 epochs take half a minute.

#[path = "../../../examples/digits/data.rs"]
mod data;

use std::time::Duration;

use const_cnn::{Data, Init, Sgd, Trainer, Warp, Zero, network};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
use watch::Watch;

network! {
    pub struct Small: [1, 8, 8] => [10] {
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

const EPOCHS: usize = 60;
const PAUSE: Duration = Duration::from_millis(10);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = data::Digits::load()?;
    let (train, test) = digits.split(0)?;
    let all = Small::dataset(&digits.images, &digits.labels)?;
    let (train, test) = (all.part(&train)?.augmented(Warp::NONE.shift(0.5).rotate(10.0))?, all.part(&test)?);

    let (mut net, mut trainer) = (Small::boxed(), Trainer::<Small>::boxed());
    Init::FanIn.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(0))?;
    let sgd = Sgd::new(0.05, 0.9)?;

    let mut watch = Watch::<Small, _>::new(&test, EPOCHS, &[""; 0])?.slowed(PAUSE);
    let fit = trainer.fit(&mut net, &sgd, &train, EPOCHS, 32).validation(&test);
    let fit = fit.schedule(|moment| moment.learning_rate * (1.0 - moment.epochs() / EPOCHS as f32));
    fit.callback(|progress, net| watch.see(progress, net)).run()?;
    watch.finish()?;

    let read = trainer.evaluate(&net, &test)?;
    println!("{} of {} digits that it was not trained on are read", read.correct, read.images);
    Ok(())
}
