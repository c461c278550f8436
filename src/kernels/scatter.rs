//! The gradient of the input of one image of few channels.
//!
//! A vector of channels would be mostly empty. Here it runs over the taps of a row of the kernel and their channels: the
//! KW · C numbers of the input that an output point meets with one row of taps lie side by side. A point of the output's
//! gradient adds its products to them, where the tiles of [`convolution`](super::convolution) collect those of each point
//! of the input. With padding 0 no tap is computed that lies off the output.
//!
//! To each number the products are added in the order u, v, f, as there: the results are the same bits.

use core::hint::black_box;

use super::simd::Isa;
use super::{Kernel, Map};
use crate::{Axis, Elem, F32x8, SlidingWindow, Zero};

/// A row of taps of each output channel, between zeros.
#[repr(align(64))]
struct Taps<const N: usize, const F: usize>([[f32; N]; F]);

/// dx[i·SH+u·DH−TOP][j·SW+v−LEFT][c] = Σ_u Σ_v Σ_f dy[i][j][f] · w[u][v][f][c], where w are the weights transposed
///
/// `L` vectors hold the KW · C numbers of a point; those of `T` points, one below the other, stay in registers. Where
/// taps lie off the image, the nearest KW · C numbers are taken, and zeros instead of these taps: a gradient that is
/// infinite or NaN shows there too.
#[rustfmt::skip]
#[inline(always)]
pub(crate) fn correlate<
    I: Isa, V: Elem, const T: usize, const L: usize, const N: usize, Win: SlidingWindow,
    const F: usize, const OH: usize, const OW: usize, const C: usize, const H: usize, const W: usize,
    const KH: usize, const KW: usize,
>(
    isa: I, dy: &Map<V, F, OH, OW>, w: &Kernel<KH, KW, F, C>, dx: &mut Map<V, C, H, W>,
) {
    let Axis { stride, padding: [left, _], .. } = Win::COLUMNS;
    let margin = margin(N, L);
    dx.as_flattened_mut().as_flattened_mut().fill(V::ZERO);
    let mut taps = Taps([[0.0; N]; F]);
    for u in 0..KH {
        for v in 0..KW {
            for f in 0..F {
                for c in 0..C {
                    taps.0[f][margin + v * C + c] = w[u][v][f][c];
                }
            }
        }
        for j in (0..OW).rev() {
            // the numbers that the taps meet, from the first on; at the border the nearest that there are
            let first = Win::COLUMNS.index(j, 0).wrapping_mul(C);
            let nearest = (j * stride).saturating_sub(left).min(W - KW) * C;
            if first == nearest {
                add_column::<I, V, T, L, N, Win, F, OH, OW, C, H, W, KH, KW>(isa, dy, &taps.0, dx, u, j, margin);
            } else {
                let shift = (margin + nearest).wrapping_sub(first);
                add_column::<I, V, T, L, N, Win, F, OH, OW, C, H, W, KH, KW>(isa, dy, &taps.0, dx, u, j, shift);
            }
        }
    }
}

/// How many zeros are before the taps, and at least behind them.
const fn margin(n: usize, vectors: usize) -> usize {
    (n - 8 * vectors) / 2
}

/// Adds the products of column `j` with the taps of row `u`, which are taken from `shift` on.
#[rustfmt::skip]
#[inline(always)]
fn add_column<
    I: Isa, V: Elem, const T: usize, const L: usize, const N: usize, Win: SlidingWindow,
    const F: usize, const OH: usize, const OW: usize, const C: usize, const H: usize, const W: usize,
    const KH: usize, const KW: usize,
>(
    isa: I, dy: &Map<V, F, OH, OW>, taps: &[[f32; N]; F], dx: &mut Map<V, C, H, W>, u: usize, j: usize, shift: usize,
) {
    let Axis { stride, padding: [left, _], .. } = Win::COLUMNS;
    let at = (shift + j * stride * C).wrapping_sub(margin(N, L) + left * C);
    // a bound that the compiler does not know: it would write all channels out
    let channels = F.min(black_box(F));
    for i_next in (0..OH).step_by(T) {
        let i = i_next.min(OH.saturating_sub(T));
        let mut sum = [[F32x8::ZERO; L]; T];
        for t in 0..T.min(OH) {
            if let Some(row) = dx.get(Win::ROWS.index(i + t, u))
                && let Some(values) = row.as_flattened().get(at..at + KW * C)
            {
                for l in 0..L {
                    sum[t][l] = V::load(values, 8 * l);
                }
            }
        }
        for f in 0..channels {
            let mut tap = [F32x8::ZERO; L];
            if let Some(taps) = taps[f].get(shift..shift.wrapping_add(8 * L)) {
                for l in 0..L {
                    tap[l] = V::weights(taps, 8 * l);
                }
            }
            for l in 0..L {
                for t in 0..T.min(OH) {
                    sum[t][l] = isa.mul_add(dy[i + t][j][f].broadcast(), tap[l], sum[t][l]);
                }
            }
        }
        // where the last tile overlaps the one before it, that one has added its products
        for t in i_next - i..T.min(OH) {
            if let Some(row) = dx.get_mut(Win::ROWS.index(i + t, u))
                && let Some(values) = row.as_flattened_mut().get_mut(at..at + KW * C)
            {
                for l in 0..L {
                    V::store(sum[t][l], values, 8 * l);
                }
            }
        }
    }
}
