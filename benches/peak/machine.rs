//! What this machine can do at most: a loop of fused multiply-adds.

use std::hint::black_box;
use std::time::Instant;

/// Chains of additions that do not wait for each other, and how many steps each takes.
const CHAINS: usize = 12;
const STEPS: usize = 20_000;

/// What `multiply_adds` does.
pub const FLOPS: f64 = (2 * 8 * CHAINS * STEPS) as f64;

pub fn seconds(run: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// `CHAINS` chains of `STEPS` vectors of eight, multiplied and added: fused, where the processor can.
pub fn multiply_adds() -> f32 {
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
