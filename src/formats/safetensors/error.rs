//! Why bytes and a network do not fit one another.

use core::fmt;

use crate::Line;

/// Why parameters were not read from safetensors, or not written as such. What would have been changed is as it was.
///
/// ```
/// use const_cnn::{Linear, Names, Safetensors, SafetensorsError, Zero};
/// let mut file = [0; Linear::<4, 2>::SAFETENSORS_BYTES];
/// Linear::<4, 2>::ZERO.write_safetensors(&mut file, &Names::PYTORCH)?;
/// let error = Linear::<4, 3>::ZERO.read_safetensors(&file, &Names::PYTORCH).unwrap_err();
/// let SafetensorsError::Shape { expected, found } = error else { panic!("{error}") };
/// assert_eq!((expected.as_str(), found.as_str()), ("weight [3, 4]", "weight [2, 4]"));
/// # Ok::<(), SafetensorsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SafetensorsError {
    /// The bytes are no sound file: the header ends early, is not JSON of this kind, or its tensors do not fit one another.
    Header {
        /// At which byte of the file.
        at: usize,
        /// What should stand there, in words.
        expected: &'static str,
        /// What stands there.
        found: Line,
    },
    /// The number of bytes is not the one that the header says; or the buffer to write to is shorter than the file.
    Bytes {
        /// How many are needed.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// An array of the network has no tensor of its name.
    Missing {
        /// The name that the tensor should have, and its dimensions.
        expected: Line,
        /// A tensor that is no array's and not passed over, the first of the same dimensions, or else of any; nothing, where
        /// there is none.
        found: Line,
    },
    /// A tensor is no array's, and not passed over.
    Extra {
        /// Its name and dimensions.
        found: Line,
    },
    /// A tensor has other dimensions than its array.
    Shape {
        /// Its name, and the array's dimensions.
        expected: Line,
        /// The tensor's name and dimensions.
        found: Line,
    },
    /// The numbers of a tensor are of a type that is not read.
    Type {
        /// The tensor's name.
        tensor: Line,
        /// The type.
        found: Line,
    },
    /// A number is NaN or infinite; or, of a wider type, too large for `f32`.
    NotFinite {
        /// The tensor's name.
        tensor: Line,
        /// The number's place in it, in PyTorch's order.
        index: usize,
        /// The number.
        value: f32,
    },
    /// A name that [`Names`](crate::Names) give to an array is none that a file can have.
    Name {
        /// What the names of arrays are, in words.
        expected: &'static str,
        /// The name.
        found: Line,
    },
}

impl fmt::Display for SafetensorsError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Header { at, expected, found } => write!(f, "expected {expected} at byte {at}, found `{found}`"),
            Self::Bytes { expected, found } => write!(f, "expected {expected} bytes, found {found}"),
            Self::Missing { expected, found } if found.as_str().is_empty() => {
                write!(f, "expected a tensor `{expected}`, found none of this name")
            }
            Self::Missing { expected, found } => {
                write!(f, "expected a tensor `{expected}`, found none of this name, but `{found}`")
            }
            Self::Extra { found } => {
                write!(f, "expected no tensors but those of the network, and what is passed over, found `{found}`")
            }
            Self::Shape { expected, found } => write!(f, "expected a tensor `{expected}`, found `{found}`"),
            Self::Type { tensor, found } => {
                write!(f, "expected the numbers of `{tensor}` as F32, F16, BF16 or F64, found {found}")
            }
            Self::NotFinite { tensor, index, value } => {
                write!(f, "expected finite values, found {value} at index {index} of `{tensor}`")
            }
            Self::Name { expected, found } => write!(f, "expected {expected}, found `{found}`"),
        }
    }
}

impl core::error::Error for SafetensorsError {}
