//! The same factor after each epoch.

use super::power;
use crate::Moment;

/// After every epoch the rate is multiplied with `factor`: rate · factor^epoch.
///
/// ```
/// use const_cnn::{Moment, schedules::exponential};
/// let schedule = exponential(0.5);
/// let moment = Moment { learning_rate: 0.1, epoch: 3, batch: 0, batches: 1, last: None };
/// assert_eq!(schedule(&moment), 0.1 / 8.0);
/// ```
pub fn exponential(factor: f32) -> impl Fn(&Moment) -> f32 + Copy {
    move |moment| moment.learning_rate * power(factor, moment.epoch)
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn it_changes_between_epochs_only() {
        let rate = |epoch, batch| exponential(0.5)(&at(8.0, epoch, batch, 4));
        assert_eq!([rate(0, 0), rate(0, 3), rate(1, 0), rate(2, 1)], [8.0, 8.0, 4.0, 2.0]);
    }
}
