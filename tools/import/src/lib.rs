//! Networks in: files of ONNX and TFLite become a `network!` that one can read, and its parameters.

pub mod export;
pub mod onnx;

pub use export::export;
