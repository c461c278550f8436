//! Parameters in files.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::vec;
use std::vec::Vec;

use core::fmt;

use crate::{Error, Parameters};

/// Writes all parameters to a file: little-endian `f32`, array after array, each in PyTorch's order.
///
/// The file appears whole or not at all: it is written beside `path`, under the same name with `.part` at its end, and
/// then renamed.
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be written; what was at `path` before is then still there.
pub fn save<P: Parameters>(parameters: &P, path: impl AsRef<Path>) -> Result<(), FileError> {
    let path = path.as_ref();
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        // a folder, or a device, which renaming would replace by a file
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "expected a regular file").into());
    }
    let mut bytes = vec![0; 4 * P::COUNT];
    parameters.write_le(&mut bytes)?;
    let mut part = OsString::from(path);
    part.push(".part");
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // what was written of it is of no use; that it cannot be removed either adds nothing to the error
        let _ = fs::remove_file(&part);
    }
    Ok(written?)
}

/// Reads what [`save`] has written.
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be read, [`FileError::Data`] when its length is not that of the parameters or
/// a number is NaN or infinite. The parameters are then as they were.
pub fn load<P: Parameters>(parameters: &mut P, path: impl AsRef<Path>) -> Result<(), FileError> {
    let file = File::open(path)?;
    let (expected, found) = (4 * P::COUNT, file.metadata()?.len());
    // one byte more than is needed, so that a file that is too long is seen to be, without reading all of it
    let mut bytes = Vec::with_capacity(expected + 1);
    file.take(expected as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > expected {
        let found = usize::try_from(found).unwrap_or(usize::MAX).max(bytes.len());
        return Err(Error::Bytes { expected, found }.into());
    }
    Ok(parameters.read_le(&bytes)?)
}

/// Why parameters were not written to a file, or not read from it.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The file could not be opened, read or written.
    Io(io::Error),
    /// The file was read, but is not one of these parameters.
    Data(Error),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            FileError::Io(error) => error.fmt(f),
            FileError::Data(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for FileError {}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> FileError {
        FileError::Io(error)
    }
}

impl From<Error> for FileError {
    fn from(error: Error) -> FileError {
        FileError::Data(error)
    }
}

#[cfg(test)]
mod tests {
    use std::format;
    use std::string::ToString;

    use super::*;
    use crate::{Linear, Zero};

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let folder = std::env::temp_dir().join(format!("const-cnn-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("dense");
        let dense = Linear::<2, 2> { weight: [[1.0, -0.0], [f32::MIN_POSITIVE, 3.0]], bias: [1e-40, 5.0] };
        save(&dense, &path).unwrap();
        let mut back = Linear::<2, 2>::ZERO;
        load(&mut back, &path).unwrap();
        assert_eq!(format!("{back:?}"), format!("{dense:?}"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);

        for (length, found) in [(23, 23), (25, 25), (1000, 1000)] {
            fs::write(&path, vec![0; length]).unwrap();
            let error = load(&mut back, &path).unwrap_err();
            assert_eq!(error.to_string(), format!("expected 24 bytes, found {found}"));
        }
        fs::write(&path, [0xff; 24]).unwrap();
        assert!(matches!(load(&mut back, &path), Err(FileError::Data(Error::NotFinite { index: 0, .. }))));
        assert!(matches!(load(&mut back, folder.join("none")), Err(FileError::Io(_))));
        for path in [folder.join("none").join("dense"), folder.clone(), "/dev/null".into()] {
            assert!(matches!(save(&dense, &path), Err(FileError::Io(_))), "{path:?}");
        }
        assert_eq!(format!("{back:?}"), format!("{dense:?}"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
