//! The largest value of each window.

use core::marker::PhantomData;

use crate::check::assert_pool;
use crate::element::one_by_one;
use crate::{Elem, Image, Layer, LeBytes, Parameters, Zero};

/// Maps an image to the largest values of its windows, channel by channel.
///
/// y\[c\]\[i\]\[j\] = max_{u,v} x\[c\]\[iS+u−P\]\[jS+v−P\], over what lies inside the image
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Image<C, OH, OW>`, OH = ⌊(H + 2P − K) / S⌋ + 1, and OW likewise from W. P < K, so that every
/// window has a part inside the image; padding never wins.
///
/// # Gradients
///
/// ∂L/∂x is the sum of g over the windows whose maximum a value is. Of several equal values of a window the first one,
/// row by row, takes all.
///
/// # Example
///
/// ```
/// use const_cnn::{Image, Layer, MaxPool2d, Zero};
/// let mut y = [[[0.0]; 2]; 1];
/// MaxPool2d::<Image<1, 2, 4>, Image<1, 1, 2>, 2, 2>::ZERO.infer(
///     &[[[1.0], [2.0], [7.0], [7.0]], [[3.0], [0.0], [5.0], [7.0]]],
///     &mut (),
///     &mut y,
/// );
/// assert_eq!(y, [[[3.0], [7.0]]]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// # use const_cnn::{Image, Layer, MaxPool2d, Zero};
/// // (4 − 2) / 2 + 1 = 2 columns
/// type Wrong = MaxPool2d<Image<1, 2, 4>, Image<1, 1, 3>, 2, 2>;
/// Wrong::ZERO.infer(&[[[0.0]; 4]; 2], &mut (), &mut [[[0.0]; 3]; 1]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxPool2d<X, Y, const K: usize, const S: usize = 1, const P: usize = 0>(PhantomData<(X, Y)>);

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize,
    const K: usize, const S: usize, const P: usize,
> Layer for MaxPool2d<Image<C, H, W>, Image<C, OH, OW>, K, S, P>
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
                *y = [V::splat(f32::NEG_INFINITY); C];
                for u in 0..K {
                    let Some(row) = x.get((i * S + u).wrapping_sub(P)) else { continue };
                    for v in 0..K {
                        let Some(x) = row.get((j * S + v).wrapping_sub(P)) else { continue };
                        for c in 0..C {
                            one_by_one::<V>();
                            // NaN is kept, from either side
                            y[c] = V::apply([x[c], y[c]], |[x, y]| if x <= y || y.is_nan() { y } else { x });
                        }
                    }
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        x: &[[[V; C]; W]; H],
        _: &mut (),
        y: &[[[V; C]; OW]; OH],
        dy: &[[[V; C]; OW]; OH],
        _: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        let Some(dx) = dx else { return };
        *dx = Zero::ZERO;
        for i in 0..OH {
            for j in 0..OW {
                for c in 0..C {
                    // what has not yet found its place: the first value that equals the maximum takes it
                    let mut left = dy[i][j][c];
                    for u in 0..K {
                        let h = (i * S + u).wrapping_sub(P);
                        for v in 0..K {
                            let w = (j * S + v).wrapping_sub(P);
                            if h >= H || w >= W {
                                continue;
                            }
                            let values = [x[h][w][c], y[i][j][c], left];
                            dx[h][w][c] += V::apply(values, |[x, y, left]| if x == y { left } else { 0.0 });
                            left = V::apply(values, |[x, y, left]| if x == y { 0.0 } else { left });
                        }
                    }
                }
            }
        }
    }
}

impl<X, Y, const K: usize, const S: usize, const P: usize> MaxPool2d<X, Y, K, S, P> {
    /// The layer, which has no parameters and reads none of `bytes`.
    pub const fn from_le(_: &mut LeBytes) -> Self {
        Self::ZERO
    }
}

impl<X, Y, const K: usize, const S: usize, const P: usize> Zero for MaxPool2d<X, Y, K, S, P> {
    const ZERO: Self = MaxPool2d(PhantomData);
}

impl<X, Y, const K: usize, const S: usize, const P: usize> Parameters for MaxPool2d<X, Y, K, S, P> {}

/// The type of a [`MaxPool2d`] from what it takes: `max_pool2d!([C, H, W] => K, stride S, padding P)`.
///
/// Stride and padding may be left out: they are then K and 0.
///
/// ```
/// use const_cnn::{Image, MaxPool2d, Zero, max_pool2d};
/// let pool: max_pool2d!([8, 28, 28] => 2) =
///     MaxPool2d::<Image<8, 28, 28>, Image<8, 14, 14>, 2, 2>::ZERO;
/// ```
#[macro_export]
macro_rules! max_pool2d {
    ([$c:expr, $h:expr, $w:expr] => $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::MaxPool2d<
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
        $crate::check::pool(LAYER, "max_pool2d", FORMER, $k,
            $crate::network_rules!(@or [$($s)?] $k), $crate::network_rules!(@or [$($p)?] 0))
    };
    ([$($input:tt)*] $($other:tt)*) => {
        compile_error!("it is written `max_pool2d!([C, H, W] => K, stride S, padding P)`, where stride and padding can be left out")
    };
    ($($other:tt)*) => {
        compile_error!("it is written `max_pool2d(K, stride S, padding P)`, where stride and padding can be left out")
    };
}
