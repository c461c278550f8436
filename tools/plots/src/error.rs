//! What can go wrong with a picture.

use std::path::PathBuf;
use std::{fmt, io};

/// What can go wrong with a picture.
#[derive(Debug)]
pub enum Error {
    /// It cannot be drawn.
    Drawing(String),
    /// A file cannot be written.
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::Drawing(problem) => write!(f, "a picture cannot be drawn: {problem}"),
            Error::File { path, error } => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for Error {}
