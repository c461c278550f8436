//! Images and labels in IDX files, gzipped or not, as MNIST, Fashion-MNIST and EMNIST have them.
//!
//! A file is a magic number, which says what is in it, the size of each dimension, and bytes; the numbers are big-endian `u32`.
//! EMNIST's images have rows and columns exchanged.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

pub const SIDE: usize = 28;

/// Pixels, image after image, and a label for each.
#[derive(Debug)]
pub struct Images {
    pub pixels: Vec<u8>,
    pub labels: Vec<u8>,
}

/// Those to train on, or those that are held out.
#[derive(Clone, Copy)]
pub enum Part {
    Train,
    Test,
}

/// Why files are not those of a data set.
#[derive(Debug)]
pub enum IdxError {
    /// There is no file of this name, gzipped or not.
    Missing { folder: PathBuf, name: String },
    /// The file cannot be read.
    Io { path: PathBuf, error: io::Error },
    /// It begins with another number: it holds something else.
    Magic { path: PathBuf, expected: u32, found: u32 },
    /// It has fewer bytes than its header says, or more: then one more has been read.
    Length { path: PathBuf, expected: u64, found: u64 },
    /// Its images have another size.
    Size { path: PathBuf, rows: u32, columns: u32 },
    /// There are not as many labels as images.
    Counts { path: PathBuf, images: usize, labels: usize },
    /// A label is not below the number of classes.
    Label { path: PathBuf, index: usize, classes: usize, found: u8 },
}

impl fmt::Display for IdxError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            IdxError::Missing { folder, name } => {
                write!(f, "expected the file {name} or {name}.gz in {}, found neither", folder.display())
            }
            IdxError::Io { path, error } => write!(f, "{}: {error}", path.display()),
            IdxError::Magic { path, expected, found } => {
                write!(f, "{}: expected the magic number {expected:#010x}, found {found:#010x}", path.display())
            }
            IdxError::Length { path, expected, found } => {
                write!(f, "{}: expected {expected} bytes, found {found}", path.display())
            }
            IdxError::Size { path, rows, columns } => {
                write!(f, "{}: expected images of {SIDE} × {SIDE}, found {rows} × {columns}", path.display())
            }
            IdxError::Counts { path, images, labels } => {
                write!(f, "{}: expected a label for each of {images} images, found {labels}", path.display())
            }
            IdxError::Label { path, index, classes, found } => {
                write!(f, "{}: expected a label below {classes}, found {found} at index {index}", path.display())
            }
        }
    }
}

impl std::error::Error for IdxError {}

impl Images {
    /// The images of one part of a data set in `folder`; `set` is empty, or as `emnist-letters`.
    pub fn load(folder: &Path, set: &str, part: Part, classes: usize) -> Result<Images, IdxError> {
        let path = find(folder, set, part, "images-idx3-ubyte")?;
        let (sizes, pixels) = read(&path, 0x803, |&[_, rows, columns]: &[u32; 3]| {
            let fits = rows as usize == SIDE && columns as usize == SIDE;
            if fits { Ok(()) } else { Err(IdxError::Size { path: path.clone(), rows, columns }) }
        })?;
        let path = find(folder, set, part, "labels-idx1-ubyte")?;
        let ([count], labels) = read(&path, 0x801, |_| Ok(()))?;
        if count != sizes[0] {
            return Err(IdxError::Counts { path, images: sizes[0] as usize, labels: count as usize });
        }
        if let Some((index, &found)) = labels.iter().enumerate().find(|(_, label)| usize::from(**label) >= classes) {
            return Err(IdxError::Label { path, index, classes, found });
        }
        Ok(Images { pixels, labels })
    }
}

/// The file that is there; some archives have a point where others have a hyphen.
fn find(folder: &Path, set: &str, part: Part, kind: &str) -> Result<PathBuf, IdxError> {
    let name = match (set, part) {
        ("", Part::Train) => format!("train-{kind}"),
        ("", Part::Test) => format!("t10k-{kind}"),
        (_, Part::Train) => format!("{set}-train-{kind}"),
        (_, Part::Test) => format!("{set}-test-{kind}"),
    };
    let names = [name.clone(), name.replace("-idx", ".idx")];
    let mut paths = names.iter().flat_map(|name| [folder.join(name), folder.join(format!("{name}.gz"))]);
    paths.find(|path| path.exists()).ok_or(IdxError::Missing { folder: folder.into(), name })
}

/// The sizes and the bytes of a file. What `check` refuses is not read.
fn read<const RANK: usize>(
    path: &Path,
    magic: u32,
    check: impl FnOnce(&[u32; RANK]) -> Result<(), IdxError>,
) -> Result<([u32; RANK], Vec<u8>), IdxError> {
    let io = |error| IdxError::Io { path: path.into(), error };
    let length = |expected, found| IdxError::Length { path: path.into(), expected, found };
    let mut file = open(path).map_err(io)?;
    let header = 4 + 4 * RANK as u64;
    let start = take(&mut file, header).map_err(io)?;
    let mut numbers = start.as_chunks().0.iter().map(|four| u32::from_be_bytes(*four));
    if let Some(found) = numbers.next().filter(|&found| found != magic) {
        return Err(IdxError::Magic { path: path.into(), expected: magic, found });
    }
    if start.len() as u64 != header {
        return Err(length(header, start.len() as u64));
    }
    let mut sizes = [0; RANK];
    sizes.iter_mut().zip(numbers).for_each(|(size, number)| *size = number);
    check(&sizes)?;
    let len = sizes.iter().fold(1_u64, |len, &size| len.saturating_mul(size.into()));
    // one byte more than there should be: a file that is too long is seen to be
    let bytes = take(&mut file, len.saturating_add(1)).map_err(io)?;
    if bytes.len() as u64 != len {
        return Err(length(header.saturating_add(len), header + bytes.len() as u64));
    }
    Ok((sizes, bytes))
}

/// The file, unpacked if it begins as gzip does.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(path)?);
    let is_packed = io::BufRead::fill_buf(&mut file)?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// At most `len` bytes: fewer, where the file ends before, packed or not.
fn take(file: &mut impl Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match file.take(len).read_to_end(&mut bytes) {
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(error),
        _ => Ok(bytes),
    }
}
