//! Steps at given epochs.

use super::power;
use crate::Moment;

/// From each of `epochs` on the rate is multiplied with `factor`, once more for each.
///
/// ```
/// use const_cnn::{Moment, schedules::multi_step};
/// let schedule = multi_step(&[30, 60], 0.5);
/// let moment = Moment { learning_rate: 0.1, epoch: 60, batch: 0, batches: 1, last: None };
/// assert_eq!(schedule(&moment), 0.1 * 0.25);
/// ```
pub fn multi_step(epochs: &[u64], factor: f32) -> impl Fn(&Moment) -> f32 + Copy {
    move |moment| {
        let steps = epochs.iter().filter(|&&epoch| epoch <= moment.epoch).count();
        moment.learning_rate * power(factor, steps as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn it_steps_at_each_in_any_order() {
        let rate = |epoch| multi_step(&[5, 2, 5], 0.5)(&at(8.0, epoch, 3, 4));
        assert_eq!([0, 1, 2, 4, 5, 100].map(rate), [8.0, 8.0, 4.0, 4.0, 1.0, 1.0]);
    }
}
