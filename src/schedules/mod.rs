//! How the learning rate changes in training: one file a schedule, a function of a [`Moment`](crate::Moment) for
//! [`Fit::schedule`](crate::Fit::schedule).
//!
//! Each begins from the rule's own learning rate. A rate that is not finite, or below 0, ends training with
//! [`Error::Setting`](crate::Error::Setting). Where a schedule changes within an epoch it does so from batch to batch.
//!
//! ```
//! use const_cnn::schedules::{cosine, warm_up};
//! use const_cnn::{Sgd, Trainer, Zero, network};
//!
//! network! {
//!     struct Sign: [1] => [2] { logits: linear(2) }
//! }
//! let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
//! let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
//! let (sgd, epochs) = (Sgd::new(0.1, 0.9)?, 20);
//! let fit = trainer.fit(&mut net, &sgd, &data, epochs, 2);
//! let metrics = fit.schedule(warm_up(2.0, 0.1, cosine(20, 0.0))).run()?;
//! assert_eq!(metrics.accuracy(), 1.0);
//! # Ok::<(), const_cnn::Error>(())
//! ```
//!
//! Any other is a closure: `|moment| moment.learning_rate / moment.epochs().max(1.0)`.

/// The schedules, a line each: the file, and what it exports.
macro_rules! schedules {
    ($($file:ident: $name:ident;)+) => {
        $(
            mod $file;
            pub use $file::$name;
        )+
    };
}

schedules! {
    cosine: cosine;
    exponential: exponential;
    multi_step: multi_step;
    one_cycle: one_cycle;
    reduce_on_plateau: ReduceOnPlateau;
    step: step;
    warm_up: warm_up;
}

/// `base`ⁿ.
fn power(base: f32, n: u64) -> f32 {
    let mut power = 1.0;
    for bit in (0..u64::BITS - n.leading_zeros()).rev() {
        power *= power;
        if n >> bit & 1 == 1 {
            power *= base;
        }
    }
    power
}

/// How much of `whole` has passed with `part`, from 0 to 1; 1 of a whole that is 0.
fn share(part: f32, whole: f32) -> f32 {
    if part < whole { (part / whole).max(0.0) } else { 1.0 }
}

/// ½ · (1 + cos (π · x)), which falls from 1 to 0 as x goes from 0 to 1: the same bits on every target.
fn falling(x: f32) -> f32 {
    // as the square of sin (½ · π · (1 − x)) nothing cancels
    let z = 1.0 - x;
    let mut sine = 1.514_852_5e-4;
    for coefficient in [-4.673_767e-3, 7.968_968e-2, -0.645_963_7, core::f32::consts::FRAC_PI_2] {
        sine = sine * z * z + coefficient;
    }
    sine *= z;
    sine * sine
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Moment;

    /// A moment of a rule whose learning rate is `rate`.
    pub fn at(learning_rate: f32, epoch: u64, batch: usize, batches: usize) -> Moment {
        Moment { learning_rate, epoch, batch, batches, last: None }
    }

    #[test]
    fn falling_is_a_cosine() {
        for n in 0..=1000 {
            let x = n as f32 / 1000.0;
            let expected = (core::f64::consts::FRAC_PI_2 * (1.0 - f64::from(x))).sin().powi(2);
            assert!((f64::from(falling(x)) - expected).abs() <= 4e-7 * expected, "{x}: {}, {expected}", falling(x));
        }
        assert_eq!([falling(0.0), falling(1.0)], [1.0, 0.0]);
    }

    #[test]
    fn powers() {
        assert_eq!([0, 1, 2, 5, 10].map(|n| power(2.0, n)), [1.0, 2.0, 4.0, 32.0, 1024.0]);
        assert_eq!([power(0.0, 0), power(0.0, 1), power(0.5, u64::MAX)], [1.0, 0.0, 0.0]);
    }
}
