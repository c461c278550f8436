//! What this machine can do at most, and how much of it a piece of work does.

use std::hint::black_box;
use std::time::Instant;

/// Chains of additions that do not wait for each other, and how many steps each takes.
const CHAINS: usize = 12;
const STEPS: usize = 20_000;

/// For each piece of work, given with its flops, its share of the machine's peak; before them the peak in GFLOP/s.
///
/// In each round the peak loop and all pieces take turns, so that what else the machine does falls on all of them alike.
/// Returns medians over the rounds.
pub fn shares(work: &mut [(f64, &mut dyn FnMut())]) -> (f64, Vec<f64>) {
    const ROUNDS: usize = 101;
    let repeats: Vec<usize> = work.iter().map(|(flops, _)| (2e7 / flops).ceil() as usize).collect();
    let (mut peaks, mut shares) = (Vec::new(), vec![Vec::new(); work.len()]);
    for _ in 0..ROUNDS {
        let mut speeds = Vec::new();
        let flops_of_loop = (2 * 8 * CHAINS * STEPS) as f64;
        let before = flops_of_loop
            / seconds(&mut || {
                black_box(multiply_adds());
            });
        for ((flops, run), &repeats) in work.iter_mut().zip(&repeats) {
            run(); // finds its data in the caches afterwards
            let time = seconds(&mut || (0..repeats).for_each(|_| run()));
            speeds.push(*flops * repeats as f64 / time);
        }
        let after = flops_of_loop
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

fn seconds(run: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// `CHAINS` chains of `STEPS` vectors of eight, multiplied and added: fused, where the processor can.
fn multiply_adds() -> f32 {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        use std::arch::x86_64::{__m256, _mm256_fmadd_ps, _mm256_set1_ps, _mm256_storeu_ps};

        #[target_feature(enable = "avx2,fma")]
        fn fused() -> f32 {
            let (factor, addend) = (_mm256_set1_ps(black_box(0.999)), _mm256_set1_ps(black_box(0.001)));
            let mut chains: [__m256; CHAINS] = [addend; CHAINS];
            for _ in 0..STEPS {
                for chain in &mut chains {
                    *chain = _mm256_fmadd_ps(*chain, factor, addend);
                }
            }
            let mut lanes = [0.0; 8];
            chains.iter().fold(0.0, |sum, &chain| {
                // SAFETY: `lanes` has room for eight floats, at any alignment.
                unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), chain) };
                sum + lanes[0]
            })
        }
        // SAFETY: the instructions were detected on the line before.
        return unsafe { fused() };
    }
    let (factor, addend) = (black_box(0.999_f32), black_box(0.001_f32));
    let mut chains = [[addend; 8]; CHAINS];
    for _ in 0..STEPS {
        for chain in &mut chains {
            for lane in chain {
                *lane = *lane * factor + addend;
            }
        }
    }
    chains.iter().map(|chain| chain[0]).sum()
}
