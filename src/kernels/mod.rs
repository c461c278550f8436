//! The loops that layers share, over vectors of eight.
//!
//! Each kernel is a function of its own. As parts of a network's passes they make these so long that the compiler needs half
//! as long again, and a program for a microcontroller grows by a twentieth.
//!
//! One kernel serves both elements: with `f32` a vector holds eight channels of one image, with [`F32x8`] it holds one
//! channel of eight images. [`Vectors`](crate::eight::Vectors) is the difference between the two.

#[cfg(any(test, all(feature = "simd", target_arch = "x86_64")))]
mod any_shape;
pub(crate) mod convolution;
pub(crate) mod dense;
pub(crate) mod grouped;
pub(crate) mod kernel_gradient;
pub(crate) mod plan;
#[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
mod points;
pub(crate) mod simd;
pub(crate) mod taps;

use simd::Isa;

use crate::eight::Vectors;
use crate::{Elem, F32x8, Zero};

/// An image in memory.
type Map<V, const C: usize, const H: usize, const W: usize> = [[[V; C]; W]; H];

/// Weights from `A` channels to `B` in memory.
type Kernel<const KH: usize, const KW: usize, const A: usize, const B: usize> = [[[[f32; B]; A]; KW]; KH];

/// Weights as those of kernels with other channels, one after the other.
#[inline(always)]
fn kernels<const KH: usize, const KW: usize, const A: usize, const B: usize>(w: &[f32]) -> &[Kernel<KH, KW, A, B>] {
    w.as_chunks().0.as_chunks().0.as_chunks().0.as_chunks().0
}

/// As [`kernels`], to write on.
#[rustfmt::skip]
#[inline(always)]
fn kernels_mut<const KH: usize, const KW: usize, const A: usize, const B: usize>(
    w: &mut [f32],
) -> &mut [Kernel<KH, KW, A, B>] {
    w.as_chunks_mut().0.as_chunks_mut().0.as_chunks_mut().0.as_chunks_mut().0
}

/// Adds the sums of a tile to gradients of weights: `sums[t][l]` to the `first + l`-th vector of `weights[t]`, or its
/// eight images' parts, one after the other, to the one at `first + l`.
///
/// What has no weight is passed over, and so are the first `done` rows and vectors.
#[inline(always)]
fn add_tile<V: Elem, I: Isa, const T: usize, const L: usize, const B: usize>(
    isa: I,
    sums: &[[F32x8; L]; T],
    weights: &mut [[f32; B]],
    first: usize,
    done: (usize, usize),
) {
    if const { V::CHANNELS > 1 } {
        add_channels(sums, weights, first, done)
    } else {
        add_images(isa, sums, weights, first, done)
    }
}

/// [`add_tile`], of vectors of channels.
#[inline(always)]
fn add_channels<const T: usize, const L: usize, const B: usize>(
    sums: &[[F32x8; L]; T],
    weights: &mut [[f32; B]],
    first: usize,
    done: (usize, usize),
) {
    for t in done.0..T {
        let Some(weights) = weights.get_mut(t) else { return };
        for l in done.1..L {
            let at = f32::begin(first + l, B);
            // of a vector that overlaps the one before it, that one has added these
            let added = (first + l) * f32::CHANNELS - at;
            if added == 0 {
                f32::store(f32::load(weights, at) + sums[t][l], weights, at);
            } else {
                for n in added..f32::CHANNELS {
                    weights[at + n] += sums[t][l].0[n];
                }
            }
        }
    }
}

/// [`add_tile`], of vectors of images.
#[inline(always)]
fn add_images<I: Isa, const T: usize, const L: usize, const B: usize>(
    isa: I,
    sums: &[[F32x8; L]; T],
    weights: &mut [[f32; B]],
    first: usize,
    done: (usize, usize),
) {
    // four at a time, whose additions need not wait for each other
    for four in (0..T * L).step_by(4) {
        let place = |n: usize| ((four + n) / L, (four + n) % L);
        let (mut totals, mut parts) = ([0.0; 4], [F32x8::ZERO; 4]);
        for n in 0..4 {
            let (t, l) = place(n);
            if let (Some(sums), Some(weights)) = (sums.get(t), weights.get(t))
                && let Some(&weight) = weights.get(first + l)
            {
                (totals[n], parts[n]) = (weight, sums[l]);
            }
        }
        totals = isa.add_lanes(totals, parts);
        for n in 0..4 {
            let (t, l) = place(n);
            if (done.0..T).contains(&t)
                && l >= done.1
                && let Some(weights) = weights.get_mut(t)
                && let Some(weight) = weights.get_mut(first + l)
            {
                *weight = totals[n];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use simd::Base;

    /// 3 × 1 sums, of which four are added at a time, to the middle of 5 × 2 weights.
    fn added<V: Elem>(done: (usize, usize)) -> [[f32; 2]; 5] {
        let mut weights = [[0.5; 2]; 5];
        add_tile::<V, _, _, _, _>(Base, &[[F32x8([1.0; 8])]; 3], &mut weights[1..], 0, done);
        weights
    }

    #[test]
    fn a_tile_adds_to_its_own_rows() {
        let (old, eight) = ([0.5; 2], [8.5, 0.5]);
        assert_eq!(added::<F32x8>((0, 0)), [old, eight, eight, eight, old]);
        assert_eq!(added::<F32x8>((2, 0)), [old, old, old, eight, old]);
        assert_eq!(added::<F32x8>((0, 1)), [old; 5]);
        assert_eq!(added::<f32>((0, 0)), [old, [1.5; 2], [1.5; 2], [1.5; 2], old]);
        assert_eq!(added::<f32>((2, 0)), [old, old, old, [1.5; 2], old]);
        assert_eq!(added::<f32>((0, 1)), [old; 5]);
    }
}
