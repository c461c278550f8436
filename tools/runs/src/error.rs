//! What can be wrong with a log.

use std::path::PathBuf;
use std::{fmt, io};

/// What can be wrong with a log.
#[derive(Debug)]
pub enum Error {
    /// The file cannot be written or read.
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A line is not one of a log.
    Line {
        /// The file.
        path: PathBuf,
        /// Its number, from 1.
        line: usize,
        /// What was expected, and what found.
        problem: String,
    },
    /// There is no line that says of which network the run is.
    NoHead {
        /// The file.
        path: PathBuf,
    },
    /// What the network makes of the images could not be told: what training and evaluation refuse.
    Data(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Error::File { path, error } => write!(f, "{}: {error}", path.display()),
            Error::Line { path, line, problem } => write!(f, "{}:{line}: {problem}", path.display()),
            Error::NoHead { path } => write!(f, "{}: no line says of which network the run is", path.display()),
            Error::Data(problem) => write!(f, "the network's images: {problem}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { error, .. } => Some(error),
            _ => None,
        }
    }
}
