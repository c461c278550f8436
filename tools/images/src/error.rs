//! What can be wrong with images.

use std::path::PathBuf;
use std::{fmt, io};

/// What can be wrong with images.
#[derive(Debug)]
pub enum Error {
    /// A file or a folder cannot be read.
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A file is no PNG or JPEG, or a broken one.
    Image {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        error: image::ImageError,
    },
    /// Nothing is drawn on an image of a digit.
    Blank {
        /// Which one.
        path: PathBuf,
    },
    /// The network does not take images of one or three channels.
    Input {
        /// What it takes.
        found: &'static [usize],
    },
    /// The folder has another number of classes than the network.
    Classes {
        /// The folder.
        path: PathBuf,
        /// How many the network has.
        expected: usize,
        /// Those of the folder.
        found: Vec<String>,
    },
    /// The folder of a class has no image.
    NoImage {
        /// The folder.
        path: PathBuf,
    },
    /// The folder of a class has too few images for some to be held out and some to train on.
    Few {
        /// The folder.
        path: PathBuf,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// More than one of these.
    Several(Vec<Error>),
    /// What the library refuses.
    Data(const_cnn::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::File { path, error } => write!(f, "{}: {error}", path.display()),
            Error::Image { path, error } => write!(f, "{}: no PNG or JPEG, or a broken one: {error}", path.display()),
            Error::Blank { path } => write!(f, "{}: nothing is drawn on it", path.display()),
            Error::Input { found } => write!(f, "expected a network of [1, H, W] or [3, H, W], found {found:?}"),
            Error::Classes { path, expected, found } => {
                let (count, names) = (found.len(), found.join(", "));
                write!(f, "{}: expected a folder for each of {expected} classes, found {count}", path.display())?;
                if count == 0 { Ok(()) } else { write!(f, " ({names}): a network of these gives [{count}]") }
            }
            Error::NoImage { path } => write!(f, "{}: expected .png, .jpg or .jpeg files, found none", path.display()),
            Error::Few { path, expected, found } => {
                write!(
                    f,
                    "{}: expected at least {expected} images, so that some can be held out, found {found}",
                    path.display()
                )
            }
            Error::Several(errors) => {
                write!(f, "{} things are wrong:", errors.len())?;
                errors.iter().try_for_each(|error| write!(f, "\n  {error}"))
            }
            Error::Data(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { error, .. } => Some(error),
            Error::Image { error, .. } => Some(error),
            Error::Data(error) => Some(error),
            _ => None,
        }
    }
}

impl Error {
    /// Nothing, if nothing is wrong.
    pub(crate) fn of(mut errors: Vec<Error>) -> Result<(), Error> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(Error::Several(errors)),
        }
    }
}

impl From<const_cnn::Error> for Error {
    fn from(error: const_cnn::Error) -> Error {
        Error::Data(error)
    }
}
