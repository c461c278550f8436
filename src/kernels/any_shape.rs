//! The loops once more, for shapes that are known when the program runs: one copy serves all layers.
//!
//! With the feature `simd` on x86-64 they are for processors without AVX2. The loops for shapes known at compile time
//! would have to be compiled a second time for each layer, to be seldom run: a fifth of what LeNet adds to the compiler's
//! time and to the program. Sums are added in the same order.

use crate::{Elem, F32x8};

/// The values of a map, `[height][width][channels]`, and that size.
pub type Map<'a, V> = (&'a [V], [usize; 3]);

/// As [`Map`], to write on.
pub type MapMut<'a, V> = (&'a mut [V], [usize; 3]);

/// The position of an output's tap in the input, from the positions of both; off the map it is too large.
pub type Index<'a> = &'a dyn Fn(usize, usize) -> usize;

/// The loops, for kernels of `k` × `k`. They belong to the elements and not to layers, so that they are compiled with the
/// crate and not with each program.
pub trait AnyShape: Sized {
    /// y[o][b] = bias[b] + Σ_k Σ_a x[index(o, k)][a] · w[k][a][b]
    fn correlate(x: Map<Self>, w: &[f32], bias: &[f32], y: MapMut<Self>, k: usize, index: Index);

    /// dw[u][v][c][f] += Σ_i Σ_j x[index(i, u)][index(j, v)][c] · dy[i][j][f], db[f] += Σ_i Σ_j dy[i][j][f]: an image's
    /// part is summed alone, and then added.
    fn kernel_gradient(x: Map<Self>, dy: Map<Self>, dw: &mut [f32], db: &mut [f32], k: usize, index: Index);

    /// dx[i] = Σ_o w[i][o] · dy[o], as eight sums over every eighth o, added one after the other.
    fn dot_products(dy: &[Self], w: &[f32], dx: &mut [Self]);
}

macro_rules! any_shape {
    ($($v:ty),*) => {$(
        impl AnyShape for $v {
            #[inline(never)]
            fn correlate(x: Map<$v>, w: &[f32], bias: &[f32], y: MapMut<$v>, k: usize, index: Index) {
                correlate(x, w, bias, y, k, index)
            }

            #[inline(never)]
            fn kernel_gradient(x: Map<$v>, dy: Map<$v>, dw: &mut [f32], db: &mut [f32], k: usize, index: Index) {
                kernel_gradient(x, dy, dw, db, k, index)
            }

            #[inline(never)]
            fn dot_products(dy: &[$v], w: &[f32], dx: &mut [$v]) {
                dot_products(dy, w, dx)
            }
        }
    )*};
}
any_shape!(f32, F32x8);

#[inline(always)]
fn correlate<V: Elem>(x: Map<V>, w: &[f32], bias: &[f32], (y, size): MapMut<V>, k: usize, index: Index) {
    let [_, width, b] = size;
    let [_, _, a] = x.1;
    for (i, row) in chunks_mut(y, width * b).enumerate() {
        for (j, y) in chunks_mut(row, b).enumerate() {
            for (y, &bias) in y.iter_mut().zip(bias) {
                *y = V::splat(bias);
            }
            for (u, w) in chunks(w, k * a * b).enumerate() {
                for (v, w) in chunks(w, a * b).enumerate() {
                    let Some(x) = point(x, index(i, u), index(j, v)) else { continue };
                    for (&x, w) in x.iter().zip(chunks(w, b)) {
                        for (y, &w) in y.iter_mut().zip(w) {
                            *y += x * V::splat(w);
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn kernel_gradient<V: Elem>(x: Map<V>, dy: Map<V>, dw: &mut [f32], db: &mut [f32], k: usize, index: Index) {
    let ([_, _, c_max], [_, _, f_max]) = (x.1, dy.1);
    for (u, dw) in chunks_mut(dw, k * c_max * f_max).enumerate() {
        for (v, dw) in chunks_mut(dw, c_max * f_max).enumerate() {
            for (c, dw) in chunks_mut(dw, f_max).enumerate() {
                add_sums(dw, dy, &|i, j| point(x, index(i, u), index(j, v))?.get(c).copied());
            }
        }
    }
    add_sums(db, dy, &|_, _| Some(V::splat(1.0)));
}

/// gradients[f] += Σ_i Σ_j x(i, j) · dy[i][j][f], over the points that have an x.
fn add_sums<V: Elem>(gradients: &mut [f32], dy: Map<V>, x: &dyn Fn(usize, usize) -> Option<V>) {
    let [height, width, _] = dy.1;
    for (n, gradients) in gradients.chunks_mut(8).enumerate() {
        let mut sums = [V::ZERO; 8];
        for i in 0..height {
            for j in 0..width {
                let (Some(x), Some(d)) = (x(i, j), point(dy, i, j)) else { continue };
                for (sum, &d) in sums.iter_mut().zip(d.get(n * 8..).unwrap_or(&[])) {
                    *sum += x * d;
                }
            }
        }
        for (gradient, sum) in gradients.iter_mut().zip(sums) {
            sum.accumulate(gradient);
        }
    }
}

#[inline(always)]
fn dot_products<V: Elem>(dy: &[V], w: &[f32], dx: &mut [V]) {
    for (dx, w) in dx.iter_mut().zip(chunks(w, dy.len())) {
        let mut sums = [V::ZERO; 8];
        for (dy, w) in dy.chunks(8).zip(w.chunks(8)) {
            for (sum, (&d, &w)) in sums.iter_mut().zip(dy.iter().zip(w)) {
                *sum += d * V::splat(w);
            }
        }
        *dx = V::ZERO;
        for sum in sums {
            *dx += sum;
        }
    }
}

/// The channels of a point, unless it lies off the map.
#[inline(always)]
fn point<V>((values, [height, width, channels]): Map<'_, V>, i: usize, j: usize) -> Option<&[V]> {
    if i >= height || j >= width {
        return None;
    }
    values.get((i * width + j) * channels..)?.get(..channels)
}

/// As the slice's own, which panics where `size` is 0.
#[inline(always)]
fn chunks<T>(values: &[T], size: usize) -> core::slice::Chunks<'_, T> {
    values.chunks(size.max(1))
}

/// As [`chunks`], to write on.
#[inline(always)]
fn chunks_mut<T>(values: &mut [T], size: usize) -> core::slice::ChunksMut<'_, T> {
    values.chunks_mut(size.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Zero, naive};

    /// Small integers, whose sums are exact in any order.
    fn integer(n: usize) -> f32 {
        (n * n % 7) as f32 - 3.0
    }

    /// The three directions of a layer against the naive loops, one image at a time and eight at once.
    #[rustfmt::skip]
    fn check<
        const S: usize, const P: usize,
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize, const K: usize,
    >() {
        let mut n = 0;
        let mut next = || { n += 1; integer(n) };
        let w: [[[[f32; F]; C]; K]; K] = [[[[(); F]; C]; K]; K].map(|w| w.map(|w| w.map(|w| w.map(|()| next()))));
        let bias = [(); F].map(|()| next());
        let x = [(); 8].map(|()| [[[(); C]; W]; H].map(|x| x.map(|x| x.map(|()| next()))));
        let dy = [(); 8].map(|()| [[[(); F]; OW]; OH].map(|y| y.map(|y| y.map(|()| next()))));
        let transposed: [[[[f32; C]; F]; K]; K] =
            core::array::from_fn(|u| core::array::from_fn(|v| core::array::from_fn(|f| core::array::from_fn(|c| w[u][v][c][f]))));
        let (w_flat, t_flat) = (w.as_flattened().as_flattened().as_flattened(), transposed.as_flattened().as_flattened().as_flattened());

        let index = |o: usize, k: usize| (o * S + k).wrapping_sub(P);
        let back = |o: usize, k: usize| {
            let position = (o + P).wrapping_sub(k);
            if position.is_multiple_of(S) { position / S } else { usize::MAX }
        };
        let (mut eight_x, mut eight_dy) = ([F32x8::ZERO; 1000], [F32x8::ZERO; 1000]);
        let (mut dw_sum, mut db_sum) = ([[[[1.0; F]; C]; K]; K], [1.0; F]);
        let (mut dw, mut db) = (dw_sum, db_sum);
        let (mut y, mut dx) = ([[[[0.0; F]; OW]; OH]; 8], [[[[0.0; C]; W]; H]; 8]);
        for lane in 0..8 {
            let (x_flat, dy_flat) = (x[lane].as_flattened().as_flattened(), dy[lane].as_flattened().as_flattened());
            naive::conv2d::<f32, S, P, C, H, W, F, OH, OW, K>(&x[lane], &w, &bias, &mut y[lane]);
            naive::conv2d_backward::<f32, S, P, C, H, W, F, OH, OW, K>(&x[lane], &w, &dy[lane], &mut dw_sum, &mut db_sum, &mut dx[lane]);

            let (mut one_y, mut one_dx) = ([0.0; 1000], [0.0; 1000]);
            let (one_y, one_dx) = (&mut one_y[..dy_flat.len()], &mut one_dx[..x_flat.len()]);
            f32::correlate((x_flat, [H, W, C]), w_flat, &bias, (one_y, [OH, OW, F]), K, &index);
            f32::correlate((dy_flat, [OH, OW, F]), t_flat, &[0.0; C], (one_dx, [H, W, C]), K, &back);
            let dw = dw.as_flattened_mut().as_flattened_mut().as_flattened_mut();
            f32::kernel_gradient((x_flat, [H, W, C]), (dy_flat, [OH, OW, F]), dw, &mut db, K, &index);
            assert_eq!(one_y, y[lane].as_flattened().as_flattened());
            assert_eq!(one_dx, dx[lane].as_flattened().as_flattened());
            for (eight, &one) in eight_x.iter_mut().zip(x_flat).chain(eight_dy.iter_mut().zip(dy_flat)) {
                eight.0[lane] = one;
            }
        }
        assert_eq!((dw, db), (dw_sum, db_sum));

        let (x, dy) = ((&eight_x[..H * W * C], [H, W, C]), (&eight_dy[..OH * OW * F], [OH, OW, F]));
        let (mut eight_y, mut eight_dx) = ([F32x8::ZERO; 1000], [F32x8::ZERO; 1000]);
        F32x8::correlate(x, w_flat, &bias, (&mut eight_y[..OH * OW * F], [OH, OW, F]), K, &index);
        F32x8::correlate(dy, t_flat, &[0.0; C], (&mut eight_dx[..H * W * C], [H, W, C]), K, &back);
        let (mut dw, mut db) = ([[[[1.0; F]; C]; K]; K], [1.0; F]);
        F32x8::kernel_gradient(x, dy, dw.as_flattened_mut().as_flattened_mut().as_flattened_mut(), &mut db, K, &index);
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
        check::<1, 0, 1, 3, 4, 2, 1, 2, 3>();
        check::<2, 1, 3, 7, 6, 9, 4, 3, 3>(); // stride that does not divide, channels that fill no vector
        check::<3, 2, 2, 5, 8, 17, 2, 3, 4>();
        check::<1, 0, 5, 1, 1, 11, 1, 1, 1>(); // a dense layer
    }

    #[test]
    fn dot_products_by_hand() {
        let mut dx = [0.0; 2];
        f32::dot_products(&[1.0, 2.0, 3.0], &[1.0, 10.0, 100.0, 4.0, 5.0, 6.0], &mut dx);
        assert_eq!(dx, [321.0, 32.0]);
        // 1e8 swallows the 1 that is added to it: the ninth is added to the first before the second is
        let mut dx = [F32x8::ZERO];
        let dy = [1e8, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1e8].map(F32x8::splat);
        F32x8::dot_products(&dy, &[1.0; 9], &mut dx);
        assert_eq!(dx, [F32x8::splat(1.0)]);
    }
}
