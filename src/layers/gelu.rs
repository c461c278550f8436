//! The Gaussian error linear unit.

use super::activation::activation;
use crate::{Activation, Function, Operator, math};

/// Maps each value to itself times the chance that a normal variable is less.
///
/// y = x · Φ(x), Φ(x) = ½ · (1 + erf(x / √2))
///
/// It is PyTorch's `GELU()`; `gelu_tanh` is its approximation.
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · (Φ(x) + x · exp(−x²/2) / √(2π))
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Gelu, Vector, Zero};
/// let mut y = [0.0; 3];
/// Gelu::<Vector<3>>::ZERO.infer(&[0.0, -20.0, 20.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 0.0, 20.0]);
/// ```
///
/// D. Hendrycks, K. Gimpel (2016), *Gaussian error linear units*.
pub type Gelu<X> = Activation<gelu, X>;

activation! { gelu }

impl Function for gelu {
    const OF_Y: bool = false;
    const OPERATOR: Operator = Operator::word("gelu");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * normal(x)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        const DENSITY: f32 = 0.398_942_3; // at 0: 1 / √(2π)
        normal(x) + x * DENSITY * math::exp(-0.5 * x * x)
    }
}

/// Φ(x), the chance that a normal variable is less than x.
#[inline(always)]
fn normal(x: f32) -> f32 {
    0.5 * (1.0 + math::erf(x * core::f32::consts::FRAC_1_SQRT_2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        // Φ(1) = 0.841 344 8, and its density there 0.241 970 72
        let (phi, density) = (0.841_344_8, 0.241_970_72);
        check::<gelu, 3>([0.0, 1.0, -1.0], [0.0, phi, phi - 1.0], [0.5, phi + density, 1.0 - phi - density]);
    }
}
