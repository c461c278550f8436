//! What training and evaluation tell of a network.

use core::hint::black_box;

use crate::loss::index_of_largest;
use crate::{Elem, Zero};

/// What a batch, an epoch or an evaluation has given.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    total_loss: f32,
    /// How many images were taken for what they are.
    pub correct: usize,
    /// How many images there were.
    pub images: usize,
}

impl Zero for Metrics {
    const ZERO: Self = Metrics { total_loss: 0.0, correct: 0, images: 0 };
}

impl Metrics {
    /// The mean loss of an image; NaN when there were none.
    pub fn loss(&self) -> f32 {
        self.total_loss / self.images as f32
    }

    /// The share of images taken for what they are, from 0 to 1; NaN when there were none.
    pub fn accuracy(&self) -> f32 {
        self.correct as f32 / self.images as f32
    }

    /// Adds the images of `other` to these.
    pub fn join(&mut self, other: &Metrics) {
        self.total_loss += other.total_loss;
        self.correct += other.correct;
        self.images += other.images;
    }

    /// Adds images whose losses add up to `loss`; `each` is called with each one's label and the class it is taken for.
    pub(crate) fn add<V: Elem>(&mut self, loss: V, labels: &[usize], logits: &[V], mut each: impl FnMut(usize, usize)) {
        // hidden from the compiler, which would write out all classes for each label
        let classes = black_box(logits.len());
        for (lane, &label) in labels.iter().enumerate() {
            let class = index_of_largest(logits.iter().take(classes).map(|logit| logit.lanes()[lane]));
            self.correct += usize::from(class == label);
            each(label, class);
        }
        loss.accumulate(&mut self.total_loss);
        self.images += labels.len();
    }
}
