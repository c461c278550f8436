//! Sigmoid and cross-entropy, fused.

use crate::losses::check_targets;
use crate::math::{exp, ln};
use crate::{Elem, Error, Loss, Nested, Shape, Zero};

/// The binary cross-entropy of sigmoid, from logits: the mean over all values of an image's output, each of which says yes or
/// no by itself. Targets are from 0 to 1.
///
/// L = 1/N · Σ −t\[n\] · ln p\[n\] − (1 − t\[n\]) · ln (1 − p\[n\]), p = 1 / (1 + exp(−y)) · ∂L/∂y\[n\] = 1/N · (p\[n\] − t\[n\])
///
/// It is computed as max(y, 0) − y·t + ln (1 + exp(−|y|)), for logits of any size. An image counts as correct where all its
/// logits are above 0 where the target is above ½, and only there.
///
/// ```
/// use const_cnn::{BinaryCrossEntropy, Loss, Vector};
/// let mut dy = [0.0; 2];
/// let (logits, target) = ([0.0, 1e4], [1.0, 1.0]);
/// let loss = Loss::<Vector<2>>::loss(&BinaryCrossEntropy, &logits, &target, &mut dy);
/// assert_eq!((loss, dy), (0.5 * 2.0_f32.ln(), [-0.25, 0.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinaryCrossEntropy;

impl Zero for BinaryCrossEntropy {
    const ZERO: Self = BinaryCrossEntropy;
}

impl<Y: Shape> Loss<Y> for BinaryCrossEntropy {
    type Target = Y;

    fn check(&self, target: &Y::Of<f32>) -> Result<(), Error> {
        check_targets(target.flat())
    }

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &Y::Of<V>, target: &Y::Of<V>, dy: &mut Y::Of<V>) -> V {
        let mean = V::splat(1.0 / Y::LEN as f32);
        let mut sum = V::ZERO;
        for ((&y, &target), dy) in y.flat().iter().zip(target.flat()).zip(dy.flat_mut()) {
            let e = V::apply([y], |[y]| exp(-y.abs()));
            sum += V::apply([y, target, e], |[y, t, e]| if y < 0.0 { 0.0 } else { y } - y * t + ln_1p(e));
            let p = V::apply([y, e], |[y, e]| if y < 0.0 { e } else { 1.0 } / (1.0 + e));
            *dy = mean * (p - target);
        }
        sum * mean
    }

    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &Y::Of<V>, target: &Y::Of<V>, lane: usize) -> Option<bool> {
        let mut pairs = y.flat().iter().zip(target.flat());
        Some(pairs.all(|(y, target)| (y.lanes()[lane] > 0.0) == (target.lanes()[lane] > 0.5)))
    }
}

/// ln (1 + e) of e from 0 to 1, right for the smallest too: what 1 + e rounds is made good by the factor.
#[inline(always)]
fn ln_1p(e: f32) -> f32 {
    let sum = 1.0 + e;
    if sum == 1.0 { e } else { ln(sum) * (e / (sum - 1.0)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Image, Sequence, Vector, worst_loss_gradient};

    /// The loss of one logit, and its gradient.
    fn one(y: f32, target: f32) -> (f32, f32) {
        let mut dy = [f32::NAN];
        let loss = Loss::<Vector<1>>::loss(&BinaryCrossEntropy, &[y], &[target], &mut dy);
        (loss, dy[0])
    }

    #[test]
    fn loss_and_gradient_are_right_for_logits_of_any_size() {
        for y in (-1700..=1700).map(|y| y as f32 / 20.0) {
            for target in [0.0, 0.25, 1.0] {
                let (y64, t64) = (f64::from(y), f64::from(target));
                let p = 1.0 / (1.0 + (-y64).exp());
                let expected = y64.max(0.0) - y64 * t64 + (-y64.abs()).exp().ln_1p();
                let (loss, dy) = one(y, target);
                assert!((f64::from(loss) - expected).abs() <= 2e-6 * expected, "{y} {target}: {loss}, {expected}");
                assert!((f64::from(dy) - (p - t64)).abs() <= 1e-7, "{y} {target}: {dy}, {}", p - t64);
            }
        }
        assert_eq!([one(1e4, 1.0), one(-1e4, 0.0)], [(0.0, 0.0); 2]);
        assert_eq!([one(1e4, 0.0), one(-1e4, 1.0)], [(1e4, 1.0), (1e4, -1.0)]);
        assert!(one(f32::NAN, 0.0).0.is_nan() && one(f32::NAN, 0.0).1.is_nan());
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        let y: [f32; 12] = core::array::from_fn(|n| (n * 7 % 12) as f32 / 2.0 - 2.6);
        let target: [f32; 12] = core::array::from_fn(|n| (n * 5 % 12) as f32 / 11.0);
        fn check<Y: Shape>(y: &[f32], target: &[f32]) {
            let (y, target) = (Y::from_slice(&y[..Y::LEN]).unwrap(), Y::from_slice(&target[..Y::LEN]).unwrap());
            let worst = worst_loss_gradient::<_, Y>(&BinaryCrossEntropy, &y, &target, 1.0 / 64.0);
            assert!(worst.error() < 1e-3, "{worst}");
        }
        check::<Vector<1>>(&y, &target);
        check::<Vector<12>>(&y, &target);
        check::<Sequence<3, 4>>(&y, &target);
        check::<Image<2, 3, 2>>(&y, &target);
    }

    #[test]
    fn what_is_right_and_what_is_none() {
        let is_correct = |y, target| Loss::<Vector<2>>::is_correct::<f32>(&BinaryCrossEntropy, &y, &target, 0);
        assert_eq!(is_correct([0.5, -0.5], [1.0, 0.0]), Some(true));
        assert_eq!(is_correct([0.5, 0.5], [1.0, 0.0]), Some(false));
        assert_eq!(is_correct([f32::NAN, -0.5], [1.0, 0.0]), Some(false));
        let check = |target| Loss::<Vector<2>>::check(&BinaryCrossEntropy, &[0.5, target]);
        assert_eq!((check(0.0), check(1.0)), (Ok(()), Ok(())));
        assert_eq!(check(2.0), Err(Error::Target { index: 0, expected: "from 0 to 1", found: 2.0 }));
        assert!(check(f32::NAN).is_err());
    }
}
