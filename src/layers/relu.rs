//! The rectified linear unit.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::layer::{Input, Output};
use crate::{Context, Elem, Layer, Nested, Shape, Word, Works, arrays};

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

    const WORKS: Works = Works::InPlace;
    const READS_X: bool = false;

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        for y in y.flat_mut() {
            one_by_one::<V>();
            *y = V::apply([*y], |[x]| if x < 0.0 { 0.0 } else { x });
        }
    }

    /// x > 0 where y > 0
    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        y: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        for ((dx, &dy), &y) in dx.flat_mut().iter_mut().zip(dy.flat()).zip(y.flat()) {
            *dx = V::apply([dy, y], |[dy, y]| if y > 0.0 { dy } else { 0.0 });
        }
    }
}

arrays! { impl[X] Relu<X> = Relu(PhantomData) }

/// How [`Relu`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum relu {}

impl<X: Shape, Flat: Shape> Word<X, Flat> for relu {
    type Layer = Relu<X>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Vector, Zero};

    #[test]
    fn by_hand() {
        let relu = Relu::<Vector<5>>::ZERO;
        let mut y = [-1.5, 0.0, 2.0, f32::NEG_INFINITY, f32::INFINITY];
        relu.infer_in_place(&mut y);
        assert_eq!(y, [0.0, 0.0, 2.0, 0.0, f32::INFINITY]);
        let (dy, mut dx) = ([1.0, 2.0, 3.0, 4.0, 5.0], [f32::NAN; 5]);
        relu.backward(&Context::EVALUATION, &[f32::NAN; 5], &mut (), &y, &dy, &mut relu.clone(), Some(&mut dx));
        assert_eq!(dx, [0.0, 0.0, 3.0, 0.0, 5.0]);
    }

    #[test]
    fn nan_stays_and_each_lane_is_by_itself() {
        let mut y = [F32x8([f32::NAN, -1.0, 1.0, -0.0, 0.0, -f32::MIN_POSITIVE, 3.0, -3.0])];
        Relu::<Vector<1>>::ZERO.infer_in_place(&mut y);
        assert!(y[0].0[0].is_nan());
        assert_eq!(y[0].0[1..], [0.0, 1.0, 0.0, 0.0, 0.0, 3.0, 0.0]);
    }
}
