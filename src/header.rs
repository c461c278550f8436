//! The header of a parameter file: which arrays it holds, so that it is not taken for another network's.
//!
//! A file is a line with the format's name, a line for each array, an empty line, and then the numbers as
//! [`write_le`](crate::Parameters::write_le) writes them:
//!
//! ```text
//! const-cnn 1
//! conv.weight [8, 1, 3, 3]
//! conv.bias [8]
//!
//! ```

use core::fmt;

use crate::{Array, Arrays, Error, Message};

const FORMAT: &str = "const-cnn 1";

/// The line of an array: its path with dots, then PyTorch's dimensions.
const fn line(array: &Array) -> Message {
    let (path, dims) = (array.path(), array.dims());
    let (mut line, mut n) = (Message::new(""), 0);
    while n < path.len() {
        line = line.text(if n > 0 { "." } else { "" }).text(path[n]);
        n += 1;
    }
    line = line.text(" ");
    n = 0;
    while n < dims.len() {
        line = line.text(if n == 0 { "[" } else { ", " }).number(dims[n]);
        n += 1;
    }
    line.text("]")
}

/// The `n`-th line of the header, without its end: the format, the arrays, and at last an empty one.
const fn nth(arrays: &Arrays, n: usize) -> Message {
    if n == 0 {
        return Message::new(FORMAT);
    }
    match arrays.get(n - 1) {
        Some(array) => line(&array),
        None => Message::new(""),
    }
}

/// How many bytes the header has.
pub const fn len(arrays: &Arrays) -> usize {
    let (mut len, mut n) = (0, 0);
    while n < arrays.len() + 2 {
        len += nth(arrays, n).as_bytes().len() + 1;
        n += 1;
    }
    len
}

/// Where the numbers begin in `bytes`, or which line is not that of `arrays`, and where it begins.
const fn check(arrays: &Arrays, bytes: &[u8]) -> Result<usize, (usize, usize)> {
    let (mut at, mut n) = (0, 0);
    while n < arrays.len() + 2 {
        let line = nth(arrays, n);
        let (line, mut m) = (line.as_bytes(), 0);
        while m <= line.len() {
            let expected = if m < line.len() { line[m] } else { b'\n' };
            if at + m >= bytes.len() || bytes[at + m] != expected {
                return Err((n, at));
            }
            m += 1;
        }
        at += line.len() + 1;
        n += 1;
    }
    Ok(at)
}

/// The numbers of a file, in a constant.
///
/// # Panics
///
/// Where a line of the header, or the length, is not that of the network.
#[track_caller]
pub const fn numbers<'a>(arrays: &Arrays, bytes: &'a [u8]) -> &'a [u8] {
    let start = match check(arrays, bytes) {
        Ok(start) => start,
        Err((n, at)) => {
            let sentence = Message::new("the file is not one of this network: expected the line `");
            let sentence = sentence.text(nth(arrays, n).as_str()).text("`, found `");
            sentence.text(Line::at(bytes, at).as_str()).text("`").panic()
        }
    };
    let numbers = bytes.split_at(start).1;
    if numbers.len() != 4 * arrays.count() {
        let sentence = Message::new("the file is not one of this network: expected ").number(4 * arrays.count());
        sentence.text(" bytes after its header, found ").number(numbers.len()).panic();
    }
    numbers
}

/// A line of a file that is not the network's, or of a checkpoint that is not the training's.
///
/// ```
/// use const_cnn::{Linear, Parameters, ReadError, Zero};
/// let mut file = [0; Linear::<4, 2>::FILE_BYTES];
/// Linear::<4, 2>::ZERO.write_file(&mut file)?;
/// let error = Linear::<4, 3>::ZERO.read_file(&file).unwrap_err();
/// let ReadError::Header(mismatch) = error else { panic!("{error}") };
/// assert_eq!(mismatch.expected.as_str(), "weight [3, 4]");
/// assert_eq!(mismatch.found.as_str(), "weight [2, 4]");
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What the line should be: the format's name, an array with its dimensions, or nothing where the header should end; of a
    /// checkpoint also the rule and the loss.
    pub expected: Line,
    /// What it is.
    pub found: Line,
    of: Of,
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Format,
    Array,
    Training,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Mismatch { expected, found, .. } = self;
        match (self.of, expected.as_str()) {
            (Of::Format, _) => write!(f, "expected a file that begins with `{expected}`, found `{found}`"),
            (Of::Array, "") => write!(f, "expected a file without further arrays, found `{found}`"),
            (Of::Array, _) => write!(f, "expected a file whose next array is `{expected}`, found `{found}`"),
            (Of::Training, _) => write!(f, "expected a checkpoint of the `{expected}`, found `{found}`"),
        }
    }
}

impl core::error::Error for Mismatch {}

/// A line of a file, or the name of an array, as far as it can be printed: of a long line the beginning, of a name the end.
///
/// ```
/// use const_cnn::{Linear, Parameters, ReadError, Zero};
/// let png = b"\x89PNG\r\n";
/// let error = Linear::<4, 2>::ZERO.read_file(png).unwrap_err();
/// let ReadError::Header(mismatch) = error else { panic!("{error}") };
/// assert_eq!(mismatch.found.as_str(), "?PNG?"); // it can be printed
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Line {
    bytes: [u8; Line::MAX_LEN],
    len: u8,
}

impl Line {
    const MAX_LEN: usize = 52;

    /// The line of `bytes` that begins at `start`.
    pub(crate) const fn at(bytes: &[u8], start: usize) -> Line {
        let (mut line, mut n) = ([0; Line::MAX_LEN], 0);
        while n < Line::MAX_LEN && start + n < bytes.len() {
            let byte = bytes[start + n];
            if byte == b'\n' {
                break;
            }
            line[n] = printable(byte);
            n += 1;
        }
        Line { bytes: line, len: n as u8 }
    }

    /// A text; of one that is longer, dots and its end.
    pub(crate) fn of(text: impl fmt::Display) -> Line {
        struct End(Line);

        impl fmt::Write for End {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                for byte in text.bytes() {
                    let Line { bytes, len } = &mut self.0;
                    if usize::from(*len) == Line::MAX_LEN {
                        bytes.copy_within(1.., 0);
                        bytes[..3].fill(b'.');
                    } else {
                        *len += 1;
                    }
                    bytes[usize::from(*len) - 1] = printable(byte);
                }
                Ok(())
            }
        }

        let mut end = End(Line { bytes: [0; Line::MAX_LEN], len: 0 });
        let _ = fmt::write(&mut end, format_args!("{text}")); // it fails if the text does: what it wrote is shown
        end.0
    }

    /// The same without spaces at its end.
    const fn trimmed(mut self) -> Line {
        while self.len > 0 && self.bytes[self.len as usize - 1] == b' ' {
            self.len -= 1;
        }
        self
    }

    /// The text; what is not printable is a question mark.
    pub const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len as usize).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

/// A byte, or a question mark.
const fn printable(byte: u8) -> u8 {
    if byte.is_ascii_graphic() || byte == b' ' { byte } else { b'?' }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Why bytes are not a file of these parameters.
///
/// ```
/// use const_cnn::{Error, Linear, Parameters, ReadError, Zero};
/// let mut dense = Linear::<1, 1>::ZERO;
/// let mut file = [0; Linear::<1, 1>::FILE_BYTES];
/// dense.write_file(&mut file)?;
/// let cut = dense.read_file(&file[..file.len() - 1]).unwrap_err();
/// assert!(matches!(cut, ReadError::Data(Error::Bytes { .. })));
/// let none = dense.read_file(b"GIF").unwrap_err();
/// assert!(none.to_string().starts_with("expected a file that begins with `const-cnn 1`"));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReadError {
    /// The header is of other arrays, or is none.
    Header(Mismatch),
    /// There are too few or too many numbers, or one is NaN or infinite.
    Data(Error),
    /// Bytes of a checkpoint have changed.
    Checksum {
        /// The checksum that was written.
        expected: u32,
        /// That of the bytes which are there.
        found: u32,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            ReadError::Header(mismatch) => mismatch.fmt(f),
            ReadError::Data(error) => error.fmt(f),
            ReadError::Checksum { expected, found } => {
                write!(f, "expected the checksum {expected:08x}, found {found:08x}: bytes have changed")
            }
        }
    }
}

impl core::error::Error for ReadError {}

/// Writes the header to `bytes`, which are as many as [`len`] says.
pub(crate) fn write(arrays: &Arrays, bytes: &mut [u8]) {
    let mut bytes = bytes.iter_mut();
    for n in 0..arrays.len() + 2 {
        let line = nth(arrays, n);
        for (&written, byte) in line.as_bytes().iter().chain(b"\n").zip(&mut bytes) {
            *byte = written;
        }
    }
}

/// The numbers of a file, or the first line that is not the one that these arrays have.
pub(crate) fn read<'a>(arrays: &Arrays, bytes: &'a [u8]) -> Result<&'a [u8], ReadError> {
    match check(arrays, bytes) {
        Ok(start) => Ok(&bytes[start..]),
        Err((n, at)) => {
            let expected = Line::at(nth(arrays, n).as_bytes(), 0);
            let of = if n == 0 { Of::Format } else { Of::Array };
            Err(ReadError::Header(Mismatch { expected, found: Line::at(bytes, at), of }))
        }
    }
}

/// Refuses `bytes` in which no line `expected`, its end included, begins at `at`: the first says the format, others the rule and
/// the loss of a training.
pub(crate) fn check_line(bytes: &[u8], at: usize, expected: impl Iterator<Item = u8> + Clone) -> Result<(), ReadError> {
    let found = bytes.iter().copied().skip(at);
    if found.take(expected.clone().count()).eq(expected.clone()) {
        return Ok(());
    }
    let mut line = [b'\n'; Line::MAX_LEN];
    line.iter_mut().zip(expected).for_each(|(to, byte)| *to = byte);
    let (expected, found) = (Line::at(&line, 0).trimmed(), Line::at(bytes, at).trimmed());
    let of = if at == 0 { Of::Format } else { Of::Training };
    Err(ReadError::Header(Mismatch { expected, found, of }))
}

#[cfg(test)]
mod tests {
    use std::string::{String, ToString};
    use std::vec;
    use std::vec::Vec;

    use super::*;
    use crate::{Linear, Parameters, Zero};
    use net::Net;

    #[allow(dead_code)] // of all that `network!` writes, files alone are used
    mod net {
        crate::network! {
            pub struct Net: [2] => [1] {
                first: linear(2),
                inner: residual { again: linear(2) },
                last: linear(1),
            }
        }
    }

    fn file() -> Vec<u8> {
        let mut net = Net::ZERO;
        net.inner.again.bias = [1.5, -2.0];
        let mut bytes = vec![0; Net::FILE_BYTES];
        net.write_file(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_file_begins_with_the_names_of_its_arrays() {
        let bytes = file();
        let (header, numbers) = bytes.split_at(len(&Net::ARRAYS));
        let expected = "const-cnn 1\nfirst.weight [2, 2]\nfirst.bias [2]\ninner.again.weight [2, 2]\n\
                        inner.again.bias [2]\nlast.weight [1, 2]\nlast.bias [1]\n\n";
        assert_eq!(header, expected.as_bytes());
        let mut bare = vec![0; Net::PARAMETER_BYTES];
        Net::from_file_bytes(&bytes).write_le(&mut bare).unwrap();
        assert_eq!(numbers, bare);
        let mut net = Net::ZERO;
        net.read_file(&bytes).unwrap();
        assert_eq!(net.inner.again.bias, [1.5, -2.0]);
        assert_eq!(net.write_file(&mut [0; 7]), Err(Error::Bytes { expected: Net::FILE_BYTES, found: 7 }));
    }

    #[test]
    fn what_is_not_a_file_of_the_network_is_named_and_changes_nothing() {
        let says = |bytes: &[u8]| {
            let mut net = Net::ZERO;
            net.last.bias = [7.0];
            let error = net.read_file(bytes).unwrap_err();
            assert_eq!(net.last.bias, [7.0]);
            error.to_string()
        };
        let whole = file();
        let text = String::from_utf8_lossy(&whole).into_owned();
        let changed = |from: &str, to: &str| text.replacen(from, to, 1).into_bytes();
        for (bytes, expected) in [
            (vec![b'x'; Net::FILE_BYTES], "expected a file that begins with `const-cnn 1`, found `xxxxx"),
            (vec![], "expected a file that begins with `const-cnn 1`, found ``"),
            (vec![0xff; Net::PARAMETER_BYTES], "expected a file that begins with `const-cnn 1`, found `????"),
            (
                changed("const-cnn 1", "const-cnn 2"),
                "expected a file that begins with `const-cnn 1`, found `const-cnn 2`",
            ),
            (
                changed("inner.again.weight", "outer.again.weight"),
                "expected a file whose next array is `inner.again.weight [2, 2]`, found `outer.again.weight [2, 2]`",
            ),
            (
                changed("last.bias [1]", "last.bias [10]"),
                "expected a file whose next array is `last.bias [1]`, found `last.bias [10]`",
            ),
            (
                changed("last.bias [1]\n", "last.bias [1]\nmore.bias [1]\n"),
                "expected a file without further arrays, found `more.bias [1]`",
            ),
        ] {
            assert!(says(&bytes).starts_with(expected), "{}", says(&bytes));
        }
        for len in 0..whole.len() {
            says(&whole[..len]); // it is an error
        }
        let more = [&whole[..], &[0; 4]].concat();
        let (expected, found) = (Net::FILE_BYTES, Net::FILE_BYTES + 4);
        assert_eq!(says(&more), std::format!("expected {expected} bytes, found {found}"));
        let mut infinite = whole.clone();
        let end = infinite.len();
        infinite[end - 4..].copy_from_slice(&f32::INFINITY.to_le_bytes());
        assert!(says(&infinite).starts_with("expected finite values"));
    }

    #[test]
    fn a_constant_is_checked_by_the_same_header() {
        let wrong = std::panic::catch_unwind(|| Net::from_file_bytes(b"a text of some length")).err().unwrap();
        assert_eq!(
            wrong.downcast_ref::<String>().unwrap(),
            "the file is not one of this network: expected the line `const-cnn 1`, found `a text of some length`"
        );
        let short = file();
        let wrong = std::panic::catch_unwind(|| Net::from_file_bytes(&short[..short.len() - 4])).err().unwrap();
        assert!(wrong.downcast_ref::<String>().unwrap().ends_with("60 bytes after its header, found 56"));
    }

    #[test]
    fn a_layer_by_itself_has_a_file_too() {
        let dense = Linear::<1, 1> { weight: [[3.0]], bias: [4.0] };
        let mut bytes = [0; Linear::<1, 1>::FILE_BYTES];
        dense.write_file(&mut bytes).unwrap();
        assert!(bytes.starts_with(b"const-cnn 1\nweight [1, 1]\nbias [1]\n\n"));
        let mut back = Linear::ZERO;
        back.read_file(&bytes).unwrap();
        assert_eq!(back, dense);
    }

    #[test]
    fn of_a_long_name_the_end_is_kept() {
        assert_eq!(Line::of("").as_str(), "");
        assert_eq!(Line::of("caf\u{e9}\n").as_str(), "caf???");
        let of = |len: usize| {
            let name: String = ('a'..='z').cycle().take(len).collect();
            (Line::of(&name).as_str().to_string(), name)
        };
        let (line, name) = of(52);
        assert_eq!(line, name);
        for len in 53..120 {
            let (line, name) = of(len);
            assert_eq!(line, std::format!("...{}", &name[len - 49..]));
        }
    }
}
