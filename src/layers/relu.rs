//! The rectified linear unit.

use super::activation::activation;
use crate::{Activation, Function};

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
pub type Relu<X> = Activation<relu, X>;

activation! { relu }

impl Function for relu {
    const OF_Y: bool = true;

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x < 0.0 { 0.0 } else { x }
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { 0.0 }
    }
}
