//! Adagrad.

use super::settings::above_0;
use crate::math::sqrt;
use crate::{Error, Keeps, Optimizer, Settings};

/// Adagrad: steps that become smaller the more a parameter has changed.
///
/// s ← s + g², w ← w − learning_rate · g / (√s + ε)
///
/// Source: J. Duchi, E. Hazan, Y. Singer (2011), *Adaptive subgradient methods for online learning and stochastic
/// optimization*.
///
/// ```
/// use const_cnn::{Adagrad, Linear, Optimizer, Zero};
/// let rule = Adagrad::new(0.5)?;
/// let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
/// for (step, gradient) in [3.0, 4.0].into_iter().enumerate() {
///     let gradient = Linear { weight: [[gradient]], bias: [0.0] };
///     rule.step(step as u64, &mut state, &mut dense, &gradient)?;
/// }
/// assert_eq!(dense.weight, [[-0.5 * (3.0 / 3.0) - 0.5 * (4.0 / 5.0)]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    settings: Settings,
    epsilon: f32,
}

impl Adagrad {
    /// The rule with a learning rate, at least 0, and ε = 1e-10.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the learning rate is below 0, NaN or infinite.
    pub const fn new(learning_rate: f32) -> Result<Adagrad, Error> {
        match Settings::new(learning_rate) {
            Ok(settings) => Ok(Adagrad { settings, epsilon: 1e-10 }),
            Err(error) => Err(error),
        }
    }

    /// The same rule with another ε, above 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is not above 0, or infinite.
    pub const fn epsilon(self, epsilon: f32) -> Result<Adagrad, Error> {
        match above_0("epsilon", epsilon) {
            Ok(epsilon) => Ok(Adagrad { epsilon, ..self }),
            Err(error) => Err(error),
        }
    }
}

impl Optimizer for Adagrad {
    type Keeps = Keeps<1>;

    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    #[inline(always)]
    fn update(&self, w: f32, g: f32, [s]: &mut [f32; 1]) -> f32 {
        *s += g * g;
        w - self.settings.learning_rate() * (g / (sqrt(*s) + self.epsilon))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, Zero};

    #[test]
    fn a_gradient_whose_square_is_lost_moves_nothing_far() {
        // its square is 0, and ε is what it is divided by
        let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
        let gradient = Linear { weight: [[1e-30]], bias: [0.0] };
        Adagrad::new(1.0).unwrap().step(0, &mut state, &mut dense, &gradient).unwrap();
        assert!((dense.weight[0][0] + 1e-20).abs() < 1e-26 && dense.bias == [0.0]);
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let rule = Adagrad::new(0.1).unwrap();
        for error in [Adagrad::new(-1.0), rule.epsilon(0.0), rule.epsilon(f32::NAN)] {
            assert!(matches!(error, Err(Error::Setting { .. })), "{error:?}");
        }
    }
}
