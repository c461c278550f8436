//! The rectified linear unit, at most 6.

use super::activation::activation;
use crate::{Activation, Function, Operation};

/// Maps each value to itself, at least 0 and at most 6.
///
/// y = min(max(x, 0), 6); NaN stays NaN
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g where 0 < x < 6, and 0 elsewhere
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Relu6, Vector, Zero};
/// let mut y = [0.0; 3];
/// Relu6::<Vector<3>>::ZERO.infer(&[-1.0, 2.0, 7.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 2.0, 6.0]);
/// ```
pub type Relu6<X> = Activation<relu6, X>;

activation! { relu6 }

impl Function for relu6 {
    const OF_Y: bool = true;
    const OPERATION: Operation = Operation::Clamp { low: 0.0, high: 6.0 };

    #[inline(always)]
    fn value(x: f32) -> f32 {
        let x = if x < 0.0 { 0.0 } else { x };
        if x > 6.0 { 6.0 } else { x }
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        if y > 0.0 && y < 6.0 { 1.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        check::<relu6, 5>([-1.0, 0.0, 2.5, 6.0, 7.0], [0.0, 0.0, 2.5, 6.0, 6.0], [0.0, 0.0, 1.0, 0.0, 0.0]);
    }
}
