//! Images that are changed at random, anew in each epoch: one file a way to change them.

mod random;

pub use random::Random;

/// The ways, a line each: the file, and what it exports.
macro_rules! ways {
    ($($file:ident: $name:ident;)+) => {
        $(
            mod $file;
            pub use $file::$name;
        )+
    };
}

ways! {
    erase: Erase;
    flip: Flip;
    noise: Noise;
    warp: Warp;
}

use core::borrow::Borrow;

use crate::{Data, Error, Shape};

/// A way to change an image at random: [`Warp`], [`Flip`], [`Noise`], [`Erase`], or one of your own.
///
/// ```
/// use const_cnn::{Augment, Data, Image, Nested, Random, Shape, network};
///
/// /// Makes images up to a fifth darker or brighter.
/// struct Light;
///
/// impl<X: Shape> Augment<X> for Light {
///     fn augment(&self, random: &mut Random, image: &mut X::Of<f32>) {
///         let factor = random.between(0.8, 1.2);
///         image.flat_mut().iter_mut().for_each(|value| *value *= factor);
///     }
/// }
///
/// network! {
///     struct Net: [1, 2, 2] => [2] { flatten: flatten, dense: linear(2) }
/// }
/// let data = Net::dataset(&[[[[0.5]; 2]; 2]], &[1])?.augmented(Light)?;
/// let (image, _label) = data.in_epoch(0, 7, 0)?; // the first image, seed 7, epoch 0
/// assert!(image[0][0][0] >= 0.4 && image[0][0][0] < 0.6 && image[0][0][0] != 0.5);
/// # Ok::<(), const_cnn::Error>(())
/// ```
pub trait Augment<X: Shape> {
    /// Refuses settings that are out of their range, before any image is changed.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] of the first that is.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Changes `image`, by nothing but what `random` gives.
    fn augment(&self, random: &mut Random, image: &mut X::Of<f32>);
}

/// The images of `D`, changed by `A` in training; [`Data::augmented`] makes it.
///
/// ```
/// use const_cnn::{Data, Dataset, Flip, Image};
/// let data = Dataset::<Image<1, 1, 2>>::new(&[[[[1.0], [2.0]]]], &[0])?;
/// let data = data.augmented(Flip::horizontally(1.0))?; // always
/// assert_eq!(data.get(0)?.0, [[[1.0], [2.0]]]); // as it is evaluated
/// assert_eq!(data.in_epoch(0, 7, 0)?.0, [[[2.0], [1.0]]]); // as it is trained on
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Augmented<D, A> {
    data: D,
    augment: A,
}

impl<D: Data, A: Augment<D::Input>> Augmented<D, A> {
    pub(super) fn new(data: D, augment: A) -> Result<Self, Error> {
        augment.check()?;
        Ok(Augmented { data, augment })
    }
}

impl<D: Data, A: Augment<D::Input>> Data for Augmented<D, A> {
    type Input = D::Input;
    type Target = D::Target;
    type Image<'b>
        = <D::Input as Shape>::Of<f32>
    where
        Self: 'b;
    type Expected<'b>
        = D::Expected<'b>
    where
        Self: 'b;
    type Error = D::Error;

    fn len(&self) -> usize {
        self.data.len()
    }

    fn get(&self, n: usize) -> Result<(Self::Image<'_>, D::Expected<'_>), D::Error> {
        let (image, expected) = self.data.get(n)?;
        Ok((*image.borrow(), expected))
    }

    fn in_epoch(&self, n: usize, seed: u64, epoch: u64) -> Result<(Self::Image<'_>, D::Expected<'_>), D::Error> {
        // of two ways, one after the other, each has numbers of its own
        let (image, expected) = self.data.in_epoch(n, seed.wrapping_add(1), epoch)?;
        let mut image = *image.borrow();
        self.augment.augment(&mut Random::new(seed, epoch, self.data.place(n)), &mut image);
        Ok((image, expected))
    }

    fn place(&self, n: usize) -> usize {
        self.data.place(n)
    }
}

/// Refuses what is not a probability.
fn probability(name: &'static str, found: f32) -> Result<(), Error> {
    if (0.0..=1.0).contains(&found) { Ok(()) } else { Err(Error::Setting { name, expected: "from 0 to 1", found }) }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::{Dataset, Image, Nested};

    type Square = Image<1, 4, 4>;

    fn images() -> Vec<[[[f32; 1]; 4]; 4]> {
        (0..6).map(|n| core::array::from_fn(|i| core::array::from_fn(|j| [(16 * n + 4 * i + j) as f32]))).collect()
    }

    #[test]
    fn an_image_is_a_function_of_seed_epoch_and_place() {
        let images = images();
        let data = Dataset::<Square>::new(&images, &[0, 1, 2, 3, 4, 5]).unwrap();
        let augmented = data.augmented(Noise(1.0)).unwrap();
        let (one, label) = augmented.in_epoch(4, 7, 3).unwrap();
        assert_eq!(*label, 4);
        assert_ne!(one, images[4]);
        // wherever it lies, and in whichever order
        let part = augmented.part(&[5, 4]).unwrap();
        assert_eq!(part.in_epoch(1, 7, 3).unwrap().0, one);
        let inside = data.part(&[5, 4]).unwrap().augmented(Noise(1.0)).unwrap();
        assert_eq!(inside.in_epoch(1, 7, 3).unwrap().0, one);
        let shuffled = augmented.shuffled(7, 3);
        let found = (0..6).find(|&n| shuffled.place(n) == 4).unwrap();
        assert_eq!(shuffled.get(found).unwrap().0, one);
        // another one with any of them
        for (n, seed, epoch) in [(4, 7, 4), (4, 8, 3), (4, 3, 7)] {
            assert_ne!(augmented.in_epoch(n, seed, epoch).unwrap().0, one);
        }
        let added = |n: usize| augmented.in_epoch(n, 7, 3).unwrap().0[0][0][0] - images[n][0][0][0];
        assert!((added(4) - added(5)).abs() > 1e-3);
        // outside of training they are as they are
        assert_eq!(augmented.get(4).unwrap().0, images[4]);
        assert_eq!(augmented.in_epoch(6, 0, 0).map(|_| ()), Err(Error::Index { images: 6, found: 6 }));
    }

    /// These numbers are the same on every target: the unit tests run on several.
    #[test]
    fn the_bits_are_as_ever() {
        let images = images();
        let data = Dataset::<Square>::new(&images, &[0; 6]).unwrap();
        let data = data.augmented(Warp::NONE.shift(1.0).rotate(40.0).scale(0.7, 1.4)).unwrap();
        let data = data.augmented(Noise(3.0)).unwrap().augmented(Flip::vertically(0.5)).unwrap();
        let data = data.augmented(Erase::new(0.5, 0.5)).unwrap();
        let mut sum = 0_u64;
        for (n, epoch) in (0..6).flat_map(|n| [(n, 0), (n, 1), (n, u64::MAX)]) {
            for value in data.in_epoch(n, 11, epoch).unwrap().0.flat() {
                sum = sum.rotate_left(5) ^ u64::from(value.to_bits());
                sum = sum.wrapping_mul(0x0000_0100_0000_01b3);
            }
        }
        assert_eq!(sum, 0x5d2c_87cc_a012_e02a, "{sum:#x}");
    }

    #[test]
    fn two_ways_have_numbers_of_their_own() {
        let images = images();
        let data = Dataset::<Square>::new(&images, &[0; 6]).unwrap();
        let (once, twice) = (data.augmented(Noise(1.0)).unwrap(), data.augmented(Noise(1.0)).unwrap());
        let twice = twice.augmented(Noise(1.0)).unwrap();
        let (once, twice) = (once.in_epoch(0, 0, 0).unwrap().0, twice.in_epoch(0, 0, 0).unwrap().0);
        for ((&once, &twice), &plain) in once.flat().iter().zip(twice.flat()).zip(images[0].flat()) {
            assert!((twice - plain - 2.0 * (once - plain)).abs() > 1e-4);
        }
    }
}
