//! Whether the right class is among the best.

use crate::Zero;

/// The share of images taken for what they are.
///
/// ```
/// use const_cnn::{Accuracy, Zero};
/// let mut accuracy = Accuracy::ZERO;
/// for (scores, label) in [([0.9, 0.1], 0), ([0.8, 0.2], 1)] {
///     accuracy.add(&scores, label);
/// }
/// assert_eq!(accuracy.share(), 0.5);
/// ```
pub type Accuracy = TopK<1>;

/// The share of images whose class is among those with the `K` largest scores; of equal ones the first counts as larger.
///
/// ```
/// use const_cnn::{TopK, Zero};
/// let mut top2 = TopK::<2>::ZERO;
/// top2.add(&[0.1, 0.7, 0.2], 2);
/// top2.add(&[0.1, 0.7, 0.2], 0);
/// assert_eq!(top2.share(), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopK<const K: usize> {
    /// How many images' classes were among the best.
    pub correct: usize,
    /// How many images there were.
    pub images: usize,
}

impl<const K: usize> Zero for TopK<K> {
    const ZERO: Self = TopK { correct: 0, images: 0 };
}

impl<const K: usize> TopK<K> {
    /// Counts an image. One whose label is no class, or whose class has NaN, is not correct.
    pub fn add(&mut self, scores: &[f32], label: usize) {
        self.images = self.images.saturating_add(1);
        let Some(&score) = scores.get(label) else { return };
        let is_larger = |(class, &other): (usize, &f32)| other > score || other == score && class < label;
        let larger = scores.iter().enumerate().filter(|&score| is_larger(score)).count();
        self.correct = self.correct.saturating_add(usize::from(larger < K && !score.is_nan()));
    }

    /// The share of images whose class was among the best; NaN when there were none.
    pub fn share(&self) -> f32 {
        self.correct as f32 / self.images as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_scores_the_first_counts() {
        let correct = |label| {
            let (mut one, mut two) = (Accuracy::ZERO, TopK::<2>::ZERO);
            one.add(&[1.0, 3.0, 3.0, f32::NAN], label);
            two.add(&[1.0, 3.0, 3.0, f32::NAN], label);
            (one.correct, two.correct)
        };
        assert_eq!([0, 1, 2, 3, 4].map(correct), [(0, 0), (1, 1), (0, 1), (0, 0), (0, 0)]);
        assert!(Accuracy::ZERO.share().is_nan());
    }

    #[test]
    fn full_counts_stay() {
        let full = Accuracy { correct: usize::MAX, images: usize::MAX };
        let mut accuracy = full;
        accuracy.add(&[1.0, 0.0], 0);
        assert_eq!(accuracy, full);
    }
}
