//! Adam.

use super::settings::{above_0, below_1};
use crate::math::sqrt;
use crate::{Error, Keeps, Optimizer, Settings};

/// Adam: steps of a size that does not depend on the gradient's.
///
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − learning_rate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// t counts the steps from 1. Source: D. P. Kingma, J. Ba (2014), *Adam: a method for stochastic optimization*.
///
/// ```
/// use const_cnn::{Adam, F32x8, Trainer, Zero, network};
///
/// network! {
///     struct Net: [2] => [2] { dense: linear(2) }
/// }
/// let mut trainer = Trainer::<Net, F32x8, Adam>::ZERO;
/// let mut net = Net::ZERO;
/// trainer.step(&mut net, &Adam::new(0.001)?, [([1.0, 0.0], 1)])?;
/// assert!((net.dense.bias[1] - 0.001).abs() < 1e-8);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    settings: Settings,
    beta1: f32,
    beta2: f32,
    epsilon: f32,
    /// learning_rate / (1 − β₁ᵗ), of the step that is made.
    rate: f32,
    /// √(1 − β₂ᵗ), of the step that is made.
    root: f32,
}

impl Adam {
    /// The rule with a learning rate, at least 0, and β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the learning rate is below 0, NaN or infinite.
    pub const fn new(learning_rate: f32) -> Result<Adam, Error> {
        match Settings::new(learning_rate) {
            Ok(settings) => Ok(Adam { settings, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, rate: 0.0, root: 1.0 }),
            Err(error) => Err(error),
        }
    }

    /// The same rule with other β₁ and β₂, from 0 to below 1.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when one of them is out of its range.
    pub const fn betas(self, beta1: f32, beta2: f32) -> Result<Adam, Error> {
        match (below_1("beta1", beta1), below_1("beta2", beta2)) {
            (Ok(beta1), Ok(beta2)) => Ok(Adam { beta1, beta2, ..self }),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    /// The same rule with another ε, above 0.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is not above 0, or infinite.
    pub const fn epsilon(self, epsilon: f32) -> Result<Adam, Error> {
        match above_0("epsilon", epsilon) {
            Ok(epsilon) => Ok(Adam { epsilon, ..self }),
            Err(error) => Err(error),
        }
    }

    /// Takes a gradient into its mean m and its mean square v.
    #[inline(always)]
    pub(super) fn see(&self, g: f32, m: &mut f32, v: &mut f32) {
        *m = self.beta1 * *m + (1.0 - self.beta1) * g;
        *v = self.beta2 * *v + (1.0 - self.beta2) * g * g;
    }

    /// The parameter after a step by a mean and a mean square.
    #[inline(always)]
    pub(super) fn moved(&self, w: f32, m: f32, v: f32) -> f32 {
        w - self.rate * m / (sqrt(v) / self.root + self.epsilon)
    }
}

/// 1 − βᵗ, right to a few units in the last place: no two numbers that are nearly the same are subtracted, but β from 1.
fn one_minus_power(beta: f32, t: u64) -> f32 {
    let mut result = 0.0;
    for bit in (0..u64::BITS - t.leading_zeros()).rev() {
        result = result * (2.0 - result); // 1 − β²ⁿ = (1 − βⁿ)·(1 + βⁿ)
        if t >> bit & 1 == 1 {
            result += (1.0 - result) * (1.0 - beta); // 1 − βⁿ⁺¹ = 1 − βⁿ + βⁿ·(1 − β)
        }
    }
    result
}

impl Optimizer for Adam {
    type Keeps = Keeps<2>;

    fn settings(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn at(&self, step: u64) -> Adam {
        let t = step.saturating_add(1);
        let rate = self.settings.learning_rate() / one_minus_power(self.beta1, t);
        Adam { rate, root: sqrt(one_minus_power(self.beta2, t)), ..*self }
    }

    #[inline(always)]
    fn update(&self, w: f32, g: f32, [m, v]: &mut [f32; 2]) -> f32 {
        self.see(g, m, v);
        self.moved(w, *m, *v)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, Parameters, Zero};

    #[test]
    fn powers_are_right_at_any_step() {
        for beta in [0.0, 0.5, 0.9, 0.99, 0.999, 0.999_999] {
            for t in (1..200).chain([1000, 12_345, 1_000_000, u64::MAX]) {
                let expected = 1.0 - f64::from(beta).powf(t as f64);
                let found = f64::from(one_minus_power(beta, t));
                assert!((found / expected - 1.0).abs() < 1e-6, "{beta} {t}: {found}, {expected}");
            }
        }
    }

    #[test]
    fn the_first_step_is_of_the_learning_rate() {
        let adam = Adam::new(0.25).unwrap();
        let (mut dense, mut state) = (Linear::<1, 2>::ZERO, Zero::ZERO);
        let gradient = Linear { weight: [[1e-3, -7.0]], bias: [0.0, 1e3] };
        adam.step(0, &mut state, &mut dense, &gradient).unwrap();
        let expected = [-0.25, 0.25, 0.0, -0.25];
        let found = [dense.values(0), dense.values(1)].concat();
        assert!(found.iter().zip(expected).all(|(w, expected)| (w - expected).abs() < 1e-5), "{found:?}");
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let adam = Adam::new(0.1).unwrap();
        for error in [Adam::new(-1.0), adam.betas(1.0, 0.5), adam.betas(0.5, f32::NAN), adam.epsilon(0.0)] {
            assert!(matches!(error, Err(Error::Setting { .. })));
        }
        assert!(adam.betas(0.0, 0.0).and_then(|adam| adam.epsilon(1.0)).is_ok());
    }
}
