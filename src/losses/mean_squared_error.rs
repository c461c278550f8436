//! The mean of squared differences.

use crate::{Elem, Loss, Nested, Shape, Zero};

/// The mean, over all values that an image's output has, of the squared difference from what is expected: of a vector, a
/// sequence or an image.
///
/// L = 1/N · Σ (y\[n\] − t\[n\])² · ∂L/∂y\[n\] = 2/N · (y\[n\] − t\[n\])
///
/// It counts nothing as correct: [`Metrics::accuracy`](crate::Metrics::accuracy) is NaN.
///
/// ```
/// use const_cnn::{Loss, MeanSquaredError, Vector};
/// let mut dy = [0.0; 2];
/// let loss = Loss::<Vector<2>>::loss(&MeanSquaredError, &[1.0, 5.0], &[2.0, 2.0], &mut dy);
/// assert_eq!((loss, dy), (5.0, [-1.0, 3.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeanSquaredError;

impl Zero for MeanSquaredError {
    const ZERO: Self = MeanSquaredError;
}

impl<Y: Shape> Loss<Y> for MeanSquaredError {
    type Target = Y;

    fn loss<V: Elem>(&self, y: &Y::Of<V>, target: &Y::Of<V>, dy: &mut Y::Of<V>) -> V {
        let (mean, twice) = (V::splat(1.0 / Y::LEN as f32), V::splat(2.0 / Y::LEN as f32));
        let mut sum = V::ZERO;
        for ((&y, &target), dy) in y.flat().iter().zip(target.flat()).zip(dy.flat_mut()) {
            let difference = y - target;
            sum += difference * difference;
            *dy = twice * difference;
        }
        sum * mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Image, Sequence, Vector, worst_loss_gradient};

    #[test]
    fn each_image_has_its_own() {
        let y = [[[F32x8([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), F32x8::splat(1.0)]]];
        let target = [[[F32x8::splat(1.0), F32x8([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0])]]];
        let mut dy = [[[F32x8::ZERO; 2]]];
        let loss = Loss::<Image<2, 1, 1>>::loss(&MeanSquaredError, &y, &target, &mut dy);
        assert_eq!(loss.0, [0.5, 0.0, 0.5, 2.0, 4.5, 8.0, 12.5, 20.0]);
        assert_eq!(dy[0][0][0].0, [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(dy[0][0][1].0, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -2.0]);
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        let y: [f32; 12] = core::array::from_fn(|n| (n * 7 % 12) as f32 / 4.0 - 1.3);
        let target: [f32; 12] = core::array::from_fn(|n| (n * 5 % 12) as f32 / 3.0 - 2.0);
        fn check<Y: Shape>(y: &[f32], target: &[f32]) {
            let (y, target) = (Y::from_slice(&y[..Y::LEN]).unwrap(), Y::from_slice(&target[..Y::LEN]).unwrap());
            let worst = worst_loss_gradient::<_, Y>(&MeanSquaredError, &y, &target, 1.0 / 64.0);
            assert!(worst.error() < 1e-3, "{worst}");
        }
        check::<Vector<1>>(&y, &target);
        check::<Vector<12>>(&y, &target);
        check::<Sequence<3, 4>>(&y, &target);
        check::<Image<2, 3, 2>>(&y, &target);
    }
}
