//! Up once and down again.

use super::{falling, share};
use crate::Moment;

/// Over all batches of `epochs` the rate rises from 1/25 of the rule's own to it, and then falls to a ten-thousandth of where
/// it began, both as half a cosine; `rise` of the batches are for the way up, 0.3 as a rule.
///
/// n ≤ r: rate · (1/25 + 24/25 · ½ · (1 − cos (π · n / r))), n the batch, r = rise · batches − 1
///
/// Source: L. N. Smith, N. Topin (2017), *Super-convergence: very fast training of neural networks using large learning rates*.
///
/// ```
/// use const_cnn::{Moment, schedules::one_cycle};
/// let schedule = one_cycle(10, 0.3);
/// let start = Moment { learning_rate: 0.5, epoch: 0, batch: 0, batches: 100, last: None };
/// let at = |epoch| schedule(&Moment { epoch, ..start });
/// assert!(at(0) < 0.021 && at(3) > 0.499 && at(9) < 0.03);
/// ```
pub fn one_cycle(epochs: u64, rise: f32) -> impl Fn(&Moment) -> f32 + Copy {
    const START: f32 = 1.0 / 25.0;
    const END: f32 = START / 10_000.0;
    move |moment| {
        let batches = moment.batches as f32;
        let (batch, last) = (moment.epoch as f32 * batches + moment.batch as f32, epochs as f32 * batches - 1.0);
        let top = rise * (last + 1.0) - 1.0;
        let factor = if batch < top {
            1.0 + (START - 1.0) * falling(share(batch, top))
        } else {
            END + (1.0 - END) * falling(share(batch - top, last - top))
        };
        moment.learning_rate * factor
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn it_goes_up_and_down_once() {
        let rates: [f32; 100] = core::array::from_fn(|n| one_cycle(10, 0.41)(&at(1.0, n as u64 / 10, n % 10, 10)));
        assert!((rates[0] - 0.04).abs() < 1e-7 && rates[40] == 1.0 && (rates[99] - 4e-6).abs() < 1e-9);
        assert!(rates[..=40].is_sorted() && rates[40..].iter().rev().is_sorted());
        // after the last one it stays
        assert_eq!(one_cycle(10, 0.41)(&at(1.0, 20, 0, 10)), rates[99]);
    }

    #[test]
    fn a_cycle_too_short_for_a_way_up_falls() {
        for (epochs, rise) in [(0, 0.3), (1, 0.3), (1, 1.0), (2, 0.0)] {
            let rate = one_cycle(epochs, rise)(&at(1.0, 0, 0, 1));
            assert!((4e-6..=1.0).contains(&rate), "{epochs} {rise}: {rate}");
        }
    }
}
