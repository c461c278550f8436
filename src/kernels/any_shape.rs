//! The loops once more, for shapes that are known when the program runs: one copy serves all layers.
//!
//! With the feature `simd` on x86-64 they are for processors without AVX2. The loops for shapes known at compile time
//! would have to be compiled a second time for each layer, to be seldom run: LeNet would add a fifth more to the compiler's
//! time, and 12 KB to the program. Sums are added in the same order; a bias of −0 counts as 0.

use super::grouped::Groups;
use super::simd::{Base, Isa};
use super::taps::Taps;
use crate::eight::OfBoth;
use crate::math::at_least;
use crate::{Elem, F32x8, Zero};

/// The values of a map, `[height][width][channels]`, and that size.
pub type Map<'a, V> = (&'a [V], [usize; 3]);

/// As [`Map`], to write on.
pub type MapMut<'a, V> = (&'a mut [V], [usize; 3]);

/// Weights `[b / n][u][v][a][b % n]` to all channels b, and n.
pub type Weights<'a> = (&'a [f32], usize);

/// The loops for one element. They are functions of their own, so that they are compiled with the crate and not with each
/// program. `extern "C"` says in the type, which is all that other crates see, that they do not unwind.
#[allow(improper_ctypes_definitions)] // nothing but this crate calls them
pub struct Loops<V: 'static> {
    /// y[i][j][b] = max(bias[b] + Σ_u Σ_v Σ_a x[row(i, u)][column(j, v)][a] · w[u][v][a][b], bound)
    pub correlate: extern "C" fn(x: Map<V>, w: Weights, bias: &[f32], bound: f32, y: MapMut<V>, taps: &Taps),

    /// dw[u][v][c][f] += Σ_i Σ_j x[row(i, u)][column(j, v)][c] · dy[i][j][f], db[f] += Σ_i Σ_j dy[i][j][f]: an image's
    /// part is summed alone, and then added.
    pub kernel_gradient: extern "C" fn(x: Map<V>, dy: Map<V>, dw: &mut [f32], db: &mut [f32], taps: &Taps),

    /// As `correlate`, of channels in groups; weights `[u][v]` and those of a tap as [`Groups::weight`] says.
    pub correlate_groups:
        extern "C" fn(x: Map<V>, w: &[f32], bias: &[f32], bound: f32, y: MapMut<V>, taps: &Taps, groups: &Groups),

    /// As `kernel_gradient`, of channels in groups.
    pub kernel_gradient_groups:
        extern "C" fn(x: Map<V>, dy: Map<V>, dw: &mut [f32], db: &mut [f32], taps: &Taps, groups: &Groups),

    /// dx[i] = Σ_o w[i][o] · dy[o], as eight sums over every eighth o, added one after the other.
    pub dot_products: extern "C" fn(dy: &[V], w: &[f32], dx: &mut [V]),
}

impl<V> OfBoth for Loops<V> {
    type Of<W: 'static> = &'static Loops<W>;
}

/// The loops for an element.
#[inline(always)]
pub fn loops<V: Elem>() -> &'static Loops<V> {
    V::pick::<Loops<V>>(&one::LOOPS, &eight::LOOPS)
}

macro_rules! any_shape {
    ($($element:ident: $v:ty),*) => {$(
        #[allow(improper_ctypes_definitions)] // nothing but this crate calls them
        mod $element {
            use super::*;

            pub const LOOPS: Loops<$v> =
                Loops { correlate, kernel_gradient, correlate_groups, kernel_gradient_groups, dot_products };

            #[inline(never)]
            extern "C" fn correlate(x: Map<$v>, w: Weights, bias: &[f32], bound: f32, y: MapMut<$v>, taps: &Taps) {
                super::correlate(x, w, bias, bound, y, taps)
            }

            #[inline(never)]
            extern "C" fn kernel_gradient(x: Map<$v>, dy: Map<$v>, dw: &mut [f32], db: &mut [f32], taps: &Taps) {
                super::kernel_gradient(x, dy, dw, db, taps)
            }

            #[inline(never)]
            extern "C" fn correlate_groups(
                x: Map<$v>, w: &[f32], bias: &[f32], bound: f32, y: MapMut<$v>, taps: &Taps, groups: &Groups,
            ) {
                super::correlate_groups(x, w, bias, bound, y, taps, groups)
            }

            #[inline(never)]
            extern "C" fn kernel_gradient_groups(
                x: Map<$v>, dy: Map<$v>, dw: &mut [f32], db: &mut [f32], taps: &Taps, groups: &Groups,
            ) {
                super::kernel_gradient_groups(x, dy, dw, db, taps, groups)
            }

            #[inline(never)]
            extern "C" fn dot_products(dy: &[$v], w: &[f32], dx: &mut [$v]) {
                super::dot_products(dy, w, dx)
            }
        }
    )*};
}
any_shape!(one: f32, eight: F32x8);

#[inline(always)]
fn correlate<V: Elem>(
    (x, [h1, w1, a]): Map<V>,
    (w, side_by_side): Weights,
    bias: &[f32],
    bound: f32,
    (y, [_, w2, b]): MapMut<V>,
    taps: &Taps,
) {
    let n_max = side_by_side.max(1);
    for (n, y) in chunks_mut(y, b).enumerate() {
        let (i, j) = (n / w2.max(1), n % w2.max(1));
        for first in (0..b).step_by(2 * V::CHANNELS) {
            let mut sum = [0, 1].map(|l| V::weights(bias, first + l * V::CHANNELS) + F32x8::ZERO);
            for u in 0..taps.rows.kernel {
                for v in 0..taps.columns.kernel {
                    let (row, column) = (taps.row(i, u), taps.column(j, v));
                    if row >= h1 || column >= w1 {
                        continue;
                    }
                    let tap = (first / n_max * taps.rows.kernel + u) * taps.columns.kernel + v;
                    let mut weights = from(w, tap * a * n_max + first % n_max);
                    for x in from(x, (row * w1 + column) * a).iter().take(a) {
                        for l in 0..2 {
                            sum[l] = Base.mul_add(x.broadcast(), V::weights(weights, l * V::CHANNELS), sum[l]);
                        }
                        weights = from(weights, n_max);
                    }
                }
            }
            for l in 0..2 {
                V::store(at_least(sum[l], bound), y, first + l * V::CHANNELS);
            }
        }
    }
}

#[inline(always)]
fn kernel_gradient<V: Elem>(
    (x, [height, width, c_max]): Map<V>,
    dy: Map<V>,
    dw: &mut [f32],
    db: &mut [f32],
    taps: &Taps,
) {
    let f_max = dy.1[2];
    for (tap, dw) in chunks_mut(dw, c_max * f_max).enumerate() {
        let k = taps.columns.kernel.max(1);
        let (u, v) = (tap / k, tap % k);
        for (n, dw) in chunks_mut(dw, 2 * f_max).enumerate() {
            sum_products(dw, dy, |i, j| {
                let (row, column) = (taps.row(i, u), taps.column(j, v));
                let inside = row < height && column < width;
                from(x, if inside { (row * width + column) * c_max + 2 * n } else { usize::MAX })
            });
        }
    }
    let one = [V::splat(1.0)];
    sum_products(db, dy, |_, _| &one);
}

/// gradients[t][f] += Σ_i Σ_j x(i, j)[t] · dy[i][j][f], over the points that have an x.
#[inline(always)]
fn sum_products<'a, V: Elem>(
    gradients: &mut [f32],
    (dy, [height, width, f_max]): Map<V>,
    x: impl Fn(usize, usize) -> &'a [V],
) {
    for f in (0..f_max).step_by(2 * V::CHANNELS) {
        let mut sums = [[F32x8::ZERO; 2]; 2];
        for i in 0..height {
            for j in 0..width {
                let x = x(i, j);
                let Some(&first) = x.first() else { continue };
                let x = [first, x.get(1).copied().unwrap_or(first)];
                let dy = from(dy, (i * width + j) * f_max + f);
                for l in 0..2 {
                    let d = V::load(dy, l * V::CHANNELS);
                    for t in 0..2 {
                        sums[t][l] = Base.mul_add(x[t].broadcast(), d, sums[t][l]);
                    }
                }
            }
        }
        for (gradients, sums) in chunks_mut(gradients, f_max).zip(&sums) {
            for (n, gradient) in gradients.iter_mut().skip(f).take(2 * V::CHANNELS).enumerate() {
                let mut part = [V::ZERO; 8];
                V::store(sums[n / V::CHANNELS], &mut part, 0);
                part[n % V::CHANNELS].accumulate(gradient);
            }
        }
    }
}

/// One output channel after the other.
#[inline(always)]
fn correlate_groups<V: Elem>(
    (x, [h1, w1, c]): Map<V>,
    w: &[f32],
    bias: &[f32],
    bound: f32,
    (y, [_, w2, b_max]): MapMut<V>,
    taps: &Taps,
    groups: &Groups,
) {
    let f = if taps.transposed { c } else { b_max };
    let tap = w.len() / (taps.rows.kernel * taps.columns.kernel).max(1);
    for (n, y) in chunks_mut(y, b_max).enumerate() {
        let (i, j) = (n / w2.max(1), n % w2.max(1));
        for (b, y) in y.iter_mut().enumerate() {
            let mut sum = V::splat(at(bias, b) + 0.0);
            for u in 0..taps.rows.kernel {
                for v in 0..taps.columns.kernel {
                    let (row, column) = (taps.row(i, u), taps.column(j, v));
                    if row >= h1 || column >= w1 {
                        continue;
                    }
                    let (point, w) = (from(x, (row * w1 + column) * c), from(w, (u * taps.columns.kernel + v) * tap));
                    for a in 0..groups.inputs {
                        let weight = V::splat(at(w, groups.weight(taps.transposed, a, b, f)));
                        sum += weight * at(point, groups.input(a, b));
                    }
                }
            }
            *y = at_least(sum, bound);
        }
    }
}

#[inline(always)]
fn kernel_gradient_groups<V: Elem>(
    (x, [height, width, c_max]): Map<V>,
    dy: Map<V>,
    dw: &mut [f32],
    db: &mut [f32],
    taps: &Taps,
    groups: &Groups,
) {
    let (dy_flat, [out_height, out_width, f_max]) = dy;
    for (n, dw) in dw.iter_mut().enumerate() {
        let (n, f) = (n / f_max.max(1), n % f_max.max(1));
        let (tap, a) = (n / groups.inputs.max(1), n % groups.inputs.max(1));
        let (u, v) = (tap / taps.columns.kernel.max(1), tap % taps.columns.kernel.max(1));
        let mut sum = V::ZERO;
        for i in 0..out_height {
            for j in 0..out_width {
                let (row, column) = (taps.row(i, u), taps.column(j, v));
                if row < height && column < width {
                    let value = at(x, (row * width + column) * c_max + groups.input(a, f));
                    sum += value * at(dy_flat, (i * out_width + j) * f_max + f);
                }
            }
        }
        sum.accumulate(dw);
    }
    let one = [V::splat(1.0)];
    sum_products(db, dy, |_, _| &one);
}

/// The value at a place, 0 where there is none.
#[inline(always)]
fn at<V: Copy + Zero>(values: &[V], place: usize) -> V {
    values.get(place).copied().unwrap_or(V::ZERO)
}

#[inline(always)]
fn dot_products<V: Elem>(dy: &[V], w: &[f32], dx: &mut [V]) {
    for (n, dx) in dx.iter_mut().enumerate() {
        let w = from(w, n * dy.len()).get(..dy.len()).unwrap_or(&[]);
        *dx = V::ZERO;
        for part in 0..8 / V::CHANNELS {
            let mut sum = F32x8::ZERO;
            for o in (part..dy.len()).step_by(8) {
                sum = Base.mul_add(V::load(dy, o), V::weights(w, o), sum);
            }
            *dx = dx.add_channels(sum);
        }
    }
}

/// The values from `at` on. Where a row has fewer than a vector it is filled with what follows, and that is not stored.
#[inline(always)]
fn from<T>(values: &[T], at: usize) -> &[T] {
    values.get(at..).unwrap_or(&[])
}

/// As the slice's own, which panics where `size` is 0.
#[inline(always)]
fn chunks_mut<T>(values: &mut [T], size: usize) -> core::slice::ChunksMut<'_, T> {
    values.chunks_mut(size.max(1))
}

#[cfg(test)]
mod tests {
    use core::array::from_fn;

    use super::super::taps::taps;
    use super::*;
    use crate::{Nested, SlidingWindow, Square, Window, naive};

    /// No bound.
    const NONE: f32 = f32::NEG_INFINITY;

    /// Small integers, whose sums are exact in any order.
    fn integer(n: usize) -> f32 {
        (n * n % 7) as f32 - 3.0
    }

    /// The three directions of a layer against the naive loops, one image at a time and eight at once.
    #[rustfmt::skip]
    fn check<
        Win: SlidingWindow,
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const KH: usize, const KW: usize,
    >() {
        let mut n = 0;
        let mut next = || { n += 1; integer(n) };
        let w: [[[[f32; F]; C]; KW]; KH] = [[[[(); F]; C]; KW]; KH].map(|w| w.map(|w| w.map(|w| w.map(|()| next()))));
        let bias = [(); F].map(|()| next());
        let x = [(); 8].map(|()| [[[(); C]; W]; H].map(|x| x.map(|x| x.map(|()| next()))));
        let dy = [(); 8].map(|()| [[[(); F]; OW]; OH].map(|y| y.map(|y| y.map(|()| next()))));
        let transposed: [[[[f32; C]; F]; KW]; KH] =
            from_fn(|u| from_fn(|v| from_fn(|f| from_fn(|c| w[u][v][c][f]))));
        let w_flat = w.as_flattened().as_flattened().as_flattened();
        let t_flat = transposed.as_flattened().as_flattened().as_flattened();

        let taps = taps::<Win>(false);
        let back = Taps { transposed: true, ..taps };
        let (mut eight_x, mut eight_dy) = ([F32x8::ZERO; 1000], [F32x8::ZERO; 1000]);
        let (mut dw_sum, mut db_sum) = ([[[[1.0; F]; C]; KW]; KH], [1.0; F]);
        let (mut dw, mut db) = (dw_sum, db_sum);
        let (mut y, mut dx) = ([[[[0.0; F]; OW]; OH]; 8], [[[[0.0; C]; W]; H]; 8]);
        for lane in 0..8 {
            let (x_flat, dy_flat) = (x[lane].as_flattened().as_flattened(), dy[lane].as_flattened().as_flattened());
            naive::conv2d::<f32, Win, C, H, W, F, OH, OW, KH, KW, C>(&x[lane], &w, &bias, &mut y[lane]);
            naive::conv2d_backward::<f32, Win, C, H, W, F, OH, OW, KH, KW, C>(
                &x[lane], &w, &dy[lane], &mut dw_sum, &mut db_sum, &mut dx[lane]);

            let (mut one_y, mut one_dx) = ([0.0; 1000], [0.0; 1000]);
            let (one_y, one_dx) = (&mut one_y[..dy_flat.len()], &mut one_dx[..x_flat.len()]);
            (loops::<f32>().correlate)((x_flat, [H, W, C]), (w_flat, F), &bias, NONE, (one_y, [OH, OW, F]), &taps);
            (loops::<f32>().correlate)((dy_flat, [OH, OW, F]), (t_flat, C), &[0.0; C], NONE, (one_dx, [H, W, C]), &back);
            let dw = dw.as_flattened_mut().as_flattened_mut().as_flattened_mut();
            (loops::<f32>().kernel_gradient)((x_flat, [H, W, C]), (dy_flat, [OH, OW, F]), dw, &mut db, &taps);
            assert_eq!(one_y, y[lane].as_flattened().as_flattened());
            assert_eq!(one_dx, dx[lane].as_flattened().as_flattened());
            for (eight, &one) in eight_x.iter_mut().zip(x_flat).chain(eight_dy.iter_mut().zip(dy_flat)) {
                eight.0[lane] = one;
            }
        }
        assert_eq!((dw, db), (dw_sum, db_sum));

        let (x, dy) = ((&eight_x[..H * W * C], [H, W, C]), (&eight_dy[..OH * OW * F], [OH, OW, F]));
        let (mut eight_y, mut eight_dx) = ([F32x8::ZERO; 1000], [F32x8::ZERO; 1000]);
        (loops::<F32x8>().correlate)(x, (w_flat, F), &bias, NONE, (&mut eight_y[..OH * OW * F], [OH, OW, F]), &taps);
        (loops::<F32x8>().correlate)(dy, (t_flat, C), &[0.0; C], NONE, (&mut eight_dx[..H * W * C], [H, W, C]), &back);
        // the same with those to four channels at a time side by side
        if C.is_multiple_of(4) {
            let blocks: std::vec::Vec<f32> =
                (0..C / 4).flat_map(|n| t_flat.chunks(C).flat_map(move |row| &row[4 * n..][..4])).copied().collect();
            let mut dx = [F32x8::ZERO; 1000];
            (loops::<F32x8>().correlate)(dy, (&blocks, 4), &[0.0; C], NONE, (&mut dx[..H * W * C], [H, W, C]), &back);
            assert_eq!(dx, eight_dx);
        }
        let (mut dw, mut db) = ([[[[1.0; F]; C]; KW]; KH], [1.0; F]);
        (loops::<F32x8>().kernel_gradient)(x, dy, dw.as_flattened_mut().as_flattened_mut().as_flattened_mut(), &mut db, &taps);
        assert_eq!((dw, db), (dw_sum, db_sum));
        for lane in 0..8 {
            let ys = y[lane].as_flattened().as_flattened();
            assert!(eight_y.iter().zip(ys).all(|(eight, &one)| eight.0[lane] == one));
            let dxs = dx[lane].as_flattened().as_flattened();
            assert!(eight_dx.iter().zip(dxs).all(|(eight, &one)| eight.0[lane] == one));
        }
    }

    #[test]
    fn as_the_naive_loops() {
        check::<Square<3>, 1, 3, 4, 2, 1, 2, 3, 3>();
        check::<Square<3, 2, 1>, 3, 7, 6, 9, 4, 3, 3, 3>(); // stride that does not divide, channels that fill no vector
        check::<Square<4, 3, 2>, 2, 5, 8, 17, 2, 3, 4, 4>();
        check::<Square<1>, 5, 1, 1, 11, 1, 1, 1, 1>(); // a dense layer
        check::<Square<3, 2, 1>, 8, 4, 3, 3, 2, 2, 3, 3>(); // input channels in blocks of four
        // sizes that differ, in and out of blocks
        check::<Window<2, 3, 1, 2, 2, 1, 0, 1, 2, 0>, 3, 4, 5, 2, 3, 3, 2, 3>();
        check::<Window<3, 1, 2, 1, 1, 3, 2, 1, 0, 1>, 4, 5, 4, 9, 3, 5, 3, 1>();
    }

    /// The three directions of a layer whose channels fall into groups of `A`, one image at a time and eight at once.
    #[rustfmt::skip]
    fn check_groups<
        Win: SlidingWindow,
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const KH: usize, const KW: usize, const A: usize,
    >() {
        let mut n = 0;
        let mut next = || { n += 1; integer(n) };
        let w: [[[[f32; F]; A]; KW]; KH] = [[[[(); F]; A]; KW]; KH].map(|w| w.map(|w| w.map(|w| w.map(|()| next()))));
        let bias = [(); F].map(|()| next());
        let x = [[[(); C]; W]; H].map(|x| x.map(|x| x.map(|()| next())));
        let dy = [[[(); F]; OW]; OH].map(|y| y.map(|y| y.map(|()| next())));
        let (mut dw, mut db) = ([[[[1.0; F]; A]; KW]; KH], [1.0; F]);
        let (mut y, mut dx) = ([[[0.0; F]; OW]; OH], [[[0.0; C]; W]; H]);
        naive::conv2d::<f32, Win, C, H, W, F, OH, OW, KH, KW, A>(&x, &w, &bias, &mut y);
        naive::conv2d_backward::<f32, Win, C, H, W, F, OH, OW, KH, KW, A>(&x, &w, &dy, &mut dw, &mut db, &mut dx);
        check_groups_of::<f32, Win>([[C, H, W], [F, OH, OW]], A, w.flat(), &bias, x.flat(), dy.flat(),
            [y.flat(), dx.flat(), dw.flat(), &db], 1.0);
        // eight images that are the same add eight times as much
        check_groups_of::<F32x8, Win>([[C, H, W], [F, OH, OW]], A, w.flat(), &bias, x.flat(), dy.flat(),
            [y.flat(), dx.flat(), dw.flat(), &db], 8.0);
    }

    #[allow(clippy::too_many_arguments)] // they are the quantities of the equation
    fn check_groups_of<V: Elem, Win: SlidingWindow>(
        [[c, h, w], [f, oh, ow]]: [[usize; 3]; 2],
        a: usize,
        weight: &[f32],
        bias: &[f32],
        x: &[f32],
        dy: &[f32],
        [y, dx, dw, db]: [&[f32]; 4],
        images: f32,
    ) {
        let splat = |values: &[f32]| -> std::vec::Vec<V> { values.iter().map(|&value| V::splat(value)).collect() };
        let taps = taps::<Win>(false);
        let back = Taps { transposed: true, ..taps };
        let groups = Groups { inputs: a, outputs: f / (c / a) };
        let groups_back = Groups { inputs: groups.outputs, outputs: a };
        let (x, dy) = (splat(x), splat(dy));
        let (mut found_y, mut found_dx) = (splat(y), splat(dx));
        found_y.fill(V::splat(f32::NAN));
        found_dx.fill(V::splat(f32::NAN));
        (loops::<V>().correlate_groups)(
            (&x, [h, w, c]),
            weight,
            bias,
            NONE,
            (&mut found_y, [oh, ow, f]),
            &taps,
            &groups,
        );
        let zeros = std::vec![0.0; c];
        (loops::<V>().correlate_groups)(
            (&dy, [oh, ow, f]),
            weight,
            &zeros,
            NONE,
            (&mut found_dx, [h, w, c]),
            &back,
            &groups_back,
        );
        assert_eq!((found_y, found_dx), (splat(y), splat(dx)));
        let (mut found_dw, mut found_db) = (std::vec![1.0; dw.len()], std::vec![1.0; f]);
        (loops::<V>().kernel_gradient_groups)(
            (&x, [h, w, c]),
            (&dy, [oh, ow, f]),
            &mut found_dw,
            &mut found_db,
            &taps,
            &groups,
        );
        let times =
            |values: &[f32]| -> std::vec::Vec<f32> { values.iter().map(|v| 1.0 + images * (v - 1.0)).collect() };
        assert_eq!((found_dw, found_db), (times(dw), times(db)));
    }

    #[test]
    fn groups_as_the_naive_loops() {
        check_groups::<Square<3, 1, 1>, 9, 4, 3, 9, 4, 3, 3, 3, 1>();
        check_groups::<Square<3, 2, 1>, 3, 5, 4, 6, 3, 2, 3, 3, 1>();
        check_groups::<Square<2>, 4, 3, 4, 6, 2, 3, 2, 2, 2>();
        check_groups::<Window<2, 3, 1, 2, 2, 1, 0, 1, 2, 0>, 6, 4, 5, 2, 3, 3, 2, 3, 3>();
    }

    #[test]
    fn dot_products_by_hand() {
        let mut dx = [0.0; 2];
        (loops::<f32>().dot_products)(&[1.0, 2.0, 3.0], &[1.0, 10.0, 100.0, 4.0, 5.0, 6.0], &mut dx);
        assert_eq!(dx, [321.0, 32.0]);
        // 1e8 swallows the 1 that is added to it: the ninth is added to the first before the second is
        let mut dx = [F32x8::ZERO];
        let dy = [1e8, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1e8].map(F32x8::splat);
        (loops::<F32x8>().dot_products)(&dy, &[1.0; 9], &mut dx);
        assert_eq!(dx, [F32x8::splat(1.0)]);
    }
}
