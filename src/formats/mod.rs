//! Parameters as bytes, as files, as safetensors and as Rust source; checkpoints.

mod bytes;
mod checkpoint;
#[cfg(feature = "std")]
mod file;
mod safetensors;
mod source;

pub use bytes::LeBytes;
#[cfg(feature = "std")]
pub use file::{FileError, load, load_bare, load_safetensors, save, save_safetensors};
pub use safetensors::{Names, Safetensors, SafetensorsError};
pub use source::write_source;
