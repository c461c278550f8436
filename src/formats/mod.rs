//! Parameters as bytes, as files and as Rust source; checkpoints.

mod bytes;
mod checkpoint;
#[cfg(feature = "std")]
mod file;
mod source;

pub use bytes::LeBytes;
#[cfg(feature = "std")]
pub use file::{FileError, load, load_bare, save};
pub use source::write_source;
