//! How long the networks take, with random parameters.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use const_cnn::{Adam, F32x8, Folded, Init, Layer, Output, Suits, Trainer, Zero};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;

use crate::networks::{Ad, Ic, Kws, Sww, Vww};
use crate::print;
use crate::task::{Expects, Task};

/// How many images a training step is of.
const BATCH: usize = 32;

/// Prints the tables of all networks, and what each takes for one image, on one thread.
pub fn run(seed: u64) -> Result<(), Box<dyn Error>> {
    let rows = [row::<Kws>(seed)?, row::<Vww>(seed)?, row::<Ic>(seed)?, row::<Ad>(seed)?, row::<Sww>(seed)?];
    print(&format!("µs an image{:>22}{:>30}", "inference, folded", "training, a batch of 32, Adam"))?;
    rows.iter().try_for_each(|row| print(row))?;
    Ok(())
}

/// Prints a network's table. Returns its row of times.
fn row<N: Task<Output: Suits<Expects<N>>>>(seed: u64) -> Result<String, Box<dyn Error>> {
    print(&format!("{}\n", N::table()))?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let (images, targets) = N::examples(BATCH, &mut rng);
    let mut net = N::boxed();
    Init::KaimingNormal.draw(&mut *net, &mut rng)?;
    let mut folded = Folded::<N>::boxed();
    net.fold_into(&mut folded);

    let (mut scratch, mut y) = (<Folded<N> as Layer>::Scratch::<f32>::boxed(), Output::<N, f32>::ZERO);
    let inference = median(|| {
        for image in &images {
            folded.infer(black_box(image), &mut scratch, &mut y);
            black_box(&y);
        }
        Ok(())
    })?;
    let mut trainer = Trainer::<N, F32x8, Adam, N::Loss>::boxed();
    let adam = Adam::new(1e-3)?;
    let training = median(|| trainer.step(&mut net, &adam, images.iter().zip(&targets)).map(|_| ()))?;
    Ok(format!("{:11}{inference:>22.1}{training:>30.1}", N::NAME))
}

/// The median of the microseconds that several runs over a batch take, for each image.
fn median(mut run: impl FnMut() -> Result<(), const_cnn::Error>) -> Result<f64, const_cnn::Error> {
    run()?; // so that memory is there, and in the cache
    let mut times = [0.0; 15];
    for time in &mut times {
        let start = Instant::now();
        run()?;
        *time = 1e6 * start.elapsed().as_secs_f64() / BATCH as f64;
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
