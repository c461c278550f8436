//! Files of tensors, in a folder that is removed in the end.

use std::fs;
use std::path::PathBuf;
use std::process;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};

/// An array with a name.
#[derive(Clone)]
pub struct Tensor {
    pub name: String,
    pub dims: Vec<usize>,
    pub values: Vec<f32>,
}

/// A file of weights, and one of cases.
pub struct Files {
    folder: PathBuf,
    pub weights: PathBuf,
    pub cases: PathBuf,
}

impl Files {
    pub fn new(test: &str) -> Files {
        let folder = std::env::temp_dir().join(format!("const-cnn-{test}-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Files { weights: folder.join("weights"), cases: folder.join("cases"), folder }
    }

    pub fn write(&self, weights: &[Tensor], cases: &[Tensor]) {
        fs::write(&self.weights, bytes(weights)).unwrap();
        fs::write(&self.cases, bytes(cases)).unwrap();
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder); // a test that fails says why before
    }
}

/// What a file of these tensors has.
pub fn bytes(tensors: &[Tensor]) -> Vec<u8> {
    let data: Vec<Vec<u8>> = tensors.iter().map(|t| t.values.iter().flat_map(|v| v.to_le_bytes()).collect()).collect();
    let view = |(tensor, data): (&Tensor, &'_ Vec<u8>)| (tensor.name.clone(), tensor.dims.clone(), data.clone());
    let all: Vec<_> = tensors.iter().zip(&data).map(view).collect();
    serialize(all.iter().map(|(n, d, b)| (n, TensorView::new(Dtype::F32, d.clone(), b).unwrap())), None).unwrap()
}
