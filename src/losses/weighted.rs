//! A loss with a weight for each image.

use crate::losses::{Expected, ExpectedOf};
use crate::{Elem, Error, Loss, Scalar, Shape, Zero};

/// The loss `L`, each image with a weight beside what is expected of it: `(3, 0.5)` is class 3 at half its weight.
///
/// The mean is Σ wᵢ·Lᵢ / Σ wᵢ. An image of weight 0 is left out of it, though the network must not overflow on it; other weights
/// are at least 10⁻²⁰. A batch of nothing else has the loss NaN and no gradient; momentum and weight decay still act.
///
/// ```
/// use const_cnn::{F32x8, Sgd, SoftmaxCrossEntropy, Trainer, Weighted, Zero, network};
///
/// network! {
///     struct Net: [1] => [2] { dense: linear(2) }
/// }
/// let mut trainer = Trainer::<Net, F32x8, Sgd, Weighted<SoftmaxCrossEntropy>>::ZERO;
/// let batch = [([-1.0], (0, 1.0)), ([1.0], (1, 3.0))];
/// let metrics = trainer.differentiate(&Net::ZERO, batch)?;
/// assert_eq!(metrics.loss(), 2.0_f32.ln());
/// assert_eq!(trainer.gradient.dense.bias, [0.25, -0.25]); // (½ − 1 + 3·½) / 4, ..
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighted<L>(pub L);

impl<L: Zero> Zero for Weighted<L> {
    const ZERO: Self = Weighted(L::ZERO);
}

impl<Y: Shape, L: Loss<Y>> Loss<Y> for Weighted<L> {
    type Target = (L::Target, Scalar);

    fn check(&self, (target, _): &(Expected<L, Y>, f32)) -> Result<(), Error> {
        self.0.check(target)
    }

    #[inline(always)]
    fn weight(&self, (target, weight): &(Expected<L, Y>, f32)) -> f32 {
        weight * self.0.weight(target)
    }

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &Y::Of<V>, (target, _): &ExpectedOf<Self, Y, V>, dy: &mut Y::Of<V>) -> V {
        self.0.loss(y, target, dy)
    }

    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &Y::Of<V>, (target, _): &ExpectedOf<Self, Y, V>, lane: usize) -> Option<bool> {
        self.0.is_correct(y, target, lane)
    }
}
