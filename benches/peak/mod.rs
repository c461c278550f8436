//! How much of what this machine can do a piece of work does.

pub mod machine;

use std::hint::black_box;

use machine::{FLOPS, median, multiply_adds, seconds};

/// For each piece of work, given with its flops, its share of the machine's peak; before them the peak in GFLOP/s.
///
/// In each round the peak loop and all pieces take turns, so that what else the machine does falls on all of them alike.
/// Returns medians over the rounds.
pub fn shares(work: &mut [(f64, &mut dyn FnMut())], rounds: usize) -> (f64, Vec<f64>) {
    let repeats: Vec<usize> = work.iter().map(|(flops, _)| (2e7 / flops).ceil() as usize).collect();
    let (mut peaks, mut shares) = (Vec::new(), vec![Vec::new(); work.len()]);
    for _ in 0..rounds {
        let mut speeds = Vec::new();
        let before = FLOPS
            / seconds(&mut || {
                black_box(multiply_adds());
            });
        for ((flops, run), &repeats) in work.iter_mut().zip(&repeats) {
            run(); // finds its data in the caches afterwards
            let time = seconds(&mut || (0..repeats).for_each(|_| run()));
            speeds.push(*flops * repeats as f64 / time);
        }
        let after = FLOPS
            / seconds(&mut || {
                black_box(multiply_adds());
            });
        let peak = before.max(after);
        peaks.push(peak / 1e9);
        for (shares, speed) in shares.iter_mut().zip(speeds) {
            shares.push(speed / peak);
        }
    }
    (median(&mut peaks), shares.iter_mut().map(|shares| median(shares)).collect())
}
