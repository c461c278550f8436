//! The loops that layers share, over vectors of eight.
//!
//! Each kernel is a function of its own. As parts of a network's passes they make these so long that the compiler needs half
//! as long again, and a program for a microcontroller grows by a twentieth.
//!
//! One kernel serves both elements: with `f32` a vector holds eight channels of one image, with [`F32x8`] it holds one
//! channel of eight images. [`Vectors`] is the difference between the two.

pub(crate) mod any_shape;
pub(crate) mod convolution;
pub(crate) mod dense;
pub(crate) mod grouped;
pub(crate) mod kernel_gradient;
pub(crate) mod plan;
#[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
mod points;
mod rows;
mod scatter;
pub(crate) mod simd;
pub(crate) mod taps;

use core::array::from_fn;

use simd::Isa;

use crate::{F32x8, Zero};

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

/// How activations and weights become vectors of eight. Sealed: this module is private.
pub trait Vectors: any_shape::AnyShape {
    /// How many channels one vector holds.
    const CHANNELS: usize;

    /// Zeros that take no room on the stack.
    fn zeros<const N: usize>() -> &'static [Self; N];

    /// The channel that the `n`-th vector of `channels` begins with. The last overlaps the one before it, so that it is full,
    /// but where vectors of eight are registers and two of them a tile: its length is then known, 51 → 67 % of the peak.
    #[inline(always)]
    fn begin(n: usize, channels: usize) -> usize {
        let at = n * Self::CHANNELS;
        if cfg!(feature = "simd") && channels <= 2 * Self::CHANNELS {
            at
        } else {
            at.min(channels.saturating_sub(Self::CHANNELS))
        }
    }

    /// The value of one channel, for every place in a vector.
    fn broadcast(self) -> F32x8;

    /// The vector of channels from `at` on, zero where there are none.
    fn load(values: &[Self], at: usize) -> F32x8;

    /// Writes a vector to the channels from `at` on, as far as there are any.
    fn store(vector: F32x8, values: &mut [Self], at: usize);

    /// The weights of the channels from `at` on, zero where there are none.
    fn weights(weights: &[f32], at: usize) -> F32x8;

    /// A vector of single values, the `n`-th being the one at `index(n)`, zero where there is none.
    fn gather(values: &[Self], index: impl Fn(usize) -> usize) -> F32x8;

    /// As [`gather`](Vectors::gather), of weights.
    fn gather_weights(weights: &[f32], index: impl Fn(usize) -> usize) -> F32x8;

    /// Adds the sums of a tile to gradients of weights: `sums[t][l]` to the `first + l`-th vector of `weights[t]`, or its
    /// eight images' parts, one after the other, to the one at `first + l`.
    ///
    /// What has no weight is passed over, and so are the first `done` rows and vectors.
    fn add_tile<I: Isa, const T: usize, const L: usize, const B: usize>(
        isa: I,
        sums: &[[F32x8; L]; T],
        weights: &mut [[f32; B]],
        first: usize,
        done: (usize, usize),
    );

    /// This, plus a vector's channels one after the other, or plus a vector of eight images lane by lane.
    fn add_channels(self, vector: F32x8) -> Self;
}

impl Vectors for f32 {
    const CHANNELS: usize = 8;

    #[inline(always)]
    fn zeros<const N: usize>() -> &'static [f32; N] {
        const { &[0.0; N] }
    }

    #[inline(always)]
    fn broadcast(self) -> F32x8 {
        F32x8([self; 8])
    }

    #[inline(always)]
    fn load(values: &[f32], at: usize) -> F32x8 {
        let mut vector = [0.0; 8];
        if let Some(Some(eight)) = values.get(at..).map(<[f32]>::first_chunk::<8>) {
            return F32x8(*eight);
        }
        // four, two and one: the compiler makes one load of each
        let (rest, mut n) = (values.get(at..).unwrap_or(&[]), 0);
        if let Some(&four) = rest.first_chunk::<4>() {
            [vector[0], vector[1], vector[2], vector[3]] = four;
            n = 4;
        }
        if let Some(Some(&two)) = rest.get(n..).map(<[f32]>::first_chunk::<2>) {
            [vector[n], vector[n + 1]] = two;
            n += 2;
        }
        if let Some(&one) = rest.get(n) {
            vector[n] = one;
        }
        F32x8(vector)
    }

    #[inline(always)]
    fn store(vector: F32x8, values: &mut [f32], at: usize) {
        if let Some(Some(eight)) = values.get_mut(at..).map(<[f32]>::first_chunk_mut::<8>) {
            *eight = vector.0;
            return;
        }
        for n in 0..8 {
            if let Some(value) = values.get_mut(at + n) {
                *value = vector.0[n];
            }
        }
    }

    #[inline(always)]
    fn weights(weights: &[f32], at: usize) -> F32x8 {
        f32::load(weights, at)
    }

    #[inline(always)]
    fn gather(values: &[f32], index: impl Fn(usize) -> usize) -> F32x8 {
        F32x8(from_fn(|n| values.get(index(n)).copied().unwrap_or(0.0)))
    }

    #[inline(always)]
    fn gather_weights(weights: &[f32], index: impl Fn(usize) -> usize) -> F32x8 {
        f32::gather(weights, index)
    }

    #[inline(always)]
    fn add_tile<I: Isa, const T: usize, const L: usize, const B: usize>(
        _: I,
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

    #[inline(always)]
    fn add_channels(self, vector: F32x8) -> f32 {
        let mut total = self;
        for n in 0..8 {
            total += vector.0[n];
        }
        total
    }
}

impl Vectors for F32x8 {
    const CHANNELS: usize = 1;

    #[inline(always)]
    fn zeros<const N: usize>() -> &'static [F32x8; N] {
        const { &[F32x8([0.0; 8]); N] }
    }

    #[inline(always)]
    fn broadcast(self) -> F32x8 {
        self
    }

    #[inline(always)]
    fn load(values: &[F32x8], at: usize) -> F32x8 {
        values.get(at).copied().unwrap_or(F32x8([0.0; 8]))
    }

    #[inline(always)]
    fn store(vector: F32x8, values: &mut [F32x8], at: usize) {
        if let Some(value) = values.get_mut(at) {
            *value = vector;
        }
    }

    #[inline(always)]
    fn weights(weights: &[f32], at: usize) -> F32x8 {
        F32x8([weights.get(at).copied().unwrap_or(0.0); 8])
    }

    #[inline(always)]
    fn gather(values: &[F32x8], index: impl Fn(usize) -> usize) -> F32x8 {
        F32x8::load(values, index(0))
    }

    #[inline(always)]
    fn gather_weights(weights: &[f32], index: impl Fn(usize) -> usize) -> F32x8 {
        F32x8::weights(weights, index(0))
    }

    #[inline(always)]
    fn add_tile<I: Isa, const T: usize, const L: usize, const B: usize>(
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

    #[inline(always)]
    fn add_channels(self, vector: F32x8) -> F32x8 {
        self + vector
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use simd::Base;

    /// 3 × 1 sums, of which four are added at a time, to the middle of 5 × 2 weights.
    fn added<V: Vectors>(done: (usize, usize)) -> [[f32; 2]; 5] {
        let mut weights = [[0.5; 2]; 5];
        V::add_tile(Base, &[[F32x8([1.0; 8])]; 3], &mut weights[1..], 0, done);
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
