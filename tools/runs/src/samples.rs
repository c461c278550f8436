//! What a network makes of each image.

use std::any::Any;
use std::borrow::Borrow;
use std::ops::ControlFlow;

use const_cnn::{
    Data, Evaluator, Expected, Layer, Loss, Nested, Of, Scores, Shape, SoftmaxCrossEntropy, Suits, Vector, Zero,
};

use crate::Sample;

/// Evaluates a network on one image after the other, so that each has its own loss: `Samples::<Net>::new()`, or, of another
/// loss, `Samples::<Net, MeanSquaredError>::new()`.
pub struct Samples<N: Layer, L: Loss<N::Output> = SoftmaxCrossEntropy> {
    evaluator: Box<Evaluator<N, f32, L>>,
    files: Vec<String>,
}

impl<N: Layer, L: Loss<N::Output>> Default for Samples<N, L>
where
    Evaluator<N, f32, L>: Send,
{
    fn default() -> Self {
        Samples::new()
    }
}

impl<N: Layer, L: Loss<N::Output>> Samples<N, L>
where
    Evaluator<N, f32, L>: Send,
{
    /// With the loss's usual settings.
    pub fn new() -> Self {
        Samples { evaluator: Evaluator::boxed(), files: Vec::new() }
    }

    /// With these settings of the loss, as those of a trainer: `trainer.loss`.
    pub fn loss(mut self, loss: L) -> Self {
        self.evaluator.loss = loss;
        self
    }

    /// With the images' files, or other names of theirs, in the order of the data.
    pub fn files(mut self, files: Vec<String>) -> Self {
        self.files = files;
        self
    }

    /// Calls `each` with what `net` makes of each image of `data`, until it breaks.
    ///
    /// # Errors
    ///
    /// As [`Evaluator::evaluate`].
    pub fn of<D>(&mut self, net: &N, data: &D, mut each: impl FnMut(Sample) -> ControlFlow<()>) -> Result<(), D::Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
        D: Data<Input = N::Input, Target = Expected<L, N::Output>>,
    {
        for index in 0..data.len() {
            let file = self.files.get(index).cloned().unwrap_or_default();
            let mut sample = Sample { index, file, ..Sample::default() };
            let one = [index];
            let metrics = self.evaluator.evaluate(net, &data.part(&one)?, |y, target| {
                sample.label = class(target);
                sample.output = y.flat().to_vec();
                if sample.label.is_some() {
                    Vector::<0>::to_probabilities(&mut sample.output); // of any length
                }
            })?;
            sample.loss = metrics.loss();
            let (image, _) = data.get(index)?;
            sample.pixels = N::Input::LAYOUT.iter(image.borrow().flat()).collect();
            if each(sample).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// The class that is expected, alone or with a weight, if it is a class.
fn class(target: &dyn Any) -> Option<usize> {
    let weighted = || target.downcast_ref::<(usize, f32)>().map(|(class, _)| *class);
    target.downcast_ref::<usize>().copied().or_else(weighted)
}
