//! Half a cosine.

use super::{falling, share};
use crate::Moment;

/// Over `epochs` the rate falls as half a cosine to `least`, and stays there:
/// least + (rate − least) · ½ · (1 + cos (π · t / epochs)).
///
/// Source: I. Loshchilov, F. Hutter (2016), *SGDR: stochastic gradient descent with warm restarts*; without restarts.
///
/// ```
/// use const_cnn::{Moment, schedules::cosine};
/// let schedule = cosine(40, 0.0);
/// let moment = Moment { learning_rate: 0.1, epoch: 20, batch: 0, batches: 1, last: None };
/// assert!((schedule(&moment) - 0.05).abs() < 1e-8);
/// ```
pub fn cosine(epochs: u64, least: f32) -> impl Fn(&Moment) -> f32 + Copy {
    move |moment| least + (moment.learning_rate - least) * falling(share(moment.epochs(), epochs as f32))
}

#[cfg(test)]
mod tests {
    use super::super::tests::at;
    use super::*;

    #[test]
    fn it_falls_with_each_batch_and_stays() {
        let schedule = cosine(4, 0.25);
        let mut former = 2.5;
        for n in 1..16 {
            let rate = schedule(&at(2.25, n / 4, n as usize % 4, 4));
            assert!(rate < former && rate > 0.25);
            former = rate;
        }
        let ends = [(0, 0), (2, 0), (4, 0), (9, 3)].map(|(epoch, batch)| schedule(&at(2.25, epoch, batch, 4)));
        assert!((ends[1] - 1.25).abs() < 1e-6);
        assert_eq!([ends[0], ends[2], ends[3]], [2.25, 0.25, 0.25]);
        assert_eq!(cosine(0, 0.25)(&at(2.25, 0, 0, 4)), 0.25);
    }
}
