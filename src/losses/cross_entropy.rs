//! Softmax and cross-entropy, with settings.

use crate::losses::MAX_LANES;
use crate::{Class, Elem, Error, Loss, SoftmaxCrossEntropy, Vector, Zero};

/// The cross-entropy of softmax of `C` classes, with label smoothing ε, a weight for each class, and an ignored class.
/// Without settings it is [`SoftmaxCrossEntropy`], to the bit.
///
/// L = (1 − ε) · l\[label\] + ε / C · Σ w\[c\] / w\[label\] · l\[c\], l\[c\] = −ln softmax(logits)\[c\]
///
/// An image counts by the weight of its class: the mean is Σ w\[labelᵢ\]·Lᵢ / Σ w\[labelᵢ\]. One of weight 0, or of the
/// ignored class, which need not be below `C`, is left out of it, though the network must not overflow on it.
///
/// ```
/// use const_cnn::{CrossEntropy, F32x8, Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Net: [1] => [2] { dense: linear(2) }
/// }
/// let mut trainer = Trainer::<Net, F32x8, Sgd, CrossEntropy<2>>::ZERO;
/// trainer.loss = trainer.loss.smoothing(0.1)?.weights([1.0, 3.0])?.ignoring(255);
/// let batch = [([-1.0], 0), ([1.0], 1), ([7.0], 255)];
/// let metrics = trainer.differentiate(&Net::ZERO, batch)?;
/// assert_eq!((metrics.weight(), metrics.counted), (4.0, 2));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CrossEntropy<const C: usize> {
    smoothing: f32,
    weights: [f32; C],
    ignored: Option<usize>,
}

impl<const C: usize> Zero for CrossEntropy<C> {
    const ZERO: Self = CrossEntropy { smoothing: 0.0, weights: [1.0; C], ignored: None };
}

impl<const C: usize> CrossEntropy<C> {
    /// The same loss with label smoothing, from 0 to 1: this share of what is expected is of all classes alike.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is out of its range.
    pub const fn smoothing(self, smoothing: f32) -> Result<Self, Error> {
        if smoothing >= 0.0 && smoothing <= 1.0 {
            Ok(CrossEntropy { smoothing, ..self })
        } else {
            Err(Error::Setting { name: "label smoothing", expected: "from 0 to 1", found: smoothing })
        }
    }

    /// The same loss with a weight for each class.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when one is below 0, NaN or infinite.
    pub const fn weights(self, weights: [f32; C]) -> Result<Self, Error> {
        let mut c = 0;
        while c < C {
            if !(weights[c] >= 0.0 && weights[c].is_finite()) {
                let expected = "that is finite and at least 0";
                return Err(Error::Setting { name: "class's weight", expected, found: weights[c] });
            }
            c += 1;
        }
        Ok(CrossEntropy { weights, ..self })
    }

    /// The same loss, which leaves out the images of this class: one of the `C`, or a label of its own, such as 255.
    pub const fn ignoring(self, class: usize) -> Self {
        CrossEntropy { ignored: Some(class), ..self }
    }
}

impl<const C: usize> Loss<Vector<C>> for CrossEntropy<C> {
    type Target = Class;

    fn check(&self, &found: &usize) -> Result<(), Error> {
        if found < C || Some(found) == self.ignored { Ok(()) } else { Err(Error::label(0, C, found)) }
    }

    #[inline(always)]
    fn weight(&self, &label: &usize) -> f32 {
        if Some(label) == self.ignored { 0.0 } else { self.weights.get(label).copied().unwrap_or(f32::NAN) }
    }

    #[inline(always)]
    fn loss<V: Elem>(&self, y: &[V; C], labels: &[usize; MAX_LANES], dy: &mut [V; C]) -> V {
        let mut losses = Loss::<Vector<C>>::loss(&SoftmaxCrossEntropy, y, labels, dy);
        for ((lane, loss), label) in losses.lanes_mut().iter_mut().enumerate().zip(labels) {
            let weight = self.weight(label);
            if weight == 0.0 {
                *loss = 0.0;
                dy.iter_mut().for_each(|dy| dy.lanes_mut()[lane] = 0.0);
            } else if let (true, Some(own)) = (self.smoothing > 0.0, y.get(*label)) {
                let share = |weight_of_class| self.smoothing / C as f32 * (weight_of_class / weight);
                let (mut smooth, mut shares) = (0.0, 0.0);
                for (y, &weight) in y.iter().zip(&self.weights) {
                    // l[c] − l[label] is the difference of the logits
                    smooth += share(weight) * (*loss + (own.lanes()[lane] - y.lanes()[lane]));
                    shares += share(weight);
                }
                *loss = (1.0 - self.smoothing) * *loss + smooth;
                for ((o, dy), &weight) in dy.iter_mut().enumerate().zip(&self.weights) {
                    let dy = &mut dy.lanes_mut()[lane]; // p[o] − 1{o = label}
                    *dy = *dy * (1.0 - self.smoothing + shares) - share(weight);
                    *dy += if o == *label { shares } else { 0.0 };
                }
            }
        }
        losses
    }

    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &[V; C], labels: &[usize; MAX_LANES], lane: usize) -> Option<bool> {
        Loss::<Vector<C>>::is_correct(&SoftmaxCrossEntropy, y, labels, lane)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, worst_loss_gradient};

    const SMOOTH: fn() -> CrossEntropy<3> = || CrossEntropy::ZERO.smoothing(0.3).unwrap();

    #[test]
    fn loss_and_gradient_by_hand() {
        // all logits alike: each class has the loss ln 3 and the chance ⅓
        let (mut dy, loss) = ([f32::NAN; 3], SMOOTH());
        let found = loss.loss(&[5.0; 3], &[1; 8], &mut dy);
        assert!((found - 3.0f32.ln()).abs() < 1e-6);
        let expected = [1.0 / 3.0 - 0.1, 1.0 / 3.0 - 0.8, 1.0 / 3.0 - 0.1];
        assert!(dy.iter().zip(expected).all(|(dy, expected)| (dy - expected).abs() < 1e-6), "{dy:?}");
        // one class is sure: the others cost their share of the distance
        let found = loss.loss(&[20.0, 0.0, 0.0], &[0; 8], &mut dy);
        assert!((found - 2.0 * 0.1 * 20.0).abs() < 1e-5, "{found}");
    }

    #[test]
    fn without_settings_it_is_the_plain_one() {
        let y = [F32x8([0.1, -3.0, 1e4, 0.0, 7.5, -1e4, 2.0, 0.3]), F32x8::splat(1.5), F32x8([-0.5; 8])];
        let labels = [0, 1, 2, 2, 1, 0, 0, 3];
        let (mut dy, mut plain) = ([F32x8::ZERO; 3], [F32x8::ZERO; 3]);
        let found = CrossEntropy::<3>::ZERO.loss(&y, &labels, &mut dy);
        let expected = Loss::<Vector<3>>::loss(&SoftmaxCrossEntropy, &y, &labels, &mut plain);
        assert_eq!(found.0.map(f32::to_bits), expected.0.map(f32::to_bits));
        assert_eq!(dy, plain);
    }

    #[test]
    fn its_gradient_is_that_of_differences() {
        let weighted = SMOOTH().weights([2.0, 0.25, 1.0]).unwrap();
        for loss in [CrossEntropy::ZERO, SMOOTH(), weighted, SMOOTH().ignoring(2), SMOOTH().smoothing(1.0).unwrap()] {
            for label in 0..3 {
                let worst = worst_loss_gradient::<_, Vector<3>>(&loss, &[0.3, -1.2, 2.0], &label, 1.0 / 64.0);
                assert!(worst.error() < 1e-3, "{loss:?} {label}: {worst}");
            }
        }
    }

    #[test]
    fn what_is_left_out_has_no_loss_and_no_gradient() {
        let loss = SMOOTH().weights([0.5, 0.0, 2.0]).unwrap().ignoring(255);
        assert_eq!([0, 1, 2, 255].map(|label| loss.weight(&label)), [0.5, 0.0, 2.0, 0.0]);
        assert_eq!([0, 1, 2, 255].map(|label| loss.check(&label)), [Ok(()); 4]);
        assert_eq!(loss.check(&3), Err(Error::Label { index: 0, classes: 3, found: 3 }));
        let mut dy = [F32x8::splat(f32::NAN); 3];
        let found = loss.loss(&[F32x8::splat(1.0); 3], &[0, 1, 255, 2, 1, 255, 3, 0], &mut dy);
        assert_eq!(found.0.map(|loss| loss == 0.0), [false, true, true, false, true, true, false, false]);
        assert!(found.0[6].is_nan(), "a label that is no class");
        assert!([1, 2, 4, 5].iter().all(|&lane| dy.iter().all(|dy| dy.0[lane] == 0.0)));
        assert!([0, 3, 7].iter().all(|&lane| dy.iter().all(|dy| dy.0[lane] != 0.0)));
    }

    #[test]
    fn logits_of_any_size() {
        let mut dy = [0.0; 3];
        assert_eq!(SMOOTH().loss(&[1e4, -1e4, 1e4], &[1; 8], &mut dy), 0.8 * 2e4 + core::f32::consts::LN_2);
        assert!(dy.iter().zip([0.4, -0.8, 0.4]).all(|(dy, expected)| (dy - expected).abs() < 1e-6), "{dy:?}");
        assert!(SMOOTH().loss(&[0.0, f32::NAN, 0.0], &[0; 8], &mut dy).is_nan());
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for found in [-0.1, 1.1, f32::NAN] {
            let error = SMOOTH().smoothing(found);
            assert!(matches!(error, Err(Error::Setting { name: "label smoothing", .. })), "{error:?}");
        }
        for found in [-1.0, f32::INFINITY, f32::NAN] {
            let error = SMOOTH().weights([1.0, 1.0, found]);
            assert!(matches!(error, Err(Error::Setting { name: "class's weight", .. })), "{error:?}");
        }
    }
}
