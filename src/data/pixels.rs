//! Images of pixels as files and cameras give them.

use core::marker::PhantomData;

use crate::{Data, Error, Nested, Shape, Zero};

/// How numbers become the values of an image: value = scale · pixel + offset, in one of two orders.
///
/// ```
/// use const_cnn::{Image, Pixels};
/// // two pixels of red, green and blue
/// let bytes = [255, 0, 0, 0, 255, 0];
/// let image = Pixels::CHANNELS_LAST.scale(1.0 / 255.0).image::<Image<3, 1, 2>, u8>(&bytes)?;
/// assert_eq!(image, [[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pixels {
    scale: f32,
    offset: f32,
    channels_last: bool,
}

impl Pixels {
    /// Channel after channel, each row by row: PyTorch's order, C H W. Values are the pixels.
    pub const CHANNELS_FIRST: Pixels = Pixels { scale: 1.0, offset: 0.0, channels_last: false };

    /// Row after row, each pixel's channels together: H W C, as files, cameras and TensorFlow have them.
    pub const CHANNELS_LAST: Pixels = Pixels { scale: 1.0, offset: 0.0, channels_last: true };

    /// The same, pixels multiplied by `scale`: 1/255 makes bytes values from 0 to 1.
    pub const fn scale(mut self, scale: f32) -> Pixels {
        self.scale = scale;
        self
    }

    /// The same, with `offset` added to the scaled pixels.
    pub const fn offset(mut self, offset: f32) -> Pixels {
        self.offset = offset;
        self
    }

    /// Writes pixels to an image.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when there are not as many as the image has, [`Error::NotFinite`] when a value is NaN or infinite;
    /// the image is then as it was.
    pub fn read<X: Shape, P: Copy + Into<f32>>(&self, pixels: &[P], image: &mut X::Of<f32>) -> Result<(), Error> {
        if pixels.len() != X::LEN {
            return Err(Error::Length { expected: X::LEN, found: pixels.len() });
        }
        let values = || pixels.iter().map(|&pixel| self.scale * pixel.into() + self.offset);
        if let Some((index, value)) = values().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(Error::NotFinite { index, value });
        }
        let image = image.flat_mut();
        for (n, value) in values().enumerate() {
            // in memory channels are last
            let place = if self.channels_last { n } else { X::LAYOUT.position(n) };
            if let Some(to) = image.get_mut(place) {
                *to = value;
            }
        }
        Ok(())
    }

    /// The image of these pixels; see [`read`](Pixels::read), which moves nothing.
    ///
    /// # Errors
    ///
    /// As [`read`](Pixels::read).
    pub fn image<X: Shape, P: Copy + Into<f32>>(&self, pixels: &[P]) -> Result<X::Of<f32>, Error> {
        let mut image = X::Of::ZERO;
        self.read::<X, P>(pixels, &mut image)?;
        Ok(image)
    }
}

/// An integer that is the index of a class.
///
/// ```
/// use const_cnn::{Error, Image, Label, Packed, Pixels};
/// assert_eq!((7_u8.class(), (-1_i32).class()), (Ok(7), Err(-1)));
/// let data = Packed::<Image<1, 1, 1>, u8, i32>::new(
///     Pixels::CHANNELS_FIRST,
///     &[128, 255], // pixels
///     &[3, -1],    // labels
///     10,
/// );
/// assert_eq!(data.unwrap_err(), Error::Label { index: 1, classes: 10, found: -1 });
/// ```
pub trait Label: Copy {
    /// The index, if it is at least 0; otherwise the number itself.
    ///
    /// # Errors
    ///
    /// The number, where it is no index; the nearest one that an `i64` holds.
    fn class(self) -> Result<usize, i64>;
}

macro_rules! label {
    ($($integer:ty),*) => {$(
        impl Label for $integer {
            fn class(self) -> Result<usize, i64> {
                // every type here is an i128
                let found = (self as i128).clamp(i64::MIN as i128, i64::MAX as i128) as i64;
                usize::try_from(self).map_err(|_| found)
            }
        }
    )*};
}
label!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// Many images in one slice of pixels, with a label each: nothing is copied or converted before its turn comes.
///
/// Pixels are of any type that an `f32` holds (`u8`, `i8`, `u16`, `i16`, `f32`), labels are any integers.
///
/// ```
/// use const_cnn::{Image, Packed, Pixels};
/// let (bytes, labels) = ([0_u8; 3 * 28 * 28], [7_u8, 2, 1]);
/// let data = Packed::<Image<1, 28, 28>, _, _>::new(
///     Pixels::CHANNELS_FIRST.scale(1.0 / 255.0),
///     &bytes,
///     &labels,
///     10, // classes
/// )?;
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Debug)]
pub struct Packed<'a, X, P, L> {
    pixels: Pixels,
    images: &'a [P],
    labels: &'a [L],
    shape: PhantomData<X>,
}

impl<X, P, L> Clone for Packed<'_, X, P, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X, P, L> Copy for Packed<'_, X, P, L> {}

impl<'a, X: Shape, P: Copy + Into<f32>, L: Label> Packed<'a, X, P, L> {
    /// Images one after the other in `images`, of `classes` classes.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when there are no labels, [`Error::Length`] when there are not as many pixels as the images have
    /// together, [`Error::Label`] when a label is not below `classes`.
    pub fn new(pixels: Pixels, images: &'a [P], labels: &'a [L], classes: usize) -> Result<Self, Error> {
        if labels.is_empty() {
            return Err(Error::Empty);
        }
        let expected = labels.len().saturating_mul(X::LEN);
        if images.len() != expected {
            return Err(Error::Length { expected, found: images.len() });
        }
        for (index, label) in labels.iter().enumerate() {
            match label.class() {
                Ok(class) if class < classes => {}
                Ok(class) => return Err(Error::label(index, classes, class)),
                Err(found) => return Err(Error::Label { index, classes, found }),
            }
        }
        Ok(Packed { pixels, images, labels, shape: PhantomData })
    }
}

impl<X: Shape, P: Copy + Into<f32>, L: Label> Data for Packed<'_, X, P, L> {
    type Input = X;
    type Target = usize;
    type Image<'a>
        = X::Of<f32>
    where
        Self: 'a;
    type Expected<'a>
        = usize
    where
        Self: 'a;
    type Error = Error;

    fn len(&self) -> usize {
        self.labels.len()
    }

    fn get(&self, n: usize) -> Result<(X::Of<f32>, usize), Error> {
        let outside = Error::Index { images: self.len(), found: n };
        let label = self.labels.get(n).and_then(|label| label.class().ok()).ok_or(outside)?;
        let pixels = self.images.get(n * X::LEN..(n + 1) * X::LEN).ok_or(outside)?;
        let image = self.pixels.image::<X, P>(pixels).map_err(|error| match error {
            Error::NotFinite { index, value } => Error::NotFinite { index: n * X::LEN + index, value },
            error => error,
        })?;
        Ok((image, label))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Image, Sequence};

    #[test]
    fn both_orders() {
        let pixels = [0_u8, 1, 2, 3, 4, 5];
        let first = Pixels::CHANNELS_FIRST.image::<Image<2, 1, 3>, u8>(&pixels);
        assert_eq!(first, Ok([[[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]]));
        let last = Pixels::CHANNELS_LAST.scale(2.0).offset(-1.0).image::<Image<2, 1, 3>, u8>(&pixels);
        assert_eq!(last, Ok([[[-1.0, 1.0], [3.0, 5.0], [7.0, 9.0]]]));
        let sequence = Pixels::CHANNELS_FIRST.image::<Sequence<2, 3>, i16>(&[-1, 2, 3, 4, 5, 6]);
        assert_eq!(sequence, Ok([[-1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]));
    }

    #[test]
    fn what_is_refused_leaves_the_image() {
        let mut image = [[[7.0]; 2]; 1];
        let read = |scale, pixels: &[f32], image: &mut _| {
            Pixels::CHANNELS_LAST.scale(scale).read::<Image<1, 1, 2>, f32>(pixels, image)
        };
        assert_eq!(read(1.0, &[1.0], &mut image), Err(Error::Length { expected: 2, found: 1 }));
        let infinite = Err(Error::NotFinite { index: 1, value: f32::INFINITY });
        assert_eq!(read(1e30, &[1.0, 1e30], &mut image), infinite);
        assert_eq!(image, [[[7.0]; 2]; 1]);
    }

    #[test]
    fn a_pixel_is_named_among_those_of_all_images() {
        let pixels = [0.0, 1.0, 2.0, f32::INFINITY, 4.0, f32::NAN];
        let data = Packed::<Image<1, 1, 2>, _, _>::new(Pixels::CHANNELS_FIRST, &pixels, &[0_u8; 3], 1).unwrap();
        assert_eq!(data.get(0), Ok(([[[0.0], [1.0]]], 0)));
        assert_eq!(data.get(1), Err(Error::NotFinite { index: 3, value: f32::INFINITY }));
        assert!(matches!(data.part(&[2]).unwrap().get(0), Err(Error::NotFinite { index: 5, .. })));
    }

    #[test]
    fn labels_of_any_type_are_checked() {
        type Of<'a, L> = Packed<'a, Image<1, 1, 1>, u8, L>;
        let error = |error| Err(error);
        let new = |labels: &[i8]| Of::new(Pixels::CHANNELS_FIRST, &[1, 2], labels, 3).map(|_| ());
        assert_eq!(new(&[0, 2]), Ok(()));
        assert_eq!(new(&[0, 3]), error(Error::Label { index: 1, classes: 3, found: 3 }));
        assert_eq!(new(&[-1, 0]), error(Error::Label { index: 0, classes: 3, found: -1 }));
        assert_eq!(new(&[]), error(Error::Empty));
        assert_eq!(new(&[0]), error(Error::Length { expected: 1, found: 2 }));
        let large = Of::new(Pixels::CHANNELS_FIRST, &[1], &[u64::MAX], 3).map(|_| ());
        assert_eq!(large, error(Error::Label { index: 0, classes: 3, found: i64::MAX }));

        let data = Of::new(Pixels::CHANNELS_FIRST.scale(0.5), &[1, 2], &[2_u32, 0], 3).unwrap();
        assert_eq!((data.get(0), data.get(1)), (Ok(([[[0.5]]], 2)), Ok(([[[1.0]]], 0))));
        assert_eq!(data.get(2), Err(Error::Index { images: 2, found: 2 }));
    }
}
