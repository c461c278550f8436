//! The rectified linear unit.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::layer::{Input, Output};
use crate::{Elem, Layer, LeBytes, Nested, Parameters, Shape, Zero};

/// Maps each value to itself, or to 0 where it is negative.
///
/// y = max(x, 0); NaN stays NaN
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g where x > 0, and 0 elsewhere: at 0 too.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Relu, Vector, Zero};
/// let mut y = [0.0; 3];
/// Relu::<Vector<3>>::ZERO.infer(&[-1.0, 0.0, 2.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 0.0, 2.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Relu<X>(PhantomData<X>);

impl<X: Shape> Layer for Relu<X> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut Output<Self, V>) {
        for (y, &x) in y.flat_mut().iter_mut().zip(x.flat()) {
            one_by_one::<V>();
            *y = V::apply([x], |[x]| if x < 0.0 { 0.0 } else { x });
        }
    }

    fn backward<V: Elem>(
        &self,
        x: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        for ((dx, &dy), &x) in dx.flat_mut().iter_mut().zip(dy.flat()).zip(x.flat()) {
            *dx = V::apply([dy, x], |[dy, x]| if x > 0.0 { dy } else { 0.0 });
        }
    }
}

impl<X> Relu<X> {
    /// The layer, which has no parameters and reads none of `bytes`.
    pub const fn from_le(_: &mut LeBytes) -> Self {
        Self::ZERO
    }
}

impl<X> Zero for Relu<X> {
    const ZERO: Self = Relu(PhantomData);
}

impl<X> Parameters for Relu<X> {}
