//! The gradient of the input of one image of one channel.
//!
//! A vector of channels would hold one number. Here it holds eight neighbouring points. Each row of the output's gradient is
//! first turned, so that the points of a channel lie side by side, and then added to the KH rows of the input that it
//! meets.
//!
//! To each number the products are added in the order u, v, f, as in [`convolution`](super::convolution): the results are
//! the same bits.

use core::array::from_fn;
use core::hint::black_box;
use core::ops::Range;

use super::plan::ROWS_POINTS as POINTS;
use super::simd::{Isa, dispatch};
use super::{Kernel, Map};
use crate::{Elem, F32x8, SlidingWindow, Zero};

/// What [`POINTS`] points meet in a row of the output's gradient, one channel after the other, each on a cache line
/// of its own; zeros beside the image.
#[repr(align(64))]
struct Row<const F: usize>([[f32; 16]; F]);

/// dx[h][w] = Σ_u Σ_v Σ_f dy[h+TOP−u][w+LEFT−v][f] · w[u][v][0][f]
#[rustfmt::skip]
#[inline(always)]
pub(crate) fn input_gradient<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize,
>(
    dy: &Map<V, F, OH, OW>, w: &Kernel<KH, KW, C, F>, dx: &mut Map<V, C, H, W>,
) {
    dispatch!(
        isa => add_rows::<_, V, Win, C, H, W, F, OH, OW, KH, KW>(isa, dy, w, dx),
        base => add_rows::<_, V, Win, C, H, W, F, OH, OW, KH, KW>(isa, dy, w, dx),
        any_shape => (loops::<V>().correlate)(
            (dy.as_flattened().as_flattened(), [OH, OW, F]),
            // of one channel they are the same numbers when they are transposed
            (w.as_flattened().as_flattened().as_flattened(), C),
            &[0.0; C],
            f32::NEG_INFINITY,
            (dx.as_flattened_mut().as_flattened_mut(), [H, W, C]),
            const { &super::taps::taps::<Win>(true) },
        ),
    )
}

/// The sums of KH rows stay in registers: row i of the output's gradient is the last that adds to row i+KH−1−TOP of the
/// input's, and the first that adds to row i−TOP. The last points overlap those before them.
#[rustfmt::skip]
#[inline(always)]
fn add_rows<
    I: Isa, V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize,
>(
    isa: I, dy: &Map<V, F, OH, OW>, w: &Kernel<KH, KW, C, F>, dx: &mut Map<V, C, H, W>,
) {
    let [top, bottom] = Win::ROWS.padding;
    // each weight four times, so that without `simd` it is read as a vector
    let taps = from_fn(|v| from_fn(|f| from_fn(|u| [w[u][v][0][f]; 4])));
    for at in (0..W).step_by(POINTS) {
        let at = at.min(W.saturating_sub(POINTS));
        let mut rows = [const { Row([[0.0; 16]; F]) }; 2];
        let mut sum = [F32x8::ZERO; KH];
        // row i − 1 is turned before row i is added: what has just been written is slow to read as other vectors
        for i in (0..OH + 1).rev() {
            if let Some(points) = dy.get(i.wrapping_sub(1)) {
                turn::<V, Win, F, OW, KW>(points, at, &mut rows[i % 2]);
            }
            if i == OH {
                continue;
            }
            let row = &rows[(i + 1) % 2];
            // of the first and the last row, some rows of taps meet the padding
            if i == OH - 1 {
                add::<I, F, KH, KW>(isa, row, &taps, &mut sum, 0..KH - bottom);
            } else if i == 0 {
                add::<I, F, KH, KW>(isa, row, &taps, &mut sum, top..KH);
            } else {
                add::<I, F, KH, KW>(isa, row, &taps, &mut sum, 0..KH);
            }
            store(sum[KH - 1], dx, (i + KH - 1).wrapping_sub(top), at);
            for u in (1..KH).rev() {
                sum[u] = sum[u - 1];
            }
            sum[0] = F32x8::ZERO;
        }
        for u in 1..KH {
            store(sum[u], dx, (u - 1).wrapping_sub(top), at);
        }
    }
}

/// Writes to `row` what the points from `at` on meet of `points`, four points of a channel at a time.
#[rustfmt::skip]
#[inline(always)]
fn turn<V: Elem, Win: SlidingWindow, const F: usize, const OW: usize, const KW: usize>(
    points: &[[V; F]; OW], at: usize, row: &mut Row<F>,
) {
    // the row begins with column at + LEFT − (KW − 1), or with zeros
    let before = KW - 1 - Win::COLUMNS.padding[0];
    let zeros = before.saturating_sub(at);
    let column = (at + zeros).wrapping_sub(before);
    let count = (POINTS + KW - 1 - zeros).min(OW.saturating_sub(column));
    for n in (0..count).step_by(4) {
        let n = n.min(count.saturating_sub(4));
        let Some(Some([a, b, c, d])) = points.get(column + n..).map(<[[V; F]]>::first_chunk::<4>) else { continue };
        for f in 0..F {
            if let Some(Some(four)) = row.0[f].get_mut(zeros + n..).map(<[f32]>::first_chunk_mut::<4>) {
                *four = [plus_zero(a[f]), plus_zero(b[f]), plus_zero(c[f]), plus_zero(d[f])];
            }
        }
    }
}

/// The value of one image. The 0 makes no difference to a sum, but a vector of four additions: 158 → 81 ns for 1 × 8 × 8.
#[inline(always)]
fn plus_zero<V: Elem>(value: V) -> f32 {
    value.broadcast().0[0] + 0.0
}

/// Adds the products of a row with the taps of the kernel's rows `us`.
#[rustfmt::skip]
#[inline(always)]
fn add<I: Isa, const F: usize, const KH: usize, const KW: usize>(
    isa: I, row: &Row<F>, taps: &[[[[f32; 4]; KH]; F]; KW], sum: &mut [F32x8; KH], us: Range<usize>,
) {
    // a bound that the compiler does not know: it would write all channels out
    let channels = F.min(black_box(F));
    for v in 0..KW {
        for f in 0..channels {
            if let Some(Some(points)) = row.0[f].get(KW - 1 - v..).map(<[f32]>::first_chunk::<POINTS>) {
                for u in us.clone() {
                    let [a, b, c, d] = taps[v][f][u];
                    sum[u] = isa.mul_add(F32x8(*points), F32x8([a, b, c, d, a, b, c, d]), sum[u]);
                }
            }
        }
    }
}

/// Writes the points of row `h` from `at` on, if there is such a row.
#[rustfmt::skip]
#[inline(always)]
fn store<V: Elem, const C: usize, const H: usize, const W: usize>(
    sum: F32x8, dx: &mut Map<V, C, H, W>, h: usize, at: usize,
) {
    if let Some(row) = dx.get_mut(h)
        && let Some(row) = row.as_flattened_mut().get_mut(at..)
    {
        V::store(sum, row, 0);
    }
}
