//! Images with labels, in an order that can be shuffled.

use crate::{Error, Shape};

/// Images and labels that lie elsewhere, and which of them are used in which order.
///
/// Nothing is copied: `order` holds the indices of the images that belong to this data set. Two data sets over the same
/// images, one to train on and one to test with, differ in it.
///
/// ```
/// use const_cnn::{Dataset, Image};
/// let images = [[[[0.1]]], [[[0.2]]], [[[0.3]]]];
/// let mut order = [0, 1, 2];
/// let data = Dataset::<Image<1, 1, 1>>::new(&images, &[7, 8, 9], &mut order)?;
/// let labels: Vec<Vec<usize>> =
///     data.batches(2)?.map(|batch| batch.map(|(_, label)| label).collect()).collect();
/// assert_eq!(labels, [vec![7, 8], vec![9]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Debug)]
pub struct Dataset<'a, X: Shape> {
    images: &'a [X::Of<f32>],
    labels: &'a [usize],
    order: &'a mut [usize],
}

impl<'a, X: Shape> Dataset<'a, X> {
    /// The images of `order`, with the labels of the same index.
    ///
    /// # Errors
    ///
    /// [`Error::Labels`] when there are not as many labels as images, [`Error::Empty`] when `order` is empty,
    /// [`Error::Index`] when it has an index that no image has.
    pub fn new(images: &'a [X::Of<f32>], labels: &'a [usize], order: &'a mut [usize]) -> Result<Self, Error> {
        if labels.len() != images.len() {
            return Err(Error::Labels { images: images.len(), found: labels.len() });
        }
        if order.is_empty() {
            return Err(Error::Empty);
        }
        if let Some(&found) = order.iter().find(|&&index| index >= images.len()) {
            return Err(Error::Index { images: images.len(), found });
        }
        Ok(Dataset { images, labels, order })
    }

    /// How many images belong to it; at least 1.
    #[allow(clippy::len_without_is_empty)] // it is never empty
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Its images and labels in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a X::Of<f32>, usize)> {
        select(self.images, self.labels, self.order)
    }

    /// Its images and labels in their order, `size` at a time, the last batch possibly short.
    ///
    /// # Errors
    ///
    /// [`Error::BatchSize`] when `size` is 0.
    pub fn batches(
        &self,
        size: usize,
    ) -> Result<impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = (&'a X::Of<f32>, usize)>>, Error> {
        if size == 0 {
            return Err(Error::BatchSize);
        }
        Ok(self.order.chunks(size).map(|order| select(self.images, self.labels, order)))
    }

    /// An error that an image of a batch has made, with that image's place among all: `first` is the batch's first place
    /// in the order.
    pub(crate) fn locate(&self, error: Error, first: usize) -> Error {
        error.of_image(|index| self.order.get(first + index).copied().unwrap_or(index))
    }

    /// Puts the images in a random order; the same generator in the same state gives the same order.
    #[cfg(feature = "rand")]
    pub fn shuffle(&mut self, rng: &mut impl rand::Rng) {
        rand::seq::SliceRandom::shuffle(&mut *self.order, rng);
    }
}

fn select<'a, T>(
    images: &'a [T],
    labels: &'a [usize],
    order: &[usize],
) -> impl ExactSizeIterator<Item = (&'a T, usize)> {
    // `new` has checked the indices, and nothing but their order can change
    order.iter().map(move |&index| (&images[index], labels[index]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vector;

    const IMAGES: [[f32; 1]; 5] = [[0.0], [1.0], [2.0], [3.0], [4.0]];
    const LABELS: [usize; 5] = [0, 1, 2, 3, 4];

    #[test]
    fn what_does_not_fit_is_refused() {
        let new = |labels: &[usize], order: &mut [usize]| Dataset::<Vector<1>>::new(&IMAGES, labels, order).map(|_| ());
        assert_eq!(new(&LABELS[..4], &mut [0]), Err(Error::Labels { images: 5, found: 4 }));
        assert_eq!(new(&LABELS, &mut []), Err(Error::Empty));
        assert_eq!(new(&LABELS, &mut [4, 5]), Err(Error::Index { images: 5, found: 5 }));
        let order = &mut [0];
        let data = Dataset::<Vector<1>>::new(&IMAGES, &LABELS, order).unwrap();
        assert_eq!(data.batches(0).err(), Some(Error::BatchSize));
    }

    #[test]
    #[cfg(feature = "rand")]
    fn shuffling_keeps_the_images_and_repeats() {
        use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

        let shuffled = |seed| {
            let mut order = LABELS;
            let mut data = Dataset::<Vector<1>>::new(&IMAGES, &LABELS, &mut order).unwrap();
            data.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
            assert!(data.iter().all(|(image, label)| image[0] == label as f32));
            order
        };
        assert_eq!(shuffled(3), shuffled(3));
        assert_ne!(shuffled(3), shuffled(4));
        let mut sorted = shuffled(3);
        sorted.sort();
        assert_eq!(sorted, LABELS);
    }
}
