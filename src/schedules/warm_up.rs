//! A slow beginning of any schedule.

use super::share;
use crate::Moment;

/// Another schedule, whose rates over the first `epochs` are multiplied with a factor that rises from `start` to 1 evenly:
/// start + (1 − start) · t / epochs. `|moment| moment.learning_rate` is the schedule that changes nothing.
///
/// ```
/// use const_cnn::{Moment, schedules::{step, warm_up}};
/// let mut schedule = warm_up(5.0, 0.5, step(10, 0.5));
/// let start = Moment { learning_rate: 0.1, epoch: 0, batch: 0, batches: 1, last: None };
/// let mut at = |epoch| schedule(&Moment { epoch, ..start });
/// assert_eq!([at(0), at(5), at(10)], [0.05, 0.1, 0.05]);
/// ```
pub fn warm_up(epochs: f32, start: f32, mut then: impl FnMut(&Moment) -> f32) -> impl FnMut(&Moment) -> f32 {
    move |moment| then(moment) * (start + (1.0 - start) * share(moment.epochs(), epochs))
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn it_rises_with_each_batch() {
        let mut schedule = warm_up(1.5, 0.0, |moment: &Moment| moment.learning_rate);
        let found =
            [(0, 0), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0)].map(|(epoch, batch)| schedule(&at(6.0, epoch, batch, 4)));
        assert_eq!(found, [0.0, 2.0, 4.0, 5.0, 6.0, 6.0]);
        assert_eq!(warm_up(0.0, 0.1, |moment: &Moment| moment.learning_rate)(&at(6.0, 0, 0, 4)), 6.0);
    }
}
