//! AdamW.

use crate::{Adam, Error, Keeps, Optimizer, Settings};

/// [`Adam`], whose weight decay shrinks the weights themselves and is no part of their gradient:
/// `AdamW(Adam::new(0.001)?.betas(0.8, 0.99)?)`.
///
/// w ← w − learning_rate · decay · w, then as Adam
///
/// Source: I. Loshchilov, F. Hutter (2017), *Decoupled weight decay regularization*.
///
/// ```
/// use const_cnn::{AdamW, Linear, Optimizer, Zero};
/// let rule = AdamW::new(0.5)?.with_weight_decay(0.25)?;
/// let mut dense = Linear::<1, 1> { weight: [[2.0]], bias: [2.0] };
/// let mut state = Zero::ZERO;
/// rule.step(0, &mut state, &mut dense, &Linear::ZERO)?;
/// assert_eq!((dense.weight, dense.bias), ([[1.75]], [2.0])); // biases do not decay
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW(pub Adam);

impl AdamW {
    /// The rule with a learning rate, at least 0, and else as [`Adam::new`]: without decay, and so Adam itself, until
    /// [`with_weight_decay`](Optimizer::with_weight_decay) says it. PyTorch's is 0.01.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the learning rate is below 0, NaN or infinite.
    pub const fn new(learning_rate: f32) -> Result<AdamW, Error> {
        match Adam::new(learning_rate) {
            Ok(adam) => Ok(AdamW(adam)),
            Err(error) => Err(error),
        }
    }
}

impl Optimizer for AdamW {
    type Keeps = Keeps<2>;

    const SHRINKS: bool = true;

    fn settings(&mut self) -> &mut Settings {
        self.0.settings()
    }

    fn at(&self, step: u64) -> AdamW {
        AdamW(self.0.at(step))
    }

    #[inline(always)]
    fn update(&self, w: f32, g: f32, kept: &mut [f32; 2]) -> f32 {
        self.0.update(w, g, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, Zero};

    #[test]
    fn decay_takes_a_share_whatever_the_gradient() {
        let (decaying, plain) = (AdamW::new(0.1).unwrap().with_weight_decay(0.5).unwrap(), Adam::new(0.1).unwrap());
        for gradient in [-3.0, 0.0, 1e-3] {
            let gradient = Linear::<1, 1> { weight: [[gradient]], bias: [0.0] };
            let start = Linear::<1, 1> { weight: [[2.0]], bias: [2.0] };
            let (mut with, mut without) = (start.clone(), start);
            let (mut one, mut other) = (Zero::ZERO, Zero::ZERO);
            decaying.step(0, &mut one, &mut with, &gradient).unwrap();
            plain.step(0, &mut other, &mut without, &gradient).unwrap();
            assert!((without.weight[0][0] - with.weight[0][0] - 0.1).abs() < 1e-6);
            assert_eq!(with.bias, without.bias);
        }
    }
}
