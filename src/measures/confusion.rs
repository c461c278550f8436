//! Which classes are taken for which.

use core::fmt;

use crate::{Zero, argmax};

/// How often an image of each of `C` classes was taken for each class, and what follows from that.
///
/// ```
/// use const_cnn::{Confusion, Evaluator, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2, no bias) }
/// }
/// let mut net = Sign::ZERO;
/// net.logits.weight = [[-1.0, 1.0]];
/// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 1, 1, 1])?;
///
/// let mut confusion = Confusion::<2>::ZERO;
/// let mut evaluator = Evaluator::<Sign>::ZERO;
/// evaluator.evaluate(&net, &data, |scores, &label| confusion.add(scores, label))?;
/// assert_eq!(confusion.counts, [[1, 0], [1, 2]]);
/// assert_eq!(confusion.accuracy(), 0.75);
/// assert_eq!((confusion.precision(0), confusion.recall(0)), (0.5, 1.0));
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// It is printed with a row for each label and a column for each class:
///
/// ```
/// let confusion = const_cnn::Confusion { counts: [[1, 0], [1, 2]] };
/// assert_eq!(
///     confusion.to_string(),
///     "\
/// label  0  1  precision  recall      F1
///     0  1  0      0.500   1.000   0.667
///     1  1  2      1.000   0.667   0.800
/// accuracy 0.750 of 4 images, mean F1 0.733"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confusion<const C: usize> {
    /// `counts[label][class]`: how many images of a label were taken for a class.
    pub counts: [[usize; C]; C],
}

impl<const C: usize> Zero for Confusion<C> {
    const ZERO: Self = Confusion { counts: [[0; C]; C] };
}

impl<const C: usize> Confusion<C> {
    /// Counts an image: it is taken for the class of the largest score. A label that is no class is not counted.
    pub fn add(&mut self, scores: &[f32; C], label: usize) {
        if let Some(count) = self.counts.get_mut(label).and_then(|row| row.get_mut(argmax(scores))) {
            *count = count.saturating_add(1);
        }
    }

    /// How many images were counted.
    pub fn images(&self) -> usize {
        sum(self.counts.as_flattened().iter().copied())
    }

    /// How many of them were taken for what they are.
    pub fn correct(&self) -> usize {
        sum(self.counts.iter().enumerate().filter_map(|(class, row)| row.get(class).copied()))
    }

    /// The share of images taken for what they are; NaN when there were none.
    pub fn accuracy(&self) -> f32 {
        self.correct() as f32 / self.images() as f32
    }

    /// Of the images taken for `class`, the share that is of it; NaN when there were none.
    pub fn precision(&self, class: usize) -> f32 {
        let taken = self.taken(class);
        self.hits(class) / taken as f32
    }

    /// Of the images of `class`, the share that was taken for it; NaN when there were none.
    pub fn recall(&self, class: usize) -> f32 {
        let all = self.all(class);
        self.hits(class) / all as f32
    }

    /// The harmonic mean of [`precision`](Confusion::precision) and [`recall`](Confusion::recall): 2·h / (taken + all), h the
    /// images that are both; NaN when there were none.
    pub fn f1(&self, class: usize) -> f32 {
        let taken = self.taken(class);
        let all = self.all(class);
        2.0 * self.hits(class) / (taken as f32 + all as f32)
    }

    /// The mean of [`f1`](Confusion::f1) over the classes that have one: the macro average.
    pub fn mean_f1(&self) -> f32 {
        let values = (0..C).map(|class| self.f1(class)).filter(|f1| !f1.is_nan());
        let (sum, count) = values.fold((0.0, 0), |(sum, count), f1| (sum + f1, count + 1));
        sum / count as f32
    }

    fn taken(&self, class: usize) -> usize {
        sum(self.counts.iter().filter_map(|row| row.get(class).copied()))
    }

    fn all(&self, class: usize) -> usize {
        self.counts.get(class).map_or(0, |row| sum(row.iter().copied()))
    }

    fn hits(&self, class: usize) -> f32 {
        self.counts.get(class).and_then(|row| row.get(class)).map_or(0.0, |&count| count as f32)
    }
}

/// A row for each label: how many of its images were taken for each class, then precision, recall and F1 of this class, NaN
/// where there is none. At last what all images gave.
impl<const C: usize> fmt::Display for Confusion<C> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let largest = self.counts.as_flattened().iter().copied().fold(C, usize::max);
        let width = largest.checked_ilog10().unwrap_or(0) as usize + 3; // its digits, and two spaces before them
        write!(f, "label")?;
        for class in 0..C {
            write!(f, "{class:width$}")?;
        }
        writeln!(f, "{:>11}{:>8}{:>8}", "precision", "recall", "F1")?;
        for (label, row) in self.counts.iter().enumerate() {
            write!(f, "{label:5}")?;
            for count in row {
                write!(f, "{count:width$}")?;
            }
            writeln!(f, "{:11.3}{:8.3}{:8.3}", self.precision(label), self.recall(label), self.f1(label))?;
        }
        let (accuracy, images, f1) = (self.accuracy(), self.images(), self.mean_f1());
        write!(f, "accuracy {accuracy:.3} of {images} images, mean F1 {f1:.3}")
    }
}

/// Counts are public: whatever they are, their sum does not overflow.
fn sum(counts: impl Iterator<Item = usize>) -> usize {
    counts.fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn by_hand() {
        let mut confusion = Confusion::<3>::ZERO;
        for (label, class, times) in [(0, 0, 4), (0, 1, 1), (1, 1, 2), (1, 0, 2), (2, 0, 1)] {
            let mut scores = [0.0; 3];
            scores[class] = 1.0;
            (0..times).for_each(|_| confusion.add(&scores, label));
        }
        confusion.add(&[1.0, 0.0, 0.0], 3); // no class
        assert_eq!(confusion.counts, [[4, 1, 0], [2, 2, 0], [1, 0, 0]]);
        assert_eq!((confusion.images(), confusion.correct(), confusion.accuracy()), (10, 6, 0.6));
        assert_eq!([0, 1].map(|class| confusion.precision(class)), [4.0 / 7.0, 2.0 / 3.0]);
        assert!(confusion.precision(2).is_nan() && confusion.precision(7).is_nan());
        assert_eq!([0, 1, 2].map(|class| confusion.recall(class)), [0.8, 0.5, 0.0]);
        assert_eq!([0, 1, 2].map(|class| confusion.f1(class)), [8.0 / 12.0, 4.0 / 7.0, 0.0]);
        assert_eq!(confusion.mean_f1(), (8.0 / 12.0 + 4.0 / 7.0) / 3.0);
        assert!(confusion.recall(3).is_nan() && confusion.f1(3).is_nan());
        let none = Confusion::<3>::ZERO;
        assert!(none.accuracy().is_nan() && none.mean_f1().is_nan());
    }

    #[test]
    fn a_full_count_stays() {
        let mut confusion = Confusion { counts: [[usize::MAX, 0], [0, 0]] };
        confusion.add(&[1.0, 0.0], 0);
        assert_eq!(confusion.counts, [[usize::MAX, 0], [0, 0]]);
    }

    #[test]
    fn f1_of_full_counts_is_at_most_1() {
        assert_eq!(Confusion { counts: [[usize::MAX, 0], [0, usize::MAX]] }.f1(0), 1.0);
    }

    #[test]
    fn it_is_printed_in_columns() {
        let confusion = Confusion { counts: [[4, 1, 0], [2, 2, 0], [1, 0, 0]] };
        let expected = "\
label  0  1  2  precision  recall      F1
    0  4  1  0      0.571   0.800   0.667
    1  2  2  0      0.667   0.500   0.571
    2  1  0  0        NaN   0.000   0.000
accuracy 0.600 of 10 images, mean F1 0.413";
        assert_eq!(confusion.to_string(), expected);
        let expected = "\
label     0     1  precision  recall      F1
    0  1234     5      1.000   0.996   0.998
    1     0     0      0.000     NaN   0.000
accuracy 0.996 of 1239 images, mean F1 0.499";
        assert_eq!(Confusion { counts: [[1234, 5], [0, 0]] }.to_string(), expected);
        let none = "label  precision  recall      F1\naccuracy NaN of 0 images, mean F1 NaN";
        assert_eq!(Confusion::<0>::ZERO.to_string(), none);
    }

    #[test]
    fn columns_are_as_wide_as_the_largest_number() {
        for count in [0, 9, 10, 99, 100, usize::MAX] {
            let text = Confusion { counts: [[count; 12]; 12] }.to_string();
            let mut lines = text.lines();
            let width = lines.next().map(str::len);
            assert_eq!(width, Some(5 + 12 * (2 + count.max(12).to_string().len()) + 27));
            assert!(lines.by_ref().take(12).all(|line| Some(line.len()) == width), "{text}");
            assert!(lines.next().is_some_and(|line| line.starts_with("accuracy ")));
        }
    }
}
