//! Stochastic gradient descent.

#[cfg(feature = "parallel")]
use rayon::prelude::*;

use super::look_at_held;
use crate::math::not_finite;
#[cfg(feature = "parallel")]
use crate::optim::CHUNK;
use crate::parameters::{indices, is_learned};
use crate::{Error, Optimizer, Parameters};

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
/// sgd.step(&mut velocity, &mut dense, &gradient)?;
/// assert_eq!(dense.weight, [[-0.5]]);
/// sgd.step(&mut velocity, &mut dense, &gradient)?;
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

    /// The error of a step that would end in NaN or infinity.
    #[inline]
    fn look(&self, w: &[f32], v: &[f32], g: &[f32]) -> Result<(), Error> {
        let new = w.iter().zip(v).zip(g).map(|((&w, &v), &g)| self.next(w, v, g));
        let bits = new.clone().fold(0, |bits, (w, v)| bits | not_finite(w) | not_finite(v));
        if bits.leading_ones() == 0 {
            return Ok(());
        }
        let found = new.flat_map(|(w, v)| [w, v]).find(|value| !value.is_finite()).unwrap_or(f32::NAN);
        Err(Error::Step { found })
    }

    /// The step.
    #[inline]
    fn change(&self, w: &mut [f32], v: &mut [f32], g: &[f32]) {
        for ((w, v), &g) in w.iter_mut().zip(v).zip(g) {
            (*w, *v) = self.next(*w, *v, g);
        }
    }

    /// The new parameter and velocity.
    #[inline(always)]
    fn next(&self, w: f32, v: f32, g: f32) -> (f32, f32) {
        let v = self.momentum * v + g;
        (w - self.learning_rate * v, v)
    }
}

impl Optimizer for Sgd {
    type State<P: Parameters> = P;

    fn step<P: Parameters>(&self, velocity: &mut P, parameters: &mut P, gradient: &P) -> Result<(), Error> {
        // first only look: a step that would end in NaN or infinity is not begun
        for index in indices::<P>() {
            if is_learned::<P>(index) {
                self.look(parameters.values(index), velocity.values(index), gradient.values(index))?;
            } else {
                look_at_held(gradient.values(index))?;
            }
        }
        for index in indices::<P>().filter(|&index| is_learned::<P>(index)) {
            self.change(parameters.values_mut(index), velocity.values_mut(index), gradient.values(index));
        }
        Ok(())
    }

    #[cfg(feature = "parallel")]
    fn step_parallel<P: Parameters>(&self, velocity: &mut P, parameters: &mut P, gradient: &P) -> Result<(), Error> {
        for index in indices::<P>() {
            if !is_learned::<P>(index) {
                look_at_held(gradient.values(index))?;
                continue;
            }
            let arrays = [parameters.values(index), velocity.values(index), gradient.values(index)];
            let chunks: (_, _, _) = arrays.map(|values| values.par_chunks(CHUNK)).into();
            let error = chunks.into_par_iter().find_map_first(|(w, v, g)| self.look(w, v, g).err());
            error.map_or(Ok(()), Err)?;
        }
        for index in indices::<P>().filter(|&index| is_learned::<P>(index)) {
            let arrays = [parameters.values_mut(index), velocity.values_mut(index)];
            let [w, v] = arrays.map(|values| values.par_chunks_mut(CHUNK));
            let chunks = (w, v, gradient.values(index).par_chunks(CHUNK));
            chunks.into_par_iter().for_each(|(w, v, g)| self.change(w, v, g));
        }
        Ok(())
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
            let mut velocity = Linear { weight: [[0.0, v]], bias: [0.0; 2] };
            let before = (net.clone(), velocity.clone());
            let error = sgd.step(&mut velocity, &mut net, &Linear { weight: [[1.0, g]], bias: [1.0; 2] }).unwrap_err();
            assert!(matches!(error, Error::Step { found: f } if f.to_bits() == found.to_bits()), "{error}");
            assert_eq!((net, velocity), before);
        }
    }

    #[test]
    fn two_numbers_to_infinity_are_not_taken_for_none() {
        let sgd = Sgd::new(1e30, 0.5).unwrap();
        let gradient = Linear::<1, 2> { weight: [[1e30; 2]], bias: [0.0; 2] };
        let (mut velocity, mut net) = (Linear::ZERO, Linear::ZERO);
        assert!(sgd.step(&mut velocity, &mut net, &gradient).is_err());
    }

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
