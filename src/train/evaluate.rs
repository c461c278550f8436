//! Evaluation of a network on images that it is not trained on.

use core::ops::Range;

use super::samples::Samples;
use super::{Images, read};
use crate::layer::Output;
use crate::losses::{Expected, Of, Suits};
use crate::{Data, Elem, Error, F32x8, Layer, Loss, Metrics, Nested, SoftmaxCrossEntropy, Zero};

/// What evaluation writes on. It keeps no intermediates and computes no gradients.
///
/// `V` is [`F32x8`] for eight images at once, `f32` for one; `L` is the loss, as a [`Trainer`](crate::Trainer)'s.
///
/// ```
/// use const_cnn::{Evaluator, F32x8, MeanSquaredError, Zero, network};
/// network! {
///     struct Line: [1] => [1] { dense: linear(1) }
/// }
/// let mut evaluator = Evaluator::<Line, F32x8, MeanSquaredError>::ZERO;
/// let data = Line::dataset(&[[-1.0], [2.0]], &[[1.0], [3.0]])?;
/// let metrics = evaluator.evaluate(&Line::ZERO, &data, |_, _| ())?;
/// assert_eq!(metrics.loss(), 5.0); // (1 + 9) / 2
/// # Ok::<(), const_cnn::Error>(())
/// ```
pub struct Evaluator<N: Layer, V: Elem = F32x8, L: Loss<N::Output> = SoftmaxCrossEntropy> {
    /// The loss, whose settings can be changed here.
    pub loss: L,
    samples: Samples<N, V, L>,
    scratch: N::Scratch<V>,
    y: Output<N, V>,
    dy: Output<N, V>,
    scores: Output<N, f32>,
    target: Expected<L, N::Output>,
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Zero for Evaluator<N, V, L> {
    const ZERO: Self = Evaluator {
        loss: L::ZERO,
        samples: Samples::ZERO,
        scratch: N::Scratch::ZERO,
        y: Output::<N, V>::ZERO,
        dy: Output::<N, V>::ZERO,
        scores: Output::<N, f32>::ZERO,
        target: Zero::ZERO,
    };
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Evaluator<N, V, L> {
    /// The mean loss and the accuracy of a network on `data`; `each` is called with what the network gives for each image,
    /// in its order, and what is expected of it.
    ///
    /// `each` may count by a measure, such as [`Confusion`](crate::Confusion), [`TopK`](crate::TopK) or
    /// [`MeanAbsoluteError`](crate::MeanAbsoluteError), or be `|_, _| ()`.
    ///
    /// ```
    /// use const_cnn::{Evaluator, Zero, argmax, network};
    /// network! {
    ///     struct Sign: [1] => [2] { logits: linear(2, no bias) }
    /// }
    /// let mut net = Sign::ZERO;
    /// net.logits.weight = [[-1.0, 1.0]];
    /// let data = Sign::dataset(&[[-2.0], [1.0], [2.0]], &[0, 1, 0])?;
    /// let mut read = Vec::new();
    /// let metrics = Evaluator::<Sign>::ZERO
    ///     .evaluate(&net, &data, |scores, &label| read.push((argmax(scores), label)))?;
    /// assert_eq!(read, [(0, 0), (1, 1), (1, 0)]);
    /// assert_eq!((metrics.correct, metrics.images), (2, 3));
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when there are no images, [`Error::Label`] when a label is not that of a class, or what else the loss
    /// [refuses](Loss::check), [`Error::Loss`] when the loss is not finite, as where a network gives NaN, and as
    /// [`Data::get`]. An index is a place among the images that `data` lies over; `each` has then been called for images
    /// before that one, perhaps not for all of them.
    pub fn evaluate<D: Data<Input = N::Input, Target = Expected<L, N::Output>>>(
        &mut self,
        net: &N,
        data: &D,
        each: impl FnMut(&Output<N, f32>, &D::Target),
    ) -> Result<Metrics, D::Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
    {
        let metrics = read(data, 0..data.len(), |images| self.pass(net, images, each))?;
        let metrics = metrics.map_err(|error| error.of_image(|n| data.place(n)))?;
        if metrics.images == 0 { Err(Error::Empty.into()) } else { Ok(metrics) }
    }

    fn pass<D: Data<Input = N::Input, Target = Expected<L, N::Output>>>(
        &mut self,
        net: &N,
        images: &mut Images<D, Range<usize>>,
        mut each: impl FnMut(&Output<N, f32>, &D::Target),
    ) -> Result<Metrics, Error> {
        let Evaluator { loss, samples, scratch, y, dy, scores, target } = self;
        let mut metrics = Metrics::ZERO;
        loop {
            let first = metrics.images;
            let place = |error: Error| error.of_image(|index| first + index);
            let refused = samples.fill(loss, images).map_err(place);
            if samples.count == 0 {
                return refused.map(|()| metrics);
            }
            net.infer(&samples.images, scratch, y);
            samples.loss(loss, y, dy, &mut metrics).map_err(place)?;
            for lane in 0..samples.count {
                for (score, y) in scores.flat_mut().iter_mut().zip(y.flat()) {
                    *score = y.lanes()[lane];
                }
                samples.expected(lane, target);
                each(scores, target);
            }
            refused?; // after what is wrong with an image before it
        }
    }
}
