//! Networks out: what `network!` has written becomes an ONNX file.
//!
//! A network is a type, so that this is a call in the program that has it:
//!
//! ```
//! use const_cnn::{Zero, network};
//!
//! network! {
//!     struct Strokes: [1, 4, 4] => [2] {
//!         conv: conv2d(4, kernel 3, padding 1),
//!         relu: relu,
//!         flatten: flatten,
//!         logits: linear(2),
//!     }
//! }
//!
//! std::fs::write("strokes.onnx", import::export(&Strokes::ZERO)?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The file takes `input`, `[N, C, H, W]` of any number of images, and gives `output`. Constants have the names of the network's
//! arrays, `block1.conv1.weight`, nodes those of the lines, `/block1/conv1/Conv`, as PyTorch's exporter has them. It is what the
//! network is in evaluation; dropout stands in it as `Dropout`, which does nothing there.
//!
//! Imported again it is the same text, with the same bytes: each line is [noted](NOTE) at the node that ends it, and how it was
//! [written](WRITTEN); of the latter the import takes no number's word for it, but only the way to write the layer that it has found. A
//! network that is a line of another comes back as a network of its own, before the other. For a constant's name the import writes
//! a constant, of the number that follows from the operators. A folded network has no lines for what is folded away.
//!
//! A layer of your own that computes the same as one of const-cnn states that one's `OPERATOR`; others cannot be exported.

mod graph;
mod layers;
mod walk;

use std::fmt;

use const_cnn::Network;
pub use graph::{NOTE, WRITTEN};
use prost::Message;

use crate::onnx::{GraphProto, ModelProto, OperatorSetIdProto};

/// The version of ONNX's operators: the first in which each normalisation is one of them.
const OPSET: i64 = 21;

/// The version of the format to which these belong.
const IR_VERSION: i64 = 10;

/// A network with its parameters as the bytes of an ONNX file.
///
/// # Errors
///
/// [`Error`] at the first line that ONNX has no operators for: one of your own that does not say what it computes.
pub fn export<N: Network>(net: &N) -> Result<Vec<u8>, Error> {
    let model = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "const-cnn".into(),
        producer_version: env!("CARGO_PKG_VERSION").into(),
        graph: Some(graph(net)?),
        opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
        ..ModelProto::default()
    };
    Ok(model.encode_to_vec())
}

/// A network with its parameters as a graph.
///
/// # Errors
///
/// As [`export`].
pub fn graph<N: Network>(net: &N) -> Result<GraphProto, Error> {
    walk::network(net)
}

/// A line that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The line's name, with those of the blocks around it: `block1.conv1`.
    pub line: String,
    /// What it computes: the layer's word.
    pub operator: &'static str,
    /// What is in the way, and what is possible.
    pub says: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line `{}` ({}): {}", self.line, self.operator, self.says)
    }
}

impl std::error::Error for Error {}
