//! Softmax and cross-entropy with the chances of the classes as targets.

use crate::layers::softmax::softmax_in_place;
use crate::losses::check_targets;
use crate::losses::softmax_cross_entropy::index_of_largest;
use crate::math::ln;
use crate::{Elem, Error, Loss, Vector, Zero};

/// The cross-entropy of softmax whose target is a chance for each class, from 0 to 1, such as of mixed images or what another
/// network gives.
///
/// L = −Σ t\[c\] · ln p\[c\], p = softmax(logits) · ∂L/∂logit\[o\] = p\[o\] · Σ t\[c\] − t\[o\]
///
/// An image counts as correct where the class with the largest target has the largest logit.
///
/// ```
/// use const_cnn::{Loss, SoftTargetCrossEntropy};
/// let mut dy = [0.0; 2];
/// let loss = SoftTargetCrossEntropy.loss(&[3.0, 3.0], &[0.25, 0.75], &mut dy);
/// assert_eq!((loss, dy), (2.0_f32.ln(), [0.25, -0.25]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoftTargetCrossEntropy;

impl Zero for SoftTargetCrossEntropy {
    const ZERO: Self = SoftTargetCrossEntropy;
}

impl<const C: usize> Loss<Vector<C>> for SoftTargetCrossEntropy {
    type Target = Vector<C>;

    fn check(&self, target: &[f32; C]) -> Result<(), Error> {
        check_targets(target)
    }

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &[V; C], target: &[V; C], dy: &mut [V; C]) -> V {
        *dy = *y;
        let (sum, max) = softmax_in_place(dy);
        let ln_sum = V::apply([sum], |[sum]| ln(sum));
        let (mut loss, mut total) = (V::ZERO, V::ZERO);
        for (&y, &target) in y.iter().zip(target) {
            loss += target * (ln_sum - (y - max));
            total += target;
        }
        for (dy, &target) in dy.iter_mut().zip(target) {
            *dy = *dy * total - target;
        }
        loss
    }

    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &[V; C], target: &[V; C], lane: usize) -> Option<bool> {
        let largest = |values: &[V; C]| index_of_largest(values.iter().map(|value| value.lanes()[lane]));
        Some(largest(y) == largest(target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, SoftmaxCrossEntropy, worst_loss_gradient};

    #[test]
    fn of_one_class_it_is_that_of_a_label() {
        let y = [F32x8([0.1, -3.0, 1e4, 0.0, 7.5, -1e4, 2.0, 0.3]), F32x8::splat(1.5), F32x8([-0.5; 8])];
        let target = [F32x8::ZERO, F32x8::splat(1.0), F32x8::ZERO];
        let (mut dy, mut plain) = ([F32x8::ZERO; 3], [F32x8::ZERO; 3]);
        let found = SoftTargetCrossEntropy.loss(&y, &target, &mut dy);
        let expected = Loss::<Vector<3>>::loss(&SoftmaxCrossEntropy, &y, &[1; 8], &mut plain);
        assert_eq!((found, dy), (expected, plain));
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        fn check<const N: usize>(y: [f32; N], target: [f32; N]) {
            let worst = worst_loss_gradient::<_, Vector<N>>(&SoftTargetCrossEntropy, &y, &target, 1.0 / 64.0);
            assert!(worst.error() < 1e-3, "{worst}");
        }
        check([0.5], [1.0]);
        check([0.3, -1.2, 2.0], [0.2, 0.5, 0.3]);
        check([0.3, -1.2, 2.0, 0.0], [0.5, 0.0, 0.1, 1.0]); // they need not add up to 1
    }

    #[test]
    fn what_is_right_and_what_is_none() {
        let is_correct = |y, target| SoftTargetCrossEntropy.is_correct::<f32>(&y, &target, 0);
        assert_eq!(is_correct([0.0, 2.0], [0.4, 0.6]), Some(true));
        assert_eq!(is_correct([0.0, 2.0], [0.6, 0.4]), Some(false));
        let check = |target| SoftTargetCrossEntropy.check(&[0.5, target]);
        assert_eq!((check(0.0), check(1.0)), (Ok(()), Ok(())));
        for found in [-0.1, 1.5, f32::NAN, f32::INFINITY] {
            assert!(matches!(check(found), Err(Error::Target { index: 0, .. })), "{found}");
        }
        assert!(SoftTargetCrossEntropy.loss(&[0.0, f32::NAN], &[1.0, 0.0], &mut [0.0; 2]).is_nan());
    }
}
