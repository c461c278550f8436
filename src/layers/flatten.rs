//! From an image to a vector.

use core::marker::PhantomData;

use crate::{Elem, Image, Layer, LeBytes, Parameters, Vector, Zero};

/// Maps an image to the vector of its values, in the order channel, row, column.
///
/// y\[(c·H + h)·W + w\] = x\[c\]\[h\]\[w\]
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Vector<N>`, N = C·H·W. The order is PyTorch's, so a dense layer after it has PyTorch's
/// weights unchanged.
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

impl<const C: usize, const H: usize, const W: usize, const N: usize> Layer for Flatten<Image<C, H, W>, Vector<N>> {
    type Input = Image<C, H, W>;
    type Output = Vector<N>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [V; N]) {
        const { assert!(N == C * H * W, "Flatten gives C * H * W values") }
        for c in 0..C {
            for h in 0..H {
                for w in 0..W {
                    y[(c * H + h) * W + w] = x[h][w][c];
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &[[[V; C]; W]; H],
        _: &mut (),
        _: &[V; N],
        dy: &[V; N],
        _: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        let Some(dx) = dx else { return };
        for c in 0..C {
            for h in 0..H {
                for w in 0..W {
                    dx[h][w][c] = dy[(c * H + h) * W + w];
                }
            }
        }
    }
}

impl<X, Y> Flatten<X, Y> {
    /// The layer, which has no parameters and reads none of `bytes`.
    pub const fn from_le(_: &mut LeBytes) -> Self {
        Self::ZERO
    }
}

impl<X, Y> Zero for Flatten<X, Y> {
    const ZERO: Self = Flatten(PhantomData);
}

impl<X, Y> Parameters for Flatten<X, Y> {}

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
