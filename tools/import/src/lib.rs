//! Networks in: files of ONNX and TFLite become a `network!` that one can read, and its parameters.

pub mod onnx;
