//! How a gradient changes the parameters.

use crate::{Error, Parameters, Zero};

/// A rule that changes parameters by their gradient.
///
/// The rule itself is a few numbers; what it keeps from step to step is its [`State`](Optimizer::State).
pub trait Optimizer {
    /// What is kept from one step to the next, for parameters `P`.
    type State<P: Parameters>: Zero;

    /// Changes `parameters` by `gradient`, that of the mean loss of a batch.
    fn step<P: Parameters>(&self, state: &mut Self::State<P>, parameters: &mut P, gradient: &P);
}

/// Stochastic gradient descent, with momentum.
///
/// v ← momentum · v + ∂L/∂w, w ← w − learning_rate · v
///
/// The velocity v starts at 0 and is the [`State`](Optimizer::State). The learning rate is that of a batch's mean loss.
///
/// ```
/// use const_cnn::{Linear, Optimizer, Sgd, Zero};
/// let sgd = Sgd::new(0.5, 0.9)?;
/// let (mut dense, mut velocity) = (Linear::<1, 1>::ZERO, Linear::ZERO);
/// let gradient = Linear { weight: [[1.0]], bias: [0.0] };
/// sgd.step(&mut velocity, &mut dense, &gradient);
/// assert_eq!(dense.weight, [[-0.5]]);
/// sgd.step(&mut velocity, &mut dense, &gradient);
/// assert_eq!(dense.weight, [[-0.5 - 0.5 * 1.9]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sgd {
    learning_rate: f32,
    momentum: f32,
}

impl Sgd {
    /// The rule with a learning rate, at least 0, and a momentum, from 0 to below 1; 0 is plain gradient descent.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when one of them is out of its range.
    pub const fn new(learning_rate: f32, momentum: f32) -> Result<Sgd, Error> {
        if !(learning_rate >= 0.0 && learning_rate.is_finite()) {
            return Err(Error::Setting {
                name: "learning rate",
                expected: "that is finite and at least 0",
                found: learning_rate,
            });
        }
        if !(momentum >= 0.0 && momentum < 1.0) {
            return Err(Error::Setting { name: "momentum", expected: "from 0 to below 1", found: momentum });
        }
        Ok(Sgd { learning_rate, momentum })
    }
}

impl Optimizer for Sgd {
    type State<P: Parameters> = P;

    fn step<P: Parameters>(&self, velocity: &mut P, parameters: &mut P, gradient: &P) {
        for index in 0..const { P::ARRAYS.len() } {
            let arrays = parameters.values_mut(index).iter_mut().zip(velocity.values_mut(index));
            for ((w, v), &g) in arrays.zip(gradient.values(index)) {
                *v = self.momentum * *v + g;
                *w -= self.learning_rate * *v;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused() {
        for (learning_rate, momentum) in
            [(-0.1, 0.0), (f32::NAN, 0.0), (f32::INFINITY, 0.0), (0.1, 1.0), (0.1, f32::NAN)]
        {
            let error = Sgd::new(learning_rate, momentum).unwrap_err();
            assert!(matches!(error, Error::Setting { .. }), "{learning_rate} {momentum}");
        }
        assert!(Sgd::new(0.0, 0.0).is_ok());
    }
}
