//! The convolution loops written as their equations: the page to read first, and the oracle of the tests.
//!
//! Arrays lie in memory as everywhere in the crate: images channels last, `x[h][w][c]`, weights `w[u][v][c][f]`. `T` is
//! `f32`, or `f64` for references.

use core::ops::{AddAssign, Mul};

/// A number that can be multiplied and added up.
pub trait Number: Copy + Default + AddAssign + Mul<Output = Self> {}

impl<T: Copy + Default + AddAssign + Mul<Output = T>> Number for T {}

/// y\[i\]\[j\]\[f\] = b\[f\] + Σ_c Σ_u Σ_v w\[u\]\[v\]\[c\]\[f\] · x\[iS+u−P\]\[jS+v−P\]\[c\], zero outside the image
#[rustfmt::skip]
pub fn conv2d<
    T: Number, const S: usize, const P: usize,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize, const K: usize,
>(
    x: &[[[T; C]; W]; H], w: &[[[[T; F]; C]; K]; K], b: &[T; F], y: &mut [[[T; F]; OW]; OH],
) {
    for i in 0..OH {
        for j in 0..OW {
            for f in 0..F {
                y[i][j][f] = b[f];
                for u in 0..K {
                    for v in 0..K {
                        let (row, column) = (i * S + u, j * S + v);
                        if row < P || column < P || row - P >= H || column - P >= W {
                            continue;
                        }
                        for c in 0..C {
                            y[i][j][f] += w[u][v][c][f] * x[row - P][column - P][c];
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
#[rustfmt::skip]
#[allow(clippy::too_many_arguments)] // they are the quantities of the equation
pub fn conv2d_backward<
    T: Number, const S: usize, const P: usize,
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize, const K: usize,
>(
    x: &[[[T; C]; W]; H], w: &[[[[T; F]; C]; K]; K], dy: &[[[T; F]; OW]; OH],
    dw: &mut [[[[T; F]; C]; K]; K], db: &mut [T; F], dx: &mut [[[T; C]; W]; H],
) {
    *dx = [[[T::default(); C]; W]; H];
    for i in 0..OH {
        for j in 0..OW {
            for f in 0..F {
                db[f] += dy[i][j][f];
                for u in 0..K {
                    for v in 0..K {
                        let (row, column) = (i * S + u, j * S + v);
                        if row < P || column < P || row - P >= H || column - P >= W {
                            continue;
                        }
                        for c in 0..C {
                            dw[u][v][c][f] += dy[i][j][f] * x[row - P][column - P][c];
                            dx[row - P][column - P][c] += dy[i][j][f] * w[u][v][c][f];
                        }
                    }
                }
            }
        }
    }
}
