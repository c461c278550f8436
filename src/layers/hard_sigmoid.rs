//! The logistic function of three straight lines.

use super::activation::activation;
use super::relu6::relu6;
use crate::{Activation, Function, Operator};

/// Maps each value to one from 0 to 1, by three straight lines.
///
/// y = min(max(x + 3, 0), 6) / 6
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g / 6 where −3 < x < 3, and 0 elsewhere
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, HardSigmoid, Vector, Zero};
/// let mut y = [0.0; 4];
/// HardSigmoid::<Vector<4>>::ZERO.infer(&[-4.0, 0.0, 1.5, 4.0], &mut (), &mut y);
/// assert_eq!(y, [0.0, 0.5, 0.75, 1.0]);
/// ```
pub type HardSigmoid<X> = Activation<hard_sigmoid, X>;

activation! { hard_sigmoid }

impl Function for hard_sigmoid {
    const OF_Y: bool = true;
    const OPERATOR: Operator = Operator::word("hard_sigmoid");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        relu6::value(x + 3.0) / 6.0
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        if y > 0.0 && y < 1.0 { 1.0 / 6.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        let sixth = 1.0 / 6.0;
        check::<hard_sigmoid, 5>(
            [-4.0, -1.5, 0.0, 1.5, 4.0],
            [0.0, 0.25, 0.5, 0.75, 1.0],
            [0.0, sixth, sixth, sixth, 0.0],
        );
    }
}
