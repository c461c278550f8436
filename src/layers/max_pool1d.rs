//! The largest value of each window of a sequence.

use core::array::{from_mut, from_ref};
use core::marker::PhantomData;

use crate::layers::pool::Pool;
use crate::{Context, Elem, Image, Layer, MaxPool2d, Operation, Sequence, SlidingWindow, WindowSizes, Zero, arrays};

/// Maps a sequence to the largest values of its windows, channel by channel: [`MaxPool2d`] of an image of one row.
///
/// y\[c\]\[i\] = max_u x\[c\]\[i·S+u·D−BEFORE\], over what lies inside the sequence
///
/// # Shapes
///
/// From `Sequence<C, L>` to `Sequence<C, OL>`; `Win` has one row: `Window<1, K, 1, S, 1, D, 0, 0, BEFORE, AFTER>`. Every window
/// has a part inside the sequence.
///
/// # Gradients
///
/// ∂L/∂x is the sum of g over the windows whose maximum a value is. Of several equal values of a window the first one takes
/// all.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, max_pool1d};
/// let mut y = [[0.0]; 2];
/// <max_pool1d!([1, 4] => 2)>::ZERO.infer(
///     &[[1.0], [3.0], [9.0], [8.0]],
///     &mut (),
///     &mut y,
/// );
/// assert_eq!(y, [[3.0], [9.0]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxPool1d<X, Y, Win>(PhantomData<(X, Y, Win)>);

/// The same of an image of one row.
type OfRow<const C: usize, const L: usize, const OL: usize, Win> = MaxPool2d<Image<C, 1, L>, Image<C, 1, OL>, Win>;

impl<const C: usize, const L: usize, const OL: usize, Win: SlidingWindow> Layer
    for MaxPool1d<Sequence<C, L>, Sequence<C, OL>, Win>
{
    type Input = Sequence<C, L>;
    type Output = Sequence<C, OL>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const OPERATION: Operation = Operation::MaxPool(WindowSizes::of::<Self::Input, Self::Output, Win>(1));

    fn infer<V: Elem>(&self, x: &[[V; C]; L], _: &mut (), y: &mut [[V; C]; OL]) {
        OfRow::<C, L, OL, Win>::ZERO.infer(from_ref(x), &mut (), from_mut(y));
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
        let mut row = OfRow::<C, L, OL, Win>::ZERO;
        let (x, y, dy, dx) = (from_ref(x), from_ref(y), from_ref(dy), dx.map(from_mut));
        OfRow::<C, L, OL, Win>::ZERO.backward(context, x, &mut (), y, dy, &mut row, dx);
    }
}

arrays! { impl[X, Y, Win] MaxPool1d<X, Y, Win> = MaxPool1d(PhantomData) }

/// The numbers of `max_pool1d(K, ..)`.
#[doc(hidden)]
pub type Numbers = Pool;

/// The type of a [`MaxPool1d`] from what it takes: `max_pool1d!([C, L] => K, stride S, padding P)`.
///
/// The numbers are written as in [`network!`](crate::network!).
///
/// ```
/// use const_cnn::{MaxPool1d, Sequence, Window, Zero, max_pool1d};
/// type Of3 = Window<1, 3, 1, 2, 1, 1, 0, 0, 1, 0>;
/// type Pool = MaxPool1d<Sequence<8, 28>, Sequence<8, 14>, Of3>;
/// let pool: max_pool1d!([8, 28] => 3, stride 2, padding (1, 0)) = Pool::ZERO;
/// ```
#[macro_export]
macro_rules! max_pool1d {
    (@numbers) => { $crate::layers::pool::Pool };
    (@gives $n:expr, $former:expr) => { $n.max_after($former, "max_pool1d", 2) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::MaxPool1d<$crate::shape!($x), $crate::shape!($y), $crate::window!(@type $x, $n.window)>
    };
    ([$c:expr, $l:expr] => $($numbers:tt)+) => {
        <$crate::max_pool1d!(
            @type
            $crate::Dims::new(&[$c, $l]),
            $crate::max_pool1d!($($numbers)+).outputs($crate::Dims::new(&[$c, $l])),
            $crate::max_pool1d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::max_pool1d!(@gives $crate::max_pool1d!($($numbers)+), $crate::Former::by_hand(&[$c, $l])).rank == 2
        }>>::Layer
    };
    ($($numbers:tt)*) => { $crate::pool!(@read line "max_pool1d(K, stride S, dilation D, padding P, ceil)" $($numbers)*) };
}

pub use max_pool1d;
