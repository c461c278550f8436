//! The hinge loss of several classes.

use crate::losses::MAX_LANES;
use crate::{Class, Elem, Error, Loss, SoftmaxCrossEntropy, Vector, Zero};

/// The hinge loss of `C` classes: each class but the image's own should score less, by a margin.
///
/// L = 1/C · Σ max(0, margin − y\[label\] + y\[c\]) over all c but the label ·
/// ∂L/∂y\[c\] = 1/C where that is above 0, ∂L/∂y\[label\] = −1/C · how often it is
///
/// An image counts as correct where its class has the largest score.
///
/// ```
/// use const_cnn::{Loss, MultiMargin, Zero};
/// let mut dy = [0.0; 4];
/// let loss = MultiMargin::ZERO.loss(&[2.0, 0.5, 1.5, 3.0], &[0; 8], &mut dy);
/// assert_eq!((loss, dy), (0.25 * (0.5 + 2.0), [-0.5, 0.0, 0.25, 0.25]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MultiMargin {
    margin: f32,
}

impl MultiMargin {
    /// The loss with a margin above 0; it is 1 in [`ZERO`](Zero::ZERO).
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is not above 0, or infinite.
    pub const fn new(margin: f32) -> Result<MultiMargin, Error> {
        if margin > 0.0 && margin.is_finite() {
            Ok(MultiMargin { margin })
        } else {
            Err(Error::Setting { name: "margin", expected: "that is finite and above 0", found: margin })
        }
    }
}

impl Zero for MultiMargin {
    const ZERO: Self = MultiMargin { margin: 1.0 };
}

impl<const C: usize> Loss<Vector<C>> for MultiMargin {
    type Target = Class;

    fn check(&self, label: &usize) -> Result<(), Error> {
        Loss::<Vector<C>>::check(&SoftmaxCrossEntropy, label)
    }

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &[V; C], labels: &[usize; MAX_LANES], dy: &mut [V; C]) -> V {
        let mean = 1.0 / C as f32;
        let mut losses = V::ZERO;
        for ((lane, loss), &label) in losses.lanes_mut().iter_mut().enumerate().zip(labels) {
            let own = y.get(label).map_or(f32::NAN, |y| y.lanes()[lane]);
            let (mut sum, mut count) = (0.0, 0.0);
            for (c, (y, dy)) in y.iter().zip(dy.iter_mut()).enumerate() {
                let missing = self.margin - own + y.lanes()[lane];
                let counts = c != label && (missing > 0.0 || missing.is_nan());
                sum += if counts { missing } else { 0.0 };
                count += if counts { mean } else { 0.0 };
                dy.lanes_mut()[lane] = if counts { mean } else { 0.0 };
            }
            *loss = mean * sum;
            if let Some(dy) = dy.get_mut(label) {
                dy.lanes_mut()[lane] = -count;
            }
        }
        losses
    }

    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &[V; C], labels: &[usize; MAX_LANES], lane: usize) -> Option<bool> {
        Loss::<Vector<C>>::is_correct(&SoftmaxCrossEntropy, y, labels, lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, worst_loss_gradient};

    #[test]
    fn each_image_has_its_own() {
        let y = [F32x8([2.0, 2.0, 2.0, 0.0, f32::NAN, 1e4, 1e4, 0.0]), F32x8([1.5, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0])];
        let mut dy = [F32x8::splat(f32::NAN); 2];
        let loss = Loss::loss(&MultiMargin::ZERO, &y, &[0, 0, 0, 1, 1, 0, 1, 2], &mut dy);
        assert_eq!([0, 1, 2, 3, 5, 6].map(|lane| loss.0[lane]), [0.25, 0.0, 0.0, 0.5, 0.0, 5000.5]);
        assert_eq!([0, 1, 2, 3, 5, 6].map(|lane| dy[0].0[lane]), [-0.5, 0.0, 0.0, 0.5, 0.0, 0.5]);
        assert_eq!([0, 1, 2, 3, 5, 6].map(|lane| dy[1].0[lane]), [0.5, 0.0, 0.0, -0.5, 0.0, -0.5]);
        assert!(loss.0[4].is_nan() && loss.0[7].is_nan(), "a logit that is NaN, a label that is no class");
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        fn check<const N: usize>(margin: f32) {
            // no class is near the margin, where the slope changes
            let y: [f32; N] = core::array::from_fn(|n| (n * 7 % 12) as f32 / 4.0 - 1.3);
            for label in 0..N {
                let loss = MultiMargin::new(margin).unwrap();
                let worst = worst_loss_gradient::<_, Vector<N>>(&loss, &y, &label, 1.0 / 64.0);
                assert!(worst.error() < 1e-3, "{margin} {label}: {worst}");
            }
        }
        for margin in [0.1, 1.1, 9.9] {
            check::<1>(margin);
            check::<2>(margin);
            check::<7>(margin);
        }
    }

    #[test]
    fn what_is_none_is_refused() {
        for found in [0.0, -1.0, f32::INFINITY, f32::NAN] {
            assert!(matches!(MultiMargin::new(found), Err(Error::Setting { name: "margin", .. })), "{found}");
        }
        let check = |label| Loss::<Vector<2>>::check(&MultiMargin::ZERO, &label);
        assert_eq!((check(1), check(2)), (Ok(()), Err(Error::Label { index: 0, classes: 2, found: 2 })));
    }
}
