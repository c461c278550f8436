//! Images that lie in memory, and a part of them.

use crate::{Data, Error, Shape};

/// Images and what is expected of each, in two slices that lie elsewhere: nothing is copied.
///
/// `T` is `usize`, an image's label, or the values of a shape: an autoencoder's images are expected of themselves.
///
/// ```
/// use const_cnn::{Data, Dataset, Image};
/// let images = [[[[0.1]]], [[[0.2]]], [[[0.3]]]];
/// let data = Dataset::<Image<1, 1, 1>>::new(&images, &[7, 8, 9])?;
/// let test = data.part(&[2, 0])?;
/// let labels: Vec<usize> = test.iter().map(|(_image, &label)| label).collect();
/// assert_eq!(labels, [9, 7]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Debug)]
pub struct Dataset<'a, X: Shape, T = usize> {
    images: &'a [X::Of<f32>],
    targets: &'a [T],
}

impl<X: Shape, T> Clone for Dataset<'_, X, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X: Shape, T> Copy for Dataset<'_, X, T> {}

impl<'a, X: Shape, T> Dataset<'a, X, T> {
    /// The images, with what stands at the same place in `targets`.
    ///
    /// # Errors
    ///
    /// [`Error::Labels`] when there are not as many targets as images, [`Error::Empty`] when there are none.
    pub const fn new(images: &'a [X::Of<f32>], targets: &'a [T]) -> Result<Self, Error> {
        if targets.len() != images.len() {
            return Err(Error::Labels { images: images.len(), found: targets.len() });
        }
        if images.is_empty() {
            return Err(Error::Empty);
        }
        Ok(Dataset { images, targets })
    }

    /// Its images and targets in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a X::Of<f32>, &'a T)> + use<'a, X, T> {
        self.images.iter().zip(self.targets)
    }
}

impl<'a, X: Shape, T> Data for Dataset<'a, X, T> {
    type Input = X;
    type Target = T;
    type Image<'b>
        = &'a X::Of<f32>
    where
        Self: 'b;
    type Expected<'b>
        = &'a T
    where
        Self: 'b;
    type Error = Error;

    fn len(&self) -> usize {
        self.images.len()
    }

    #[inline]
    fn get(&self, n: usize) -> Result<(&'a X::Of<f32>, &'a T), Error> {
        let images = self.len();
        self.images.get(n).zip(self.targets.get(n)).ok_or(Error::Index { images, found: n })
    }
}

/// Some of the images of `D`, in an order of their own; [`Data::part`] makes it.
///
/// ```
/// use const_cnn::{Data, Dataset, Vector};
/// let data = Dataset::<Vector<1>>::new(&[[0.1], [0.2], [0.3]], &[7, 8, 9])?;
/// let last = data.part(&[2])?;
/// assert_eq!((last.len(), last.get(0)?), (1, (&[0.3], &9)));
/// assert_eq!(last.place(0), 2); // which errors name
/// let error = data.part(&[3]).unwrap_err();
/// assert_eq!(error.to_string(), "expected the index of one of 3 images, found 3");
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Part<'a, D> {
    data: D,
    indices: &'a [usize],
}

impl<'a, D: Data> Part<'a, D> {
    pub(super) fn new(data: D, indices: &'a [usize]) -> Result<Self, Error> {
        if indices.is_empty() {
            return Err(Error::Empty);
        }
        let images = data.len();
        match indices.iter().find(|&&index| index >= images) {
            Some(&found) => Err(Error::Index { images, found }),
            None => Ok(Part { data, indices }),
        }
    }
}

impl<'a, X: Shape, T> Part<'_, Dataset<'a, X, T>> {
    /// Its images and targets in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'a X::Of<f32>, &'a T)> {
        let Dataset { images, targets } = self.data;
        // `new` has checked the indices
        self.indices.iter().map(move |&index| (&images[index], &targets[index]))
    }
}

impl<D: Data> Data for Part<'_, D> {
    type Input = D::Input;
    type Target = D::Target;
    type Image<'b>
        = D::Image<'b>
    where
        Self: 'b;
    type Expected<'b>
        = D::Expected<'b>
    where
        Self: 'b;
    type Error = D::Error;

    fn len(&self) -> usize {
        self.indices.len()
    }

    #[inline]
    fn get(&self, n: usize) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        match self.indices.get(n) {
            Some(&index) => self.data.get(index),
            None => Err(Error::Index { images: self.len(), found: n }.into()),
        }
    }

    #[inline]
    fn in_epoch(&self, n: usize, seed: u64, epoch: u64) -> Result<(D::Image<'_>, D::Expected<'_>), D::Error> {
        match self.indices.get(n) {
            Some(&index) => self.data.in_epoch(index, seed, epoch),
            None => Err(Error::Index { images: self.len(), found: n }.into()),
        }
    }

    fn place(&self, n: usize) -> usize {
        self.indices.get(n).map_or(n, |&index| self.data.place(index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vector;

    const IMAGES: [[f32; 1]; 5] = [[0.0], [1.0], [2.0], [3.0], [4.0]];
    const LABELS: [usize; 5] = [0, 1, 2, 3, 4];

    #[test]
    fn what_does_not_fit_is_refused() {
        let new = |images, labels| Dataset::<Vector<1>>::new(images, labels).map(|_| ());
        assert_eq!(new(&IMAGES, &LABELS[..4]), Err(Error::Labels { images: 5, found: 4 }));
        assert_eq!(new(&[], &[]), Err(Error::Empty));
        let data = Dataset::<Vector<1>>::new(&IMAGES, &LABELS).unwrap();
        assert_eq!(data.part(&[]).map(|_| ()), Err(Error::Empty));
        assert_eq!(data.part(&[4, 5]).map(|_| ()), Err(Error::Index { images: 5, found: 5 }));
        let part = data.part(&[3, 1, 4]).unwrap();
        assert_eq!(part.part(&[3]).map(|_| ()), Err(Error::Index { images: 3, found: 3 }));
        assert_eq!(part.get(3).map(|_| ()), Err(Error::Index { images: 3, found: 3 }));
        assert_eq!(data.get(5).map(|_| ()), Err(Error::Index { images: 5, found: 5 }));
    }

    #[test]
    fn a_part_of_a_part() {
        let data = Dataset::<Vector<1>>::new(&IMAGES, &LABELS).unwrap();
        let part = data.part(&[3, 1, 4]).unwrap();
        let inner = part.part(&[2, 0]).unwrap();
        assert_eq!((inner.len(), inner.get(0), inner.get(1)), (2, Ok((&[4.0], &4)), Ok((&[3.0], &3))));
        assert_eq!((inner.place(0), inner.place(1)), (4, 3));
        assert!(part.iter().map(|(_, &label)| label).eq([3, 1, 4]));
    }
}
