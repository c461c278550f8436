//! The logistic function.

use super::activation::activation;
use crate::{Activation, Function, Operator, math};

/// Maps each value to one between 0 and 1.
///
/// y = 1 / (1 + e⁻ˣ)
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · y · (1 − y)
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Sigmoid, Vector, Zero};
/// let mut y = [0.0; 3];
/// Sigmoid::<Vector<3>>::ZERO.infer(&[0.0, -200.0, 20.0], &mut (), &mut y);
/// assert_eq!(y, [0.5, 0.0, 1.0]);
/// ```
pub type Sigmoid<X> = Activation<sigmoid, X>;

activation! { sigmoid }

impl Function for sigmoid {
    const OF_Y: bool = true;
    const OPERATOR: Operator = Operator::word("sigmoid");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::sigmoid(x)
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        y * (1.0 - y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        // e^ln 3 = 3
        let ln_3 = 3f32.ln();
        check::<sigmoid, 4>([0.0, ln_3, -ln_3, -100.0], [0.5, 0.75, 0.25, 0.0], [0.25, 0.1875, 0.1875, 0.0]);
    }
}
