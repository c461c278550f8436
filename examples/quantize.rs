//! What int8 costs: the digits network `small`, trained and quantised in three ways, as a table by layer and as the accuracy on
//! test digits.
//!
//! `cargo run --release --example quantize -- 20` does it with seeds 0 to 19, each of which draws split, parameters and order.

#[path = "digits/classifier.rs"]
#[allow(dead_code)] // it is for both networks
mod classifier;
#[path = "digits/data.rs"]
mod data;
#[path = "digits/networks.rs"]
mod networks;

use std::error::Error;

use const_cnn::{Data, Int8, Range, Sgd, Trainer, Zero, argmax, quantize};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use classifier::{Classifier, Settings};
use data::{Digits, Pixels};
use networks::Small;

/// How ranges are found.
const RANGES: [(&str, Range); 3] =
    [("min-max", Range::MinMax), ("99.9 %", Range::Percentile(99.9)), ("squared error", Range::SquaredError)];

/// How many images they are taken from.
const SEEN: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let seeds: u64 = std::env::args().nth(1).map_or(Ok(1), |seeds| seeds.parse())?;
    let digits = Digits::load()?;
    let mut sums = [0.0; 1 + RANGES.len()];
    for seed in 0..seeds {
        let (train, test) = digits.split(seed)?;
        let net = trained(&digits, &train, seed)?;
        let of = |indices: &[usize]| -> Vec<(Pixels, usize)> {
            indices.iter().map(|&n| (digits.images[n], digits.labels[n])).collect()
        };
        let (seen, test) = (of(&train[..SEEN.min(train.len())]), of(&test));
        let seen: Vec<Pixels> = seen.into_iter().map(|(image, _)| image).collect();

        let mut accuracies = [0.0; 1 + RANGES.len()];
        accuracies[0] = accuracy(&test, |image| argmax(&net.output(image)));
        for (n, (name, range)) in RANGES.into_iter().enumerate() {
            let quantized = quantize(&net, &seen, range)?;
            if seed == 0 {
                println!("\nseed 0, ranges by {name}\n{quantized}");
            }
            let mut arena = Int8::<Small>::arena();
            accuracies[n + 1] = accuracy(&test, |image| argmax(&quantized.net.output(image, &mut arena)));
        }
        for (sum, accuracy) in sums.iter_mut().zip(accuracies) {
            *sum += accuracy;
        }
    }
    println!("\nmean of {seeds} seeds   test digits that are read   lost");
    for (name, sum) in ["float"].into_iter().chain(RANGES.map(|(name, _)| name)).zip(sums) {
        let percent = 100.0 / seeds as f64;
        println!("{name:18}{:>26.2} %{:>7.2}", percent * sum, percent * (sums[0] - sum));
    }
    Ok(())
}

/// `small`, trained as the example `digits` trains it.
fn trained(digits: &Digits, train: &[usize], seed: u64) -> Result<Small, Box<dyn Error>> {
    let mut net = Small::ZERO;
    net.draw(&mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
    let data = Small::dataset(&digits.images, &digits.labels)?.part(train)?;
    let Settings { epochs, learning_rate, momentum, batch_size } = Small::SETTINGS;
    let mut trainer = Trainer::<Small>::boxed();
    trainer.seed = seed;
    trainer.fit(&mut net, &Sgd::new(learning_rate, momentum)?, &data, epochs, batch_size).run()?;
    Ok(net)
}

/// The share of images that are read as what they show.
fn accuracy(images: &[(Pixels, usize)], mut read: impl FnMut(&Pixels) -> usize) -> f64 {
    images.iter().filter(|(image, digit)| read(image) == *digit).count() as f64 / images.len() as f64
}
