//! The moving average of a network's parameters.

use crate::math::{flushed, toward};
use crate::optim::settings::below_1;
use crate::parameters::indices;
use crate::{Error, Parameters, Zero};

/// The moving average of the parameters of a network in training, which often does better than the network itself.
///
/// a ← a + (1 − decay) · (w − a), of all that is saved: held statistics too. At the first step a is w.
///
/// It is as large as the network; with `std`, [`boxed`](Zero::boxed) places it on the heap.
///
/// ```
/// use core::ops::ControlFlow;
///
/// use const_cnn::{MovingAverage, Progress, Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2) }
/// }
/// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
/// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
/// let mut average = MovingAverage::new(0.9)?;
/// let sgd = Sgd::new(0.1, 0.9)?;
/// let fit = trainer.fit(&mut net, &sgd, &data, 20, 2).callback(|progress, net| {
///     if let Progress::Batch { .. } = progress {
///         average.follow(net);
///     }
///     ControlFlow::Continue(())
/// });
/// fit.run()?;
/// assert_eq!(trainer.evaluate(&average.average, &data)?.accuracy(), 1.0);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct MovingAverage<P> {
    /// The average: a network like any other.
    pub average: P,
    /// How many steps it has followed.
    pub steps: u64,
    decay: f32,
}

impl<P: Parameters> Zero for MovingAverage<P> {
    /// With a decay of 0.999.
    const ZERO: Self = MovingAverage { average: P::ZERO, steps: 0, decay: 0.999 };
}

impl<P: Parameters> MovingAverage<P> {
    /// An average that has followed nothing yet, with a decay from 0 to below 1: of 0.99 it goes over about 100 steps.
    ///
    /// # Errors
    ///
    /// As [`set_decay`](MovingAverage::set_decay).
    pub fn new(decay: f32) -> Result<Self, Error> {
        let mut average = MovingAverage::ZERO;
        average.set_decay(decay)?;
        Ok(average)
    }

    /// Changes the decay.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is not from 0 to below 1.
    pub fn set_decay(&mut self, decay: f32) -> Result<(), Error> {
        self.decay = below_1("decay", decay)?;
        Ok(())
    }

    /// Follows the parameters after a step.
    pub fn follow(&mut self, parameters: &P) {
        let steps = self.steps;
        self.steps = steps.saturating_add(1);
        if steps == 0 {
            return self.average.copy_from(parameters);
        }
        for index in indices::<P>() {
            for (a, &w) in self.average.values_mut(index).iter_mut().zip(parameters.values(index)) {
                *a = flushed(toward(*a, w, 1.0 - self.decay));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchNorm, Vector};

    /// Weight, bias, and the mean and variance that are held.
    fn norm(numbers: [f32; 4]) -> BatchNorm<Vector<1>> {
        let mut norm = BatchNorm::ZERO;
        numbers.iter().enumerate().for_each(|(n, &number)| norm.values_mut(n)[0] = number);
        norm
    }

    #[test]
    fn it_follows_by_hand() {
        let mut average = MovingAverage::new(0.75).unwrap();
        let mut numbers = |followed| {
            average.follow(&norm(followed));
            [0, 1, 2, 3].map(|n| average.average.values(n)[0])
        };
        assert_eq!(numbers([1.0, 2.0, 3.0, -4.0]), [1.0, 2.0, 3.0, -4.0]);
        assert_eq!(numbers([5.0, 2.0, 7.0, 0.0]), [2.0, 2.0, 4.0, -3.0]);
        assert_eq!(numbers([2.0, 6.0, 0.0, 1.0]), [2.0, 3.0, 3.0, -2.0]);
        assert_eq!(average.steps, 3);
    }

    #[test]
    fn the_first_step_is_copied_and_no_difference_overflows() {
        let mut average = MovingAverage::new(0.5).unwrap();
        let mut numbers = |followed| {
            average.follow(&norm(followed));
            [0, 1, 2, 3].map(|n| average.average.values(n)[0])
        };
        assert_eq!(numbers([3e38, 1e-40, 1.0, 1.0]), [3e38, 1e-40, 1.0, 1.0]);
        assert_eq!(numbers([-3e38, 1e-40, 3.0, 1.0])[0], 0.0);
    }

    #[test]
    fn what_decays_becomes_0() {
        let mut average = MovingAverage::new(0.9).unwrap();
        average.follow(&norm([1.0; 4]));
        (0..3000).for_each(|_| average.follow(&norm([0.0; 4])));
        assert!((0..4).all(|n| average.average.values(n)[0] == 0.0));
    }

    #[test]
    fn a_decay_that_is_none_is_refused() {
        for decay in [-0.1, 1.0, f32::NAN] {
            let error = MovingAverage::<BatchNorm<Vector<1>>>::new(decay).map(|_| ());
            assert!(matches!(error, Err(Error::Setting { name: "decay", .. })), "{decay}");
        }
    }
}
