//! Steps at even distances.

use super::power;
use crate::Moment;

/// After every `epochs` the rate is multiplied with `factor`: rate · factor^⌊epoch / epochs⌋. Of no epochs it is NaN.
///
/// ```
/// use const_cnn::{Moment, schedules::step};
/// let schedule = step(10, 0.5);
/// let moment = Moment { learning_rate: 0.1, epoch: 29, batch: 0, batches: 1, last: None };
/// assert_eq!(schedule(&moment), 0.1 * 0.25);
/// ```
pub fn step(epochs: u64, factor: f32) -> impl Fn(&Moment) -> f32 + Copy {
    move |moment| match moment.epoch.checked_div(epochs) {
        Some(steps) => moment.learning_rate * power(factor, steps),
        None => f32::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn it_steps_between_epochs_only() {
        let rate = |epoch, batch| step(2, 0.5)(&at(8.0, epoch, batch, 4));
        assert_eq!([rate(0, 0), rate(1, 3), rate(2, 0), rate(3, 3), rate(4, 0)], [8.0, 8.0, 4.0, 4.0, 2.0]);
        assert_eq!(rate(u64::MAX, 0), 0.0);
        assert!(step(0, 0.5)(&at(8.0, 0, 0, 1)).is_nan());
    }
}
