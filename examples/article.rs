//! The article's network and its training, written out: all of the idea in one file.
//!
//! Seed 0 ends near the median of the seeds 0 to 19, 87.7 % of the test digits; the worst of them reads 8 %.

#[path = "digits/data.rs"]
mod data;

use const_cnn::{Context, Init, Layer, Optimizer, Parameters, Sgd, Zero, argmax, network, softmax_cross_entropy};
use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    /// Every shape between `[1, 8, 8]` and `[10]` is computed, and checked, by the compiler.
    struct Article: [1, 8, 8] => [10] {
        conv: mapwise_conv2d(1, kernel 3),
        relu1: relu,
        flatten: flatten,
        dense1: linear(10),
        relu2: relu,
        dense2: linear(10),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let digits = data::Digits::load()?;
    let (mut train, test) = digits.split(0)?;

    // the parameters, their gradient and what the optimiser keeps have one type
    let (mut net, mut gradient, mut velocity) = (Article::ZERO, Article::ZERO, [Article::ZERO]);
    Init::Normal { mean: 0.0, std: 1.0 }.draw(&mut net.conv, &mut rng)?;
    Init::FanIn.draw(&mut net.dense1, &mut rng)?;
    Init::FanIn.draw(&mut net.dense2, &mut rng)?;

    let sgd = Sgd::new(0.1, 0.0)?;
    let mut tape = <Article as Layer>::Tape::ZERO; // what the layers gave, which `backward` needs
    let (mut logits, mut d_logits) = ([0.0; 10], [0.0; 10]);
    let mut steps = 0;
    for epoch in 1..=10 {
        train.shuffle(&mut rng);
        let mut loss = 0.0;
        for batch in train.chunks(64) {
            gradient.zero();
            for &index in batch {
                let (image, label) = (&digits.images[index], digits.labels[index]);
                net.forward(&Context::EVALUATION, image, &mut tape, &mut logits);
                loss += softmax_cross_entropy(&logits, &[label], &mut d_logits)?;
                net.backward(&Context::EVALUATION, image, &mut tape, &logits, &d_logits, &mut gradient, None);
            }
            gradient.scale(1.0 / batch.len() as f32);
            sgd.step(steps, &mut velocity, &mut net, &gradient)?;
            steps += 1;
        }
        println!("epoch {epoch:>2}: loss {:.4}", loss / train.len() as f32);
    }

    let is_right = |&&index: &&usize| argmax(&net.predict(&digits.images[index])) == digits.labels[index];
    let right = test.iter().filter(is_right).count();
    println!("{right} of {} test digits are read: {:.1} %", test.len(), 100.0 * right as f32 / test.len() as f32);
    Ok(())
}
