//! Smaller steps where the loss no longer falls.

use crate::optim::settings::below_1;
use crate::{Error, Moment};

/// Multiplies the rate with a factor whenever the loss of more than `patience` epochs in a row was no better than the best one
/// before, by one part in ten thousand: that on the validation data, or, without any, in training.
///
/// It keeps what it has seen: of a run that is resumed, it goes on where it was; the loss of the last epoch before is to be
/// [seen](ReduceOnPlateau::see), since no [`Moment`] tells it.
///
/// ```
/// use const_cnn::schedules::ReduceOnPlateau;
/// use const_cnn::{Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2) }
/// }
/// let data = Sign::dataset(&[[-1.0], [-1.0], [1.0]], &[0, 1, 1])?;
/// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
/// let mut plateau = ReduceOnPlateau::new(0.5, 5)?;
/// let sgd = Sgd::new(0.1, 0.0)?;
/// trainer.fit(&mut net, &sgd, &data, 300, 2).schedule(|moment| plateau.rate(moment)).run()?;
/// assert!(plateau.factor() < 1e-3);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReduceOnPlateau {
    by: f32,
    patience: usize,
    factor: f32,
    best: f32,
    worse: usize,
    epoch: Option<u64>,
}

impl ReduceOnPlateau {
    /// The schedule that multiplies with `by`, from 0 to below 1, after more than `patience` epochs.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the factor is out of its range.
    pub const fn new(by: f32, patience: usize) -> Result<ReduceOnPlateau, Error> {
        match below_1("factor", by) {
            Ok(by) => Ok(ReduceOnPlateau { by, patience, factor: 1.0, best: f32::MAX, worse: 0, epoch: None }),
            Err(error) => Err(error),
        }
    }

    /// What the rule's learning rate is multiplied with.
    pub const fn factor(&self) -> f32 {
        self.factor
    }

    /// Sees the loss of an epoch.
    pub fn see(&mut self, loss: f32) {
        const LEAST: f32 = 1e-4;
        if loss < self.best - LEAST * self.best.abs() {
            (self.best, self.worse) = (loss, 0);
        } else {
            self.worse = self.worse.saturating_add(1);
        }
        if self.worse > self.patience {
            (self.factor, self.worse) = (self.by * self.factor, 0);
        }
    }

    /// The rate at a moment, after the loss of the epoch before has been seen.
    pub fn rate(&mut self, moment: &Moment) -> f32 {
        if let Some(last) = &moment.last
            && self.epoch != Some(moment.epoch)
        {
            self.epoch = Some(moment.epoch);
            self.see(last.loss());
        }
        moment.learning_rate * self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Metrics, Zero};

    #[test]
    fn what_is_better_and_what_is_not() {
        let mut plateau = ReduceOnPlateau::new(0.5, 1).unwrap();
        let mut after = |loss| {
            plateau.see(loss);
            plateau.factor()
        };
        assert_eq!([5.0, 5.0, 4.0, 3.9999, 5.0].map(&mut after), [1.0, 1.0, 1.0, 1.0, 0.5]);
        assert_eq!([4.0, f32::NAN, 3.0, -1.0, -0.9, -1.00001].map(&mut after), [0.5, 0.25, 0.25, 0.25, 0.25, 0.125]);
    }

    #[test]
    fn each_epoch_is_seen_once() {
        let mut plateau = ReduceOnPlateau::new(0.5, 0).unwrap();
        let mut metrics = Metrics::ZERO;
        metrics.add(2.0, &[1.0], |_| None).unwrap();
        let mut rate =
            |epoch, batch, last| plateau.rate(&Moment { learning_rate: 8.0, epoch, batch, batches: 2, last });
        let found = [
            rate(0, 0, None),
            rate(0, 1, None),
            rate(1, 0, Some(metrics)), // the best yet
            rate(1, 1, Some(metrics)),
            rate(2, 0, Some(metrics)),
            rate(2, 1, Some(metrics)),
            rate(3, 1, Some(metrics)), // a run that was left in the midst of an epoch
        ];
        assert_eq!(found, [8.0, 8.0, 8.0, 8.0, 4.0, 4.0, 2.0]);
    }

    #[test]
    fn a_factor_that_is_none_is_refused() {
        for factor in [-0.1, 1.0, f32::NAN] {
            let error = ReduceOnPlateau::new(factor, 1);
            assert!(matches!(error, Err(Error::Setting { name: "factor", .. })), "{factor}");
        }
    }
}
