//! The largest value of each window.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::layers::pool::{Pool, assert_pool};
use crate::{Context, Elem, Image, Layer, Operation, SlidingWindow, WindowSizes, Zero, arrays};

/// Maps an image to the largest values of its windows, channel by channel.
///
/// y\[c\]\[i\]\[j\] = max_{u,v} x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\], over what lies inside the image
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Image<C, OH, OW>`, which are those of a [`Conv2d`](crate::Conv2d), or as many as there are rounded up
/// ([`Axis::output_up`](crate::Axis::output_up); `ceil` in [`network!`](crate::network!)). Every window has a part inside the
/// image, so the padding is smaller than the window; padding never wins.
///
/// # Gradients
///
/// ∂L/∂x is the sum of g over the windows whose maximum a value is. Of several equal values of a window the first one,
/// row by row, takes all.
///
/// # Example
///
/// ```
/// use const_cnn::{Image, Layer, MaxPool2d, Square, Zero};
/// let mut y = [[[0.0]; 2]; 1];
/// MaxPool2d::<Image<1, 2, 4>, Image<1, 1, 2>, Square<2, 2>>::ZERO.infer(
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
/// # use const_cnn::{Image, Layer, MaxPool2d, Square, Zero};
/// // (4 − 2) / 2 + 1 = 2 columns
/// type Wrong = MaxPool2d<Image<1, 2, 4>, Image<1, 1, 3>, Square<2, 2>>;
/// Wrong::ZERO.infer(&[[[0.0]; 4]; 2], &mut (), &mut [[[0.0]; 3]; 1]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxPool2d<X, Y, Win>(PhantomData<(X, Y, Win)>);

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, Win: SlidingWindow,
> Layer for MaxPool2d<Image<C, H, W>, Image<C, OH, OW>, Win>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const OPERATION: Operation = Operation::MaxPool(WindowSizes::of::<Self::Input, Self::Output, Win>(1));

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; C]; OW]; OH]) {
        const { assert_pool::<Self, Win>() }
        for i in 0..OH {
            for j in 0..OW {
                let y = &mut y[i][j];
                *y = [V::splat(f32::NEG_INFINITY); C];
                for u in 0..Win::ROWS.kernel {
                    let Some(row) = x.get(Win::ROWS.index(i, u)) else { continue };
                    for v in 0..Win::COLUMNS.kernel {
                        let Some(x) = row.get(Win::COLUMNS.index(j, v)) else { continue };
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
        _: &Context,
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
                    for u in 0..Win::ROWS.kernel {
                        let h = Win::ROWS.index(i, u);
                        for v in 0..Win::COLUMNS.kernel {
                            let w = Win::COLUMNS.index(j, v);
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

arrays! { impl[X, Y, Win] MaxPool2d<X, Y, Win> = MaxPool2d(PhantomData) }

/// The numbers of `max_pool2d(K, ..)`.
#[doc(hidden)]
pub type Numbers = Pool;

/// The type of a [`MaxPool2d`] from what it takes: `max_pool2d!([C, H, W] => K, stride S, padding P)`.
///
/// The numbers are written as in [`network!`](crate::network!).
///
/// ```
/// use const_cnn::{Image, MaxPool2d, Square, Zero, max_pool2d};
/// type Pool = MaxPool2d<Image<8, 28, 28>, Image<8, 14, 14>, Square<2, 2>>;
/// let pool: max_pool2d!([8, 28, 28] => 2) = Pool::ZERO;
/// ```
#[macro_export]
macro_rules! max_pool2d {
    (@numbers) => { $crate::layers::pool::Pool };
    (@gives $n:expr, $former:expr) => { $n.max_after($former, "max_pool2d", 3) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::MaxPool2d<$crate::shape!($x), $crate::shape!($y), $crate::window!(@type $x, $n.window)>
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::max_pool2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::max_pool2d!($($numbers)+).outputs($crate::Dims::new(&[$c, $h, $w])),
            $crate::max_pool2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::max_pool2d!(
                @gives $crate::max_pool2d!($($numbers)+), $crate::Former::by_hand(&[$c, $h, $w])
            ).rank == 3
        }>>::Layer
    };
    ($($numbers:tt)*) => { $crate::pool!(@read image "max_pool2d(K, stride S, dilation D, padding P, ceil)" $($numbers)*) };
}

pub use max_pool2d;
