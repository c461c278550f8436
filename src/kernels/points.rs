//! Convolutions of one image to few channels, without `simd`.
//!
//! A vector of channels would be mostly empty. Here it holds one channel of two rows of four neighbouring points, whose
//! inputs are brought together first, as the compiler does not do by itself.
//!
//! Additions are in the order u, v, a, as in [`convolution`](super::convolution): the results are the same bits.

use core::hint::black_box;

use super::simd::Isa;
use super::taps::Taps;
use super::{Kernel, Map};
use crate::{Elem, F32x8, Zero};

/// y[i][j][b] = max(bias[b] + Σ_u Σ_v Σ_a x[row(i, u)][column(j, v)][a] · w[u][v][a][b], bound): a convolution with stride and dilation
/// 1, or its transpose.
///
/// The sums of `T` times eight points and `L` channels, of which there is a multiple, stay in registers. An index off the
/// image reads as zeros. The last tile overlaps the one before it.
#[rustfmt::skip]
#[inline(always)]
pub(crate) fn correlate<
    I: Isa, V: Elem, const T: usize, const L: usize,
    const A: usize, const H1: usize, const W1: usize, const B: usize, const H2: usize, const W2: usize,
    const KH: usize, const KW: usize,
>(
    isa: I, x: &Map<V, A, H1, W1>, w: &Kernel<KH, KW, A, B>, bias: &[f32; B], bound: f32, y: &mut Map<V, B, H2, W2>,
    taps: Taps,
) {
    // which of the positions that a tile meets, its first being that of the first tap or of the last, a tap meets
    let (first_u, first_v) = if taps.transposed { (KH - 1, KW - 1) } else { (0, 0) };
    let offset = |tap: usize, last: usize| if taps.transposed { last - tap } else { tap };
    // bounds that the compiler does not know: written out, the loops lack registers
    let (columns, channels) = (KW.min(black_box(KW)), A.min(black_box(A)));
    // one channel of eight positions of a row
    let mut window = [[F32x8::ZERO; A]; 12];
    for i in (0..H2).step_by(2 * T) {
        let i = i.min(H2.saturating_sub(2 * T));
        for j in (0..W2).step_by(4) {
            let j = j.min(W2 - 4);
            for m in 0..2 * T + KH - 1 {
                let row = x.get(taps.row(i, first_u).wrapping_add(m));
                for n in 0..4 + KW - 1 {
                    let point = row.and_then(|row| row.get(taps.column(j, first_v).wrapping_add(n)));
                    for a in 0..A {
                        window[m][a].0[n] = point.map_or(0.0, |point| point[a].broadcast().0[0]);
                    }
                }
            }
            for b in (0..B).step_by(L) {
                let mut sum = [[F32x8::ZERO; L]; T];
                for l in 0..L {
                    for t in 0..T {
                        sum[t][l] = F32x8([bias[b + l] + 0.0; 8]);
                    }
                }
                for u in 0..KH {
                    for v in 0..columns {
                        for a in 0..channels {
                            let mut value = [F32x8::ZERO; T];
                            for t in 0..T {
                                let (m, n) = (2 * t + offset(u, KH - 1), offset(v, KW - 1));
                                let four = |row: usize| window[m + row][a].0.get(n..)?.first_chunk::<4>();
                                if let (Some(&[a, b, c, d]), Some(&[e, f, g, h])) = (four(0), four(1)) {
                                    value[t] = F32x8([a, b, c, d, e, f, g, h]);
                                }
                            }
                            for l in 0..L {
                                let weight = F32x8([w[u][v][a][b + l]; 8]);
                                for t in 0..T {
                                    sum[t][l] = isa.mul_add(value[t], weight, sum[t][l]);
                                }
                            }
                        }
                    }
                }
                for t in 0..(2 * T).min(H2) {
                    for n in 0..4 {
                        let mut point = F32x8::ZERO;
                        for l in 0..L {
                            point.0[l] = sum[t / 2][l].0[t % 2 * 4 + n];
                        }
                        V::store(isa.at_least(point, bound), &mut y[i + t][j + n], b);
                    }
                }
            }
        }
    }
}
