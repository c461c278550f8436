//! Parameters in files.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::vec;
use std::vec::Vec;
use std::{format, process};

use core::fmt;

use super::safetensors::{self, Names, Safetensors, SafetensorsError};
use crate::{Error, Mismatch, Parameters, ReadError};

/// Writes all parameters to a file: the names and dimensions of the arrays, then little-endian `f32`, array after array, each in
/// PyTorch's order.
///
/// The file appears whole or not at all, whoever else writes to it or reads it: it is written beside `path`, under a name that
/// no file has, and takes the place of what is there once it is on the disk. A link is followed, and the mode of what was there
/// is kept.
///
/// ```
/// use const_cnn::{Zero, load, network, save};
/// network! {
///     struct Net: [4] => [2] { logits: linear(2) }
/// }
/// let (mut net, mut back) = (Net::ZERO, Net::ZERO);
/// net.logits.bias = [0.5, -0.5];
/// let path = std::env::temp_dir().join(format!("{}-save.net", std::process::id()));
/// save(&net, &path)?;
/// load(&mut back, &path)?;
/// assert_eq!(back.logits.bias, [0.5, -0.5]);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), const_cnn::FileError>(())
/// ```
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be written, or what is there is read-only or no file; it is then as it was.
pub fn save<P: Parameters>(parameters: &P, path: impl AsRef<Path>) -> Result<(), FileError> {
    let mut bytes = vec![0; P::FILE_BYTES];
    parameters.write_file(&mut bytes)?;
    write_whole(&bytes, path.as_ref())
}

/// Writes all parameters to a safetensors file, as [`write_safetensors`](Safetensors::write_safetensors) does, whole or not
/// at all, as [`save`].
///
/// ```
/// use const_cnn::{Linear, Names, Zero, save_safetensors};
/// let path = std::env::temp_dir().join(format!("{}-save.safetensors", std::process::id()));
/// save_safetensors(&Linear::<4, 2>::ZERO, &path, &Names::PYTORCH)?;
/// let bytes = std::fs::read(&path)?;
/// let header = r#""weight":{"dtype":"F32","shape":[2,4]"#; // as any reader finds it
/// assert!(String::from_utf8_lossy(&bytes).contains(header));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), const_cnn::FileError>(())
/// ```
///
/// # Errors
///
/// [`FileError::Safetensors`] when a name is none that a file can have, and as [`save`].
pub fn save_safetensors<P: Parameters>(parameters: &P, path: impl AsRef<Path>, names: &Names) -> Result<(), FileError> {
    let mut bytes = vec![0; P::safetensors_bytes(names)?];
    parameters.write_safetensors(&mut bytes, names)?;
    write_whole(&bytes, path.as_ref())
}

/// Has a file of these bytes at `path`, or what is there as it was.
pub(super) fn write_whole(bytes: &[u8], path: &Path) -> Result<(), FileError> {
    let path = target(path)?;
    let permissions = permissions(&path)?;
    let (mut file, part) = create_beside(&path, permissions.is_some())?;
    let written = file
        .write_all(bytes)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions)))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&part, &path));
    if written.is_err() {
        // what was written of it is of no use; that it cannot be removed either adds nothing to the error
        let _ = fs::remove_file(&part);
    }
    written?;
    // where a folder can be opened, its entry goes to the disk too; the file is whole either way
    if let Ok(folder) = File::open(folder(&path)) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Where a path leads by its links, of which the last may lead to nothing yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    const MAX_LINKS: usize = 40; // as many as Linux follows
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(link) => path = folder(&path).join(link),
            Err(_) => return Ok(path), // no link: what else is wrong with it is found when it is written
        }
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "expected at most 40 links, one after the other"))
}

/// The folder that a file lies in.
fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The permissions of what is at `path`, if there is something: a file that may be written.
fn permissions(path: &Path) -> io::Result<Option<Permissions>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        // a folder, or a device, which renaming would replace by a file
        Ok(found) if !found.is_file() => Err(io::Error::new(ErrorKind::InvalidInput, "expected a regular file")),
        Ok(found) if found.permissions().readonly() => Err(io::Error::new(
            ErrorKind::PermissionDenied,
            "expected a file that may be written, found a read-only one",
        )),
        Ok(found) => {
            OpenOptions::new().write(true).open(path)?; // it may be another user's
            Ok(Some(found.permissions()))
        }
    }
}

/// A new file in the folder of `path`, under a name that none there has; of a private one others read nothing before its
/// permissions are set.
fn create_beside(path: &Path, is_private: bool) -> io::Result<(File, PathBuf)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if is_private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = is_private;
    loop {
        let name = format!(".const-cnn-{}-{}.part", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let part = folder(path).join(name);
        match options.open(&part) {
            // another process of this number has left it, or is at work on it
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
            Ok(file) => return Ok((file, part)),
        }
    }
}

/// Reads what [`save`] has written.
///
/// ```
/// use const_cnn::{Linear, Zero, load, save};
/// let path = std::env::temp_dir().join(format!("{}-load.net", std::process::id()));
/// save(&Linear::<4, 2>::ZERO, &path)?;
/// let error = load(&mut Linear::<4, 3>::ZERO, &path).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected a file whose next array is `weight [3, 4]`, found `weight [2, 4]`"
/// );
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), const_cnn::FileError>(())
/// ```
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be read, [`FileError::Header`] when it is not one of these arrays, and
/// [`FileError::Data`] when its length is wrong or a number is NaN or infinite. The parameters are then as they were.
pub fn load<P: Parameters>(parameters: &mut P, path: impl AsRef<Path>) -> Result<(), FileError> {
    let (bytes, len) = read(path.as_ref(), P::FILE_BYTES)?;
    parameters.read_file(&bytes).map_err(|error| of_file(error, len))
}

/// The error of a file of this length.
pub(super) fn of_file(error: ReadError, len: usize) -> FileError {
    match error {
        ReadError::Header(mismatch) => FileError::Header(mismatch),
        ReadError::Data(error) => with_length(error, len).into(),
        ReadError::Checksum { expected, found } => FileError::Checksum { expected, found },
    }
}

/// Reads a file that has no header: the bare numbers, as [`write_le`](Parameters::write_le) gives them, and as files were
/// before there was one.
///
/// Any file of the right length is taken for one.
///
/// ```
/// use const_cnn::{Linear, Zero, load_bare};
/// let path = std::env::temp_dir().join(format!("{}-load.bin", std::process::id()));
/// let numbers = [1.0_f32, 2.0, 0.5]; // as `torch` gives them to `tofile`
/// std::fs::write(&path, numbers.map(f32::to_le_bytes).concat())?;
/// let mut dense = Linear::<2, 1>::ZERO;
/// load_bare(&mut dense, &path)?;
/// assert_eq!((dense.weight, dense.bias), ([[1.0], [2.0]], [0.5]));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), const_cnn::FileError>(())
/// ```
///
/// # Errors
///
/// As [`load`], but for the header.
pub fn load_bare<P: Parameters>(parameters: &mut P, path: impl AsRef<Path>) -> Result<(), FileError> {
    let (bytes, len) = read(path.as_ref(), 4 * P::COUNT)?;
    parameters.read_le(&bytes).map_err(|error| with_length(error, len).into())
}

/// Reads a safetensors file, as [`read_safetensors`](Safetensors::read_safetensors) does.
///
/// ```
/// use const_cnn::{Linear, Names, Zero, load_safetensors, save_safetensors};
/// let path = std::env::temp_dir().join(format!("{}-load.safetensors", std::process::id()));
/// let dense = Linear::<2, 1> { weight: [[1.0], [2.0]], bias: [0.5] };
/// save_safetensors(&dense, &path, &Names::PYTORCH)?;
/// let mut back = Linear::ZERO;
/// load_safetensors(&mut back, &path, &Names::PYTORCH)?;
/// assert_eq!(back, dense);
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), const_cnn::FileError>(())
/// ```
///
/// # Errors
///
/// [`FileError::Io`] when the file cannot be read, and [`FileError::Safetensors`] when it is not one of these arrays. The
/// parameters are then as they were.
pub fn load_safetensors<P: Parameters>(
    parameters: &mut P,
    path: impl AsRef<Path>,
    names: &Names,
) -> Result<(), FileError> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    (&file).take(safetensors::START_BYTES as u64).read_to_end(&mut bytes)?;
    let more = safetensors::bytes_of(&bytes)?.saturating_sub(bytes.len());
    (&file).take(more as u64 + 1).read_to_end(&mut bytes)?;
    match parameters.read_safetensors(&bytes, names) {
        Err(SafetensorsError::Bytes { expected, .. }) => {
            let found = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX).max(bytes.len());
            Err(SafetensorsError::Bytes { expected, found }.into())
        }
        read => Ok(read?),
    }
}

/// A file's bytes, at most one more than are needed, so that one that is too long is seen to be; and how many it has.
pub(super) fn read(path: &Path, expected: usize) -> io::Result<(Vec<u8>, usize)> {
    let file = File::open(path)?;
    let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    file.take(expected as u64 + 1).read_to_end(&mut bytes)?;
    let len = len.max(bytes.len());
    Ok((bytes, len))
}

/// The error with the length of the whole file.
fn with_length(error: Error, len: usize) -> Error {
    match error {
        Error::Bytes { expected, .. } => Error::Bytes { expected, found: len },
        error => error,
    }
}

/// Why parameters or a checkpoint were not written to a file, or not read from it.
///
/// ```
/// use std::io::ErrorKind;
///
/// use const_cnn::{FileError, Linear, Zero, load};
///
/// let mut dense = Linear::<4, 2>::ZERO;
/// match load(&mut dense, "no such file") {
///     // it has not been trained yet
///     Err(FileError::Io(error)) if error.kind() == ErrorKind::NotFound => {}
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The file could not be opened, read or written.
    Io(io::Error),
    /// The file was read, but is of other arrays, or none that [`save`] has written; a checkpoint of another rule or loss.
    Header(Mismatch),
    /// The file was read, but its numbers are not those of these parameters.
    Data(Error),
    /// The file was read, but is no safetensors of these parameters; or their names are none that such a file can have.
    Safetensors(SafetensorsError),
    /// The file was read, but bytes of the checkpoint have changed.
    Checksum {
        /// The checksum that was written.
        expected: u32,
        /// That of the bytes which are there.
        found: u32,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            FileError::Io(error) => error.fmt(f),
            FileError::Header(mismatch) => mismatch.fmt(f),
            FileError::Data(error) => error.fmt(f),
            FileError::Safetensors(error) => error.fmt(f),
            &FileError::Checksum { expected, found } => ReadError::Checksum { expected, found }.fmt(f),
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

impl From<SafetensorsError> for FileError {
    fn from(error: SafetensorsError) -> FileError {
        FileError::Safetensors(error)
    }
}

#[cfg(test)]
mod tests {
    use std::boxed::Box;
    use std::format;
    use std::string::{String, ToString};
    use std::thread;

    use super::*;
    use crate::{Linear, Zero};

    /// A folder of a test's own, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let folder = std::env::temp_dir().join(format!("const-cnn-{name}-{}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }

        fn names(&self) -> Vec<String> {
            let entries = fs::read_dir(&self.0).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    type Dense = Linear<2, 2>;
    const DENSE: Dense = Linear { weight: [[1.0, -0.0], [f32::MIN_POSITIVE, 3.0]], bias: [1e-40, 5.0] };

    fn loaded(path: &Path) -> String {
        let mut dense = Dense::ZERO;
        load(&mut dense, path).unwrap();
        format!("{dense:?}")
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let folder = Folder::new("whole");
        let path = folder.0.join("dense");
        save(&DENSE, &path).unwrap();
        assert_eq!(loaded(&path), format!("{DENSE:?}"));
        assert_eq!(folder.names(), ["dense"]);

        let mut back = DENSE;
        fs::write(&path, b"a text of any length, even of the right one").unwrap();
        let error = load(&mut back, &path).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a file that begins with `const-cnn 1`, found `a text of any length, even of the right one`"
        );
        let whole = Dense::FILE_BYTES;
        save(&DENSE, &path).unwrap();
        let file = fs::read(&path).unwrap();
        for (length, found) in [(whole - 1, whole - 1), (whole + 1, whole + 1), (1000, 1000)] {
            let mut bytes = file.clone();
            bytes.resize(length, 0);
            fs::write(&path, bytes).unwrap();
            let error = load(&mut back, &path).unwrap_err();
            assert_eq!(error.to_string(), format!("expected {whole} bytes, found {found}"));
        }
        assert!(matches!(load(&mut back, folder.0.join("none")), Err(FileError::Io(_))));
        assert_eq!(format!("{back:?}"), format!("{DENSE:?}"));
    }

    #[test]
    fn a_file_without_a_header_is_read_by_a_call_that_says_so() {
        let folder = Folder::new("bare");
        let path = folder.0.join("dense");
        let mut bytes = [0; 24];
        DENSE.write_le(&mut bytes).unwrap();
        fs::write(&path, bytes).unwrap();
        let mut back = Dense::ZERO;
        assert!(matches!(load(&mut back, &path), Err(FileError::Header(_))));
        load_bare(&mut back, &path).unwrap();
        assert_eq!(format!("{back:?}"), format!("{DENSE:?}"));
        for (length, found) in [(23, 23), (25, 25), (1000, 1000)] {
            fs::write(&path, vec![0; length]).unwrap();
            let error = load_bare(&mut back, &path).unwrap_err();
            assert_eq!(error.to_string(), format!("expected 24 bytes, found {found}"));
        }
        fs::write(&path, [0xff; 24]).unwrap();
        assert!(matches!(load_bare(&mut back, &path), Err(FileError::Data(Error::NotFinite { index: 0, .. }))));
        assert_eq!(format!("{back:?}"), format!("{DENSE:?}"));
    }

    #[test]
    fn what_cannot_be_written_leaves_what_was_there() {
        let folder = Folder::new("refused");
        let inside = folder.0.join("folder");
        fs::create_dir(&inside).unwrap();
        for path in [folder.0.join("none").join("dense"), inside, "/dev/null".into(), folder.0.join("a".repeat(256))] {
            assert!(matches!(save(&DENSE, &path), Err(FileError::Io(_))), "{path:?}");
        }
        let kept = folder.0.join("kept");
        fs::write(&kept, "a user's own").unwrap();
        let mut read_only = fs::metadata(&kept).unwrap().permissions();
        read_only.set_readonly(true);
        fs::set_permissions(&kept, read_only).unwrap();
        assert!(
            matches!(save(&DENSE, &kept), Err(FileError::Io(error)) if error.kind() == ErrorKind::PermissionDenied)
        );
        assert_eq!(fs::read(&kept).unwrap(), b"a user's own");
        assert_eq!(folder.names(), ["folder", "kept"]);
    }

    #[test]
    fn no_other_file_is_touched() {
        let folder = Folder::new("others");
        let path = folder.0.join("dense");
        fs::write(folder.0.join("dense.part"), "a user's own").unwrap();
        // what another process of this number may have left
        fs::write(folder.0.join(format!(".const-cnn-{}-0.part", process::id())), "left").unwrap();
        for name in ["dense", &"n".repeat(251), &"m".repeat(255)] {
            save(&DENSE, folder.0.join(name)).unwrap();
            assert_eq!(loaded(&folder.0.join(name)), format!("{DENSE:?}"));
        }
        save(&DENSE, &path).unwrap();
        assert_eq!(fs::read(folder.0.join("dense.part")).unwrap(), b"a user's own");
        assert_eq!(folder.names().len(), 5);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_modes_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = Folder::new("links");
        let at = |name: &str| folder.0.join(name);
        fs::create_dir(at("there")).unwrap();
        symlink("there/file", at("first")).unwrap();
        symlink("first", at("second")).unwrap();
        save(&DENSE, at("second")).unwrap(); // which leads to nothing yet
        assert_eq!(loaded(&at("there").join("file")), format!("{DENSE:?}"));
        for mode in [0o600, 0o640, 0o755] {
            fs::set_permissions(at("second"), Permissions::from_mode(mode)).unwrap();
            save(&DENSE, at("second")).unwrap();
            assert_eq!(fs::metadata(at("there").join("file")).unwrap().permissions().mode() & 0o777, mode);
        }
        assert!(fs::symlink_metadata(at("first")).unwrap().is_symlink());
        assert!(fs::symlink_metadata(at("second")).unwrap().is_symlink());
        symlink("round", at("round")).unwrap();
        assert!(matches!(save(&DENSE, at("round")), Err(FileError::Io(_))));
        assert_eq!(folder.names(), ["first", "round", "second", "there"]);
        assert_eq!(fs::read_dir(at("there")).unwrap().count(), 1);
    }

    #[test]
    fn writers_and_readers_do_not_meet() {
        type Large = Linear<500, 200>;
        let folder = Folder::new("threads");
        let path = &folder.0.join("dense");
        let save_all = |value: f32| {
            let mut dense = Box::new(Large::ZERO);
            dense.weight.as_flattened_mut().fill(value);
            (0..100).for_each(|_| save(&*dense, path).unwrap());
        };
        save_all(1.0);
        thread::scope(|scope| {
            let writers = [2.0, 3.0].map(|value| scope.spawn(move || save_all(value)));
            let mut dense = Box::new(Large::ZERO);
            while !writers.iter().all(|writer| writer.is_finished()) {
                load(&mut *dense, path).unwrap();
                assert!(dense.weight.as_flattened().iter().all(|value| *value == dense.weight[0][0]));
            }
        });
        assert_eq!(folder.names(), ["dense"]);
    }

    #[test]
    fn safetensors_are_written_whole_and_read_or_refused() {
        let folder = Folder::new("safetensors");
        let path = folder.0.join("dense.safetensors");
        let names = Names::PYTORCH.renamed(&|name, to| write!(to, "fc.{name}"));
        save_safetensors(&DENSE, &path, &names).unwrap();
        assert_eq!(folder.names(), ["dense.safetensors"]);
        let mut back = Dense::ZERO;
        load_safetensors(&mut back, &path, &names).unwrap();
        assert_eq!(format!("{back:?}"), format!("{DENSE:?}"));

        let whole = fs::read(&path).unwrap();
        assert_eq!(whole.len(), Dense::safetensors_bytes(&names).unwrap());
        back = Dense::ZERO;
        for len in 0..whole.len() {
            fs::write(&path, &whole[..len]).unwrap();
            assert!(matches!(load_safetensors(&mut back, &path, &names), Err(FileError::Safetensors(_))), "{len}");
        }
        fs::write(&path, [&whole[..], &[0; 100]].concat()).unwrap();
        let error = load_safetensors(&mut back, &path, &names).unwrap_err();
        let expected = format!("expected {} bytes, found {}", whole.len(), whole.len() + 100);
        assert_eq!(error.to_string(), expected);
        fs::write(&path, &whole).unwrap();
        let error = load_safetensors(&mut back, &path, &Names::PYTORCH).unwrap_err();
        assert!(error.to_string().ends_with("found none of this name, but `fc.weight [2, 2]`"), "{error}");
        assert_eq!(back, Dense::ZERO);
        assert!(matches!(load_safetensors(&mut back, folder.0.join("none"), &names), Err(FileError::Io(_))));

        // what has no end is not read to it
        #[cfg(target_os = "linux")]
        for endless in ["/dev/zero", "/dev/urandom"] {
            assert!(matches!(load_safetensors(&mut back, endless, &names), Err(FileError::Safetensors(_))));
        }

        let none = Names::PYTORCH.renamed(&|_, _| Err(fmt::Error));
        assert!(matches!(save_safetensors(&DENSE, &path, &none), Err(FileError::Safetensors(_))));
        assert_eq!(fs::read(&path).unwrap(), whole);
    }
}
