//! The mean of each window.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::layers::pool::{Pool, assert_pool};
use crate::{Axis, Context, Elem, Image, Layer, Operation, Shape, SlidingWindow, WindowSizes, Zero, arrays};

/// Maps an image to the means of its windows, channel by channel.
///
/// y\[c\]\[i\]\[j\] = 1/n · Σ_u Σ_v x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\], zero outside the image
///
/// Padding counts as zeros, as PyTorch has it by default (`count_include_pad`): n = KH·KW, less what of a window that is rounded
/// up lies behind the padding. Where it does not count (`COUNTS` is `false`; `no count` in [`network!`](crate::network!)), n is
/// how many values of the window are the image's; so TensorFlow has it always.
///
/// # Shapes
///
/// As [`MaxPool2d`](crate::MaxPool2d).
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[h\]\[w\] = Σ g\[c\]\[i\]\[j\] / n over the windows i, j that contain h, w
///
/// # Example
///
/// ```
/// use const_cnn::{AvgPool2d, Image, Layer, Square, Zero};
/// let mut y = [[[0.0]; 1]; 1];
/// type Mean = AvgPool2d<Image<1, 2, 2>, Image<1, 1, 1>, Square<2, 2>>;
/// Mean::ZERO.infer(&[[[1.0], [2.0]], [[3.0], [6.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[3.0]]]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// # use const_cnn::{AvgPool2d, Image, Layer, Square, Zero};
/// type Wrong = AvgPool2d<Image<1, 2, 2>, Image<1, 2, 1>, Square<2, 2>>;
/// Wrong::ZERO.infer(&[[[0.0]; 2]; 2], &mut (), &mut [[[0.0]; 1]; 2]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AvgPool2d<X, Y, Win, const COUNTS: bool = true>(PhantomData<(X, Y, Win)>);

impl<X: Shape, Y, Win: SlidingWindow, const COUNTS: bool> AvgPool2d<X, Y, Win, COUNTS> {
    /// How many places of a window count.
    #[inline(always)]
    fn count<V: Elem>(i: usize, j: usize) -> V {
        let along = |axis: Axis, window, n| {
            let [before, after] = axis.padding;
            let inside = if COUNTS { 0..before + n + after } else { before..before + n };
            axis.taps(window, inside.start, inside.end)
        };
        V::splat((along(Win::ROWS, i, X::DIMS[1]) * along(Win::COLUMNS, j, X::DIMS[2])) as f32)
    }
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, Win: SlidingWindow,
    const COUNTS: bool,
> Layer for AvgPool2d<Image<C, H, W>, Image<C, OH, OW>, Win, COUNTS>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation =
        Operation::AvgPool { window: WindowSizes::of::<Self::Input, Self::Output, Win>(1), counts: COUNTS };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; C]; OW]; OH]) {
        const { assert_pool::<Self, Win>() }
        for i in 0..OH {
            for j in 0..OW {
                let y = &mut y[i][j];
                *y = [V::ZERO; C];
                for u in 0..Win::ROWS.kernel {
                    let Some(row) = x.get(Win::ROWS.index(i, u)) else { continue };
                    for v in 0..Win::COLUMNS.kernel {
                        let Some(x) = row.get(Win::COLUMNS.index(j, v)) else { continue };
                        for c in 0..C {
                            y[c] += x[c];
                        }
                    }
                }
                let count = Self::count(i, j);
                for c in 0..C {
                    y[c] = y[c] / count;
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
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
                let count = Self::count(i, j);
                for u in 0..Win::ROWS.kernel {
                    let Some(row) = dx.get_mut(Win::ROWS.index(i, u)) else { continue };
                    for v in 0..Win::COLUMNS.kernel {
                        let Some(dx) = row.get_mut(Win::COLUMNS.index(j, v)) else { continue };
                        for c in 0..C {
                            one_by_one::<V>();
                            dx[c] += dy[i][j][c] / count;
                        }
                    }
                }
            }
        }
    }
}

arrays! { impl[X, Y, Win, const COUNTS: bool] AvgPool2d<X, Y, Win, COUNTS> = AvgPool2d(PhantomData) }

/// The numbers of `avg_pool2d(K, ..)`.
#[doc(hidden)]
pub type Numbers = Pool;

/// The type of an [`AvgPool2d`] from what it takes: `avg_pool2d!([C, H, W] => K, stride S, padding P)`.
///
/// The numbers are written as in [`network!`](crate::network!).
///
/// ```
/// use const_cnn::{AvgPool2d, Image, Square, Zero, avg_pool2d};
/// type Pool = AvgPool2d<Image<8, 28, 28>, Image<8, 14, 14>, Square<2, 2>>;
/// let pool: avg_pool2d!([8, 28, 28] => 2) = Pool::ZERO;
/// ```
#[macro_export]
macro_rules! avg_pool2d {
    (@numbers) => { $crate::layers::pool::Pool };
    (@gives $n:expr, $former:expr) => { $n.after($former, "avg_pool2d", 3) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::AvgPool2d<$crate::shape!($x), $crate::shape!($y), $crate::window!(@type $x, $n.window), { $n.counts }>
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::avg_pool2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::avg_pool2d!($($numbers)+).outputs($crate::Dims::new(&[$c, $h, $w])),
            $crate::avg_pool2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::avg_pool2d!(
                @gives $crate::avg_pool2d!($($numbers)+), $crate::Former::by_hand(&[$c, $h, $w])
            ).rank == 3
        }>>::Layer
    };
    ($($numbers:tt)*) => { $crate::pool!(@read image "avg_pool2d(K, stride S, dilation D, padding P, ceil, no count)" $($numbers)*) };
}

pub use avg_pool2d;
