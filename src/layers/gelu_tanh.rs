//! The Gaussian error linear unit, by the hyperbolic tangent.

use super::activation::activation;
use crate::{Activation, Function, Operator, math};

/// Maps each value to nearly itself times the chance that a normal variable is less.
///
/// y = ½ · x · (1 + t), t = tanh(√(2/π) · (x + 0.044715 · x³))
///
/// It is PyTorch's `GELU(approximate='tanh')`; `gelu` is exact.
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · (½ · (1 + t) + ½ · x · (1 − t²) · √(2/π) · (1 + 3 · 0.044715 · x²))
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, GeluTanh, Vector, Zero};
/// let mut y = [0.0; 3];
/// GeluTanh::<Vector<3>>::ZERO.infer(&[0.0, -20.0, 20.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 0.0, 20.0]);
/// ```
///
/// D. Hendrycks, K. Gimpel (2016), *Gaussian error linear units*.
pub type GeluTanh<X> = Activation<gelu_tanh, X>;

activation! { gelu_tanh }

impl Function for gelu_tanh {
    const OF_Y: bool = false;
    const OPERATOR: Operator = Operator::word("gelu_tanh");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        0.5 * x * (1.0 + tangent(x).0)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        let (t, slope) = tangent(x);
        0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope
    }
}

/// t, and the derivative of what it is the tangent of. Beyond ±10 t is ±1, as at ±10; a cube could be infinite.
#[inline(always)]
fn tangent(x: f32) -> (f32, f32) {
    const FACTOR: f32 = 0.797_884_6; // √(2/π)
    const CUBIC: f32 = 0.044_715;
    let x = if x < -10.0 { -10.0 } else { x };
    let x = if x > 10.0 { 10.0 } else { x };
    let square = x * x;
    (math::tanh(FACTOR * x * (1.0 + CUBIC * square)), FACTOR * (1.0 + 3.0 * CUBIC * square))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        // tanh(√(2/π) · 1.044 715) = 0.682 384, and 1 less its square is 0.534 352
        let (t, slope) = (0.682_384, 0.5 * 0.534_352 * 0.797_884_6 * 1.134_145);
        check::<gelu_tanh, 3>(
            [0.0, 1.0, -1.0],
            [0.0, 0.5 * (1.0 + t), -0.5 * (1.0 - t)],
            [0.5, 0.5 * (1.0 + t) + slope, 0.5 * (1.0 - t) - slope],
        );
    }
}
