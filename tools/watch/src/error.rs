//! What can go wrong while one watches.

use std::{fmt, io};

/// What can go wrong while one watches; `E` is the data's.
#[derive(Debug)]
pub enum Error<E> {
    /// The terminal, or what stands in its place, cannot be written to or read from.
    Terminal(io::Error),
    /// The network cannot be evaluated on an image.
    Data(E),
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::Terminal(error) => write!(f, "the terminal: {error}"),
            Error::Data(error) => write!(f, "the images that are watched: {error}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for Error<E> {}
