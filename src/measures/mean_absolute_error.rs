//! How far a regression's values are off.

use crate::Zero;

/// The mean, over all values of all images, of the absolute difference from what is expected.
///
/// ```
/// use const_cnn::{MeanAbsoluteError, Zero};
/// let mut error = MeanAbsoluteError::ZERO;
/// error.add(&[1.0, 5.0], &[2.0, 2.0]);
/// assert_eq!(error.mean(), 2.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanAbsoluteError {
    sum: f32,
    low: f32, // what rounding took from the sum
    values: usize,
}

impl Zero for MeanAbsoluteError {
    const ZERO: Self = MeanAbsoluteError { sum: 0.0, low: 0.0, values: 0 };
}

impl MeanAbsoluteError {
    /// Counts an image's values; images are seen as values by [`Nested::flat`](crate::Nested::flat).
    #[inline]
    pub fn add(&mut self, y: &[f32], target: &[f32]) {
        for (y, target) in y.iter().zip(target) {
            let value = (y - target).abs() - self.low;
            let sum = self.sum + value;
            // of an infinite sum nothing is left
            self.low = if sum.is_finite() { (sum - self.sum) - value } else { 0.0 };
            self.sum = sum;
            self.values = self.values.saturating_add(1);
        }
    }

    /// The mean; NaN when there were no values.
    pub fn mean(&self) -> f32 {
        self.sum / self.values as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_count_stays() {
        let mut error = MeanAbsoluteError { values: usize::MAX, ..MeanAbsoluteError::ZERO };
        error.add(&[1.0], &[0.0]);
        assert_eq!(error.values, usize::MAX);
    }

    #[test]
    fn an_infinite_error_stays() {
        for (y, target) in [([f32::INFINITY, 1.0, 2.0], [0.0; 3]), ([3e38, 3e38, 1.0], [0.0; 3])] {
            let mut error = MeanAbsoluteError::ZERO;
            error.add(&y, &target);
            error.add(&[1.0], &[0.0]);
            assert_eq!(error.mean(), f32::INFINITY);
        }
    }

    #[test]
    fn many_small_errors_count() {
        let mut error = MeanAbsoluteError::ZERO;
        assert!(error.mean().is_nan());
        error.add(&[16_777_216.0], &[0.0]);
        (0..1 << 20).for_each(|_| error.add(&[0.75], &[0.0]));
        let expected = (16_777_216.0 + 0.75 * f64::from(1 << 20)) / f64::from((1 << 20) + 1);
        assert!((f64::from(error.mean()) / expected - 1.0).abs() < 1e-6);
    }
}
