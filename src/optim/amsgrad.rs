//! AMSGrad.

use crate::{Adam, Error, Keeps, Optimizer, Settings};

/// [`Adam`], whose steps do not grow again after large gradients: `AmsGrad(Adam::new(0.001)?.betas(0.8, 0.99)?)`.
///
/// m and v as Adam, u ← max(u, v), w ← w − learning_rate · m / (1 − β₁ᵗ) / (√(u / (1 − β₂ᵗ)) + ε)
///
/// Source: S. J. Reddi, S. Kale, S. Kumar (2018), *On the convergence of Adam and beyond*.
///
/// ```
/// use const_cnn::{AmsGrad, Linear, Optimizer, Zero};
/// let rule = AmsGrad::new(0.001)?;
/// let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
/// rule.step(0, &mut state, &mut dense, &Linear { weight: [[3.0]], bias: [0.0] })?;
/// assert!((dense.weight[0][0] + 0.001).abs() < 1e-8);
/// let [_m, v, u] = state;
/// assert_eq!(v.weight, u.weight);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmsGrad(pub Adam);

impl AmsGrad {
    /// The rule with a learning rate, at least 0, and else as [`Adam::new`].
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the learning rate is below 0, NaN or infinite.
    pub const fn new(learning_rate: f32) -> Result<AmsGrad, Error> {
        match Adam::new(learning_rate) {
            Ok(adam) => Ok(AmsGrad(adam)),
            Err(error) => Err(error),
        }
    }
}

impl Optimizer for AmsGrad {
    type Keeps = Keeps<3>;

    fn settings(&mut self) -> &mut Settings {
        self.0.settings()
    }

    fn at(&self, step: u64) -> AmsGrad {
        AmsGrad(self.0.at(step))
    }

    #[inline(always)]
    fn update(&self, w: f32, g: f32, [m, v, u]: &mut [f32; 3]) -> f32 {
        self.0.see(g, m, v);
        *u = if *v <= *u { *u } else { *v }; // NaN stays
        self.0.moved(w, *m, *u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, Zero};

    #[test]
    fn steps_stay_small_after_a_large_gradient() {
        let adam = Adam::new(0.1).unwrap().betas(0.0, 0.5).unwrap();
        let gradients = [100.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        fn last_step<O: Optimizer>(rule: O, gradients: &[f32]) -> f32 {
            let (mut dense, mut state, mut before) = (Linear::<1, 1>::ZERO, Zero::ZERO, 0.0);
            for (step, &gradient) in gradients.iter().enumerate() {
                before = dense.weight[0][0];
                let gradient = Linear { weight: [[gradient]], bias: [0.0] };
                rule.step(step as u64, &mut state, &mut dense, &gradient).unwrap();
            }
            before - dense.weight[0][0]
        }
        assert!(last_step(adam, &gradients) > 0.08);
        // √u is that of the first step, √(½ · 100²)
        let found = last_step(AmsGrad(adam), &gradients);
        assert!((found - 0.1 / 5000.0f32.sqrt()).abs() < 1e-6, "{found}");
    }

    #[test]
    fn a_gradient_that_is_none_is_refused() {
        let (mut dense, mut state) = (Linear::<1, 1>::ZERO, Zero::ZERO);
        let gradient = Linear { weight: [[f32::NAN]], bias: [0.0] };
        assert!(AmsGrad::new(0.1).unwrap().step(0, &mut state, &mut dense, &gradient).is_err());
    }
}
