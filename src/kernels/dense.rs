//! The loops of a dense layer: forward, gradient of the input, gradient of the weights.

#[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
use super::plan::{Set, VECTORS};
use super::simd::{Isa, dispatch};
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
use super::taps::{Taps, taps};
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
use crate::Square;
use crate::eight::Vectors;
use crate::{Elem, F32x8, Zero};

/// A dense layer is a convolution of one point.
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
const TAPS: Taps = taps::<Square<1>>(false);

/// How many vectors of sums the compiler is to keep in registers by itself, where a convolution's tile has `tile`.
///
/// Of four it makes slow loops for AVX-512: 400 to 120, eight images, both passes 590 → 90 µs.
#[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
const fn sums(tile: usize) -> usize {
    if cfg!(target_feature = "avx512f") { 2 } else { tile }
}

/// y[o] = max(bias[o] + Σ_i x[i] · w[i][o], bound)
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn forward<V: Elem, const I: usize, const O: usize>(
    x: &[V; I],
    w: &[[f32; O]; I],
    bias: &[f32; O],
    bound: f32,
    y: &mut [V; O],
) {
    dispatch!(
        // weights are read once, in the order of memory, where the sums of all outputs fit the registers: 400 to 120
        // outputs 33 → 50 % of the peak, which is all that the L2 cache gives
        isa => if const { O.div_ceil(V::CHANNELS) < 16 } {
            weighted_sums::<_, V, 15, I, O>(isa, x, w, bias, bound, y)
        } else {
            weighted_sums::<_, V, 8, I, O>(isa, x, w, bias, bound, y)
        },
        base => weighted_sums::<_, V, { sums(Set::HERE.points() * VECTORS) }, I, O>(isa, x, w, bias, bound, y),
        any_shape => (loops::<V>().correlate)((x, [1, 1, I]), (w.as_flattened(), O), bias, bound, (y, [1, 1, O]), &TAPS),
    )
}

/// The sums of `L` vectors of outputs stay in registers; additions are in the order of the inputs.
#[inline(always)]
fn weighted_sums<A: Isa, V: Elem, const L: usize, const I: usize, const O: usize>(
    isa: A,
    x: &[V; I],
    w: &[[f32; O]; I],
    bias: &[f32; O],
    bound: f32,
    y: &mut [V; O],
) {
    let vectors = O.div_ceil(V::CHANNELS);
    let l_max = L.min(vectors);
    // where there are several tiles, and no vector is in two, the sums can wait in y
    let rows = if vectors > l_max && vectors.is_multiple_of(l_max) { const { rows(I, O) } } else { I };
    for from in (0..I).step_by(rows) {
        for first in (0..vectors).step_by(L) {
            let first = first.min(vectors - l_max);
            let channel = |l: usize| (first + l) * V::CHANNELS;
            let mut sum = [F32x8::ZERO; L];
            for l in 0..l_max {
                sum[l] = if from == 0 { V::weights(bias, channel(l)) } else { V::load(y, channel(l)) };
            }
            for i in from..(from + rows).min(I) {
                let x = x[i].broadcast();
                for l in 0..l_max {
                    sum[l] = isa.mul_add(x, V::weights(&w[i], channel(l)), sum[l]);
                }
            }
            let last = from + rows >= I;
            for l in 0..l_max {
                V::store(if last { isa.at_least(sum[l], bound) } else { sum[l] }, y, channel(l));
            }
        }
    }
}

/// How many rows of weights are read for all outputs before the next are, of weights that no first cache holds: memory is then
/// read in its order, 640 to 128 outputs 38 → 46 % of the peak.
const fn rows(inputs: usize, outputs: usize) -> usize {
    const FIRST_CACHE: usize = 32 * 1024 / size_of::<f32>();
    if inputs * outputs <= FIRST_CACHE {
        inputs
    } else if outputs < FIRST_CACHE / 32 {
        FIRST_CACHE / 4 / outputs
    } else {
        8
    }
}

/// dx[i] = Σ_o w[i][o] · dy[o]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn input_gradient<V: Elem, const I: usize, const O: usize>(dy: &[V; O], w: &[[f32; O]; I], dx: &mut [V; I]) {
    dispatch!(
        isa => dot_products::<_, V, 8, I, O>(isa, dy, w, dx),
        base => dot_products::<_, V, { Set::HERE.points() * VECTORS }, I, O>(isa, dy, w, dx),
        any_shape => (loops::<V>().dot_products)(dy, w.as_flattened(), dx),
    )
}

/// The sums of `T` inputs stay in registers.
///
/// Each dot product is eight sums, over every eighth output, added one after the other: with `f32` they are the places
/// of one vector, with [`F32x8`] one after the other.
#[inline(always)]
fn dot_products<A: Isa, V: Elem, const T: usize, const I: usize, const O: usize>(
    isa: A,
    dy: &[V; O],
    w: &[[f32; O]; I],
    dx: &mut [V; I],
) {
    let t_max = T.min(I);
    for i in (0..I).step_by(T) {
        let i = i.min(I - t_max);
        let mut total = [V::ZERO; T];
        for part in 0..8 / V::CHANNELS {
            let mut sum = [F32x8::ZERO; T];
            for o in (part..O).step_by(8) {
                let d = V::load(dy, o);
                for t in 0..t_max {
                    sum[t] = isa.mul_add(d, V::weights(&w[i + t], o), sum[t]);
                }
            }
            for t in 0..t_max {
                total[t] = total[t].add_channels(sum[t]);
            }
        }
        for t in 0..t_max {
            dx[i + t] = total[t];
        }
    }
}

/// dw[i][o] += x[i] · dy[o], db[o] += dy[o]: for each image, one after the other
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn weight_gradient<V: Elem, const I: usize, const O: usize>(
    x: &[V; I],
    dy: &[V; O],
    dw: &mut [[f32; O]; I],
    db: &mut [f32; O],
) {
    dispatch!(
        // one tile for all outputs, as in `forward`: 84 outputs, which are eight vectors and three, 3 times as fast
        isa => if const { O.div_ceil(8) < 16 } {
            rank_updates::<_, V, 15, I, O>(isa, x, dy, dw, db)
        } else {
            rank_updates::<_, V, 8, I, O>(isa, x, dy, dw, db)
        },
        base => rank_updates::<_, V, { sums(Set::HERE.points() * VECTORS) }, I, O>(isa, x, dy, dw, db),
        any_shape => (loops::<V>().kernel_gradient)((x, [1, 1, I]), (dy, [1, 1, O]), dw.as_flattened_mut(), db, &TAPS),
    )
}

/// `L` vectors of a row's gradients are in registers while the images' parts are added.
#[inline(always)]
fn rank_updates<A: Isa, V: Elem, const L: usize, const I: usize, const O: usize>(
    isa: A,
    x: &[V; I],
    dy: &[V; O],
    dw: &mut [[f32; O]; I],
    db: &mut [f32; O],
) {
    let vectors = O.div_ceil(8);
    for first in (0..vectors).step_by(L) {
        let l_max = L.min(vectors - first);
        // the images' output gradients, taken apart: eight neighbouring outputs of one image to a vector
        let mut d = [[F32x8::ZERO; L]; 8];
        for (n, dy) in dy.iter().skip(first * 8).take(L * 8).enumerate() {
            for lane in 0..V::LANES {
                if let Some(d) = d[lane].get_mut(n / 8) {
                    d.0[n % 8] = dy.lanes()[lane];
                }
            }
        }
        for i in 0..=I {
            // the bias is the weight of an input that is 1
            let (x, row) = match dw.get_mut(i) {
                Some(row) => (x[i], row),
                None => (V::splat(1.0), &mut *db),
            };
            let mut sum = [F32x8::ZERO; L];
            for l in 0..l_max {
                sum[l] = f32::load(row, (first + l) * 8);
            }
            for lane in 0..V::LANES {
                let x = F32x8::splat(x.lanes()[lane]);
                for l in 0..l_max {
                    sum[l] = isa.mul_add(x, d[lane][l], sum[l]);
                }
            }
            for l in 0..l_max {
                f32::store(sum[l], row, (first + l) * 8);
            }
        }
    }
}
