//! Evaluation of a network on images that it is not trained on.

use core::borrow::Borrow;

use super::fill::{MAX_LANES, fill};
use crate::layer::{Input, Output};
use crate::losses::{Logits, softmax_cross_entropy};
use crate::{Elem, Error, F32x8, Layer, Metrics, Nested, Zero};

/// What evaluation writes on. It keeps no intermediates and computes no gradients.
///
/// `V` is [`F32x8`] for eight images at once, `f32` for one.
pub struct Evaluator<N: Layer, V: Elem = F32x8> {
    images: Input<N, V>,
    scratch: N::Scratch<V>,
    logits: Output<N, V>,
    d_logits: Output<N, V>,
}

impl<N: Layer, V: Elem> Zero for Evaluator<N, V> {
    const ZERO: Self = Evaluator {
        images: Input::<N, V>::ZERO,
        scratch: N::Scratch::ZERO,
        logits: Output::<N, V>::ZERO,
        d_logits: Output::<N, V>::ZERO,
    };
}

impl<N: Layer, V: Elem> Evaluator<N, V> {
    /// The mean loss and the accuracy of a network on `images`; `each` is called with each image's label and the class
    /// it is taken for.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when there are no images, [`Error::Label`] when a label is not that of a class, [`Error::Loss`]
    /// when the loss is not finite, as where a network gives NaN. An index is a place in `images`; `each` has then been
    /// called for images before that one, but not for all of them.
    pub fn evaluate<X: Borrow<Input<N, f32>>>(
        &mut self,
        net: &N,
        images: impl IntoIterator<Item = (X, usize)>,
        mut each: impl FnMut(usize, usize),
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        let mut images = images.into_iter();
        let mut metrics = Metrics::default();
        loop {
            let mut labels = [0; MAX_LANES];
            let labels = fill::<N, V, X>(&mut self.images, &mut labels, &mut images);
            if labels.is_empty() {
                break;
            }
            net.infer(&self.images, &mut self.scratch, &mut self.logits);
            let first = metrics.images;
            softmax_cross_entropy(self.logits.flat(), labels, self.d_logits.flat_mut())
                .and_then(|loss| metrics.add(loss, labels, self.logits.flat(), &mut each))
                .map_err(|error| error.of_image(|index| first + index))?;
        }
        if metrics.images == 0 { Err(Error::Empty) } else { Ok(metrics) }
    }
}
