//! The gradient of a convolution's kernel and bias.
//!
//! Vectors and tiles are those of [`convolution`](super::convolution), but a tile's sums are of one tap, over all points.

use core::hint::black_box;
use core::slice::from_mut;

use super::plan::{self, Correlation, Set};
use super::simd::{Isa, dispatch};
use super::taps::taps;
use super::{Kernel, Map, add_tile, grouped, kernels_mut};
#[cfg(all(feature = "simd", target_arch = "x86_64"))]
use crate::Square;
use crate::{Axis, Elem, F32x8, Nested, SlidingWindow, Zero};

/// dw[u][v][c][f] += Σ_i Σ_j x[i·SH+u·DH−TOP][j·SW+v·DW−LEFT][c] · dy[i][j][f], db[f] += Σ_i Σ_j dy[i][j][f]
#[rustfmt::skip]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn kernel_gradient<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    x: &Map<V, C, H, W>, dy: &Map<V, F, OH, OW>, dw: &mut Kernel<KH, KW, A, F>, db: &mut [f32; F],
) {
    if const { A < C } {
        return grouped::kernel_gradient::<V, Win, C, H, W, F, OH, OW, KH, KW, A>(x, dy, dw, db);
    }
    let [dw] = kernels_mut::<KH, KW, C, F>(dw.flat_mut()) else { return };
    macro_rules! rows_of_taps {
        ($u:literal) => {{
            macro_rules! run {
                ($isa:ident, Outer($singles:literal, $vectors:literal, $tiles:literal)) => {
                    outer_products::<
                        _, V, false, $singles, $vectors, $tiles, $u, Win, C, H, W, F, OH, OW, KH, KW,
                    >($isa, x, dy, dw, db)
                };
                ($isa:ident, OuterSwapped($singles:literal, $vectors:literal)) => {
                    outer_products::<_, V, true, $singles, $vectors, 1, $u, Win, C, H, W, F, OH, OW, KH, KW>(
                        $isa, x, dy, dw, db,
                    )
                };
                ($isa:ident, RowProducts($vectors:literal)) => {
                    row_products::<_, V, $vectors, Win, C, H, W, F, OH, OW, KH, KW>($isa, x, dy, dw, db)
                };
                ($isa:ident, PointProducts($singles:literal, $vectors:literal)) => {{
                    let dw = dw.as_flattened_mut().as_flattened_mut();
                    products_of_points::<_, V, $singles, $vectors, C, F>($isa, x.as_flattened(), dy.as_flattened(), dw);
                    bias_gradient($isa, dy, db)
                }};
            }
            dispatch!(
                isa => plan::fast_kernel_gradients!(isa, plan::kernel_gradient(Set::HERE, layer::<V, Win>([C, F], [OH, OW]), W), run),
                base =>
                    plan::base_kernel_gradients!(isa, plan::kernel_gradient(Set::HERE, layer::<V, Win>([C, F], [OH, OW]), W), run),
                any_shape => (loops::<V>().kernel_gradient)(
                    (x.as_flattened().as_flattened(), [H, W, C]),
                    (dy.as_flattened().as_flattened(), [OH, OW, F]),
                    dw.as_flattened_mut().as_flattened_mut().as_flattened_mut(),
                    db,
                    const { &taps::<Win>(false) },
                ),
            )
        }};
    }
    match const { plan::rows_of_taps(KW, C) } {
        5 => rows_of_taps!(5),
        3 => rows_of_taps!(3),
        2 => rows_of_taps!(2),
        _ => rows_of_taps!(1),
    }
}

/// What the plan of a loop follows from.
const fn layer<V: Elem, Win: SlidingWindow>([inputs, outputs]: [usize; 2], size: [usize; 2]) -> Correlation {
    Correlation { lanes: V::CHANNELS, inputs, outputs, size, taps: taps::<Win>(false) }
}

/// As [`outer_products`], of kernels of one tap for eight images, which do not fit the caches: sums of [`BLOCK`] input by as
/// many output channels take turns at some points at a time, so that each value is read as many times fewer.
///
/// 64 × 25 × 5 to 64, 29 → 60 % of the peak. The sums take 8 kilobytes of the stack.
#[cfg_attr(
    not(all(feature = "simd", any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))),
    allow(dead_code)
)] // the other loops are used then
#[rustfmt::skip]
#[inline(always)]
fn products_of_points<I: Isa, V: Elem, const T: usize, const L: usize, const C: usize, const F: usize>(
    isa: I, x: &[[V; C]], dy: &[[V; F]], dw: &mut [[f32; F]],
) {
    let vectors = F.div_ceil(V::CHANNELS);
    let (t_max, l_max) = (T.min(C), L.min(vectors));
    for c in (0..C).step_by(BLOCK) {
        for f in (0..vectors).step_by(BLOCK) {
            // of a tile that overlaps the one before it, that one adds its sums
            let single = |m: usize| ((c + m * T).min(C - t_max), c + m * T);
            let vector = |n: usize| ((f + n * L).min(vectors - l_max), f + n * L);
            let (m_max, n_max) = ((BLOCK / T).min((C - c).div_ceil(T)), (BLOCK / L).min((vectors - f).div_ceil(L)));
            let mut sums = [[[[F32x8::ZERO; L]; T]; BLOCK / 2]; BLOCK / 4];
            for (x, dy) in x.chunks(BLOCK).zip(dy.chunks(BLOCK)) {
                for m in 0..m_max {
                    for n in 0..n_max {
                        let mut sum = sums[m][n];
                        for (x, dy) in x.iter().zip(dy) {
                            let x = &x[single(m).0..];
                            for l in 0..l_max {
                                let d = V::load(dy, V::begin(vector(n).0 + l, F));
                                for t in 0..t_max {
                                    sum[t][l] = isa.mul_add(x[t].broadcast(), d, sum[t][l]);
                                }
                            }
                        }
                        sums[m][n] = sum;
                    }
                }
            }
            for m in 0..m_max {
                for n in 0..n_max {
                    let ((single, c), (first, f)) = (single(m), vector(n));
                    add_tile::<V, _, _, _, _>(isa, &sums[m][n], &mut dw[single..single + t_max], first, (c - single, f - first));
                }
            }
        }
    }
}

/// How many channels of either side, and how many points.
#[cfg_attr(
    not(all(feature = "simd", any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))),
    allow(dead_code)
)] // the other loops are used then
const BLOCK: usize = 16;

/// Sums the outer products of input and output points, `T` input channels by `L` vectors of output channels, or the other
/// way round if they are `SWAPPED`, for the taps of `U` rows of the kernel at a time.
///
/// With more than one, `M` tiles one after the other read a row of the input's `T` channels, brought together first.
///
/// An image's part of a weight's gradient is summed alone, over rows and then columns, and then added.
#[rustfmt::skip]
#[inline(always)]
fn outer_products<
    I: Isa, V: Elem, const SWAPPED: bool, const T: usize, const L: usize, const M: usize, const U: usize,
    Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize,
>(
    isa: I, x: &Map<V, C, H, W>, dy: &Map<V, F, OH, OW>, dw: &mut Kernel<KH, KW, C, F>, db: &mut [f32; F],
) {
    // larger kernels are not to be written out for each column: 95 → 50 ms for the compiler, the speed is the same
    let columns = if KW <= 4 { KW } else { KW.min(black_box(KW)) };
    let Axis { stride, dilation, padding: [left, _], .. } = Win::COLUMNS;
    // the channels that are taken one by one, and those that make vectors
    let (singles, lanes) = if SWAPPED { (F, C) } else { (C, F) };
    let vectors = lanes.div_ceil(V::CHANNELS);
    let (t_max, l_max) = (T.min(singles), L.min(vectors));
    let mut together = [[V::ZERO; T]; W];
    for l_next in (0..vectors).step_by(L * M) {
        // the first vector of each tile: where one overlaps the one before it, that one has added its sums
        let tile = |m: usize| ((l_next + m * L).min(vectors - l_max), l_next + m * L);
        for t_next in (0..singles).step_by(T) {
            let single = t_next.min(singles - t_max);
            for u_first in (0..KH).step_by(U) {
                let mut sums = [[[[[F32x8::ZERO; L]; T]; KW]; M]; U];
                let mut bias = [F32x8::ZERO; L];
                // of one image row by row: the loops' work hides that each addition waits for the one before it
                let with_bias = !SWAPPED && V::CHANNELS > 1 && t_next == 0 && u_first == 0;
                for i in 0..OH {
                    if with_bias {
                        add_points(&mut bias, &dy[i], tile(0).0, l_max);
                    }
                    for (u, sums) in (u_first..KH).zip(&mut sums) {
                        let Some(row) = x.get(Win::ROWS.index(i, u)) else { continue };
                        if M > 1 {
                            for (together, point) in together.iter_mut().zip(row) {
                                if let Some(Some(channels)) = point.get(single..).map(<[V]>::first_chunk::<T>) {
                                    *together = *channels;
                                }
                            }
                        }
                        for (m, sums) in sums.iter_mut().enumerate() {
                            let (first, next) = tile(m);
                            if M > 1 && next >= vectors {
                                break;
                            }
                            for v in 0..columns {
                                let mut sum = sums[v];
                                // the columns whose input lies inside the image
                                let tap = v * dilation;
                                let (start, end) = (left.saturating_sub(tap), (W + left).saturating_sub(tap));
                                for j in start.div_ceil(stride)..OW.min(end.div_ceil(stride)) {
                                    let column = j * stride + tap - left;
                                    let (Some(point), Some(near)) = (row.get(column), together.get(column)) else {
                                        continue;
                                    };
                                    let (x, dy): (&[V], &[V]) = match (SWAPPED, M) {
                                        (true, _) => (&dy[i][j][single..], point),
                                        (false, 1) => (&point[single..], &dy[i][j]),
                                        (false, _) => (near, &dy[i][j]),
                                    };
                                    for l in 0..l_max {
                                        let d = V::load(dy, V::begin(first + l, lanes));
                                        for t in 0..t_max {
                                            sum[t][l] = isa.mul_add(x[t].broadcast(), d, sum[t][l]);
                                        }
                                    }
                                }
                                sums[v] = sum;
                            }
                        }
                    }
                }
                if with_bias {
                    let (first, next) = tile(0);
                    add_tile::<V, _, _, _, _>(isa, &[bias], from_mut(db), first, (0, next - first));
                }
                for (dw, sums) in dw.iter_mut().skip(u_first).zip(&sums) {
                    for (m, sums) in sums.iter().enumerate() {
                        let (first, next) = tile(m);
                        let done = (t_next - single, next - first);
                        for v in 0..KW {
                            if SWAPPED {
                                add_swapped(&sums[v], &mut dw[v], (single, first), done);
                            } else {
                                add_tile::<V, _, _, _, _>(isa, &sums[v], &mut dw[v][single..single + t_max], first, done);
                            }
                        }
                    }
                }
            }
        }
    }
    if SWAPPED || V::CHANNELS == 1 {
        bias_gradient(isa, dy, db);
    }
}

/// Adds the sums of a tile that is swapped: lane n of `sums[t][l]` to output channel `t` and input channel `8 · l + n`, both
/// from `first` on, without those that are done.
#[inline(always)]
fn add_swapped<const T: usize, const L: usize, const C: usize, const F: usize>(
    sums: &[[F32x8; L]; T],
    weights: &mut [[f32; F]; C],
    first: (usize, usize),
    done: (usize, usize),
) {
    for l in done.1..L {
        for (weights, n) in weights.iter_mut().skip(8 * (first.1 + l)).zip(0..8) {
            for t in done.0..T {
                if let Some(weight) = weights.get_mut(first.0 + t) {
                    *weight += sums[t][l].0[n];
                }
            }
        }
    }
}

/// As [`outer_products`], for one image of few channels, whose tiles would have few sums.
///
/// The values of one row that an output point meets, KW · C, lie side by side; `KW` of them at a time are a tile.
#[rustfmt::skip]
#[inline(always)]
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))] // without `simd` used where it was measured
fn row_products<
    I: Isa, V: Elem, const L: usize, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize,
>(
    isa: I, x: &Map<V, C, H, W>, dy: &Map<V, F, OH, OW>, dw: &mut Kernel<KH, KW, C, F>, db: &mut [f32; F],
) {
    let Axis { stride, padding: [left, _], .. } = Win::COLUMNS;
    let vectors = F.div_ceil(V::CHANNELS);
    let l_max = L.min(vectors);
    // without `simd` each value of a row four times, so that it is read as a vector: 1 × 28 × 28 to 6, 23 → 28 %
    let fourfold = const { cfg!(not(feature = "simd")) && C == 1 && KW == 5 && W <= 128 };
    let mut four = [[0.0; 4]; W];
    // a loop of its own for the columns whose values all lie inside the image: 1 × 28 × 28 to 6, 37 → 48 % of the peak;
    // without `simd` the compiler then loses the vectors of short rows, 37 → 14 %, and of one channel, 26 → 12 %
    let (start, end) = if cfg!(feature = "simd") || fourfold || (C > 1 && OW >= 16) {
        (left.div_ceil(stride).min(OW), ((W + left).saturating_sub(KW) / stride + 1).min(OW))
    } else {
        (0, 0)
    };
    let end = end.max(start);
    for n in (0..KW * C).step_by(KW) {
        for l_next in (0..vectors).step_by(L) {
            let first = l_next.min(vectors - l_max);
            let mut sums = [[[F32x8::ZERO; L]; KW]; KH];
            let mut bias = [F32x8::ZERO; L];
            for i in 0..OH {
                if n == 0 {
                    add_points(&mut bias, &dy[i], first, l_max);
                }
                for u in 0..KH {
                    let Some(row) = x.get(Win::ROWS.index(i, u)) else { continue };
                    let row = row.as_flattened();
                    let mut sum = sums[u];
                    let at = |j: usize| (j * stride * C + n).wrapping_sub(left * C);
                    for j in 0..start {
                        add_row(isa, &mut sum, row, at(j), &dy[i][j], first, l_max);
                    }
                    if fourfold {
                        for (four, value) in four.iter_mut().zip(row) {
                            *four = [value.broadcast().0[0]; 4];
                        }
                    }
                    for j in start..end {
                        if fourfold {
                            let Some(Some(values)) = four.get(at(j)..).map(<[[f32; 4]]>::first_chunk::<KW>) else { continue };
                            for t in 0..KW {
                                let [a, b, c, d] = values[t];
                                add_products(isa, &mut sum[t], F32x8([a, b, c, d, a, b, c, d]), &dy[i][j], first, l_max);
                            }
                        } else {
                            add_row(isa, &mut sum, row, at(j), &dy[i][j], first, l_max);
                        }
                    }
                    for j in end..OW {
                        add_row(isa, &mut sum, row, at(j), &dy[i][j], first, l_max);
                    }
                    sums[u] = sum;
                }
            }
            if n == 0 {
                add_tile::<V, _, _, _, _>(isa, &[bias], from_mut(db), first, (0, l_next - first));
            }
            for (dw, sums) in dw.iter_mut().zip(&sums) {
                if let Some(dw) = dw.as_flattened_mut().get_mut(n..) {
                    add_tile::<V, _, _, _, _>(isa, sums, dw, first, (0, l_next - first));
                }
            }
        }
    }
}

/// Adds the products of `K` values of a row, from the one at `at` on, with an output point's gradient.
#[inline(always)]
fn add_row<I: Isa, V: Elem, const L: usize, const K: usize>(
    isa: I,
    sum: &mut [[F32x8; L]; K],
    row: &[V],
    at: usize,
    dy: &[V],
    first: usize,
    l_max: usize,
) {
    if let Some(Some(values)) = row.get(at..).map(<[V]>::first_chunk::<K>) {
        for t in 0..K {
            add_products(isa, &mut sum[t], values[t].broadcast(), dy, first, l_max);
        }
    } else {
        for t in 0..K {
            if let Some(&value) = row.get(at.wrapping_add(t)) {
                add_products(isa, &mut sum[t], value.broadcast(), dy, first, l_max);
            }
        }
    }
}

/// Adds the products of an input value, in each lane, with `l_max` vectors of an output point's gradient, from the one at
/// `first` on.
#[inline(always)]
fn add_products<I: Isa, V: Elem, const L: usize>(
    isa: I,
    sum: &mut [F32x8; L],
    value: F32x8,
    dy: &[V],
    first: usize,
    l_max: usize,
) {
    for l in 0..l_max {
        sum[l] = isa.mul_add(value, V::load(dy, V::begin(first + l, dy.len())), sum[l]);
    }
}

/// db[f] += Σ_i Σ_j dy[i][j][f], alone: of a transposed convolution, whose kernel's gradient takes dy for x.
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn bias<V: Elem, const F: usize, const OH: usize, const OW: usize>(
    dy: &Map<V, F, OH, OW>,
    db: &mut [f32; F],
) {
    dispatch!(
        isa => bias_gradient(isa, dy, db),
        base => bias_gradient(isa, dy, db),
        any_shape => (loops::<V>().kernel_gradient)(
            (&[], [0, 0, 0]),
            (dy.as_flattened().as_flattened(), [OH, OW, F]),
            &mut [],
            db,
            const { &taps::<Square<1>>(false) },
        ),
    )
}

/// db[f] += Σ over all points of dy[f]
#[inline(always)]
fn bias_gradient<I: Isa, V: Elem, const F: usize, const OH: usize, const OW: usize>(
    isa: I,
    dy: &Map<V, F, OH, OW>,
    db: &mut [f32; F],
) {
    // four sums at a time, since each addition waits for the one before it
    let vectors = F.div_ceil(V::CHANNELS);
    let l_max = vectors.min(4);
    for next in (0..vectors).step_by(4) {
        let first = next.min(vectors - l_max);
        let mut sum = [F32x8::ZERO; 4];
        for point in dy.as_flattened() {
            for l in 0..l_max {
                sum[l] += V::load(point, V::begin(first + l, F));
            }
        }
        add_tile::<V, _, _, _, _>(isa, &[sum], from_mut(db), first, (0, next - first));
    }
}

/// Adds `l_max` vectors of each point, from the one at `first` on.
#[inline(always)]
fn add_points<V: Elem, const L: usize, const F: usize>(
    sum: &mut [F32x8; L],
    points: &[[V; F]],
    first: usize,
    l_max: usize,
) {
    let mut total = *sum;
    for point in points {
        for l in 0..l_max {
            total[l] += V::load(point, V::begin(first + l, F));
        }
    }
    *sum = total;
}
