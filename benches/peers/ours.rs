//! Times this crate for `peers.py`, which asks one thing a line: `peak`, or a network and `inference` or `training`.
//!
//! The answer is in GFLOP/s, or µs an image. Before that it prints of each network its name, its parameters folded,
//! and its multiply-accumulates.

#[path = "../../examples/mlperf_tiny/src/networks/ad.rs"]
mod ad;
#[path = "../../examples/mlperf_tiny/src/networks/ic.rs"]
mod ic;
#[path = "../../examples/mlperf_tiny/src/networks/kws.rs"]
mod kws;
#[allow(dead_code)] // the medians are the script's
#[path = "../peak/machine.rs"]
mod machine;
#[path = "../networks/mod.rs"]
mod networks;
#[path = "../../examples/mlperf_tiny/src/networks/vww.rs"]
mod vww;

use std::error::Error;
use std::hint::black_box;
use std::io;

use const_cnn::{
    Expected, F32x8, Fold, Folded, Input, Layer, Loss, MeanSquaredError, Network, Of, Output, Sgd, SoftmaxCrossEntropy,
    Suits, Trainer, Zero,
};
use machine::{FLOPS, multiply_adds, seconds};

use ad::Ad;
use ic::Ic;
use kws::Kws;
use networks::{LeNet, Setup};
use vww::Vww;

/// How many images a training step is of.
const BATCH: usize = 32;

/// For how many seconds a piece of work is repeated.
const SECONDS: f64 = 0.02;

/// A pass of a network that can be asked for.
struct Work {
    name: String,
    images: usize,
    run: Box<dyn FnMut()>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut works = Vec::new();
    add::<Kws, SoftmaxCrossEntropy>(&mut works, "kws", |_, label| label)?;
    add::<Vww, SoftmaxCrossEntropy>(&mut works, "vww", |_, label| label)?;
    add::<Ic, SoftmaxCrossEntropy>(&mut works, "ic", |_, label| label)?;
    add::<Ad, MeanSquaredError>(&mut works, "ad", |image, _| image)?;
    add::<LeNet, SoftmaxCrossEntropy>(&mut works, "lenet", |_, label| label)?;

    for line in io::stdin().lines() {
        let line = line?;
        let figure = if line == "peak" {
            let mut peak = || {
                black_box(multiply_adds());
            };
            FLOPS / time(&mut peak) / 1e9
        } else {
            let work = works.iter_mut().find(|work| work.name == line);
            let work = work.ok_or_else(|| format!("no work is called {line}"))?;
            1e6 * time(&mut work.run) / work.images as f64
        };
        println!("{figure}");
    }
    Ok(())
}

/// Adds inference of one image, folded, and a training step of a network.
fn add<N, L>(
    works: &mut Vec<Work>,
    name: &str,
    target: impl Fn(Input<N, f32>, usize) -> Expected<L, N::Output>,
) -> Result<(), const_cnn::Error>
where
    N: Network<Output: Suits<Of<L, N::Output>>, Tape<F32x8>: Send> + Fold + Send + 'static,
    Folded<N>: Network<Input = N::Input, Output = N::Output, Scratch<f32>: Send> + Send,
    L: Loss<N::Output> + 'static,
{
    println!("{name} {} {}", Folded::<N>::PARAMETERS, N::MULTIPLY_ACCUMULATES);
    let Setup { mut net, images, labels } = Setup::<N>::new(BATCH);
    let mut folded = Folded::<N>::boxed();
    net.fold_into(&mut folded);
    let (image, mut scratch, mut y) =
        (images[0], <Folded<N> as Layer>::Scratch::<f32>::boxed(), Output::<N, f32>::ZERO);
    let inference = move || {
        folded.infer(black_box(&image), &mut scratch, &mut y);
        black_box(&y);
    };
    works.push(Work { name: format!("{name} inference"), images: 1, run: Box::new(inference) });

    let batch: Vec<_> =
        images.iter().copied().zip(labels).map(|(image, label)| (image, target(image, label))).collect();
    let mut trainer = Trainer::<N, F32x8, Sgd, L>::boxed();
    let sgd = Sgd::new(1e-6, 0.9)?; // slow enough that the work stays the same
    let training = move || {
        trainer.step(&mut net, &sgd, batch.iter().map(|(image, target)| (image, target))).expect("a finite loss");
    };
    works.push(Work { name: format!("{name} training"), images: BATCH, run: Box::new(training) });
    Ok(())
}

/// The seconds that one run takes, in a series of them.
fn time(run: &mut dyn FnMut()) -> f64 {
    run(); // finds its data in the caches afterwards
    let repeats = (SECONDS / seconds(run)).ceil();
    seconds(&mut || (0..repeats as usize).for_each(|_| run())) / repeats
}
