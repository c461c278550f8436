//! Softmax and cross-entropy, fused.

use core::hint::black_box;

use crate::layers::softmax::softmax_in_place;
use crate::losses::{MAX_LANES, OfLogits, Suits};
use crate::math::ln;
use crate::{Class, Elem, Error, Loss, Nested, Probabilities, Shape, Softmax, Vector, Zero};

/// What a classifier gives: logits, or the chances of the classes.
///
/// ```
/// use const_cnn::{Scores, Vector};
///
/// /// The chances of classes, of whatever gives scores.
/// fn chances<Y: Scores>(mut scores: [f32; 2]) -> [f32; 2] {
///     Y::to_probabilities(&mut scores);
///     scores
/// }
/// assert_eq!(chances::<Vector<2>>([1.0, 1.0]), [0.5, 0.5]);
/// ```
#[diagnostic::on_unimplemented(
    message = "a classifier gives a vector, but this network gives `{Self}`",
    note = "`output` gives what the network gives, whatever its shape"
)]
pub trait Scores: Shape {
    /// Makes scores the chances of the classes.
    fn to_probabilities(scores: &mut [f32]);
}

/// What a network that can be trained gives: logits.
///
/// ```
/// use const_cnn::{Input, Layer, Linear, Logits, Sgd, Trainer, Zero};
///
/// /// Whether a classifier learns an image in one step.
/// fn learns<N: Layer<Output: Logits>>(net: &mut N, image: Input<N, f32>) -> bool {
///     let (mut trainer, sgd) = (Trainer::<N, f32>::ZERO, Sgd::new(0.1, 0.0).unwrap());
///     let mut loss = || trainer.step(net, &sgd, [(image, 1)]).unwrap().loss();
///     loss() > loss()
/// }
/// assert!(learns(&mut Linear::<1, 2>::ZERO, [1.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "a network is trained on its logits, a vector, but this one gives `{Self}`",
    label = "not a vector of logits"
)]
pub trait Logits: Scores {}

impl<const N: usize> Logits for Vector<N> {}

impl<const N: usize> Logits for Probabilities<N> where Softmax<N>: LeftOut {}

/// Implemented by nothing: its message is what the compiler says of training on chances.
#[diagnostic::on_unimplemented(
    message = "a network is trained on its logits, but this one gives the chances of `{Self}`",
    label = "this network ends in `softmax`",
    note = "leave out the final `softmax`: the loss contains it, and `predict` gives probabilities without it"
)]
pub trait LeftOut {}

impl<const N: usize> Scores for Vector<N> {
    fn to_probabilities(scores: &mut [f32]) {
        softmax_in_place(scores);
    }
}

impl<const N: usize> Scores for Probabilities<N> {
    fn to_probabilities(_: &mut [f32]) {}
}

/// The cross-entropy of softmax: the loss of a classifier, whose target is a [`Class`].
///
/// It is [`softmax_cross_entropy`]; an image counts as correct where its class has the largest logit.
///
/// Of a single class it is 0, whatever the logit, and nothing is learnt: to tell yes from no takes two classes.
///
/// ```
/// use const_cnn::{Evaluator, Zero, network};
/// network! {
///     struct Net: [1] => [3] { logits: linear(3) }
/// }
/// let mut net = Net::ZERO;
/// net.logits.bias = [5.0, 0.0, 0.0];
/// // it is the loss where none is named
/// let data = Net::dataset(&[[0.0], [0.0]], &[0, 1])?;
/// let metrics = Evaluator::<Net>::ZERO.evaluate(&net, &data, |_, _| ())?;
/// assert_eq!(metrics.accuracy(), 0.5);
/// assert!((metrics.loss() - (0.0134 + 5.0134) / 2.0).abs() < 1e-3);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoftmaxCrossEntropy;

impl Zero for SoftmaxCrossEntropy {
    const ZERO: Self = SoftmaxCrossEntropy;
}

impl<Y: Logits> Suits<OfLogits> for Y {}

// of any shape, so that a network that cannot be trained is one error, where it is trained
impl<Y: Shape> Loss<Y> for SoftmaxCrossEntropy {
    type Target = Class;

    fn check(&self, &found: &usize) -> Result<(), Error> {
        if found < Y::LEN { Ok(()) } else { Err(Error::label(0, Y::LEN, found)) }
    }

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &Y::Of<V>, labels: &[usize; MAX_LANES], dy: &mut Y::Of<V>) -> V {
        cross_entropy(y.flat(), labels, dy.flat_mut())
    }

    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &Y::Of<V>, labels: &[usize; MAX_LANES], lane: usize) -> Option<bool> {
        // hidden from the compiler, which would write out all classes for each label
        let classes = black_box(Y::LEN);
        let scores = y.flat().iter().take(classes).map(|logit| logit.lanes()[lane]);
        Some(index_of_largest(scores) == labels[lane])
    }
}

/// The cross-entropy of softmax, for each image, and its gradient.
///
/// L = −ln p\[label\], p = softmax(logits) · ∂L/∂logit\[o\] = p\[o\] − 1{o = label}
///
/// `labels` has a label, from 0 to one less than the number of logits, for each image of an element. Where it has fewer,
/// the other images have no loss and no gradient. The mean over a batch is the sum over its images divided by their
/// number, and so is its gradient.
///
/// ```
/// let mut d_logits = [0.0; 2];
/// let loss = const_cnn::softmax_cross_entropy(&[3.0, 3.0], &[1], &mut d_logits)?;
/// assert_eq!(loss, 2.0_f32.ln());
/// assert_eq!(d_logits, [0.5, -0.5]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Label`] when a label is not below the number of logits, [`Error::Length`] when `d_logits` is not as long as
/// `logits`, or there are more labels than images; nothing is then written.
pub fn softmax_cross_entropy<V: Elem>(logits: &[V], labels: &[usize], d_logits: &mut [V]) -> Result<V, Error> {
    let classes = logits.len();
    if d_logits.len() != classes {
        return Err(Error::Length { expected: classes, found: d_logits.len() });
    }
    if labels.len() > V::LANES {
        return Err(Error::Length { expected: V::LANES, found: labels.len() });
    }
    if let Some((index, &found)) = labels.iter().enumerate().find(|&(_, &label)| label >= classes) {
        return Err(Error::label(index, classes, found));
    }
    Ok(cross_entropy(logits, labels, d_logits))
}

/// The loss of a label that is no class is NaN.
#[inline(always)]
fn cross_entropy<V: Elem>(logits: &[V], labels: &[usize], d_logits: &mut [V]) -> V {
    for (d, &logit) in d_logits.iter_mut().zip(logits) {
        *d = logit;
    }
    let (sum, max) = softmax_in_place(d_logits);
    let mut loss = V::ZERO;
    for (lane, loss) in loss.lanes_mut().iter_mut().enumerate() {
        let Some(&label) = labels.get(lane) else {
            d_logits.iter_mut().for_each(|d| d.lanes_mut()[lane] = 0.0);
            continue;
        };
        *loss = f32::NAN;
        if let (Some(logit), Some(d)) = (logits.get(label), d_logits.get_mut(label)) {
            *loss = ln(sum.lanes()[lane]) - (logit.lanes()[lane] - max.lanes()[lane]);
            d.lanes_mut()[lane] -= 1.0;
        }
    }
    loss
}

/// The index of the largest of `scores`; of equal ones the first. NaN is never the largest. 0 if there are none.
///
/// ```
/// use const_cnn::argmax;
/// assert_eq!(argmax(&[0.1, 0.7, f32::NAN, 0.7]), 1);
/// ```
pub fn argmax(scores: &[f32]) -> usize {
    index_of_largest(scores.iter().copied())
}

#[inline(always)]
pub(crate) fn index_of_largest(scores: impl Iterator<Item = f32>) -> usize {
    let (mut class, mut largest) = (0, f32::NEG_INFINITY);
    for (n, score) in scores.enumerate() {
        if score > largest {
            (class, largest) = (n, score);
        }
    }
    class
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Weighted, worst_loss_gradient};

    #[test]
    fn loss_and_gradient_by_hand() {
        // e⁰ : e^ln 3 = 1 : 3
        let mut d = [0.0; 2];
        let loss = softmax_cross_entropy(&[0.0, 3.0f32.ln()], &[0], &mut d).unwrap();
        assert!((loss - 4.0f32.ln()).abs() < 1e-6);
        assert!((d[0] + 0.75).abs() < 1e-6 && (d[1] - 0.75).abs() < 1e-6);
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        fn check<const N: usize>() {
            let y: [f32; N] = core::array::from_fn(|n| (n * 7 % 12) as f32 / 4.0 - 1.3);
            for label in 0..N {
                let worst = worst_loss_gradient::<_, Vector<N>>(&SoftmaxCrossEntropy, &y, &label, 1.0 / 64.0);
                assert!(worst.error() < 1e-3, "{worst}");
                let weighted = Weighted(SoftmaxCrossEntropy);
                let worst = worst_loss_gradient::<_, Vector<N>>(&weighted, &y, &(label, 0.3), 1.0 / 64.0);
                assert!(worst.error() < 1e-3, "{worst}");
            }
        }
        check::<1>();
        check::<2>();
        check::<7>();
    }

    #[test]
    fn a_label_that_is_no_class_is_refused_or_nan() {
        let loss = Loss::<Vector<2>>::loss(
            &SoftmaxCrossEntropy,
            &[F32x8::ZERO; 2],
            &[1, 2, 0, 9, 0, 0, 0, 0],
            &mut [F32x8::ZERO; 2],
        );
        assert_eq!(loss.0.map(f32::is_nan), [false, true, false, true, false, false, false, false]);
        let check = |label| Loss::<Vector<2>>::check(&SoftmaxCrossEntropy, &label);
        assert_eq!((check(1), check(2)), (Ok(()), Err(Error::Label { index: 0, classes: 2, found: 2 })));
    }

    #[test]
    fn logits_of_any_size() {
        let mut d = [0.0; 2];
        assert_eq!(softmax_cross_entropy(&[1e30, -1e30], &[0], &mut d), Ok(0.0));
        assert_eq!(d, [0.0, 0.0]);
        assert_eq!(softmax_cross_entropy(&[1e30, -1e30], &[1], &mut d), Ok(2e30));
        assert_eq!(d, [1.0, -1.0]);
    }

    #[test]
    fn images_without_a_label_have_no_loss_and_no_gradient() {
        let logits = [F32x8::splat(1.0), F32x8::splat(2.0)];
        let mut d = [F32x8::splat(7.0); 2];
        let loss = softmax_cross_entropy(&logits, &[0, 1], &mut d).unwrap();
        let mut one = [0.0; 2];
        assert_eq!(loss.0[0], softmax_cross_entropy(&[1.0, 2.0], &[0], &mut one).unwrap());
        assert_eq!([d[0].0[0], d[1].0[0]], one);
        assert_eq!(loss.0[2..], [0.0; 6]);
        assert!(d.iter().all(|d| d.0[2..] == [0.0; 6]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut d = [9.0; 2];
        let label = Error::Label { index: 0, classes: 2, found: 2 };
        assert_eq!(softmax_cross_entropy(&[0.0, 0.0], &[2], &mut d), Err(label));
        assert_eq!(softmax_cross_entropy(&[0.0; 3], &[0], &mut d), Err(Error::Length { expected: 3, found: 2 }));
        assert_eq!(softmax_cross_entropy(&[0.0; 2], &[0, 0], &mut d), Err(Error::Length { expected: 1, found: 2 }));
        assert_eq!(d, [9.0; 2]);
    }

    #[test]
    fn argmax_passes_nan_over() {
        assert_eq!(argmax(&[f32::NAN, 1.0, 3.0, 3.0]), 2);
        assert_eq!(argmax(&[]), 0);
    }
}
