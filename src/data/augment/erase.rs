//! Erased parts.

use super::{Augment, probability};
use crate::{Error, Image, Random, Sequence};

/// Sets a part of an image or a sequence to one value, with a probability.
///
/// The part is a rectangle, from one row and one column to a share of all rows and a share of all columns, anywhere in the
/// image. All sizes and places are equally likely.
///
/// Source: Z. Zhong, L. Zheng, G. Kang, S. Li, Y. Yang (2017), *Random erasing data augmentation*; there the share is one of
/// the area.
///
/// ```
/// use const_cnn::{Data, Dataset, Erase, Sequence};
/// let data = Dataset::<Sequence<1, 4>>::new(&[[[1.0]; 4]], &[3])?;
/// // half of all, at most two of the four values, become −1
/// let data = data.augmented(Erase::new(0.5, 0.5).value(-1.0))?;
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Erase {
    probability: f32,
    share: f32,
    value: f32,
}

impl Erase {
    /// With `probability`, at most `share` of the rows and of the columns become 0; both are from 0 to 1.
    pub const fn new(probability: f32, share: f32) -> Erase {
        Erase { probability, share, value: 0.0 }
    }

    /// The same, with another value than 0, such as the mean.
    pub const fn value(mut self, value: f32) -> Erase {
        self.value = value;
        self
    }

    fn check(&self) -> Result<(), Error> {
        probability("probability of an erased part", self.probability)?;
        probability("share of rows and columns", self.share)?;
        if self.value.is_finite() {
            return Ok(());
        }
        Err(Error::Setting { name: "value of an erased part", expected: "that is finite", found: self.value })
    }

    /// Where of `len` the part begins, and how long it is.
    #[inline]
    fn part(&self, random: &mut Random, len: usize) -> (usize, usize) {
        let longest = ((self.share * len as f32) as usize).clamp(1, len.max(1));
        let size = 1 + random.below(longest);
        (random.below(len.saturating_sub(size) + 1), size)
    }
}

impl<const C: usize, const H: usize, const W: usize> Augment<Image<C, H, W>> for Erase {
    fn check(&self) -> Result<(), Error> {
        self.check()
    }

    fn augment(&self, random: &mut Random, image: &mut [[[f32; C]; W]; H]) {
        if random.chance(self.probability) {
            let ((top, rows), (left, columns)) = (self.part(random, H), self.part(random, W));
            for row in image.iter_mut().skip(top).take(rows) {
                row.iter_mut().skip(left).take(columns).for_each(|pixel| *pixel = [self.value; C]);
            }
        }
    }
}

impl<const C: usize, const L: usize> Augment<Sequence<C, L>> for Erase {
    fn check(&self) -> Result<(), Error> {
        self.check()
    }

    fn augment(&self, random: &mut Random, sequence: &mut [[f32; C]; L]) {
        if random.chance(self.probability) {
            let (first, count) = self.part(random, L);
            sequence.iter_mut().skip(first).take(count).for_each(|values| *values = [self.value; C]);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rectangle_of_its_size_comes_and_no_other() {
        let mut seen = BTreeSet::new();
        for place in 0..4000 {
            let mut image = [[[1.0; 2]; 3]; 4];
            Augment::<Image<2, 4, 3>>::augment(&Erase::new(1.0, 0.7).value(5.0), &mut Random::new(0, 0, place), &mut image);
            let erased = |i: usize, j: usize| image[i][j] == [5.0; 2];
            let all = (0..4).flat_map(|i| (0..3).map(move |j| (i, j)));
            let places: std::vec::Vec<_> = all.filter(|&(i, j)| erased(i, j)).collect();
            let (first, last) = (places[0], places[places.len() - 1]);
            let (rows, columns) = (last.0 - first.0 + 1, last.1 - first.1 + 1);
            assert_eq!(places.len(), rows * columns, "a rectangle");
            seen.insert((first, rows, columns));
        }
        // rows: 1 of 4 places, 2 of 3 (0.7 · 4 = 2.8); columns: 1 of 3, 2 of 2 (0.7 · 3 = 2.1)
        assert_eq!(seen.len(), (4 + 3) * (3 + 2));
    }

    #[test]
    fn a_sequence_loses_a_stretch() {
        let mut random = Random::new(0, 0, 0);
        for _ in 0..100 {
            let mut sequence = [[1.0]; 6];
            Augment::<Sequence<1, 6>>::augment(&Erase::new(1.0, 0.5), &mut random, &mut sequence);
            let erased = sequence.iter().filter(|values| **values == [0.0]).count();
            assert!((1..=3).contains(&erased));
            let edges = sequence.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert!(edges <= 2, "one stretch");
        }
        let mut sequence = [[1.0]; 6];
        Augment::<Sequence<1, 6>>::augment(&Erase::new(0.0, 0.5), &mut random, &mut sequence);
        assert_eq!(sequence, [[1.0]; 6]);
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for erase in [
            Erase::new(1.1, 0.5),
            Erase::new(0.5, -0.1),
            Erase::new(f32::NAN, 0.5),
            Erase::new(0.5, 0.5).value(f32::INFINITY),
        ] {
            assert!(matches!(Augment::<Image<1, 2, 2>>::check(&erase), Err(Error::Setting { .. })));
            assert!(Augment::<Sequence<1, 2>>::check(&erase).is_err());
        }
    }
}
