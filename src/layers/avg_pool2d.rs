//! The mean of each window.

use core::marker::PhantomData;

use crate::layers::sliding::{Sliding, assert_pool};
use crate::{Context, Dims, Elem, Former, Image, Layer, SlidingWindow, Zero, arrays};

/// Maps an image to the means of its windows, channel by channel.
///
/// y\[c\]\[i\]\[j\] = 1/(KH·KW) · Σ_u Σ_v x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\], zero outside the image
///
/// Padding counts as zeros, as PyTorch has it by default (`count_include_pad`).
///
/// # Shapes
///
/// As [`MaxPool2d`](crate::MaxPool2d).
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[h\]\[w\] = 1/(KH·KW) · Σ g\[c\]\[i\]\[j\] over the windows i, j that contain h, w
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
pub struct AvgPool2d<X, Y, Win>(PhantomData<(X, Y, Win)>);

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, Win: SlidingWindow,
> Layer for AvgPool2d<Image<C, H, W>, Image<C, OH, OW>, Win>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;

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
                for c in 0..C {
                    y[c] = y[c] / V::splat((Win::ROWS.kernel * Win::COLUMNS.kernel) as f32);
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
                for u in 0..Win::ROWS.kernel {
                    let Some(row) = dx.get_mut(Win::ROWS.index(i, u)) else { continue };
                    for v in 0..Win::COLUMNS.kernel {
                        let Some(dx) = row.get_mut(Win::COLUMNS.index(j, v)) else { continue };
                        for c in 0..C {
                            dx[c] += dy[i][j][c] / V::splat((Win::ROWS.kernel * Win::COLUMNS.kernel) as f32);
                        }
                    }
                }
            }
        }
    }
}

arrays! { impl[X, Y, Win] AvgPool2d<X, Y, Win> = AvgPool2d(PhantomData) }

/// The numbers of `avg_pool2d(K, ..)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// Its window.
    pub window: Sliding,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        self.window.pool(former, "avg_pool2d")
    }
}

/// The type of a [`AvgPool2d`] from what it takes: `avg_pool2d!([C, H, W] => K, stride S, dilation D, padding P)`.
///
/// All but the first number may be left out: the stride is then K, the dilation 1, the padding 0. They are written as those of
/// [`conv2d!`](crate::conv2d!).
///
/// ```
/// use const_cnn::{Image, AvgPool2d, Square, Zero, avg_pool2d};
/// type Pool = AvgPool2d<Image<8, 28, 28>, Image<8, 14, 14>, Square<2, 2>>;
/// let pool: avg_pool2d!([8, 28, 28] => 2) = Pool::ZERO;
/// ```
#[macro_export]
macro_rules! avg_pool2d {
    (@numbers) => { $crate::layers::avg_pool2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::AvgPool2d<
            $crate::Image<{ $x.sizes[0] }, { $x.sizes[1] }, { $x.sizes[2] }>,
            $crate::Image<{ $y.sizes[0] }, { $y.sizes[1] }, { $y.sizes[2] }>,
            $crate::window!(@type $x, $n.window),
        >
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::avg_pool2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::avg_pool2d!($($numbers)+).window.outputs($crate::Dims::new(&[$c, $h, $w]), $c),
            $crate::avg_pool2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::avg_pool2d!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    ($($window:tt)+) => {
        $crate::layers::avg_pool2d::Numbers {
            window: $crate::window!(@read "avg_pool2d(K, stride S, dilation D, padding P)" kernel $($window)+).or_kernel(),
        }
    };
    () => { ::core::compile_error!("it is written `avg_pool2d(K, stride S, dilation D, padding P)`, where all but K can be left out") };
}

pub use avg_pool2d;
