//! The mean of each window of a sequence.

use core::array::{from_mut, from_ref};
use core::marker::PhantomData;

use crate::layers::pool::Pool;
use crate::{AvgPool2d, Context, Elem, Image, Layer, Operation, Sequence, SlidingWindow, WindowSizes, Zero, arrays};

/// Maps a sequence to the means of its windows, channel by channel: [`AvgPool2d`] of an image of one row.
///
/// y\[c\]\[i\] = 1/n · Σ_u x\[c\]\[i·S+u·D−BEFORE\], zero outside the sequence
///
/// n = K, or fewer, as [`AvgPool2d`](crate::AvgPool2d) says.
///
/// # Shapes
///
/// From `Sequence<C, L>` to `Sequence<C, OL>`; `Win` has one row: `Window<1, K, 1, S, 1, D, 0, 0, BEFORE, AFTER>`. Every window
/// has a part inside the sequence.
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[l\] = Σ g\[c\]\[i\] / n over the windows i that contain l
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, avg_pool1d};
/// let mut y = [[0.0]; 2];
/// <avg_pool1d!([1, 4] => 2)>::ZERO.infer(
///     &[[1.0], [3.0], [4.0], [8.0]],
///     &mut (),
///     &mut y,
/// );
/// assert_eq!(y, [[2.0], [6.0]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct AvgPool1d<X, Y, Win, const COUNTS: bool = true>(PhantomData<(X, Y, Win)>);

/// The same of an image of one row.
type OfRow<const C: usize, const L: usize, const OL: usize, Win, const COUNTS: bool> =
    AvgPool2d<Image<C, 1, L>, Image<C, 1, OL>, Win, COUNTS>;

impl<const C: usize, const L: usize, const OL: usize, Win: SlidingWindow, const COUNTS: bool> Layer
    for AvgPool1d<Sequence<C, L>, Sequence<C, OL>, Win, COUNTS>
{
    type Input = Sequence<C, L>;
    type Output = Sequence<C, OL>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation =
        Operation::AvgPool { window: WindowSizes::of::<Self::Input, Self::Output, Win>(1), counts: COUNTS };

    fn infer<V: Elem>(&self, x: &[[V; C]; L], _: &mut (), y: &mut [[V; C]; OL]) {
        OfRow::<C, L, OL, Win, COUNTS>::ZERO.infer(from_ref(x), &mut (), from_mut(y));
    }

    fn backward<V: Elem>(
        &self,
        context: &Context,
        x: &[[V; C]; L],
        _: &mut (),
        y: &[[V; C]; OL],
        dy: &[[V; C]; OL],
        _: &mut Self,
        dx: Option<&mut [[V; C]; L]>,
    ) {
        let mut row = OfRow::<C, L, OL, Win, COUNTS>::ZERO;
        let (x, y, dy, dx) = (from_ref(x), from_ref(y), from_ref(dy), dx.map(from_mut));
        OfRow::<C, L, OL, Win, COUNTS>::ZERO.backward(context, x, &mut (), y, dy, &mut row, dx);
    }
}

arrays! { impl[X, Y, Win, const COUNTS: bool] AvgPool1d<X, Y, Win, COUNTS> = AvgPool1d(PhantomData) }

/// The numbers of `avg_pool1d(K, ..)`.
#[doc(hidden)]
pub type Numbers = Pool;

/// The type of an [`AvgPool1d`] from what it takes: `avg_pool1d!([C, L] => K, stride S, padding P)`.
///
/// The numbers are written as in [`network!`](crate::network!).
///
/// ```
/// use const_cnn::{AvgPool1d, Sequence, Window, Zero, avg_pool1d};
/// type Of3 = Window<1, 3, 1, 2, 1, 1, 0, 0, 1, 0>;
/// type Pool = AvgPool1d<Sequence<8, 28>, Sequence<8, 14>, Of3>;
/// let pool: avg_pool1d!([8, 28] => 3, stride 2, padding (1, 0)) = Pool::ZERO;
/// ```
#[macro_export]
macro_rules! avg_pool1d {
    (@numbers) => { $crate::layers::pool::Pool };
    (@gives $n:expr, $former:expr) => { $n.after($former, "avg_pool1d", 2) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::AvgPool1d<$crate::shape!($x), $crate::shape!($y), $crate::window!(@type $x, $n.window), { $n.counts }>
    };
    ([$c:expr, $l:expr] => $($numbers:tt)+) => {
        <$crate::avg_pool1d!(
            @type
            $crate::Dims::new(&[$c, $l]),
            $crate::avg_pool1d!($($numbers)+).outputs($crate::Dims::new(&[$c, $l])),
            $crate::avg_pool1d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::avg_pool1d!(@gives $crate::avg_pool1d!($($numbers)+), $crate::Former::by_hand(&[$c, $l])).rank == 2
        }>>::Layer
    };
    ($($numbers:tt)*) => { $crate::pool!(@read line "avg_pool1d(K, stride S, dilation D, padding P, ceil, no count)" $($numbers)*) };
}

pub use avg_pool1d;
