//! The mean of each window.

use core::marker::PhantomData;

use crate::check::assert_pool;
use crate::{Elem, Image, Layer, LeBytes, Parameters, Zero};

/// Maps an image to the means of its windows, channel by channel.
///
/// y\[c\]\[i\]\[j\] = 1/K² · Σ_u Σ_v x\[c\]\[iS+u−P\]\[jS+v−P\], zero outside the image
///
/// Padding counts as zeros, as PyTorch has it by default (`count_include_pad`).
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Image<C, OH, OW>`, OH = ⌊(H + 2P − K) / S⌋ + 1, and OW likewise from W. P < K.
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[h\]\[w\] = 1/K² · Σ g\[c\]\[i\]\[j\] over the windows i, j that contain h, w
///
/// # Example
///
/// ```
/// use const_cnn::{AvgPool2d, Image, Layer, Zero};
/// let mut y = [[[0.0]; 1]; 1];
/// let pool = AvgPool2d::<Image<1, 2, 2>, Image<1, 1, 1>, 2, 2>::ZERO;
/// pool.infer(&[[[1.0], [2.0]], [[3.0], [6.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[3.0]]]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// # use const_cnn::{AvgPool2d, Image, Layer, Zero};
/// type Wrong = AvgPool2d<Image<1, 2, 2>, Image<1, 2, 1>, 2, 2>;
/// Wrong::ZERO.infer(&[[[0.0]; 2]; 2], &mut (), &mut [[[0.0]; 1]; 2]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AvgPool2d<X, Y, const K: usize, const S: usize = 1, const P: usize = 0>(PhantomData<(X, Y)>);

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize,
    const K: usize, const S: usize, const P: usize,
> Layer for AvgPool2d<Image<C, H, W>, Image<C, OH, OW>, K, S, P>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; C]; OW]; OH]) {
        const { assert_pool::<Self>(K, S, P) }
        for i in 0..OH {
            for j in 0..OW {
                let y = &mut y[i][j];
                *y = [V::ZERO; C];
                for u in 0..K {
                    let Some(row) = x.get((i * S + u).wrapping_sub(P)) else { continue };
                    for v in 0..K {
                        let Some(x) = row.get((j * S + v).wrapping_sub(P)) else { continue };
                        for c in 0..C {
                            y[c] += x[c];
                        }
                    }
                }
                for c in 0..C {
                    y[c] = y[c] / V::splat((K * K) as f32);
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &[[[V; C]; W]; H],
        _: &mut (),
        _: &[[[V; C]; OW]; OH],
        dy: &[[[V; C]; OW]; OH],
        _: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        let Some(dx) = dx else { return };
        *dx = Zero::ZERO;
        for i in 0..OH {
            for j in 0..OW {
                for u in 0..K {
                    let Some(row) = dx.get_mut((i * S + u).wrapping_sub(P)) else { continue };
                    for v in 0..K {
                        let Some(dx) = row.get_mut((j * S + v).wrapping_sub(P)) else { continue };
                        for c in 0..C {
                            dx[c] += dy[i][j][c] / V::splat((K * K) as f32);
                        }
                    }
                }
            }
        }
    }
}

impl<X, Y, const K: usize, const S: usize, const P: usize> AvgPool2d<X, Y, K, S, P> {
    /// The layer, which has no parameters and reads none of `bytes`.
    pub const fn from_le(_: &mut LeBytes) -> Self {
        Self::ZERO
    }
}

impl<X, Y, const K: usize, const S: usize, const P: usize> Zero for AvgPool2d<X, Y, K, S, P> {
    const ZERO: Self = AvgPool2d(PhantomData);
}

impl<X, Y, const K: usize, const S: usize, const P: usize> Parameters for AvgPool2d<X, Y, K, S, P> {}

/// The type of a [`AvgPool2d`] from what it takes: `avg_pool2d!([C, H, W] => K, stride S, padding P)`.
///
/// Stride and padding may be left out: they are then K and 0.
///
/// ```
/// use const_cnn::{Image, AvgPool2d, Zero, avg_pool2d};
/// let pool: avg_pool2d!([8, 28, 28] => 2) =
///     AvgPool2d::<Image<8, 28, 28>, Image<8, 14, 14>, 2, 2>::ZERO;
/// ```
#[macro_export]
macro_rules! avg_pool2d {
    ([$c:expr, $h:expr, $w:expr] => $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::AvgPool2d<
            $crate::Image<{ $c }, { $h }, { $w }>,
            $crate::Image<
                { $c },
                { $crate::conv_out($h, $k, $crate::network_rules!(@or [$($s)?] $k), $crate::network_rules!(@or [$($p)?] 0)) },
                { $crate::check::width($h, $w, $k, $crate::network_rules!(@or [$($s)?] $k), $crate::network_rules!(@or [$($p)?] 0)) },
            >,
            { $k },
            { $crate::network_rules!(@or [$($s)?] $k) },
            { $crate::network_rules!(@or [$($p)?] 0) },
        >
    };
    // the check that `network!` makes of a line
    ($k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::check::pool(LAYER, "avg_pool2d", FORMER, $k,
            $crate::network_rules!(@or [$($s)?] $k), $crate::network_rules!(@or [$($p)?] 0))
    };
    ([$($input:tt)*] $($other:tt)*) => {
        compile_error!("it is written `avg_pool2d!([C, H, W] => K, stride S, padding P)`, where stride and padding can be left out")
    };
    ($($other:tt)*) => {
        compile_error!("it is written `avg_pool2d(K, stride S, padding P)`, where stride and padding can be left out")
    };
}
