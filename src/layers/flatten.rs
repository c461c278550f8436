//! From an image to a vector.

use core::marker::PhantomData;

use crate::layer::Input;
use crate::{Context, Elem, Layer, Nested, Operation, Shape, Vector, Word, Works, arrays};

/// Maps an image, or a sequence, to the vector of its values, in the order channel, row, column.
///
/// y\[(c·H + h)·W + w\] = x\[c\]\[h\]\[w\]
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Vector<N>`, N = C·H·W, and from other shapes likewise. The order is PyTorch's, so a dense layer
/// after it has PyTorch's weights unchanged. Of one channel, or of 1 × 1, values lie in that order already: the layer is then
/// nothing.
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[h\]\[w\] = g\[(c·H + h)·W + w\]
///
/// # Example
///
/// ```
/// use const_cnn::{Flatten, Image, Layer, Vector, Zero};
/// let mut y = [0.0; 4];
/// let flatten = Flatten::<Image<2, 1, 2>, Vector<4>>::ZERO;
/// flatten.infer(&[[[1.0, 3.0], [2.0, 4.0]]], &mut (), &mut y);
/// assert_eq!(y, [1.0, 2.0, 3.0, 4.0]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// # use const_cnn::{Flatten, Image, Layer, Vector, Zero};
/// let flatten = Flatten::<Image<2, 1, 2>, Vector<5>>::ZERO;
/// flatten.infer(&[[[1.0, 3.0], [2.0, 4.0]]], &mut (), &mut [0.0; 5]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Flatten<X, Y>(PhantomData<(X, Y)>);

impl<X: Shape, const N: usize> Layer for Flatten<X, Vector<N>> {
    type Input = X;
    type Output = Vector<N>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = if X::LAYOUT.is_in_order() { Works::Nothing } else { Works::Apart };
    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::Reorder { from: X::DIMS[0], to: N };

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut [V; N]) {
        const { assert!(N == X::LEN && X::LAYOUT.is_channels_last(), "Flatten gives as many values as it takes") }
        for (c, y) in y.chunks_exact_mut(const { N / X::DIMS[0] }).enumerate() {
            for (y, &x) in y.iter_mut().zip(x.flat().iter().skip(c).step_by(const { X::DIMS[0] })) {
                *y = x;
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &[V; N],
        dy: &[V; N],
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        for (c, dy) in dy.chunks_exact(const { N / X::DIMS[0] }).enumerate() {
            for (&dy, dx) in dy.iter().zip(dx.flat_mut().iter_mut().skip(c).step_by(const { X::DIMS[0] })) {
                *dx = dy;
            }
        }
    }
}

arrays! { impl[X, Y] Flatten<X, Y> = Flatten(PhantomData) }

/// How [`Flatten`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum flatten {}

impl<X: Shape, const N: usize> Word<X, Vector<N>> for flatten {
    type Layer = Flatten<X, Vector<N>>;
}

/// The type of a [`Flatten`] from what it takes: `flatten!([C, H, W])`.
///
/// ```
/// use const_cnn::{Flatten, Image, Vector, Zero, flatten};
/// let flat: flatten!([16, 2, 2]) = Flatten::<Image<16, 2, 2>, Vector<64>>::ZERO;
/// ```
#[macro_export]
macro_rules! flatten {
    ([$c:expr, $h:expr, $w:expr]) => {
        $crate::Flatten<$crate::Image<{ $c }, { $h }, { $w }>, $crate::Vector<{ $c * $h * $w }>>
    };
}
