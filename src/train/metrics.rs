//! What training and evaluation tell of a network.

use crate::losses::MAX_LANES;
use crate::{Elem, Error, Zero};

/// What a batch, an epoch or an evaluation has given.
///
/// ```
/// use const_cnn::{Trainer, Zero, network};
/// network! {
///     struct Net: [2] => [2] { logits: linear(2) }
/// }
/// let data = Net::dataset(&[[0.5, 1.0], [2.0, 3.0]], &[0, 1])?;
/// let metrics = Trainer::<Net>::ZERO.evaluate(&Net::ZERO, &data)?;
/// assert_eq!(metrics.loss(), 2.0_f32.ln()); // it knows nothing
/// assert_eq!((metrics.correct, metrics.images, metrics.accuracy()), (1, 2, 0.5));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    total_loss: Sum,
    total_weight: Sum,
    /// How many images were taken for what they are.
    pub correct: usize,
    /// How many images are right or wrong: all that are not left out, of a loss that says which; of others none.
    pub counted: usize,
    /// How many images there were.
    pub images: usize,
}

impl Zero for Metrics {
    const ZERO: Self = Metrics { total_loss: Sum::ZERO, total_weight: Sum::ZERO, correct: 0, counted: 0, images: 0 };
}

impl Metrics {
    /// The mean loss of an image, right to one part in a million whatever their number; NaN when there were none.
    ///
    /// A network that knows nothing of C classes has ln C: one that stays there in training may have been trained from
    /// `ZERO`, without being [drawn](crate::Trainer#starting-values).
    pub fn loss(&self) -> f32 {
        self.total_loss.value() / self.weight()
    }

    /// The images' weights together: their number, where the loss gives them none.
    pub fn weight(&self) -> f32 {
        self.total_weight.value()
    }

    /// The share of images taken for what they are, from 0 to 1; NaN when none were counted, as where the loss is not that
    /// of a classifier.
    pub fn accuracy(&self) -> f32 {
        self.correct as f32 / self.counted as f32
    }

    /// Adds the images of `other` to these.
    pub fn join(&mut self, other: &Metrics) {
        self.total_loss.join(&other.total_loss);
        self.total_weight.join(&other.total_weight);
        self.correct = self.correct.saturating_add(other.correct);
        self.counted = self.counted.saturating_add(other.counted);
        self.images = self.images.saturating_add(other.images);
    }

    /// Adds the images of an element, one for each of `weights`, with their losses, and whether each is correct.
    ///
    /// # Errors
    ///
    /// [`Error::Loss`], of the first of these images with which the loss is not finite; [`Error::Weight`], of that with
    /// which the weights together are not.
    pub(crate) fn add<V: Elem>(
        &mut self,
        losses: V,
        weights: &[f32],
        is_correct: impl Fn(usize) -> Option<bool>,
    ) -> Result<(), Error> {
        for (lane, (&weight, &loss)) in weights.iter().zip(losses.lanes()).enumerate() {
            self.images += 1;
            if weight > 0.0 {
                self.total_loss.add(weight * loss);
                self.total_weight.add(weight);
                if !self.total_weight.plain.is_finite() {
                    return Err(Error::Weight { index: lane, found: weight });
                }
                if !self.total_loss.plain.is_finite() {
                    return Err(Error::Loss { index: lane, found: self.loss() });
                }
                if let Some(is_correct) = is_correct(lane) {
                    self.counted += 1;
                    self.correct += usize::from(is_correct);
                }
            }
            if self.images.is_multiple_of(MAX_LANES) {
                self.total_loss.carry(); // not once an element: one image at a time then gives the same bits
                self.total_weight.carry();
            }
        }
        Ok(())
    }
}

/// A sum that is right to one part in a million, however many numbers it is of. Firmware has no `f64`.
///
/// `plain` is the sum as a loop over `f32` gives it: 1 % off for a million losses of ln 10. `high` and `low` together have
/// twice its digits. As long as `plain` is right it is the one that is given, so that losses keep the bits that they have
/// always had.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    plain: f32,
    high: f32,
    low: f32,
}

impl Sum {
    const ZERO: Sum = Sum { plain: 0.0, high: 0.0, low: 0.0 };

    /// After eight numbers at most comes a [`carry`](Sum::carry).
    fn add(&mut self, value: f32) {
        self.plain += value;
        let (high, lost) = two_sum(self.high, value);
        self.high = high;
        self.low += lost;
    }

    /// Brings to `high` what `low` has gathered.
    fn carry(&mut self) {
        (self.high, self.low) = two_sum(self.high, self.low);
    }

    fn join(&mut self, other: &Sum) {
        let plain = self.plain + other.plain;
        self.add(other.high);
        self.add(other.low);
        self.carry();
        self.plain = plain;
    }

    fn value(&self) -> f32 {
        // one part in a million, less what the division by a number of images rounds
        const TOLERANCE: f32 = 8e-7;
        let sum = self.high + self.low;
        // of an infinity `low` is NaN, and so is `sum`: then it is `plain` that tells
        if (self.plain - sum).abs() > TOLERANCE * sum.abs() { sum } else { self.plain }
    }
}

/// The sum, rounded, and what rounding took from it. Source: D. E. Knuth, *The Art of Computer Programming*, volume 2.
#[inline(always)]
fn two_sum(a: f32, b: f32) -> (f32, f32) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::F32x8;

    /// The metrics of images with these losses, all of them right.
    fn added<V: Elem>(count: usize, loss: impl Fn(usize) -> f32) -> Metrics {
        let mut metrics = Metrics::ZERO;
        for first in (0..count).step_by(V::LANES) {
            let mut losses = V::ZERO;
            let weights = &[1.0; MAX_LANES][..V::LANES.min(count - first)];
            losses.lanes_mut().iter_mut().zip(first..count).for_each(|(lane, n)| *lane = loss(n));
            metrics.add(losses, weights, |_| Some(true)).unwrap();
        }
        metrics
    }

    #[track_caller]
    fn assert_right(found: f32, expected: f64) {
        let error = (f64::from(found) / expected - 1.0).abs();
        assert!(error <= 1e-6, "{found} is off by {error:e} from {expected}");
    }

    #[test]
    fn the_mean_loss_is_right_at_any_count() {
        let ln_10 = core::f32::consts::LN_10;
        for count in [1, 7, 8, 9, 100, 640, 1797, 60_000, 1_000_000] {
            let metrics = added::<F32x8>(count, |_| ln_10);
            assert_eq!(metrics.images, count);
            assert_right(metrics.loss(), f64::from(ln_10));
            assert_eq!(metrics.accuracy(), 1.0);
        }
        // joined from parts of all sizes, one image each and half of all among them
        let mut joined = Metrics::ZERO;
        let (one, many) = (added::<f32>(1, |_| ln_10), added::<F32x8>(19_000, |_| ln_10));
        (0..1000).for_each(|_| joined.join(&many));
        (0..1_000_000).for_each(|_| joined.join(&one));
        assert_right(joined.loss(), f64::from(ln_10));
        for _ in 0..20 {
            let half = joined;
            joined.join(&half);
            joined.join(&one);
        }
        assert_eq!(joined.images, (20_000_000 << 20) + (1 << 20) - 1);
        assert_right(joined.loss(), f64::from(ln_10));
    }

    #[test]
    fn losses_of_all_sizes_count() {
        // one that is large, and as many small ones as make up another
        let loss = |n| if n == 0 { 16_777_216.0 } else { 0.75 };
        let count = 1 << 20;
        let expected = (16_777_216.0 + 0.75 * f64::from(count - 1)) / f64::from(count);
        assert_right(added::<f32>(count as usize, loss).loss(), expected);
        assert_right(added::<F32x8>(count as usize, loss).loss(), expected);
        let loss = |n: usize| (n % 1001) as f32 * 1e-3;
        let expected = (0..1001).map(|n| f64::from(loss(n))).sum::<f64>() / 1001.0;
        assert_right(added::<f32>(1001 * 1001, loss).loss(), expected);
    }

    #[test]
    fn one_at_a_time_and_eight_at_once() {
        for count in 1..300 {
            let loss = |n: usize| (n * n % 13) as f32 * 0.37;
            assert_eq!(added::<f32>(count, loss), added::<F32x8>(count, loss));
        }
    }

    #[test]
    fn what_is_not_finite_is_found_where_it_comes() {
        for found in [f32::NAN, f32::INFINITY] {
            for place in 0..8 {
                let (mut metrics, mut losses) = (added::<F32x8>(8, |_| 1.0), F32x8::splat(1.0));
                losses.0[place] = found;
                let error = metrics.add(losses, &[1.0; 8], |_| None).unwrap_err();
                assert!(
                    matches!(error, Error::Loss { index, found: f } if index == place && f.to_bits() == found.to_bits())
                );
            }
            let mut metrics = added::<f32>(3, |_| 2.0);
            metrics.join(&Metrics { total_loss: Sum { plain: found, high: found, low: f32::NAN }, ..metrics });
            metrics.join(&added::<f32>(3, |_| 2.0));
            assert_eq!(metrics.loss().to_bits(), found.to_bits());
        }
        // each is finite, their sum is not
        let (mut metrics, losses) = (Metrics::ZERO, F32x8::splat(2e38));
        let error = metrics.add(losses, &[1.0; 8], |_| None);
        assert_eq!(error, Err(Error::Loss { index: 1, found: f32::INFINITY }));
        // where there is no image there is no loss
        let mut metrics = Metrics::ZERO;
        assert_eq!(metrics.add(losses, &[1.0], |_| None), Ok(()));
        assert!(Metrics::ZERO.loss().is_nan() && Metrics::ZERO.accuracy().is_nan());
    }
}
