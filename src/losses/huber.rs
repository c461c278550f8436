//! The loss of Huber: squares of what is small, absolute values of what is large.

use crate::{Elem, Error, Loss, Nested, Shape, Zero};

/// The mean, over all values that an image's output has, of a difference's square up to δ, and of its size beyond.
///
/// d = y\[n\] − t\[n\], L = 1/N · Σ { ½·d² where |d| ≤ δ, δ·(|d| − ½·δ) elsewhere } ·
/// ∂L/∂y\[n\] = 1/N · d, brought between −δ and δ
///
/// Source: P. J. Huber (1964), *Robust estimation of a location parameter*.
///
/// ```
/// use const_cnn::{Huber, Loss, Vector};
/// let mut dy = [0.0; 2];
/// let loss = Loss::<Vector<2>>::loss(&Huber::new(2.0)?, &[1.0, 5.0], &[2.0, 2.0], &mut dy);
/// assert_eq!((loss, dy), (0.5 * (0.5 + 4.0), [-0.5, 1.0]));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber {
    delta: f32,
}

impl Huber {
    /// The loss with a δ above 0; it is 1 in [`ZERO`](Zero::ZERO).
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is not above 0, or infinite.
    pub const fn new(delta: f32) -> Result<Huber, Error> {
        if delta > 0.0 && delta.is_finite() {
            Ok(Huber { delta })
        } else {
            Err(Error::Setting { name: "delta", expected: "that is finite and above 0", found: delta })
        }
    }
}

impl Zero for Huber {
    const ZERO: Self = Huber { delta: 1.0 };
}

impl<Y: Shape> Loss<Y> for Huber {
    type Target = Y;

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &Y::Of<V>, target: &Y::Of<V>, dy: &mut Y::Of<V>) -> V {
        let Huber { delta } = *self;
        let (mean, half) = (V::splat(1.0 / Y::LEN as f32), V::splat(0.5));
        let mut sum = V::ZERO;
        for ((&y, &target), dy) in y.flat().iter().zip(target.flat()).zip(dy.flat_mut()) {
            let difference = y - target;
            let bounded = V::apply([difference], |[d]| {
                let d = if d > delta { delta } else { d };
                if d < -delta { -delta } else { d }
            });
            sum += bounded * (difference - half * bounded); // either case
            *dy = mean * bounded;
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
        let y = [F32x8([-3.0, -0.5, -0.25, 0.0, 0.25, 0.5, 2.0, f32::NAN])];
        let (mut dy, huber) = ([F32x8::ZERO], Huber::new(0.5).unwrap());
        let loss = Loss::<Vector<1>>::loss(&huber, &y, &[F32x8::ZERO], &mut dy);
        assert_eq!(loss.0[..7], [1.375, 0.125, 0.03125, 0.0, 0.03125, 0.125, 0.875]);
        assert_eq!(dy[0].0[..7], [-0.5, -0.5, -0.25, 0.0, 0.25, 0.5, 0.5]);
        assert!(loss.0[7].is_nan() && dy[0].0[7].is_nan());
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        let y: [f32; 12] = core::array::from_fn(|n| (n * 7 % 12) as f32 / 4.0 - 1.3);
        let target: [f32; 12] = core::array::from_fn(|n| (n * 5 % 12) as f32 / 3.0 - 2.0);
        fn check<Y: Shape>(y: &[f32], target: &[f32]) {
            let (y, target) = (Y::from_slice(&y[..Y::LEN]).unwrap(), Y::from_slice(&target[..Y::LEN]).unwrap());
            for delta in [0.5, 1.0, 100.0] {
                let worst = worst_loss_gradient::<_, Y>(&Huber::new(delta).unwrap(), &y, &target, 1.0 / 64.0);
                assert!(worst.error() < 1e-3, "{delta}: {worst}");
            }
        }
        check::<Vector<1>>(&y, &target);
        check::<Vector<12>>(&y, &target);
        check::<Sequence<3, 4>>(&y, &target);
        check::<Image<2, 3, 2>>(&y, &target);
    }

    #[test]
    fn a_delta_that_is_none_is_refused() {
        for found in [0.0, -1.0, f32::INFINITY, f32::NAN] {
            assert!(matches!(Huber::new(found), Err(Error::Setting { name: "delta", .. })), "{found}");
        }
    }
}
