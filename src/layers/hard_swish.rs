//! Swish of straight lines.

use super::activation::activation;
use super::hard_sigmoid::hard_sigmoid;
use crate::{Activation, Function, Operator};

/// Maps each value to itself times its hard sigmoid.
///
/// y = x · min(max(x + 3, 0), 6) / 6
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = 0 where x ≤ −3, g · (2x + 3) / 6 between, g where x ≥ 3
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, HardSwish, Vector, Zero};
/// let mut y = [0.0; 4];
/// HardSwish::<Vector<4>>::ZERO.infer(&[-4.0, 0.0, 1.5, 4.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 0.0, 1.125, 4.0]);
/// ```
///
/// A. Howard and others (2019), *Searching for MobileNetV3*.
pub type HardSwish<X> = Activation<hard_swish, X>;

activation! { hard_swish }

impl Function for hard_swish {
    const OF_Y: bool = false;
    const OPERATOR: Operator = Operator::word("hard_swish");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        x * hard_sigmoid::value(x)
    }

    #[inline(always)]
    fn derivative(x: f32) -> f32 {
        let inside = (2.0 * x + 3.0) / 6.0;
        let inside = if x > -3.0 { inside } else { 0.0 };
        if x < 3.0 { inside } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        check::<hard_swish, 5>([-4.0, -1.5, 0.0, 1.5, 4.0], [0.0, -0.375, 0.0, 1.125, 4.0], [0.0, 0.0, 0.5, 1.0, 1.0]);
    }
}
