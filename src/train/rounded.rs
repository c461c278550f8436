//! Training on weights that are rounded to what int8 holds.

use core::borrow::Borrow;
use core::marker::PhantomData;

use crate::layers::fake_quant::round;
use crate::losses::Expected;
use crate::optim::State;
use crate::parameters::indices;
use crate::{Context, Differentiate, Error, F32x8, Input, Layer, Loss, Metrics, Optimizer, Zero};

/// Trains a network on its weights as an [int8 form](crate::Int8) has them: `Trainer<Net, Rounded>`.
///
/// The passes see weights that are rounded, those of an output channel to 127 steps on either side of 0, and their gradient is
/// taken for that of the weights themselves, which are kept and changed as they are. What layers give is rounded by
/// [`FakeQuant`](crate::FakeQuant) lines in the network. `E` is what the trainer would have without it, `f32`, [`F32x8`] or
/// `Parallel`. It needs the memory of one network more.
///
/// ```
/// use const_cnn::{Rounded, Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2), rounds: fake_quant }
/// }
/// let mut net = Sign::ZERO;
/// let mut trainer = Trainer::<Sign, Rounded>::ZERO;
/// let batch = [([-2.0], 0), ([-1.0], 0), ([1.0], 1), ([2.0], 1)];
/// trainer.step(&mut net, &Sgd::new(0.1, 0.0)?, batch)?;
/// assert!(net.predict(&[2.0])[1] > 0.5);
/// # Ok::<(), const_cnn::Error>(())
/// ```
pub struct Rounded<E = F32x8>(PhantomData<E>);

/// What [`Rounded`] passes write on.
#[derive(Clone)]
pub struct RoundedPass<N, W> {
    rounded: N,
    workspace: W,
}

impl<N: Zero, W: Zero> Zero for RoundedPass<N, W> {
    const ZERO: Self = RoundedPass { rounded: N::ZERO, workspace: W::ZERO };
}

impl<N: Layer, L: Loss<N::Output>, E: Differentiate<N, L>> Differentiate<N, L> for Rounded<E> {
    type Workspace = RoundedPass<N, E::Workspace>;

    fn pass<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        RoundedPass { rounded, workspace }: &mut Self::Workspace,
        net: &N,
        loss: &L,
        context: Context,
        batch: impl Iterator<Item = (X, T)>,
        gradient: Option<&mut N>,
    ) -> Result<Metrics, Error> {
        if !context.trains {
            return E::pass(workspace, net, loss, context, batch, gradient);
        }
        rounded.copy_from(net);
        round_weights(rounded);
        E::pass(workspace, rounded, loss, context, batch, gradient)
    }

    fn step<O: Optimizer>(
        optimizer: &O,
        step: u64,
        state: &mut State<O, N>,
        net: &mut N,
        gradient: &N,
    ) -> Result<(), Error> {
        E::step(optimizer, step, state, net, gradient)
    }
}

/// Rounds the weights of each output channel, the first dimension, to 127 steps on either side of 0.
fn round_weights<N: Layer>(net: &mut N) {
    for index in indices::<N>() {
        let Some(array) = N::ARRAYS.get(index) else { continue };
        let [outputs, _, ..] = *array.dims() else { continue };
        let (values, count) = (net.values_mut(index), array.layout.len().checked_div(outputs).unwrap_or(0));
        for f in 0..outputs {
            let places = || (f * count..(f + 1) * count).map(|n| array.layout.position(n));
            let size = |place: usize| values.get(place).map_or(0.0, |w| w.abs());
            let step = places().map(size).fold(0.0f32, f32::max) / 127.0;
            if step > 0.0 {
                for place in places() {
                    if let Some(w) = values.get_mut(place) {
                        *w = round(*w / step) * step;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Linear, MeanSquaredError, Sgd, Trainer};

    type Dense = Linear<2, 2>;

    #[test]
    fn weights_are_rounded_by_output_and_biases_are_not() {
        let mut net = Dense { weight: [[127.0, 0.1], [3.4, 12.7]], bias: [0.123, -0.4] };
        round_weights(&mut net);
        assert_eq!((net.weight[0][0], net.weight[1][0]), (127.0, 3.0));
        assert!((net.weight[0][1] - 0.1).abs() < 1e-6 && (net.weight[1][1] - 12.7).abs() < 1e-5);
        assert_eq!(net.bias, [0.123, -0.4]);
    }

    #[test]
    fn the_gradient_is_that_of_the_rounded_weights_and_changes_those_that_are_kept() {
        let net = Dense { weight: [[127.0, 1.0], [3.4, 0.2]], bias: [0.0; 2] };
        let mut rounded = net.clone();
        round_weights(&mut rounded);
        let batch = [([1.0, 2.0], [0.0, 0.0]), ([0.5, -1.0], [1.0, 1.0])];
        let mut plain = Trainer::<Dense, F32x8, Sgd, MeanSquaredError>::ZERO;
        let mut trainer = Trainer::<Dense, Rounded, Sgd, MeanSquaredError>::ZERO;
        let expected = plain.differentiate(&rounded, batch).unwrap();
        let mut trained = net.clone();
        let sgd = Sgd::new(0.01, 0.0).unwrap();
        assert_eq!(trainer.step(&mut trained, &sgd, batch).unwrap().loss(), expected.loss());
        assert_eq!(trainer.gradient, plain.gradient);
        assert_eq!(trained.weight[1][0], 3.4 - 0.01 * plain.gradient.weight[1][0]);

        // evaluation is of the weights themselves
        let data = crate::Dataset::<crate::Vector<2>, [f32; 2]>::new(&[[1.0, 2.0]], &[[0.0, 0.0]]).unwrap();
        assert_eq!(trainer.evaluate(&net, &data).unwrap().loss(), plain.evaluate(&net, &data).unwrap().loss());
    }
}
