//! Training of LeNet-5 on two threads beside one, and beside what the machine itself gains from a second thread.
//!
//! One epoch of 8000 images of 28 × 28, batches of 32, momentum 0.9. In each round all take turns, so that what else the
//! machine does falls on all of them alike; the figures are medians over the rounds.

#[path = "peak/machine.rs"]
mod machine;
mod networks;

use std::hint::black_box;

use const_cnn::{Parallel, Sgd, Trainer, Zero};
use machine::{FLOPS, median, multiply_adds, seconds};
use networks::{LeNet, Setup};
use rayon::ThreadPoolBuilder;

const ROUNDS: usize = 15;
const IMAGES: usize = 8000;

/// How often a thread runs the peak loop: about as long as an epoch.
const LOOPS: usize = 5000;

fn main() {
    let pools = [1, 2].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("threads"));
    let mut setup = Setup::<LeNet>::new(IMAGES);
    let sgd = Sgd::new(0.01, 0.9).expect("settings in range");
    let mut serial = Box::new(Trainer::<LeNet>::ZERO);
    let mut parallel = Box::new(Trainer::<LeNet, Parallel>::ZERO);

    let (mut training, mut peak, mut beside_serial) = (Vec::new(), Vec::new(), Vec::new());
    let (mut speeds, mut peaks) = ([const { Vec::new() }; 3], [const { Vec::new() }; 2]);
    for _ in 0..ROUNDS {
        let alone = seconds(&mut || setup.train(&mut serial, 1, 32, &sgd));
        let [one, two] = pools.each_ref().map(|pool| {
            let setup = &mut setup;
            let parallel = &mut parallel;
            seconds(&mut || pool.install(|| setup.train(parallel, 1, 32, &sgd)))
        });
        let loops = pools.each_ref().map(|pool| {
            let threads = pool.current_num_threads() as f64;
            let run = |_: rayon::BroadcastContext| (0..LOOPS).for_each(|_| _ = black_box(multiply_adds()));
            threads * LOOPS as f64 * FLOPS / 1e9 / seconds(&mut || _ = pool.broadcast(run))
        });
        training.push(one / two);
        beside_serial.push(alone / two);
        peak.push(loops[1] / loops[0]);
        speeds.iter_mut().zip([alone, one, two]).for_each(|(speeds, time)| speeds.push(IMAGES as f64 / time));
        peaks.iter_mut().zip(loops).for_each(|(peaks, speed)| peaks.push(speed));
    }
    let [alone, one, two] = speeds.each_mut().map(|speeds| median(speeds));
    let [peak_one, peak_two] = peaks.each_mut().map(|peaks| median(peaks));
    println!("LeNet, images a second: {alone:.0} by Trainer, {one:.0} on one thread, {two:.0} on two");
    println!("peak loop, GFLOP/s:     {peak_one:.0} on one thread, {peak_two:.0} on two");
    println!("two threads beside one:     training {:.2}, peak loop {:.2}", median(&mut training), median(&mut peak));
    println!("two threads beside Trainer: training {:.2}", median(&mut beside_serial));
}
