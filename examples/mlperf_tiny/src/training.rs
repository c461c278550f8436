//! A network trained on data that are made, beside a linear function of the same data.

use std::error::Error;
use std::f32::consts::PI;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use const_cnn::{Adam, Dataset, F32x8, Folded, Init, Moment, Network, Progress, Suits, Trainer, Zero};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

use crate::print;
use crate::report::{self, Run};
use crate::task::{Expects, Like, Settings, Target, Task};

/// Trains a network and a linear function, and prints how well each does on examples that it has not seen.
pub fn run<N: Task<Output: Suits<Expects<N>>>>(seed: u64) -> Result<(), Box<dyn Error>> {
    print(&report::heading(&N::table(), &N::SETTINGS))?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (inputs, targets) = N::examples(N::SETTINGS.examples, &mut rng);
    let data = Dataset::new(&inputs, &targets)?;

    let (mut net, mut folded) = (N::boxed(), Folded::<N>::boxed());
    let (loss, time) = train::<N, N>(&mut net, &data, seed)?;
    net.fold_into(&mut folded);
    let measure = N::measure(&*folded, &mut rng.clone());
    let net = Run { name: N::NAME, parameters: Folded::<N>::PARAMETERS, loss, measure, time };

    let mut linear = N::Linear::boxed();
    let (loss, time) = train::<N, N::Linear>(&mut linear, &data, seed)?;
    let measure = N::measure(&*linear, &mut rng);
    let linear = Run { name: N::Linear::NAME, parameters: N::Linear::PARAMETERS, loss, measure, time };
    print(&report::comparison(N::MEASURE, &[net, linear]))?;
    Ok(())
}

/// Draws a network's parameters and trains it. Returns the last epoch's mean loss, and how long training took.
fn train<N: Task<Output: Suits<Expects<N>>>, M: Like<N>>(
    net: &mut M,
    data: &Dataset<N::Input, Target<N>>,
    seed: u64,
) -> Result<(f32, Duration), Box<dyn Error>> {
    Init::KaimingNormal.draw(net, &mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
    let Settings { epochs, batch_size, learning_rate, .. } = N::SETTINGS;
    let mut trainer = Trainer::<M, F32x8, Adam, N::Loss>::boxed();
    trainer.seed = seed;

    let bar = report::progress_bar(M::NAME, epochs)?;
    let mut printed = Ok(());
    let callback = |progress, _: &M| {
        if let Progress::Epoch { epoch, metrics, .. } = progress {
            let line = report::epoch(epoch as usize + 1, epochs, &metrics);
            printed = bar.suspend(|| print(&line));
            bar.inc(1);
            bar.set_message(line);
        }
        if printed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let cosine = |moment: &Moment| moment.learning_rate * 0.5 * (1.0 + (PI * moment.epochs() / epochs as f32).cos());
    let start = Instant::now();
    let adam = Adam::new(learning_rate)?;
    let trained = trainer.fit(net, &adam, data, epochs, batch_size).schedule(cosine).callback(callback).run()?;
    printed?;
    bar.finish_and_clear();
    Ok((trained.loss(), start.elapsed()))
}
