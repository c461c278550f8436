//! The convolution loops written as their equations: the page to read first, and the oracle of the tests.
//!
//! Arrays lie in memory as everywhere in the crate: images channels last, `x[h][w][c]`, weights `w[u][v][c][f]`. `T` is
//! `f32`, or `f64` for references.

use core::ops::{AddAssign, Mul};

use crate::SlidingWindow;

/// A number that can be multiplied and added up.
///
/// ```
/// use const_cnn::naive::Number;
///
/// fn dot<T: Number, const N: usize>(a: [T; N], b: [T; N]) -> T {
///     let mut sum = T::default();
///     for n in 0..N {
///         sum += a[n] * b[n];
///     }
///     sum
/// }
/// assert_eq!(dot([1.0_f64, 2.0], [10.0, 0.5]), 11.0);
/// ```
pub trait Number: Copy + Default + AddAssign + Mul<Output = Self> {}

impl<T: Copy + Default + AddAssign + Mul<Output = T>> Number for T {}

/// y\[i\]\[j\]\[f\] = b\[f\] + Σ_a Σ_u Σ_v w\[u\]\[v\]\[a\]\[f\] · x\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\]\[g·A + a\], zero
/// outside the image
///
/// The channels fall into G = C / A groups, f into g = ⌊f / (F / G)⌋; with one group A is C, and a is the channel.
///
/// ```
/// use const_cnn::{Square, naive::conv2d};
/// let x = [[[1.0], [2.0], [3.0]]; 2]; // two rows of three pixels
/// let w = [[[[1.0]], [[-1.0]]]; 2];
/// let mut y = [[[0.0_f64]; 2]; 1];
/// conv2d::<_, Square<2>, _, _, _, _, _, _, _, _, _>(&x, &w, &[0.5], &mut y);
/// assert_eq!(y, [[[-1.5], [-1.5]]]);
/// ```
#[rustfmt::skip]
pub fn conv2d<
    T: Number, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    x: &[[[T; C]; W]; H], w: &[[[[T; F]; A]; KW]; KH], b: &[T; F], y: &mut [[[T; F]; OW]; OH],
) {
    let (rows, columns) = (Win::ROWS, Win::COLUMNS);
    let ([top, _], [left, _]) = (rows.padding, columns.padding);
    for i in 0..OH {
        for j in 0..OW {
            for f in 0..F {
                let first = f / (F / (C / A)) * A; // the first channel of its group
                y[i][j][f] = b[f];
                for u in 0..KH {
                    for v in 0..KW {
                        let row = i * rows.stride + u * rows.dilation;
                        let column = j * columns.stride + v * columns.dilation;
                        if row < top || column < left || row - top >= H || column - left >= W {
                            continue;
                        }
                        for a in 0..A {
                            y[i][j][f] += w[u][v][a][f] * x[row - top][column - left][first + a];
                        }
                    }
                }
            }
        }
    }
}

/// The gradients of dot(conv2d(x), dy): *added* to `dw` and `db`, *assigned* to `dx`.
///
/// Each product of the forward pass gives one to `dw` and one to `dx`.
///
/// ```
/// use const_cnn::{Square, naive::conv2d_backward};
/// let (x, w) = ([[[1.0], [2.0]]], [[[[3.0]]]]); // two pixels, one weight
/// let (mut dw, mut db, mut dx) = ([[[[0.0_f64]]]], [0.0], [[[0.0]; 2]]);
/// let dy = [[[10.0], [1.0]]];
/// conv2d_backward::<_, Square<1>, _, _, _, _, _, _, _, _, _>(
///     &x, &w, &dy, &mut dw, &mut db, &mut dx,
/// );
/// assert_eq!((dw, db, dx), ([[[[12.0]]]], [11.0], [[[30.0], [3.0]]]));
/// ```
#[rustfmt::skip]
#[allow(clippy::too_many_arguments)] // they are the quantities of the equation
pub fn conv2d_backward<
    T: Number, Win: SlidingWindow,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(
    x: &[[[T; C]; W]; H], w: &[[[[T; F]; A]; KW]; KH], dy: &[[[T; F]; OW]; OH],
    dw: &mut [[[[T; F]; A]; KW]; KH], db: &mut [T; F], dx: &mut [[[T; C]; W]; H],
) {
    let (rows, columns) = (Win::ROWS, Win::COLUMNS);
    let ([top, _], [left, _]) = (rows.padding, columns.padding);
    *dx = [[[T::default(); C]; W]; H];
    for i in 0..OH {
        for j in 0..OW {
            for f in 0..F {
                let first = f / (F / (C / A)) * A;
                db[f] += dy[i][j][f];
                for u in 0..KH {
                    for v in 0..KW {
                        let row = i * rows.stride + u * rows.dilation;
                        let column = j * columns.stride + v * columns.dilation;
                        if row < top || column < left || row - top >= H || column - left >= W {
                            continue;
                        }
                        for a in 0..A {
                            dw[u][v][a][f] += dy[i][j][f] * x[row - top][column - left][first + a];
                            dx[row - top][column - left][first + a] += dy[i][j][f] * w[u][v][a][f];
                        }
                    }
                }
            }
        }
    }
}
