//! The soft ramp.

use super::activation::activation;
use crate::{Activation, Function, Operator, math};

/// Maps each value to one above 0, which is near to it where it is large.
///
/// y = ln(1 + eˣ)
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · (1 − e⁻ʸ), which is g / (1 + e⁻ˣ)
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Softplus, Vector, Zero};
/// let mut y = [0.0; 2];
/// Softplus::<Vector<2>>::ZERO.infer(&[-200.0, 200.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 200.0]);
/// ```
pub type Softplus<X> = Activation<softplus, X>;

activation! { softplus }

impl Function for softplus {
    const OF_Y: bool = true;
    const OPERATOR: Operator = Operator::word("softplus");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        math::softplus(x)
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        -math::exp_m1(-y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        let ln = f32::ln;
        check::<softplus, 3>([0.0, ln(3.0), 30.0], [ln(2.0), ln(4.0), 30.0], [0.5, 0.75, 1.0]);
    }
}
