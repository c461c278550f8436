//! What can be wrong with data that comes in at run time.

use core::fmt;

/// Data that does not fit, with what was expected and what was found.
///
/// What the call that returns one would have changed is as it was, unless that call says otherwise.
///
/// ```
/// use const_cnn::{Error, Image, Sgd, Shape};
/// let error = Image::<1, 2, 2>::from_slice(&[0.5; 3]).unwrap_err();
/// assert_eq!(error, Error::Length { expected: 4, found: 3 });
/// assert_eq!(error.to_string(), "expected 4 values, found 3");
/// // a program can tell them apart
/// let error = Sgd::new(-0.1, 0.9).unwrap_err();
/// assert!(matches!(error, Error::Setting { name: "learning rate", .. }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The number of values is not the one that is needed.
    Length {
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The number of bytes is not that of the parameters.
    Bytes {
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// There are not as many labels as images.
    Labels {
        /// How many images there are.
        images: usize,
        /// How many labels there are.
        found: usize,
    },
    /// A value is NaN or infinite.
    NotFinite {
        /// Its place among the values; of [`Packed`](crate::Packed), among the pixels of all images.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A data set without images, or a batch without any.
    Empty,
    /// A batch of no images was asked for.
    BatchSize,
    /// A label is not the index of a class.
    ///
    /// `index` says which image's: its place among the images or labels that were given, from 0; of
    /// [`Data`](crate::Data), whatever its order, the place among all images that it lies over.
    Label {
        /// Which image's label it is.
        index: usize,
        /// The number of classes: labels are below it.
        classes: usize,
        /// The label; of one that an `i64` does not hold, the nearest that it does.
        found: i64,
    },
    /// What is expected of an image is out of the range that its loss takes.
    Target {
        /// Which image's it is, counted as in [`Label`](Error::Label).
        index: usize,
        /// The range, in words.
        expected: &'static str,
        /// The value.
        found: f32,
    },
    /// An image's weight is NaN, infinite, below 0, or not 0 but below 10⁻²⁰.
    Weight {
        /// Which image's it is, counted as in [`Label`](Error::Label).
        index: usize,
        /// The weight.
        found: f32,
    },
    /// An index is not that of an image in the data set.
    Index {
        /// The number of images: indices are below it.
        images: usize,
        /// The index.
        found: usize,
    },
    /// The loss is NaN or infinite. Parameters that are trained are those before the batch.
    ///
    /// Where it comes in training, the learning rate is too high; a lower one helps. In evaluation the parameters, or the
    /// image, are out of all bounds.
    Loss {
        /// The first image with which it is, counted as in [`Label`](Error::Label).
        index: usize,
        /// The mean loss up to that image.
        found: f32,
    },
    /// A step of the optimiser would make a parameter, or what the optimiser keeps, NaN or infinite. It was not made.
    ///
    /// A lower learning rate helps.
    Step {
        /// What the parameter would become.
        found: f32,
    },
    /// A setting (a learning rate, a standard deviation) is outside its range.
    Setting {
        /// Which one.
        name: &'static str,
        /// Its range, in words.
        expected: &'static str,
        /// Its value.
        found: f32,
    },
}

impl Error {
    /// The same error, of the image at `place(index)`.
    pub(crate) fn of_image(mut self, place: impl Fn(usize) -> usize) -> Error {
        if let Error::Label { index, .. }
        | Error::Target { index, .. }
        | Error::Weight { index, .. }
        | Error::Loss { index, .. } = &mut self
        {
            *index = place(*index);
        }
        self
    }

    /// A label that is not below the number of classes.
    pub(crate) fn label(index: usize, classes: usize, found: usize) -> Error {
        Error::Label { index, classes, found: i64::try_from(found).unwrap_or(i64::MAX) }
    }

    /// Refuses values that are NaN or infinite.
    pub(crate) fn check_finite(values: &[f32]) -> Result<(), Error> {
        match values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            Some((index, &value)) => Err(Error::NotFinite { index, value }),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Error::Length { expected, found } => write!(f, "expected {expected} values, found {found}"),
            Error::Bytes { expected, found } => write!(f, "expected {expected} bytes, found {found}"),
            Error::Labels { images, found } => write!(f, "expected a label for each of {images} images, found {found}"),
            Error::NotFinite { index, value } => write!(f, "expected finite values, found {value} at index {index}"),
            Error::Empty => write!(f, "expected at least one image, found none"),
            Error::BatchSize => write!(f, "expected a batch size of at least 1, found 0"),
            Error::Label { index, classes, found } => {
                write!(f, "expected a label below {classes}, found {found} for the image at index {index}")
            }
            Error::Target { index, expected, found } => {
                write!(f, "expected a target {expected}, found {found} for the image at index {index}")
            }
            Error::Weight { index, found } => {
                write!(
                    f,
                    "expected a weight of 0, or finite and at least 1e-20, found {found} for the image at index {index}"
                )
            }
            Error::Index { images, found } => write!(f, "expected the index of one of {images} images, found {found}"),
            Error::Loss { index, found } => write!(
                f,
                "expected a finite loss, found {found} with the image at index {index}; \
                 if training diverges, lower the learning rate"
            ),
            Error::Step { found } => {
                write!(f, "expected finite parameters after a step, found {found}; lower the learning rate")
            }
            Error::Setting { name, expected, found } => {
                let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                write!(f, "expected {article} {name} {expected}, found {found}")
            }
        }
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn each_error_says_what_was_expected_and_what_was_found() {
        let setting = Error::Setting { name: "learning rate", expected: "above 0", found: -0.5 };
        let bound = Error::Setting { name: "upper bound", expected: "above 0", found: -0.5 };
        for (error, text) in [
            (Error::Length { expected: 64, found: 63 }, "expected 64 values, found 63"),
            (Error::NotFinite { index: 5, value: f32::NAN }, "expected finite values, found NaN at index 5"),
            (Error::NotFinite { index: 0, value: -f32::INFINITY }, "expected finite values, found -inf at index 0"),
            (Error::Empty, "expected at least one image, found none"),
            (Error::BatchSize, "expected a batch size of at least 1, found 0"),
            (
                Error::Label { index: 5, classes: 10, found: 11 },
                "expected a label below 10, found 11 for the image at index 5",
            ),
            (
                Error::Target { index: 5, expected: "from 0 to 1", found: 1.5 },
                "expected a target from 0 to 1, found 1.5 for the image at index 5",
            ),
            (
                Error::Weight { index: 5, found: -0.5 },
                "expected a weight of 0, or finite and at least 1e-20, found -0.5 for the image at index 5",
            ),
            (Error::Index { images: 3, found: 7 }, "expected the index of one of 3 images, found 7"),
            (
                Error::Loss { index: 5, found: f32::INFINITY },
                "expected a finite loss, found inf with the image at index 5; \
                 if training diverges, lower the learning rate",
            ),
            (
                Error::Step { found: f32::NAN },
                "expected finite parameters after a step, found NaN; lower the learning rate",
            ),
            (setting, "expected a learning rate above 0, found -0.5"),
            (bound, "expected an upper bound above 0, found -0.5"),
        ] {
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn the_first_value_that_is_not_finite_is_named() {
        assert_eq!(Error::check_finite(&[]), Ok(()));
        assert_eq!(Error::check_finite(&[0.0, -0.0, f32::MAX, f32::MIN, f32::from_bits(1)]), Ok(()));
        let infinite = Error::NotFinite { index: 1, value: f32::NEG_INFINITY };
        assert_eq!(Error::check_finite(&[1.0, f32::NEG_INFINITY, f32::NAN]), Err(infinite));
        let found = Error::check_finite(&[1.0, 2.0, f32::NAN]);
        assert!(matches!(found, Err(Error::NotFinite { index: 2, value }) if value.is_nan()));
    }
}
