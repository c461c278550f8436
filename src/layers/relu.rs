//! The rectified linear unit.

use super::activation::activation;
use crate::{Activation, Function, Operator};

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
    const BOUND: Option<f32> = Some(0.0);
    const OPERATOR: Operator = Operator::word("relu");

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x < 0.0 { 0.0 } else { x }
    }

    #[inline(always)]
    fn derivative(y: f32) -> f32 {
        if y > 0.0 { 1.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, F32x8, Layer, Vector, Zero};

    #[test]
    fn by_hand() {
        let relu = Relu::<Vector<5>>::ZERO;
        let mut y = [-1.5, 0.0, 2.0, f32::NEG_INFINITY, f32::INFINITY];
        relu.infer_in_place(&mut y);
        assert_eq!(y, [0.0, 0.0, 2.0, 0.0, f32::INFINITY]);
        let (dy, mut dx) = ([1.0, 2.0, 3.0, 4.0, 5.0], [f32::NAN; 5]);
        relu.backward(&Context::EVALUATION, &[f32::NAN; 5], &mut (), &y, &dy, &mut relu.clone(), Some(&mut dx));
        assert_eq!(dx, [0.0, 0.0, 3.0, 0.0, 5.0]);
    }

    #[test]
    fn nan_stays_and_each_lane_is_by_itself() {
        let mut y = [F32x8([f32::NAN, -1.0, 1.0, -0.0, 0.0, -f32::MIN_POSITIVE, 3.0, -3.0])];
        Relu::<Vector<1>>::ZERO.infer_in_place(&mut y);
        assert!(y[0].0[0].is_nan());
        assert_eq!(y[0].0[1..], [0.0, 1.0, 0.0, 0.0, 0.0, 3.0, 0.0]);
    }
}
