//! The mean of absolute differences.

use crate::{Elem, Loss, Nested, Shape, Zero};

/// The mean, over all values that an image's output has, of how far each is from what is expected: of a vector, a sequence or
/// an image.
///
/// L = 1/N · Σ |y\[n\] − t\[n\]| · ∂L/∂y\[n\] = 1/N · sign(y\[n\] − t\[n\]), 0 where they are equal
///
/// ```
/// use const_cnn::{L1, Loss, Vector};
/// let mut dy = [0.0; 2];
/// let loss = Loss::<Vector<2>>::loss(&L1, &[1.0, 5.0], &[2.0, 2.0], &mut dy);
/// assert_eq!((loss, dy), (2.0, [-0.5, 0.5]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct L1;

impl Zero for L1 {
    const ZERO: Self = L1;
}

impl<Y: Shape> Loss<Y> for L1 {
    type Target = Y;

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &Y::Of<V>, target: &Y::Of<V>, dy: &mut Y::Of<V>) -> V {
        let mean = V::splat(1.0 / Y::LEN as f32);
        let mut sum = V::ZERO;
        for ((&y, &target), dy) in y.flat().iter().zip(target.flat()).zip(dy.flat_mut()) {
            let difference = y - target;
            sum += V::apply([difference], |[d]| d.abs());
            // NaN and 0 are their own sign
            *dy = mean * V::apply([difference], |[d]| if d == 0.0 || d.is_nan() { d } else { d.signum() });
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
        let y = [F32x8([0.0, 1.0, 2.0, -0.0, 4.0, f32::NAN, 6.0, 7.0]), F32x8::splat(1.0)];
        let target = [F32x8([1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 3.0]), F32x8::splat(1.0)];
        let mut dy = [F32x8::ZERO; 2];
        let loss = Loss::<Vector<2>>::loss(&L1, &y, &target, &mut dy);
        assert_eq!([0, 1, 2, 3, 4, 6, 7].map(|lane| loss.0[lane]), [0.5, 0.0, 0.5, 0.0, 1.5, 2.5, 2.0]);
        assert_eq!([0, 1, 2, 3, 4, 6, 7].map(|lane| dy[0].0[lane]), [-0.5, 0.0, 0.5, 0.0, 0.5, 0.5, 0.5]);
        assert!(loss.0[5].is_nan() && dy[0].0[5].is_nan() && dy[1] == F32x8::ZERO);
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        // no difference is near 0, where the slope changes
        let y: [f32; 12] = core::array::from_fn(|n| (n * 7 % 12) as f32 - 5.75);
        let target: [f32; 12] = core::array::from_fn(|n| (n * 5 % 12) as f32 - 5.0);
        fn check<Y: Shape>(y: &[f32], target: &[f32]) {
            let (y, target) = (Y::from_slice(&y[..Y::LEN]).unwrap(), Y::from_slice(&target[..Y::LEN]).unwrap());
            let worst = worst_loss_gradient::<_, Y>(&L1, &y, &target, 1.0 / 64.0);
            assert!(worst.error() < 1e-3, "{worst}");
        }
        check::<Vector<1>>(&y, &target);
        check::<Vector<12>>(&y, &target);
        check::<Sequence<3, 4>>(&y, &target);
        check::<Image<2, 3, 2>>(&y, &target);
    }
}
