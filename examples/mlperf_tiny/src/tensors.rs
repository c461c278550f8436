//! Safetensors files: tensors of f32, each with a name.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// A file that has been read. Errors say which it is.
pub struct File<'a> {
    path: &'a Path,
    tensors: SafeTensors<'a>,
}

impl<'a> File<'a> {
    pub fn new(path: &'a Path, bytes: &'a [u8]) -> Result<File<'a>, String> {
        match SafeTensors::deserialize(bytes) {
            Ok(tensors) => Ok(File { path, tensors }),
            Err(error) => Err(format!("{}: expected a safetensors file: {error}", path.display())),
        }
    }

    /// What all tensors are called, in an order that is always the same.
    pub fn names(&self) -> Vec<&str> {
        let mut names = self.tensors.names();
        names.sort_unstable();
        names
    }

    /// An error of this file.
    pub fn error(&self, message: impl Display) -> String {
        format!("{}: {message}", self.path.display())
    }

    /// The first dimension of a tensor: how many inputs, or outputs, are in it.
    pub fn count(&self, name: &str) -> Result<usize, String> {
        self.tensor(name).map(|tensor| tensor.shape().first().copied().unwrap_or(0))
    }

    /// The values of a tensor of the dimensions `dims`. Ones at their end may be there or not: a sequence is also an image
    /// one column wide.
    pub fn values(&self, name: &str, dims: &[usize]) -> Result<Vec<f32>, String> {
        let tensor = self.tensor(name)?;
        let (dtype, shape) = (tensor.dtype(), tensor.shape());
        if dtype != Dtype::F32 || without_ones(shape) != without_ones(dims) {
            return Err(self.error(format_args!("expected `{name}` to be F32 {dims:?}, found {dtype:?} {shape:?}")));
        }
        let values: Vec<f32> = tensor.data().as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(self.error(format_args!("expected finite values in `{name}`, found {value}"))),
            None => Ok(values),
        }
    }

    /// The bytes of a tensor of `count` numbers of a type.
    pub fn bytes(&self, name: &str, dtype: Dtype, count: usize) -> Result<&'a [u8], String> {
        let tensor = self.tensor(name)?;
        let (found, shape) = (tensor.dtype(), tensor.shape());
        if found != dtype || shape.iter().product::<usize>() != count {
            let message = format_args!("expected `{name}` to be {count} of {dtype:?}, found {found:?} {shape:?}");
            return Err(self.error(message));
        }
        Ok(tensor.data())
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'a>, String> {
        self.tensors.tensor(name).map_err(|_| self.error(format_args!("expected a tensor `{name}`, found none")))
    }
}

fn without_ones(mut dims: &[usize]) -> &[usize] {
    while let [rest @ .., 1] = dims {
        dims = rest;
    }
    dims
}
