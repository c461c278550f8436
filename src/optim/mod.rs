//! How a gradient changes the parameters: one file a rule.

mod sgd;

pub use sgd::Sgd;

use crate::{Error, Parameters, Zero};

/// How many numbers of an array a thread works on at a time: those of four parts and their sum are in its nearest caches.
#[cfg(feature = "parallel")]
pub(crate) const CHUNK: usize = 4096;

/// A rule that changes parameters by their gradient.
///
/// The rule itself is a few numbers; what it keeps from step to step is its [`State`](Optimizer::State).
pub trait Optimizer {
    /// What is kept from one step to the next, for parameters `P`.
    type State<P: Parameters>: Zero;

    /// Changes `parameters` by `gradient`, that of the mean loss of a batch.
    ///
    /// # Errors
    ///
    /// [`Error::Step`] when a number would become NaN or infinite; nothing is then changed.
    fn step<P: Parameters>(&self, state: &mut Self::State<P>, parameters: &mut P, gradient: &P) -> Result<(), Error>;

    /// As [`step`](Optimizer::step), with the same bits and errors, on the threads of rayon's pool.
    ///
    /// Where a rule does not say how, it is `step`, on the thread that calls it.
    #[cfg(feature = "parallel")]
    fn step_parallel<P: Parameters>(
        &self,
        state: &mut Self::State<P>,
        parameters: &mut P,
        gradient: &P,
    ) -> Result<(), Error> {
        self.step(state, parameters, gradient)
    }
}

/// Refuses NaN and infinity in what training is to hold, which no gradient changes.
fn look_at_held(seen: &[f32]) -> Result<(), Error> {
    match seen.iter().find(|value| !value.is_finite()) {
        Some(&found) => Err(Error::Step { found }),
        None => Ok(()),
    }
}
