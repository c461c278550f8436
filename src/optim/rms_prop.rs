//! RMSprop.

use super::settings::{above_0, below_1};
use crate::math::sqrt;
use crate::{Error, Keeps, Optimizer, Settings};

/// RMSprop: gradients divided by the root of their mean square, with momentum.
///
/// s ← α·s + (1 − α)·g², v ← momentum · v + g / (√s + ε), w ← w − learning_rate · v
///
/// Source: T. Tieleman, G. Hinton (2012), *Neural networks for machine learning*, lecture 6.
///
/// ```
/// use const_cnn::{Linear, Optimizer, RmsProp, Zero};
/// let rule = RmsProp::new(0.5, 0.0)?.alpha(0.75)?;
/// let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
/// rule.step(0, &mut state, &mut dense, &Linear { weight: [[8.0]], bias: [0.0] })?;
/// assert_eq!(dense.weight, [[-0.5 * 8.0 / 4.0]]); // √(¼ · 8²)
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    settings: Settings,
    momentum: f32,
    alpha: f32,
    epsilon: f32,
}

impl RmsProp {
    /// The rule with a learning rate, at least 0, a momentum, from 0 to below 1, α = 0.99 and ε = 1e-8.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when one of them is out of its range.
    pub const fn new(learning_rate: f32, momentum: f32) -> Result<RmsProp, Error> {
        match (Settings::new(learning_rate), below_1("momentum", momentum)) {
            (Ok(settings), Ok(momentum)) => Ok(RmsProp { settings, momentum, alpha: 0.99, epsilon: 1e-8 }),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The same rule with another α, from 0 to below 1.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is out of its range.
    pub const fn alpha(self, alpha: f32) -> Result<RmsProp, Error> {
        match below_1("alpha", alpha) {
            Ok(alpha) => Ok(RmsProp { alpha, ..self }),
            Err(error) => Err(error),
        }
    }

    /// The same rule with another ε, above 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is not above 0, or infinite.
    pub const fn epsilon(self, epsilon: f32) -> Result<RmsProp, Error> {
        match above_0("epsilon", epsilon) {
            Ok(epsilon) => Ok(RmsProp { epsilon, ..self }),
            Err(error) => Err(error),
        }
    }
}

impl Optimizer for RmsProp {
    type Keeps = Keeps<2>;

    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    #[inline(always)]
    fn update(&self, w: f32, g: f32, [s, v]: &mut [f32; 2]) -> f32 {
        *s = self.alpha * *s + (1.0 - self.alpha) * g * g;
        *v = self.momentum * *v + g / (sqrt(*s) + self.epsilon);
        w - self.settings.learning_rate() * *v
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused() {
        let rule = RmsProp::new(0.1, 0.9).unwrap();
        for error in [
            RmsProp::new(-1.0, 0.0),
            RmsProp::new(0.1, 1.0),
            rule.alpha(1.0),
            rule.alpha(f32::NAN),
            rule.epsilon(0.0),
            rule.epsilon(f32::INFINITY),
        ] {
            assert!(matches!(error, Err(Error::Setting { .. })), "{error:?}");
        }
        assert!(rule.alpha(0.0).and_then(|rule| rule.epsilon(1.0)).is_ok());
    }
}
