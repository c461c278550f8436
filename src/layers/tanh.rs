//! The hyperbolic tangent.

use super::activation::activation;
use crate::{Activation, Function, Operator, math};

/// Maps each value to its hyperbolic tangent, between −1 and 1.
///
/// y = tanh x
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · (1 − y²)
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Tanh, Vector, Zero};
/// let mut y = [0.0; 3];
/// Tanh::<Vector<3>>::ZERO.infer(&[0.0, -20.0, 20.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, -1.0, 1.0]);
/// ```
pub type Tanh<X> = Activation<tanh, X>;

activation! { tanh }

impl Function for tanh {
    const OF_Y: bool = true;
    const OPERATOR: Operator = Operator::word("tanh");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::tanh(x)
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        1.0 - y * y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        // (3 − 1/3) / (3 + 1/3)
        let ln_3 = 3f32.ln();
        check::<tanh, 3>([0.0, ln_3, -ln_3], [0.0, 0.8, -0.8], [1.0, 0.36, 0.36]);
    }
}
