//! Stochastic gradient descent.

use super::settings::below_1;
use crate::{Error, Keeps, Optimizer, Settings};

/// Stochastic gradient descent, with momentum.
///
/// v ← momentum · v + (1 − dampening) · ∂L/∂w, w ← w − learning_rate · v
///
/// The first step of all, and those without momentum, are not dampened. With [Nesterov's momentum](Sgd::nesterov) it is
/// w ← w − learning_rate · (∂L/∂w + momentum · v).
///
/// ```
/// use const_cnn::{Linear, Optimizer, Sgd, Zero};
/// let sgd = Sgd::new(0.5, 0.9)?;
/// let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
/// let gradient = Linear { weight: [[1.0]], bias: [0.0] };
/// sgd.step(0, &mut state, &mut dense, &gradient)?;
/// assert_eq!(dense.weight, [[-0.5]]);
/// sgd.step(1, &mut state, &mut dense, &gradient)?;
/// assert_eq!(dense.weight, [[-0.5 - 0.5 * 1.9]]);
/// let [velocity] = state;
/// assert_eq!(velocity.weight, [[1.9]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    settings: Settings,
    momentum: f32,
    dampening: f32,
    is_nesterov: bool,
}

impl Sgd {
    /// The rule with a learning rate, at least 0, and a momentum, from 0 to below 1; 0 is plain gradient descent.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when one of them is out of its range.
    #[inline]
    pub const fn new(learning_rate: f32, momentum: f32) -> Result<Sgd, Error> {
        match (Settings::new(learning_rate), below_1("momentum", momentum)) {
            (Ok(settings), Ok(momentum)) => Ok(Sgd { settings, momentum, dampening: 0.0, is_nesterov: false }),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The same rule, which looks ahead: a step goes by the gradient and by where momentum is about to lead.
    ///
    /// Source: I. Sutskever, J. Martens, G. Dahl, G. Hinton (2013), *On the importance of initialization and momentum in deep
    /// learning*.
    ///
    /// ```
    /// use const_cnn::{Linear, Optimizer, Sgd, Zero};
    /// let sgd = Sgd::new(0.5, 0.75)?.nesterov();
    /// let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
    /// sgd.step(0, &mut state, &mut dense, &Linear { weight: [[1.0]], bias: [0.0] })?;
    /// assert_eq!(dense.weight, [[-0.5 * 1.75]]);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    #[inline]
    pub const fn nesterov(self) -> Sgd {
        Sgd { is_nesterov: true, ..self }
    }

    /// The same rule with dampening, from 0 to below 1: the share of each gradient that is kept from the velocity.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is out of its range.
    pub const fn dampening(self, dampening: f32) -> Result<Sgd, Error> {
        match below_1("dampening", dampening) {
            Ok(dampening) => Ok(Sgd { dampening, ..self }),
            Err(error) => Err(error),
        }
    }
}

impl Optimizer for Sgd {
    type Keeps = Keeps<1>;

    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    #[inline]
    fn at(&self, step: u64) -> Sgd {
        let is_damped = step > 0 && self.momentum > 0.0;
        Sgd { dampening: if is_damped { self.dampening } else { 0.0 }, ..*self }
    }

    #[inline(always)]
    fn update(&self, w: f32, g: f32, [v]: &mut [f32; 1]) -> f32 {
        *v = self.momentum * *v + (1.0 - self.dampening) * g;
        let step = if self.is_nesterov { g + self.momentum * *v } else { *v };
        w - self.settings.learning_rate() * step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, Zero};

    #[test]
    fn a_step_to_infinity_is_not_made() {
        let sgd = Sgd::new(1e30, 0.5).unwrap();
        for (w, v, g, found) in [
            (3.0, 0.0, 1e30, f32::NEG_INFINITY),
            (3.0, f32::MAX, f32::MAX, f32::NEG_INFINITY),
            (3.0, 0.0, f32::NAN, f32::NAN),
        ] {
            let mut net = Linear::<1, 2> { weight: [[1.0, w]], bias: [2.0; 2] };
            let mut velocity = [Linear { weight: [[0.0, v]], bias: [0.0; 2] }];
            let before = (net.clone(), velocity.clone());
            let error =
                sgd.step(0, &mut velocity, &mut net, &Linear { weight: [[1.0, g]], bias: [1.0; 2] }).unwrap_err();
            assert!(matches!(error, Error::Step { found: f } if f.to_bits() == found.to_bits()), "{error}");
            assert_eq!((net, velocity), before);
        }
    }

    #[test]
    fn two_numbers_to_infinity_are_not_taken_for_none() {
        let sgd = Sgd::new(1e30, 0.5).unwrap();
        let gradient = Linear::<1, 2> { weight: [[1e30; 2]], bias: [0.0; 2] };
        let (mut velocity, mut net) = (Zero::ZERO, Linear::ZERO);
        assert!(sgd.step(0, &mut velocity, &mut net, &gradient).is_err());
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for (learning_rate, momentum) in
            [(-0.1, 0.0), (f32::NAN, 0.0), (f32::INFINITY, 0.0), (0.1, 1.0), (0.1, f32::NAN)]
        {
            let error = Sgd::new(learning_rate, momentum).unwrap_err();
            assert!(matches!(error, Error::Setting { .. }), "{learning_rate} {momentum}");
        }
        let sgd = Sgd::new(0.0, 0.0).unwrap();
        assert!(sgd.dampening(0.0).is_ok());
        for dampening in [-0.1, 1.0, f32::NAN] {
            assert!(matches!(sgd.dampening(dampening), Err(Error::Setting { .. })), "{dampening}");
        }
    }
}
