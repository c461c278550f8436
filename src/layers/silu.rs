//! The sigmoid-weighted linear unit, or swish.

use super::activation::activation;
use crate::{Activation, Function, Operator, math};

/// Maps each value to itself times its logistic function.
///
/// y = x / (1 + e⁻ˣ)
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · s · (1 + x · (1 − s)), s = 1 / (1 + e⁻ˣ)
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Silu, Vector, Zero};
/// let mut y = [0.0; 3];
/// Silu::<Vector<3>>::ZERO.infer(&[0.0, -200.0, 200.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 0.0, 200.0]);
/// ```
///
/// S. Elfwing, E. Uchibe, K. Doya (2018), *Sigmoid-weighted linear units for neural network function approximation in
/// reinforcement learning*.
pub type Silu<X> = Activation<silu, X>;

activation! { silu }

impl Function for silu {
    const OF_Y: bool = false;
    const OPERATOR: Operator = Operator::word("silu");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * math::sigmoid(x)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        let s = math::sigmoid(x);
        s * (1.0 + x * (1.0 - s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        let ln_3 = 3f32.ln();
        let (y, slope) = (0.75 * ln_3, 0.75 * (1.0 + 0.25 * ln_3));
        check::<silu, 3>([0.0, ln_3, -ln_3], [0.0, y, -0.25 * ln_3], [0.5, slope, 1.0 - slope]);
    }
}
