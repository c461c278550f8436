//! The gradient of the input of one image of one channel.
//!
//! A vector of channels would hold one number. Here it holds eight neighbouring points. Each row of the output's gradient is
//! first turned, so that the points of a channel lie side by side, and then added to the K rows of the input that it
//! meets.
//!
//! To each number the products are added in the order u, v, f, as in [`convolution`](super::convolution): the results are
//! the same bits.

use core::array::from_fn;
use core::hint::black_box;

use super::convolution::{Kernel, Map};
use super::simd::{Isa, dispatch};
use crate::{Elem, F32x8, Zero};

/// Whether a layer with stride 1 is faster this way, for what was measured.
///
/// % of the peak with `simd`, and without: 1 × 8 × 8 to 8, K = 3, 11 → 33 and 16 → 26; 1 × 28 × 28 to 6, K = 5, 9 → 42 and
/// 18 → 30. Without `simd` the compiler makes vectors of four rows where the kernel has four, 15 → 4.
pub(crate) const fn suits(outputs: usize, [width, output_width]: [usize; 2], kernel: usize, padding: usize) -> bool {
    cfg!(target_arch = "x86_64")
        // the rows and the weights are at most 17 kilobytes on the stack
        && outputs <= 32
        && width >= POINTS
        && output_width >= 4
        && 1 < kernel
        && kernel <= MAX_KERNEL
        && (cfg!(feature = "simd") || kernel != 4)
        && padding < kernel
}

/// How many points of the input's gradient are computed at once.
const POINTS: usize = 8;

const MAX_KERNEL: usize = 5;

/// What [`POINTS`] points meet in a row of the output's gradient, one channel after the other, each on a cache line
/// of its own; zeros beside the image.
#[repr(align(64))]
struct Row<const F: usize>([[f32; 16]; F]);

/// dx[h][w] = Σ_u Σ_v Σ_f dy[h+P−u][w+P−v][f] · w[u][v][0][f]
#[rustfmt::skip]
#[inline(always)]
pub(crate) fn input_gradient<
    V: Elem, const P: usize,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize, const K: usize,
>(
    dy: &Map<V, F, OH, OW>, w: &Kernel<K, C, F>, dx: &mut Map<V, C, H, W>,
) {
    dispatch!(
        isa => add_rows::<_, V, P, C, H, W, F, OH, OW, K>(isa, dy, w, dx),
        base(_POINTS, _VECTORS) => add_rows::<_, V, P, C, H, W, F, OH, OW, K>(isa, dy, w, dx),
        any_shape => V::correlate(
            (dy.as_flattened().as_flattened(), [OH, OW, F]),
            // of one channel they are the same numbers when they are transposed
            (w.as_flattened().as_flattened().as_flattened(), C),
            &[0.0; C],
            (dx.as_flattened_mut().as_flattened_mut(), [H, W, C]),
            const { super::taps::taps::<K, 1, P>(true) },
        ),
    )
}

/// The sums of K rows stay in registers: row i of the output's gradient is the last that adds to row i+K−1−P of the
/// input's, and the first that adds to row i−P. The last points overlap those before them.
#[rustfmt::skip]
#[inline(always)]
fn add_rows<
    I: Isa, V: Elem, const P: usize,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize, const K: usize,
>(
    isa: I, dy: &Map<V, F, OH, OW>, w: &Kernel<K, C, F>, dx: &mut Map<V, C, H, W>,
) {
    // each weight four times, so that without `simd` it is read as a vector
    let taps = from_fn(|v| from_fn(|f| from_fn(|u| [w[u][v][0][f]; 4])));
    for at in (0..W).step_by(POINTS) {
        let at = at.min(W.saturating_sub(POINTS));
        let mut rows = [const { Row([[0.0; 16]; F]) }; 2];
        let mut sum = [F32x8::ZERO; K];
        // row i − 1 is turned before row i is added: what has just been written is slow to read as other vectors
        for i in (0..OH + 1).rev() {
            if let Some(points) = dy.get(i.wrapping_sub(1)) {
                turn::<V, P, F, OW, K>(points, at, &mut rows[i % 2]);
            }
            if i == OH {
                continue;
            }
            let row = &rows[(i + 1) % 2];
            // the first and the last row do not meet P of their rows
            if i == OH - 1 {
                add::<I, F, K, 0, P>(isa, row, &taps, &mut sum);
            } else if i == 0 {
                add::<I, F, K, P, 0>(isa, row, &taps, &mut sum);
            } else {
                add::<I, F, K, 0, 0>(isa, row, &taps, &mut sum);
            }
            store(sum[K - 1], dx, (i + K - 1).wrapping_sub(P), at);
            for u in (1..K).rev() {
                sum[u] = sum[u - 1];
            }
            sum[0] = F32x8::ZERO;
        }
        for u in 1..K {
            store(sum[u], dx, (u - 1).wrapping_sub(P), at);
        }
    }
}

/// Writes to `row` what the points from `at` on meet of `points`, four points of a channel at a time.
#[rustfmt::skip]
#[inline(always)]
fn turn<V: Elem, const P: usize, const F: usize, const OW: usize, const K: usize>(
    points: &[[V; F]; OW], at: usize, row: &mut Row<F>,
) {
    // the row begins with column at + P − (K − 1), or with zeros
    let zeros = (K - 1 - P).saturating_sub(at);
    let column = (at + zeros).wrapping_sub(K - 1 - P);
    let count = (POINTS + K - 1 - zeros).min(OW.saturating_sub(column));
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

/// Adds the products of a row with the taps of the kernel's rows, but for the first `FIRST` and the last `LAST`.
#[rustfmt::skip]
#[inline(always)]
fn add<I: Isa, const F: usize, const K: usize, const FIRST: usize, const LAST: usize>(
    isa: I, row: &Row<F>, taps: &[[[[f32; 4]; K]; F]; K], sum: &mut [F32x8; K],
) {
    // a bound that the compiler does not know: it would write all channels out
    let channels = F.min(black_box(F));
    for v in 0..K {
        for f in 0..channels {
            if let Some(Some(points)) = row.0[f].get(K - 1 - v..).map(<[f32]>::first_chunk::<POINTS>) {
                for u in FIRST..K - LAST {
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
