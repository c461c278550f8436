//! Mirrored images.

use super::{Augment, probability};
use crate::{Error, Image, Random, Sequence};

/// Mirrors an image, or reverses a sequence, with a probability.
///
/// y\[i\]\[j\] = x\[i\]\[W − 1 − j\], or x\[H − 1 − i\]\[j\]
///
/// ```
/// use const_cnn::{Data, Dataset, Flip, Image};
/// let data = Dataset::<Image<1, 1, 2>>::new(&[[[[1.0], [2.0]]]], &[3])?;
/// let always = data.augmented(Flip::horizontally(1.0))?;
/// assert_eq!(always.in_epoch(0, 0, 0)?.0, [[[2.0], [1.0]]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flip {
    probability: f32,
    is_vertical: bool,
}

impl Flip {
    /// Left and right are exchanged, or beginning and end of a sequence.
    pub const fn horizontally(probability: f32) -> Flip {
        Flip { probability, is_vertical: false }
    }

    /// Top and bottom of an image are exchanged.
    pub const fn vertically(probability: f32) -> Flip {
        Flip { probability, is_vertical: true }
    }
}

impl<const C: usize, const H: usize, const W: usize> Augment<Image<C, H, W>> for Flip {
    fn check(&self) -> Result<(), Error> {
        probability("probability of a flip", self.probability)
    }

    fn augment(&self, random: &mut Random, image: &mut [[[f32; C]; W]; H]) {
        if !random.chance(self.probability) {
            return;
        }
        if self.is_vertical {
            image.reverse();
        } else {
            image.iter_mut().for_each(|row| row.reverse());
        }
    }
}

impl<const C: usize, const L: usize> Augment<Sequence<C, L>> for Flip {
    fn check(&self) -> Result<(), Error> {
        if self.is_vertical && self.probability != 0.0 {
            let expected = "of 0, since a sequence has no rows";
            return Err(Error::Setting { name: "probability of a vertical flip", expected, found: self.probability });
        }
        probability("probability of a flip", self.probability)
    }

    fn augment(&self, random: &mut Random, sequence: &mut [[f32; C]; L]) {
        if random.chance(self.probability) {
            sequence.reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_stay_with_their_pixel() {
        let image = [[[1.0, -1.0], [2.0, -2.0], [3.0, -3.0]], [[4.0, -4.0], [5.0, -5.0], [6.0, -6.0]]];
        let flipped = |flip: Flip| {
            let mut image = image;
            Augment::<Image<2, 2, 3>>::augment(&flip, &mut Random::new(0, 0, 0), &mut image);
            image
        };
        let [[a, b, c], [d, e, f]] = image;
        assert_eq!(flipped(Flip::horizontally(1.0)), [[c, b, a], [f, e, d]]);
        assert_eq!(flipped(Flip::vertically(1.0)), [[d, e, f], [a, b, c]]);
        assert_eq!((flipped(Flip::horizontally(0.0)), flipped(Flip::vertically(0.0))), (image, image));
        let mut sequence = [[1.0], [2.0], [3.0]];
        Augment::<Sequence<1, 3>>::augment(&Flip::horizontally(1.0), &mut Random::new(0, 0, 0), &mut sequence);
        assert_eq!(sequence, [[3.0], [2.0], [1.0]]);
    }

    #[test]
    fn it_happens_as_often_as_it_should() {
        let count = (0..10_000).filter(|&place| {
            let mut image = [[[1.0], [2.0]]];
            Augment::<Image<1, 1, 2>>::augment(&Flip::horizontally(0.25), &mut Random::new(5, 0, place), &mut image);
            image == [[[2.0], [1.0]]]
        });
        assert!((count.count() as i32 - 2500).abs() < 150);
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        for found in [-0.1, 1.1, f32::NAN] {
            let error = Augment::<Image<1, 1, 1>>::check(&Flip::vertically(found)).unwrap_err();
            assert!(matches!(error, Error::Setting { found: f, .. } if f.to_bits() == found.to_bits()));
            assert!(Augment::<Sequence<1, 1>>::check(&Flip::horizontally(found)).is_err());
        }
        let error = Augment::<Sequence<1, 4>>::check(&Flip::vertically(0.5)).unwrap_err();
        let text = std::string::ToString::to_string(&error);
        assert_eq!(
            text,
            "expected a probability of a vertical flip of 0, since a sequence has no rows, found 0.5"
        );
    }
}
