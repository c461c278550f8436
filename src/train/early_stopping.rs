//! The end of training that gains nothing more.

use core::ops::ControlFlow;

use crate::{Parameters, Progress, Zero};

/// Ends training when the loss has not become smaller for `patience` epochs in a row, and keeps the parameters of the epoch in
/// which it was smallest: that on the validation data, or, without any, in training.
///
/// It is as large as the network; with `std`, [`boxed`](Zero::boxed) places it on the heap, with patience 0, which is as 1.
///
/// It keeps what it has seen, and a checkpoint of the training has none of it. To resume, save `best`, `loss`, `epoch` and
/// `worse` too, in the callback, and begin no `fit` where `worse` has reached `patience`.
///
/// ```
/// use const_cnn::{Data, EarlyStopping, Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2) }
/// }
/// // the last label is wrong: the more is learned of the first two, the worse for it
/// let data = Sign::dataset(&[[-2.0], [2.0], [0.1]], &[0, 1, 0])?;
/// let (train, validation) = (data.part(&[0, 1])?, data.part(&[1, 2])?);
/// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
/// let mut stopping = EarlyStopping::new(5);
/// trainer
///     .fit(&mut net, &Sgd::new(0.5, 0.0)?, &train, 1000, 2)
///     .validation(&validation)
///     .callback(|progress, net| stopping.see(progress, net))
///     .run()?;
/// assert!(trainer.epochs < 1000);
/// stopping.restore(&mut net);
/// assert_eq!(trainer.evaluate(&net, &validation)?.loss(), stopping.loss);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct EarlyStopping<P> {
    /// The parameters of the best epoch.
    pub best: P,
    /// Its loss; infinite before there is one.
    pub loss: f32,
    /// Which one it was.
    pub epoch: Option<u64>,
    /// How many epochs in a row have not been better.
    pub worse: usize,
    /// With how many of them training ends.
    pub patience: usize,
}

impl<P: Parameters> Zero for EarlyStopping<P> {
    /// Without patience: training ends with the first epoch that is not better.
    const ZERO: Self = EarlyStopping { best: P::ZERO, loss: f32::INFINITY, epoch: None, worse: 0, patience: 0 };
}

impl<P: Parameters> EarlyStopping<P> {
    /// What has seen no epoch yet, and ends training with the `patience`-th in a row that is not better; 0 is as 1.
    pub fn new(patience: usize) -> Self {
        EarlyStopping { patience, ..EarlyStopping::ZERO }
    }

    /// Sees how training goes on, in its callback, and says whether it does. Batches change nothing.
    pub fn see(&mut self, progress: Progress, parameters: &P) -> ControlFlow<()> {
        let Progress::Epoch { epoch, metrics, validation } = progress else { return ControlFlow::Continue(()) };
        let loss = validation.unwrap_or(metrics).loss();
        if loss < self.loss {
            self.best.copy_from(parameters);
            (self.loss, self.epoch, self.worse) = (loss, Some(epoch), 0);
        } else {
            self.worse = self.worse.saturating_add(1);
        }
        if self.worse > 0 && self.worse >= self.patience { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Sets `parameters` to those of the best epoch; where there was none, they stay.
    pub fn restore(&self, parameters: &mut P) {
        if self.epoch.is_some() {
            parameters.copy_from(&self.best);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, Metrics};

    /// How training goes on after an epoch of this loss, after which the parameter is the epoch's number.
    fn see(stopping: &mut EarlyStopping<Linear<1, 1>>, epoch: u64, loss: f32) -> bool {
        let mut metrics = Metrics::ZERO;
        if loss.is_finite() {
            metrics.add(loss, &[1.0], |_| None).unwrap();
        }
        let net = Linear { weight: [[epoch as f32]], bias: [1.0] };
        let batch = stopping.see(Progress::Batch { epoch, metrics: Metrics::ZERO }, &net);
        assert!(batch.is_continue());
        // the loss in training becomes smaller and smaller, and is not what counts
        let mut training = Metrics::ZERO;
        training.add(1.0 / (epoch + 1) as f32, &[1.0], |_| None).unwrap();
        stopping.see(Progress::Epoch { epoch, metrics: training, validation: Some(metrics) }, &net).is_continue()
    }

    #[test]
    fn the_best_epoch_is_kept() {
        let mut stopping = EarlyStopping::new(3);
        let goes_on: [bool; 8] = core::array::from_fn(|epoch| {
            let losses = [5.0, 4.0, 4.0, f32::NAN, 3.0, 3.5, 3.0, 3.25];
            see(&mut stopping, epoch as u64, losses[epoch])
        });
        assert_eq!(goes_on, [true, true, true, true, true, true, true, false]);
        assert_eq!((stopping.loss, stopping.epoch, stopping.worse), (3.0, Some(4), 3));
        let mut net = Linear::ZERO;
        stopping.restore(&mut net);
        assert_eq!((net.weight, net.bias), ([[4.0]], [1.0]));
    }

    #[test]
    fn without_validation_data_it_goes_by_training() {
        let (mut stopping, net) = (EarlyStopping::new(1), Linear::<1, 1>::ZERO);
        let mut after = |loss| {
            let mut metrics = Metrics::ZERO;
            metrics.add(loss, &[1.0], |_| None).unwrap();
            stopping.see(Progress::Epoch { epoch: 7, metrics, validation: None }, &net).is_continue()
        };
        assert_eq!([2.0, 1.0, 1.0].map(&mut after), [true, true, false]);
    }

    #[test]
    fn where_no_epoch_was_good_parameters_stay() {
        let mut stopping = EarlyStopping::ZERO;
        assert!(!see(&mut stopping, 0, f32::NAN));
        let mut net = Linear { weight: [[7.0]], bias: [8.0] };
        stopping.restore(&mut net);
        assert_eq!((net.weight, net.bias), ([[7.0]], [8.0]));
    }
}
