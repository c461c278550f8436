//! The direct convolution loops: forward, and the gradient of the input.
//!
//! The naive loops that say what these compute are in [`crate::naive`]. From there it is three steps to here:
//!
//! - *Vectors.* The innermost loop of the naive forward pass, turned to run over output channels, does the same with
//!   neighbouring numbers: eight of them are one instruction. With [`F32x8`] it is eight images that are neighbours.
//! - *Tiles.* A sum that stays in a register while all taps and channels are added costs no memory access. `T` points by
//!   `L` vectors of channels do so at once: each weight that is loaded serves `T` points, each value `L` vectors.
//! - *Borders.* The position of a tap off the image is none that `get` finds: it is too large, where it would be negative
//!   since it wraps around. A row of taps that is off the image is passed over; of a tile that lies partly outside, the
//!   points outside read zeros.

use core::hint::black_box;

use super::plan::{self, Correlation, Set};
use super::simd::{Isa, dispatch};
use super::taps::{Taps, taps};
use super::{Kernel, Map, grouped, kernels, kernels_mut};
use crate::{Elem, F32x8, Nested, SlidingWindow, Zero};

/// y[i][j][f] = max(bias[f] + Σ_u Σ_v Σ_c x[i·SH+u·DH−TOP][j·SW+v·DW−LEFT][c] · w[u][v][c][f], bound)
#[rustfmt::skip]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn forward<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    x: &Map<V, C, H, W>, w: &Kernel<KH, KW, A, F>, bias: &[f32; F], bound: f32, y: &mut Map<V, F, OH, OW>,
) {
    if const { A < C } {
        return grouped::forward::<V, Win, C, H, W, F, OH, OW, KH, KW, A>(x, w, bias, bound, y);
    }
    let [w] = kernels(w.flat()) else { return };
    planned::<V, Win, false, C, H, W, F, OH, OW, KH, KW, F>(x, w, bias, bound, y)
}

/// dx[h][w][c] = Σ_u Σ_v Σ_f dy[(h+TOP−u·DH)/SH][(w+LEFT−v·DW)/SW][f] · w[u][v][c][f], where the strides divide
///
/// A correlation of `dy` with the weights transposed; `transposed` is where they are written. For eight images those of a tile's four channels lie side by side: 32
/// channels of 28 × 28 points 89 → 96 % of the peak, 64 of 14 × 14 91 → 95 %.
#[rustfmt::skip]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn input_gradient<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    dy: &Map<V, F, OH, OW>, w: &Kernel<KH, KW, A, F>, transposed: &mut Kernel<KH, KW, A, F>, dx: &mut Map<V, C, H, W>,
) {
    if const { A < C } {
        return grouped::input_gradient::<V, Win, C, H, W, F, OH, OW, KH, KW, A>(dy, w, &[0.0; C], dx);
    }
    let [w] = kernels::<KH, KW, C, F>(w.flat()) else { return };
    if const { V::CHANNELS == 1 && F > 1 && C.is_multiple_of(4) } {
        transpose(w, kernels_mut::<KH, KW, F, 4>(transposed.flat_mut()));
        let [transposed] = kernels(transposed.flat()) else { return };
        planned::<V, Win, true, F, OH, OW, C, H, W, KH, KW, 4>(dy, transposed, &[0.0; C], f32::NEG_INFINITY, dx)
    } else {
        transpose(w, kernels_mut::<KH, KW, F, C>(transposed.flat_mut()));
        let [transposed] = kernels(transposed.flat()) else { return };
        planned::<V, Win, true, F, OH, OW, C, H, W, KH, KW, C>(dy, transposed, &[0.0; C], f32::NEG_INFINITY, dx)
    }
}

/// Writes the weights transposed, a block for each `N` input channels.
#[rustfmt::skip]
#[inline(always)]
fn transpose<const C: usize, const F: usize, const KH: usize, const KW: usize, const N: usize>(
    w: &Kernel<KH, KW, C, F>, blocks: &mut [Kernel<KH, KW, F, N>],
) {
    for u in 0..KH {
        for v in 0..KW {
            for (block, w) in blocks.iter_mut().zip(w[u][v].as_chunks::<N>().0) {
                for f in 0..F {
                    for c in 0..N {
                        block[u][v][f][c] = w[c][f];
                    }
                }
            }
        }
    }
}

/// What the plan of a loop follows from.
const fn layer<V: Elem, Win: SlidingWindow>(
    transposed: bool,
    [inputs, outputs]: [usize; 2],
    size: [usize; 2],
) -> Correlation {
    Correlation { lanes: V::CHANNELS, inputs, outputs, size, taps: taps::<Win>(transposed) }
}

/// The loop that the [plan](super::plan) says.
#[rustfmt::skip]
#[inline(always)]
fn planned<
    V: Elem, Win: SlidingWindow, const TRANSPOSED: bool,
    const A: usize, const H1: usize, const W1: usize, const B: usize, const H2: usize, const W2: usize,
    const KH: usize, const KW: usize, const N: usize,
>(
    x: &Map<V, A, H1, W1>, w: &Kernel<KH, KW, A, B>, bias: &[f32; B], bound: f32, y: &mut Map<V, B, H2, W2>,
) {
    macro_rules! run {
        ($isa:ident, Tile($points:literal, $vectors:literal)) => {
            correlate::<_, V, $points, $vectors, A, H1, W1, B, H2, W2, KH, KW, N>(
                $isa, x, w, bias, bound, y, const { taps::<Win>(TRANSPOSED) },
            )
        };
        ($isa:ident, Points($eights:literal, $channels:literal)) => {
            super::points::correlate::<_, V, $eights, $channels, A, H1, W1, B, H2, W2, KH, KW>(
                $isa, x, w, bias, bound, y, const { taps::<Win>(TRANSPOSED) },
            )
        };
    }
    dispatch!(
        isa => plan::fast_correlations!(isa, plan::correlation(Set::HERE, layer::<V, Win>(TRANSPOSED, [A, B], [H2, W2])), run),
        base =>
            plan::base_correlations!(isa, plan::correlation(Set::HERE, layer::<V, Win>(TRANSPOSED, [A, B], [H2, W2])), run),
        any_shape => (loops::<V>().correlate)(
            (x.as_flattened().as_flattened(), [H1, W1, A]),
            (w.as_flattened().as_flattened().as_flattened(), N),
            bias,
            bound,
            (y.as_flattened_mut().as_flattened_mut(), [H2, W2, B]),
            const { &taps::<Win>(TRANSPOSED) },
        ),
    )
}

/// y[i][j][b] = max(bias[b] + Σ_u Σ_v Σ_a x[row(i, u)][column(j, v)][a] · w[u][v][a][b], bound): a convolution, or its transpose.
///
/// The sums of `T` points by `L` vectors of channels stay in registers. An index off the image reads as zeros. The
/// points of a tile lie `step` apart, so that they all use the same taps. The last tile overlaps the one before it. The
/// weights are blocks for `N` channels, one after the other, all `B` or a multiple of `L`.
///
/// Additions are in the order u, v, a, whatever the tile: with finite weights the result does not depend on the element.
/// A weight that is infinite or NaN also shows where it meets the zeros of a tile that lies partly outside.
#[rustfmt::skip]
#[inline(always)]
fn correlate<
    I: Isa, V: Elem, const T: usize, const L: usize,
    const A: usize, const H1: usize, const W1: usize, const B: usize, const H2: usize, const W2: usize,
    const KH: usize, const KW: usize, const N: usize,
>(
    isa: I, x: &Map<V, A, H1, W1>, w: &Kernel<KH, KW, A, B>, bias: &[f32; B], bound: f32, y: &mut Map<V, B, H2, W2>,
    taps: Taps,
) {
    let step = taps.step();
    // a kernel of one tap meets the image as one row
    let (height, width) = if taps.are_points() { (1, H2 * W2) } else { (H2, W2) };
    let zeros = V::zeros::<A>();
    // a bound that the compiler does not know: it unrolls eight channels of eight points and then lacks registers,
    // 58 → 91 % of the peak; the smallest tiles would gain nothing
    let channels = if A < 4 || T * L < 6 { A } else { A.min(black_box(A)) };
    let vectors = B.div_ceil(V::CHANNELS);
    let l_max = L.min(vectors);
    for first in (0..vectors).step_by(L) {
        let first = first.min(vectors - l_max);
        // without `simd` full vectors are worth it: 10 channels 14 → 21 % of the peak
        let channel = |l: usize| V::begin(first + l, B);
        let block = if const { N == B } { 0 } else { first * V::CHANNELS / N };
        let Some(w) = kernels::<KH, KW, A, N>(w.flat()).get(block) else { continue };
        for i in 0..height {
            // what a row's tiles start with: put together for each, few taps of one channel take twice as long
            let mut start = [F32x8::ZERO; L];
            for l in 0..l_max {
                // adding 0 makes −0 a 0, which stays what it is whether zeros are added or not
                start[l] = V::weights(bias, channel(l)) + F32x8::ZERO;
            }
            for phase in 0..step.min(width) {
                let points = (width - phase).div_ceil(step);
                for o in (0..points).step_by(T) {
                    let o = o.min(points.saturating_sub(T));
                    let mut sum = [start; T];
                    for u in 0..KH {
                        let row = if taps.are_points() {
                            x.as_flattened()
                        } else if let Some(row) = x.get(taps.row(i, u)) {
                            row
                        } else {
                            continue;
                        };
                        for v in 0..KW {
                            let mut point = [zeros; T];
                            let mut any = false;
                            for t in 0..T {
                                if let Some(inside) = row.get(taps.column(phase + step * (o + t), v)) {
                                    (point[t], any) = (inside, true);
                                }
                            }
                            if !any {
                                continue;
                            }
                            for a in 0..channels {
                                for l in 0..l_max {
                                    let weight = V::weights(&w[u][v][a], channel(l) - block * N);
                                    for t in 0..T {
                                        sum[t][l] = isa.mul_add(point[t][a].broadcast(), weight, sum[t][l]);
                                    }
                                }
                            }
                        }
                    }
                    for t in 0..T.min(points) {
                        // what the compiler does not see where points lie apart: it is on the map
                        let column = if step > 1 { (phase + step * (o + t)).min(W2 - 1) } else { o + t };
                        let row = if taps.are_points() { y.as_flattened_mut() } else { &mut y[i][..] };
                        for l in 0..l_max {
                            V::store(isa.at_least(sum[t][l], bound), &mut row[column], channel(l));
                        }
                    }
                }
            }
        }
    }
}
