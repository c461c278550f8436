//! What int8 costs: the digits network `small`, trained and quantised in three ways, as a table by layer and as the accuracy on
//! test digits; and trained on for some epochs, knowing of int8 and not.
//!
//! `cargo run --release --example quantize -- 20` does it with seeds 0 to 19, each of which draws split, parameters and order.
//! The table at its end:
//!
//! ```text
//! test digits that are read, mean of 20 seeds
//! float                              98.12 %    0.00
//! int8, ranges by min-max            98.08 %   -0.04
//! int8, ranges by 99.9 %             98.04 %   -0.08
//! int8, ranges by squared error      98.01 %   -0.11
//! trained on, float                  98.11 %   -0.01
//! trained on, int8                   98.12 %    0.00
//! trained on as int8, int8           98.11 %   -0.01
//! ```

#[path = "digits/classifier.rs"]
#[allow(dead_code)] // it is for both networks
mod classifier;
#[path = "digits/data.rs"]
mod data;
#[path = "digits/networks.rs"]
mod networks;

use const_cnn::{
    Data, Differentiate, Error, F32x8, Image, Int8, Network, Parameters, Range, Rounded, Sgd, SoftmaxCrossEntropy,
    Trainer, Vector, Zero, argmax, network, quantize,
};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use classifier::{Classifier, Settings};
use data::{Digits, Pixels};
use networks::Small;

/// How ranges are found.
const RANGES: [(&str, Range); 3] =
    [("min-max", Range::MinMax), ("99.9 %", Range::Percentile(99.9)), ("squared error", Range::SquaredError)];

/// How many images they are taken from.
const SEEN: usize = 500;

/// How many epochs a network is trained on, and at which rate.
const MORE: (usize, f32) = (5, 0.005);

network! {
    /// `small`, with the places where its int8 form rounds.
    struct Aware: [1, 8, 8] => [10] {
        rounds0: fake_quant,
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        rounds1: fake_quant,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        rounds2: fake_quant,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
        rounds3: fake_quant,
    }
}

const ROWS: [&str; 7] = [
    "float",
    "int8, ranges by min-max",
    "int8, ranges by 99.9 %",
    "int8, ranges by squared error",
    "trained on, float",
    "trained on, int8",
    "trained on as int8, int8",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seeds: u64 = std::env::args().nth(1).map_or(Ok(1), |seeds| seeds.parse())?;
    let digits = Digits::load()?;
    let mut sums = [0.0; ROWS.len()];
    for seed in 0..seeds {
        let (train, test) = digits.split(seed)?;
        let seen: Vec<Pixels> = train.iter().take(SEEN).map(|&n| digits.images[n]).collect();
        let test = Test { digits: &digits, indices: test };
        let mut rows = Vec::new();

        let mut net = Small::ZERO;
        net.draw(&mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
        let Settings { epochs, learning_rate, .. } = Small::SETTINGS;
        fit::<_, F32x8>(&mut net, &digits, &train, seed, (epochs, learning_rate))?;
        rows.push(test.accuracy(|image| net.output(image)));
        for (name, range) in RANGES {
            let quantized = quantize(&net, &seen, range)?;
            if seed == 0 {
                println!("seed 0, ranges by {name}\n{quantized}\n");
            }
            let mut arena = Int8::<Small>::arena();
            rows.push(test.accuracy(|image| quantized.net.output(image, &mut arena)));
        }

        let mut more = net.clone();
        fit::<_, F32x8>(&mut more, &digits, &train, seed, MORE)?;
        rows.push(test.accuracy(|image| more.output(image)));
        let (quantized, mut arena) = (quantize(&more, &seen, Range::MinMax)?, Int8::<Small>::arena());
        rows.push(test.accuracy(|image| quantized.net.output(image, &mut arena)));

        let (mut bytes, mut aware) = ([0; Small::PARAMETER_BYTES], Aware::ZERO);
        net.write_le(&mut bytes)?;
        aware.read_le(&bytes)?;
        fit::<_, Rounded>(&mut aware, &digits, &train, seed, MORE)?;
        let (quantized, mut arena) = (quantize(&aware, &seen, Range::MinMax)?, Int8::<Aware>::arena());
        rows.push(test.accuracy(|image| quantized.net.output(image, &mut arena)));

        for (sum, row) in sums.iter_mut().zip(rows) {
            *sum += 100.0 * row / seeds as f64;
        }
    }
    println!("test digits that are read, mean of {seeds} seeds");
    for (name, percent) in ROWS.iter().zip(sums) {
        println!("{name:32}{percent:>8.2} %{:>8.2}", percent - sums[0]);
    }
    Ok(())
}

/// Trains a network for some epochs, at a rate.
fn fit<N: Digit, E: Differentiate<N, SoftmaxCrossEntropy>>(
    net: &mut N,
    digits: &Digits,
    train: &[usize],
    seed: u64,
    (epochs, rate): (usize, f32),
) -> Result<(), Error> {
    let data = N::dataset(&digits.images, &digits.labels)?.part(train)?;
    let Settings { momentum, batch_size, .. } = Small::SETTINGS;
    let mut trainer = Trainer::<N, E>::ZERO;
    trainer.seed = seed;
    trainer.fit(net, &Sgd::new(rate, momentum)?, &data, epochs, batch_size).run()?;
    Ok(())
}

/// A network that reads digits.
trait Digit: Network<Input = Image<1, 8, 8>, Output = Vector<10>> {}

impl<N: Network<Input = Image<1, 8, 8>, Output = Vector<10>>> Digit for N {}

/// The digits to test with.
struct Test<'a> {
    digits: &'a Digits,
    indices: Vec<usize>,
}

impl Test<'_> {
    /// The share of them that is read as what they show.
    fn accuracy(&self, mut read: impl FnMut(&Pixels) -> [f32; 10]) -> f64 {
        let Digits { images, labels } = self.digits;
        let right = self.indices.iter().filter(|&&n| argmax(&read(&images[n])) == labels[n]).count();
        right as f64 / self.indices.len() as f64
    }
}
