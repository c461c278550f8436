//! The loops of convolutions whose channels fall into groups; of a depthwise one as many as channels.
//!
//! Each output channel is a sum over the few input channels of its group. A vector holds neighbouring output channels, each
//! with an input channel of its own, where [`convolution`](super::convolution) multiplies one input channel with all of them:
//! a value that is loaded serves one product. What can be saved are weights, each of which serves all points of a tile, and
//! taps off the image, which are passed over.
//!
//! % of the peak with `simd`, taps on the padding counted, forward, input gradient and kernel gradient: depthwise 64 × 25 × 5,
//! K = 3, one image 113, 102, 94, eight 80, 68, 50; 128 × 6 × 6 80, 74, 90 and 37, 37, 20. Eight images of the first are 512
//! kilobytes to be read and written, as much as the L2 cache holds, for 9 products a value.

use core::slice::from_mut;

use super::plan::{self, Correlation, Set};
use super::simd::{Isa, dispatch};
use super::taps::{Taps, taps};
use super::{Kernel, Map, add_tile};
use crate::{Axis, Elem, F32x8, SlidingWindow, Zero};

/// Which channels meet: those of a group, each of the input with each of the output.
#[derive(Clone, Copy)]
pub struct Groups {
    /// How many channels of the input a group has.
    pub inputs: usize,
    /// How many channels of the output a group has.
    pub outputs: usize,
}

/// The groups of a convolution of `X` channels to `Y`, or of its transpose; those of the convolution's input have `A`
/// channels. A constant, which what a closure captures is not.
const fn groups<const TRANSPOSED: bool, const X: usize, const A: usize, const Y: usize>() -> Groups {
    if TRANSPOSED { Groups { inputs: X / (Y / A), outputs: A } } else { Groups { inputs: A, outputs: Y / (X / A) } }
}

impl Groups {
    /// The group of channel `b` of the output, and its place there. No group is without channels, but the compiler
    /// does not know it, where sizes are known when the program runs: a division could panic.
    #[inline(always)]
    const fn place(self, b: usize) -> (usize, usize) {
        match b.checked_div(self.outputs) {
            Some(group) => (group, b - group * self.outputs),
            None => (0, b),
        }
    }

    /// The `a`-th channel of the input that channel `b` of the output meets.
    #[inline(always)]
    pub const fn input(self, a: usize, b: usize) -> usize {
        self.place(b).0 * self.inputs + a
    }

    /// Where, among the weights `[A][F]` of a tap, the one is with which channel `b` of the output meets its `a`-th channel of
    /// the input.
    #[inline(always)]
    pub const fn weight(self, transposed: bool, a: usize, b: usize, f: usize) -> usize {
        if transposed { self.place(b).1 * f + self.input(a, b) } else { a * f + b }
    }
}

/// y[i][j][f] = max(bias[f] + Σ_u Σ_v Σ_a x[i·SH+u·DH−TOP][j·SW+v·DW−LEFT][g·A+a] · w[u][v][a][f], bound), f being in
/// group g
#[rustfmt::skip]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn forward<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    x: &Map<V, C, H, W>, w: &Kernel<KH, KW, A, F>, bias: &[f32; F], bound: f32, y: &mut Map<V, F, OH, OW>,
) {
    tiled::<V, Win, false, C, H, W, F, OH, OW, KH, KW, A, F>(x, w, bias, bound, y)
}

/// dx[h][w][g·A+a] = Σ_u Σ_v Σ_f dy[(h+TOP−u·DH)/SH][(w+LEFT−v·DW)/SW][f] · w[u][v][a][f], over the f of group g, where the
/// strides divide, and a bias: where this is a transposed convolution, it has one
#[rustfmt::skip]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn input_gradient<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    dy: &Map<V, F, OH, OW>, w: &Kernel<KH, KW, A, F>, bias: &[f32; C], dx: &mut Map<V, C, H, W>,
) {
    tiled::<V, Win, true, F, OH, OW, C, H, W, KH, KW, A, F>(dy, w, bias, f32::NEG_INFINITY, dx)
}

/// [`correlate`] with a tile that suits the layer.
#[rustfmt::skip]
#[inline(always)]
fn tiled<
    V: Elem, Win: SlidingWindow, const TRANSPOSED: bool,
    const X: usize, const H1: usize, const W1: usize, const Y: usize, const H2: usize, const W2: usize,
    const KH: usize, const KW: usize, const A: usize, const F: usize,
>(
    x: &Map<V, X, H1, W1>, w: &Kernel<KH, KW, A, F>, bias: &[f32; Y], bound: f32, y: &mut Map<V, Y, H2, W2>,
) {
    macro_rules! run {
        ($isa:ident, Grouped($points:literal, $vectors:literal)) => {
            correlate::<_, V, $points, $vectors, X, H1, W1, Y, H2, W2, KH, KW, A, F>(
                $isa, x, w, bias, bound, y, const { taps::<Win>(TRANSPOSED) }, const { groups::<TRANSPOSED, X, A, Y>() },
            )
        };
    }
    dispatch!(
        isa => plan::fast_groups!(isa, plan::grouped(Set::HERE, layer::<V, Win>(TRANSPOSED, [X, Y], [H2, W2])), run),
        base => plan::base_groups!(isa, plan::grouped(Set::HERE, layer::<V, Win>(TRANSPOSED, [X, Y], [H2, W2])), run),
        any_shape => (loops::<V>().correlate_groups)(
            (x.as_flattened().as_flattened(), [H1, W1, X]),
            w.as_flattened().as_flattened().as_flattened(),
            bias,
            bound,
            (y.as_flattened_mut().as_flattened_mut(), [H2, W2, Y]),
            const { &taps::<Win>(TRANSPOSED) },
            const { &groups::<TRANSPOSED, X, A, Y>() },
        ),
    )
}

/// What the plan of a loop follows from.
const fn layer<V: Elem, Win: SlidingWindow>(
    transposed: bool,
    [inputs, outputs]: [usize; 2],
    size: [usize; 2],
) -> Correlation {
    Correlation { lanes: V::CHANNELS, inputs, outputs, size, taps: taps::<Win>(transposed) }
}

/// y[i][j][b] = bias[b] + Σ_u Σ_v Σ_a x[row(i, u)][column(j, v)][input(a, b)] · w[u][v][weight(a, b)]: a convolution, or its
/// transpose.
///
/// The sums of `T` points by `L` vectors of channels stay in registers. The points of a tile lie `step` apart, so that they
/// all use the same taps. The last tile overlaps the one before it. Additions are in the order u, v, a, whatever the tile.
#[allow(clippy::too_many_arguments)] // they are the quantities of the equation
#[rustfmt::skip]
#[inline(always)]
fn correlate<
    I: Isa, V: Elem, const T: usize, const L: usize,
    const X: usize, const H1: usize, const W1: usize, const Y: usize, const H2: usize, const W2: usize,
    const KH: usize, const KW: usize, const A: usize, const F: usize,
>(
    isa: I, x: &Map<V, X, H1, W1>, w: &Kernel<KH, KW, A, F>, bias: &[f32; Y], bound: f32, y: &mut Map<V, Y, H2, W2>,
    taps: Taps, groups: Groups,
) {
    let step = taps.step();
    for i in 0..H2 {
        for phase in 0..step.min(W2) {
            macro_rules! tile {
                ($middle:literal, $o:expr) => {
                    tile::<I, V, T, L, $middle, X, H1, W1, Y, H2, W2, KH, KW, A, F>(
                        isa, x, w, bias, bound, y, taps, groups, (i, phase, $o),
                    )
                };
            }
            // the first and the last tile of a row have code of their own, in which it is known which taps lie off the image:
            // where that is looked up, one image of 32 × 24 × 24 gets 62 % of the peak, and 90 % so
            let last = (W2 - phase).div_ceil(step).saturating_sub(T);
            tile!(false, 0);
            if groups.inputs == 1 && taps.are_inside(T, last.saturating_sub(1), T, W1) {
                for o in (T..last).step_by(T) {
                    tile!(true, o);
                }
            } else {
                for o in (T..last).step_by(T) {
                    tile!(false, o);
                }
            }
            if last > 0 {
                tile!(false, last);
            }
        }
    }
}

/// The tile whose points are those of row `i` from `phase + step · o` on, `IN_THE_MIDDLE` if all its taps meet the image.
#[allow(clippy::too_many_arguments)] // they are the quantities of the equation
#[rustfmt::skip]
#[inline(always)]
fn tile<
    I: Isa, V: Elem, const T: usize, const L: usize, const IN_THE_MIDDLE: bool,
    const X: usize, const H1: usize, const W1: usize, const Y: usize, const H2: usize, const W2: usize,
    const KH: usize, const KW: usize, const A: usize, const F: usize,
>(
    isa: I, x: &Map<V, X, H1, W1>, w: &Kernel<KH, KW, A, F>, bias: &[f32; Y], bound: f32, y: &mut Map<V, Y, H2, W2>,
    taps: Taps, groups: Groups, (i, phase, o): (usize, usize, usize),
) {
    let step = taps.step();
    let j = phase + step * o;
    let vectors = Y.div_ceil(V::CHANNELS);
    let l_max = L.min(vectors);
    for first in (0..vectors).step_by(L) {
        let first = first.min(vectors - l_max);
        let channel = |l: usize| V::begin(first + l, Y);
        let mut sum = [[F32x8::ZERO; L]; T];
        for l in 0..l_max {
            // adding 0 makes −0 a 0, which stays what it is whether zeros are added or not
            let start = V::weights(bias, channel(l)) + F32x8::ZERO;
            for t in 0..T {
                sum[t][l] = start;
            }
        }
        for u in 0..KH {
            let Some(row) = x.get(taps.row(i, u)) else { continue };
            if IN_THE_MIDDLE {
                let (start, len) = taps.span(j, T);
                let Some(row) = row.get(start..start.wrapping_add(len)) else { continue };
                for l in 0..l_max {
                    let mut weight = [F32x8::ZERO; KW];
                    for v in 0..KW {
                        weight[v] = weights::<V, F>(w[u][v].as_flattened(), groups, taps, 0, channel(l));
                    }
                    let value = |column: usize| values(&row[column], groups, 0, channel(l));
                    if taps.apart() > 1 {
                        for v in 0..KW {
                            for t in 0..T {
                                let value = value(taps.offset(v) + t * taps.apart());
                                sum[t][l] = isa.mul_add(value, weight[v], sum[t][l]);
                            }
                        }
                        continue;
                    }
                    // each value is read once, for all points that it meets, in the order of v
                    for n in 0..len {
                        let column = if taps.transposed { len - 1 - n } else { n };
                        let value = value(column);
                        for v in 0..KW {
                            let t = column.wrapping_sub(taps.offset(v));
                            if t < T {
                                sum[t][l] = isa.mul_add(value, weight[v], sum[t][l]);
                            }
                        }
                    }
                }
                continue;
            }
            for v in 0..KW {
                let Some(column) = taps.first_column(j, v) else { continue };
                let inside = row.get(column..column.wrapping_add((T - 1) * taps.apart() + 1));
                for a in 0..groups.inputs {
                    let mut weight = [F32x8::ZERO; L];
                    for l in 0..l_max {
                        weight[l] = weights::<V, F>(w[u][v].as_flattened(), groups, taps, a, channel(l));
                    }
                    if let Some(inside) = inside {
                        for t in 0..T {
                            for l in 0..l_max {
                                let value = values(&inside[t * taps.apart()], groups, a, channel(l));
                                sum[t][l] = isa.mul_add(value, weight[l], sum[t][l]);
                            }
                        }
                    } else {
                        for t in 0..T {
                            if let Some(point) = row.get(column.wrapping_add(t * taps.apart())) {
                                for l in 0..l_max {
                                    let value = values(point, groups, a, channel(l));
                                    sum[t][l] = isa.mul_add(value, weight[l], sum[t][l]);
                                }
                            }
                        }
                    }
                }
            }
        }
        for t in 0..T.min((W2 - phase).div_ceil(step)) {
            // what the compiler does not see where points lie apart: it is on the map
            let column = if step > 1 { (j + step * t).min(W2 - 1) } else { o + t };
            for l in 0..l_max {
                V::store(isa.at_least(sum[t][l], bound), &mut y[i][column], channel(l));
            }
        }
    }
}

/// For the channels of the output from `at` on, each one's `a`-th channel of the input.
#[inline(always)]
fn values<V: Elem>(point: &[V], groups: Groups, a: usize, at: usize) -> F32x8 {
    if groups.inputs == 1 && groups.outputs == 1 {
        V::load(point, at)
    } else if V::CHANNELS == 1 || groups.outputs.is_multiple_of(V::CHANNELS) {
        point.get(groups.input(a, at)).map_or(F32x8::ZERO, |value| value.broadcast())
    } else {
        V::gather(point, |n| groups.input(a, at + n))
    }
}

/// The weights with which the channels of the output from `at` on meet their `a`-th channel of the input.
#[inline(always)]
fn weights<V: Elem, const F: usize>(w: &[f32], groups: Groups, taps: Taps, a: usize, at: usize) -> F32x8 {
    if !taps.transposed || (groups.inputs == 1 && groups.outputs == 1) {
        V::weights(w, groups.weight(taps.transposed, a, at, F))
    } else {
        V::gather_weights(w, |n| groups.weight(true, a, at + n, F))
    }
}

/// dw[u][v][a][f] += Σ_i Σ_j x[i·SH+u·DH−TOP][j·SW+v·DW−LEFT][g·A+a] · dy[i][j][f], f being in group g;
/// db[f] += Σ_i Σ_j dy[i][j][f]
#[rustfmt::skip]
#[cfg_attr(not(feature = "simd"), inline(never))]
pub(crate) fn kernel_gradient<
    V: Elem, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    x: &Map<V, C, H, W>, dy: &Map<V, F, OH, OW>, dw: &mut Kernel<KH, KW, A, F>, db: &mut [f32; F],
) {
    macro_rules! run {
        ($isa:ident, Grouped($rows:literal, $vectors:literal)) => {
            products::<_, V, $rows, $vectors, Win, C, H, W, F, OH, OW, KH, KW, A>(
                $isa, x, dy, dw, db, const { groups::<false, C, A, F>() },
            )
        };
    }
    dispatch!(
        isa => plan::fast_group_kernel_gradients!(isa, plan::grouped_kernel_gradient(Set::HERE, KW), run),
        base => plan::base_group_kernel_gradients!(isa, plan::grouped_kernel_gradient(Set::HERE, KW), run),
        any_shape => (loops::<V>().kernel_gradient_groups)(
            (x.as_flattened().as_flattened(), [H, W, C]),
            (dy.as_flattened().as_flattened(), [OH, OW, F]),
            dw.as_flattened_mut().as_flattened_mut().as_flattened_mut(),
            db,
            const { &taps::<Win>(false) },
            const { &groups::<false, C, A, F>() },
        ),
    )
}

/// The sums of `U` rows of taps of a vector of channels are in registers while a row of the output's gradient is read. `M`
/// vectors take turns at each row, so that what lies on one cache line is read while it is near: 32 → 81 % of the peak.
///
/// An image's part of a weight's gradient is summed alone, over rows and then columns, and then added.
#[rustfmt::skip]
#[inline(always)]
fn products<
    I: Isa, V: Elem, const U: usize, const M: usize, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    isa: I, x: &Map<V, C, H, W>, dy: &Map<V, F, OH, OW>, dw: &mut Kernel<KH, KW, A, F>, db: &mut [f32; F],
    groups: Groups,
) {
    let apart = Win::ROWS.dilation;
    let vectors = F.div_ceil(V::CHANNELS);
    for next in (0..vectors).step_by(M) {
        let m_max = M.min(vectors - next);
        for a in 0..A {
            for first in (0..KH).step_by(U) {
                let mut sums = [[[[F32x8::ZERO]; KW]; U]; M];
                let mut bias = [[F32x8::ZERO]; M];
                let with_bias = a == 0 && first == 0;
                for i in 0..OH {
                    let top = Win::ROWS.index(i, first);
                    let inside = x.get(top..top.wrapping_add((U - 1) * apart + 1)).filter(|_| first + U <= KH);
                    for m in 0..m_max {
                        let at = V::begin(next + m, F);
                        if with_bias {
                            let mut sum = bias[m][0];
                            for point in &dy[i] {
                                sum += V::load(point, at);
                            }
                            bias[m][0] = sum;
                        }
                        if let Some(inside) = inside {
                            let mut rows = [&inside[0]; U];
                            for u in 1..U {
                                rows[u] = &inside[u * apart];
                            }
                            add_row::<I, V, U, Win, C, W, F, OW, KW>(isa, &mut sums[m], rows, &dy[i], groups, a, at);
                            continue;
                        }
                        for (u, sums) in (first..KH).zip(&mut sums[m]) {
                            if let Some(row) = x.get(Win::ROWS.index(i, u)) {
                                add_row::<I, V, 1, Win, C, W, F, OW, KW>(
                                    isa, core::array::from_mut(sums), [row], &dy[i], groups, a, at,
                                );
                            }
                        }
                    }
                }
                for m in 0..m_max {
                    if with_bias {
                        add_tile::<V, _, _, _, _>(isa, &[bias[m]], from_mut(db), next + m, (0, 0));
                    }
                    for (dw, sums) in dw.iter_mut().skip(first).zip(&sums[m]) {
                        if A == 1 {
                            add_tile::<V, _, _, _, _>(isa, sums, dw.as_flattened_mut(), next + m, (0, 0));
                        } else {
                            for v in 0..KW {
                                add_tile::<V, _, _, _, _>(isa, &[sums[v]], from_mut(&mut dw[v][a]), next + m, (0, 0));
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Adds the products of a row of the output's gradient with `R` rows of the input.
#[rustfmt::skip]
#[inline(always)]
fn add_row<
    I: Isa, V: Elem, const R: usize, Win: SlidingWindow, const C: usize, const W: usize, const F: usize, const OW: usize,
    const KW: usize,
>(
    isa: I, sums: &mut [[[F32x8; 1]; KW]; R], rows: [&[[V; C]; W]; R], dy: &[[V; F]; OW], groups: Groups, a: usize,
    at: usize,
) {
    let Axis { stride, dilation, padding: [left, _], .. } = Win::COLUMNS;
    // the columns whose taps all lie inside the image
    let taps = (KW - 1) * dilation + 1;
    let start = left.div_ceil(stride);
    let end = if W + left < taps { 0 } else { (W + left - taps) / stride + 1 };
    let mut sum = *sums;
    for j in 0..OW {
        let d = V::load(&dy[j], at);
        let column = Win::COLUMNS.index(j, 0);
        if start <= j && j < end {
            for r in 0..R {
                if let Some(points) = rows[r].get(column..column.wrapping_add(taps)) {
                    for v in 0..KW {
                        let value = values(&points[v * dilation], groups, a, at);
                        sum[r][v][0] = isa.mul_add(value, d, sum[r][v][0]);
                    }
                }
            }
        } else {
            for v in 0..KW {
                for r in 0..R {
                    if let Some(point) = rows[r].get(column.wrapping_add(v * dilation)) {
                        sum[r][v][0] = isa.mul_add(values(point, groups, a, at), d, sum[r][v][0]);
                    }
                }
            }
        }
    }
    *sums = sum;
}
