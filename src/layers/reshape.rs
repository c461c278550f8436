//! The same values in another shape.

use core::marker::PhantomData;

use crate::layer::{Input, Output};
use crate::shape::assert_channels_last;
use crate::{Context, Dims, Elem, Former, Layer, Nested, Operation, Shape, Works, arrays};

/// Maps values to the same values in another shape, in the order channel, row, column.
///
/// y\[f\]\[i\]\[j\] = x\[c\]\[h\]\[w\] where (f·OH + i)·OW + j = (c·H + h)·W + w
///
/// In [`network!`](crate::network!): `reshape([C, H, W])`, `reshape([C, L])` or `reshape([N])`.
///
/// # Shapes
///
/// From `X` to `Y`, of as many values. The order is PyTorch's. In memory channels are last: of as many channels, as from
/// `[8, 4, 4]` to `[8, 16]`, values lie in the new order already, and so they do where either shape has one channel, or one
/// place. The layer is then nothing.
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[h\]\[w\] = g\[f\]\[i\]\[j\]
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, reshape};
/// let (x, mut y) = ([1.0, 2.0, 3.0, 4.0], [[[0.0; 2]; 2]]);
/// <reshape!([4] => [2, 1, 2])>::ZERO.infer(&x, &mut (), &mut y);
/// assert_eq!(y, [[[1.0, 3.0], [2.0, 4.0]]]); // channels 1 2 and 3 4
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// use const_cnn::{Image, Layer, Reshape, Vector, Zero};
/// type Wrong = Reshape<Vector<4>, Image<1, 1, 5>>;
/// Wrong::ZERO.infer(&[0.0; 4], &mut (), &mut [[[0.0]; 5]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Reshape<X, Y>(PhantomData<(X, Y)>);

/// Where in memory the `n`-th value in PyTorch's order lies, channels being last.
#[inline(always)]
const fn position<X: Shape>(n: usize) -> usize {
    let (channels, places) = const { (X::DIMS[0], X::LEN / X::DIMS[0]) };
    n % places * channels + n / places
}

impl<X: Shape, Y: Shape> Reshape<X, Y> {
    /// For each value its places in memory, in x and in y.
    #[inline(always)]
    fn places() -> impl Iterator<Item = (usize, usize)> {
        const {
            assert!(X::LEN == Y::LEN, "Reshape gives as many values as it takes");
            assert_channels_last::<X>(X::DIMS[0]);
            assert_channels_last::<Y>(Y::DIMS[0]);
        }
        (0..X::LEN).map(|n| (position::<X>(n), position::<Y>(n)))
    }
}

impl<X: Shape, Y: Shape> Layer for Reshape<X, Y> {
    type Input = X;
    type Output = Y;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = if X::DIMS[0] == Y::DIMS[0] || X::LAYOUT.is_in_order() && Y::LAYOUT.is_in_order() {
        Works::Nothing
    } else {
        Works::Apart
    };
    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::Reorder { from: X::DIMS[0], to: Y::DIMS[0] };

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut Output<Self, V>) {
        let (x, y) = (x.flat(), y.flat_mut());
        for (from, to) in Self::places() {
            if let (Some(&x), Some(y)) = (x.get(from), y.get_mut(to)) {
                *y = x;
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        let (dx, dy) = (dx.flat_mut(), dy.flat());
        for (to, from) in Self::places() {
            if let (Some(dx), Some(&dy)) = (dx.get_mut(to), dy.get(from)) {
                *dx = dy;
            }
        }
    }
}

arrays! { impl[X, Y] Reshape<X, Y> = Reshape(PhantomData) }

/// The sizes of `reshape([C, H, W])`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// What it gives.
    pub dims: Dims,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let dims = former.takes_any("reshape");
        if self.dims.len() != dims.len() {
            let sentence = former.says("reshape gives ").dims(self.dims).text(", which are ").number(self.dims.len());
            let sentence = sentence.text(" values, but the layer before it gives ").dims(dims).text(", which are ");
            sentence.number(dims.len()).panic();
        }
        former.gives("reshape", self.dims, 0)
    }
}

/// The type of a [`Reshape`] from what it takes: `reshape!([N] => [C, H, W])`.
///
/// ```
/// use const_cnn::{Image, Reshape, Sequence, Zero, reshape};
/// type Rows = Reshape<Image<8, 4, 4>, Sequence<8, 16>>;
/// let rows: reshape!([8, 4, 4] => [8, 16]) = Rows::ZERO;
/// ```
#[macro_export]
macro_rules! reshape {
    (@numbers) => { $crate::layers::reshape::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::Reshape<$crate::shape!($x), $crate::shape!($y)> };
    ([$($size:expr),+] => [$($to:expr),+]) => {
        $crate::reshape!(
            @type
            $crate::Dims::new(&[$($size),+]),
            $crate::reshape!([$($to),+]).after($crate::Former::by_hand(&[$($size),+])),
            ())
    };
    ([$n:expr $(,)?] $(,)?) => { $crate::layers::reshape::Numbers { dims: $crate::Dims::new(&[$n]) } };
    ([$c:expr, $l:expr $(,)?] $(,)?) => { $crate::layers::reshape::Numbers { dims: $crate::Dims::new(&[$c, $l]) } };
    ([$c:expr, $h:expr, $w:expr $(,)?] $(,)?) => {
        $crate::layers::reshape::Numbers { dims: $crate::Dims::new(&[$c, $h, $w]) }
    };
    ($($other:tt)*) => { compile_error!("it is written `reshape([C, H, W])`, `reshape([C, L])` or `reshape([N])`") };
}

pub use reshape;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Image, Sequence, Vector};

    #[test]
    fn where_no_value_moves_it_is_nothing() {
        fn is_nothing<X: Shape, Y: Shape>() -> bool {
            // where it says so, every value lies where it lay
            let moves = Reshape::<X, Y>::places().any(|(from, to)| from != to);
            assert_eq!(Reshape::<X, Y>::WORKS == Works::Nothing, !moves, "{:?} to {:?}", X::DIMS, Y::DIMS);
            !moves
        }
        assert!(is_nothing::<Image<8, 4, 4>, Sequence<8, 16>>());
        assert!(is_nothing::<Image<8, 4, 4>, Image<8, 2, 8>>());
        assert!(is_nothing::<Image<1, 4, 4>, Vector<16>>());
        assert!(is_nothing::<Vector<16>, Image<1, 2, 8>>());
        assert!(is_nothing::<Vector<16>, Image<16, 1, 1>>());
        assert!(!is_nothing::<Vector<16>, Image<2, 2, 4>>());
        assert!(!is_nothing::<Image<8, 4, 4>, Sequence<16, 8>>());
        assert!(!is_nothing::<Sequence<4, 2>, Sequence<2, 4>>());
    }
}
