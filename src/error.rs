//! What can be wrong with data that comes in at run time.

use core::fmt;

/// Data that does not fit, with what was expected and what was found. Nothing has been changed when one is returned.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The number of values, images, labels or bytes is not the one that is needed.
    Length {
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A value is NaN or infinite.
    NotFinite {
        /// Its place among the values.
        index: usize,
        /// The value.
        value: f32,
    },
    /// A data set without images, or a batch without any.
    Empty,
    /// A batch of no images was asked for.
    BatchSize,
    /// A label is not the index of a class.
    Label {
        /// The number of classes: labels are below it.
        classes: usize,
        /// The label.
        found: usize,
    },
    /// An index is not that of an image in the data set.
    Index {
        /// The number of images: indices are below it.
        images: usize,
        /// The index.
        found: usize,
    },
    /// The loss is NaN or infinite. The parameters are those before the batch.
    Loss {
        /// The mean loss of the batch.
        found: f32,
    },
    /// A step of the optimiser would make a parameter, or what the optimiser keeps, NaN or infinite. It was not made.
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
            Error::NotFinite { index, value } => write!(f, "expected finite values, found {value} at index {index}"),
            Error::Empty => write!(f, "expected at least one image, found none"),
            Error::BatchSize => write!(f, "expected a batch size of at least 1, found 0"),
            Error::Label { classes, found } => write!(f, "expected a label below {classes}, found {found}"),
            Error::Index { images, found } => write!(f, "expected the index of one of {images} images, found {found}"),
            Error::Loss { found } => write!(f, "expected a finite loss, found {found}"),
            Error::Step { found } => write!(f, "expected finite parameters after a step, found {found}"),
            Error::Setting { name, expected, found } => write!(f, "expected a {name} {expected}, found {found}"),
        }
    }
}

impl core::error::Error for Error {}
