//! A residual network with batch normalisation that reads the digits, trained on images that are shifted, turned and scaled
//! anew in each epoch, at a learning rate that rises and then goes to 0.
//!
//! `cargo run --release --example residual -- 10` trains with seeds 0 to 9, each of which draws split, parameters and order:
//! as their mean 99.61 % of the test digits are read, where `small` of the example `digits` reads 98.08 %. A seed takes two
//! seconds.

#[path = "digits/data.rs"]
mod data;

use const_cnn::schedules::one_cycle;
use const_cnn::{Data, Init, Optimizer, Parameters, Sgd, Trainer, Warp, Zero, network};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    struct Residual: [1, 8, 8] => [10] {
        conv: conv2d(12, kernel 3, padding 1, no bias),
        norm: batch_norm,
        relu1: relu,
        block1: residual {
            conv1: conv2d(12, kernel 3, padding 1, no bias),
            norm1: batch_norm,
            relu: relu,
            conv2: conv2d(12, kernel 3, padding 1, no bias),
            norm2: batch_norm,
        },
        relu2: relu,
        block2: residual {
            conv1: conv2d(20, kernel 3, stride 2, padding 1, no bias),
            norm1: batch_norm,
            relu: relu,
            conv2: conv2d(20, kernel 3, padding 1, no bias),
            norm2: batch_norm,
        } shortcut {
            conv: conv2d(20, kernel 1, stride 2, no bias),
            norm: batch_norm,
        },
        relu3: relu,
        pool: global_avg_pool,
        logits: linear(10),
    }
}

const EPOCHS: u64 = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seeds: u64 = std::env::args().nth(1).map_or(Ok(1), |seeds| seeds.parse())?;
    let digits = data::Digits::load()?;
    let sgd = Sgd::new(0.1, 0.9)?.with_weight_decay(5e-4)?;
    println!("{} parameters, {EPOCHS} epochs", Residual::COUNT);

    let mut sum = 0.0;
    for seed in 0..seeds {
        let (train, test) = digits.split(seed)?;
        let data = Residual::dataset(&digits.images, &digits.labels)?;
        let (train, test) = (data.part(&train)?, data.part(&test)?);
        let train = train.augmented(Warp::NONE.shift(0.5).rotate(10.0).scale(0.9, 1.1))?;

        let (mut net, mut trainer) = (Residual::boxed(), Trainer::<Residual>::boxed());
        trainer.seed = seed;
        Init::KaimingNormal.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
        trainer.fit(&mut net, &sgd, &train, EPOCHS as usize, 32).schedule(one_cycle(EPOCHS, 0.3)).run()?;
        let (trained, tested) = (trainer.evaluate(&net, &train)?, trainer.evaluate(&net, &test)?);
        sum += tested.accuracy();
        let [trained, tested] = [trained, tested].map(|metrics| 100.0 * metrics.accuracy());
        println!("seed {seed}: {tested:.1} % of the test digits are read, {trained:.1} % of those trained on");
    }
    println!("mean of {seeds} seeds: {:.2} %", 100.0 * sum / seeds as f32);
    Ok(())
}
