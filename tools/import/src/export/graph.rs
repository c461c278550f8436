//! A graph being written: nodes and constants with their names.

use std::collections::HashMap;

use const_cnn::Array;

use crate::onnx::{
    AttributeProto, DimensionProto, GraphProto, NodeProto, StringStringEntryProto, TensorProto, TensorShapeProto,
    TensorTypeProto, TypeProto, ValueInfoProto, attribute_type, data_type,
};

/// What the graph takes.
const INPUT: &str = "input";

/// What it gives.
const OUTPUT: &str = "output";

/// The name of the number of images, which is open.
const BATCH: &str = "N";

/// Under which key a node says which line it ends: `conv2d`, `concat a b` with the names of the branches, or `network Stage` with
/// that of a network's type. The operators alone do not tell whether a `Dropout` was spatial, which `Flatten` is a line, and where
/// a network ends.
pub const NOTE: &str = "const_cnn.line";

/// Under which key it says how that line was written, `conv2d(4, kernel 3, padding same)`; or how the sizes at the ends of a network
/// that ends there, `[1, N, N] => [10]`, which the graph notes of the whole one.
pub const WRITTEN: &str = "const_cnn.written";

/// A value that nodes give and take.
#[derive(Clone, Debug)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// Its sizes, of one image: `[C, H, W]`, `[C, L]` or `[N]`.
    pub dims: Vec<usize>,
}

/// A graph being written.
#[derive(Default)]
pub struct Graph {
    proto: GraphProto,
    /// The names of the line that is written, and of those around it.
    pub path: Vec<&'static str>,
    /// How often each name has been given.
    given: HashMap<String, usize>,
}

impl Graph {
    /// A graph that takes an image, and that image; and how the sizes at its ends were written.
    pub fn new(name: &str, input: &[usize], written: &str) -> (Graph, Value) {
        let value = Value { name: INPUT.into(), dims: input.to_vec() };
        let (name, metadata_props) = (name.into(), notes([(WRITTEN, written)]));
        let proto = GraphProto { name, input: vec![described(&value)], metadata_props, ..GraphProto::default() };
        (Graph { proto, ..Graph::default() }, value)
    }

    /// The whole, which gives `last`.
    pub fn finish(self, last: &Value) -> GraphProto {
        let mut proto = self.proto;
        let names = proto.node.iter_mut().flat_map(|node| node.input.iter_mut().chain(&mut node.output));
        names.filter(|name| **name == last.name).for_each(|name| *name = OUTPUT.into());
        proto.value_info.retain(|info| info.name != last.name);
        proto.output = vec![described(&Value { name: OUTPUT.into(), dims: last.dims.clone() })];
        proto
    }

    /// A node, and what it gives.
    pub fn node(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>, dims: &[usize]) -> Value {
        let name = self.name(op);
        let value = Value { name: format!("{name}_output_0"), dims: dims.to_vec() };
        self.proto.node.push(NodeProto {
            name,
            op_type: op.into(),
            input: inputs.iter().map(|&name| name.into()).collect(),
            output: vec![value.name.clone()],
            attribute: attributes,
            ..NodeProto::default()
        });
        self.proto.value_info.push(described(&value));
        value
    }

    /// Notes down which line it is that the last node ends, and how it was written, for which ONNX has no words.
    pub fn note(&mut self, line: String, written: &str) {
        if let Some(node) = self.proto.node.last_mut() {
            node.metadata_props = notes([(NOTE, &line), (WRITTEN, written)]);
        }
    }

    /// A constant that is an array of the network's, and its name.
    pub fn array(&mut self, array: &Array, dims: &[usize], values: impl Iterator<Item = f32>) -> String {
        // a residual block's line can be called as the way around it is: two arrays then have the same path
        let name = self.once(array.path().join("."));
        let raw_data = values.flat_map(f32::to_le_bytes).collect();
        self.constant(name, data_type::FLOAT, dims, raw_data)
    }

    /// Floats of the line that is written.
    pub fn floats(&mut self, what: &str, dims: &[usize], values: &[f32]) -> String {
        let (name, raw_data) = (self.name(what), values.iter().copied().flat_map(f32::to_le_bytes).collect());
        self.constant(name, data_type::FLOAT, dims, raw_data)
    }

    /// Integers of the line that is written: sizes, places.
    pub fn integers(&mut self, what: &str, values: impl IntoIterator<Item = i64>) -> String {
        let raw_data: Vec<u8> = values.into_iter().flat_map(i64::to_le_bytes).collect();
        let name = self.name(what);
        self.constant(name, data_type::INT64, &[raw_data.len() / size_of::<i64>()], raw_data)
    }

    fn constant(&mut self, name: String, data_type: i32, dims: &[usize], raw_data: Vec<u8>) -> String {
        let dims = dims.iter().map(|&size| size as i64).collect();
        self.proto.initializer.push(TensorProto {
            name: name.clone(),
            data_type,
            dims,
            raw_data,
            ..TensorProto::default()
        });
        name
    }

    /// A name within the line that is written, as PyTorch has them: `/block1/conv1/Conv`.
    fn name(&mut self, what: &str) -> String {
        let name = self.path.iter().chain(&[what]).flat_map(|part| ["/", part]).collect();
        self.once(name)
    }

    /// A name, and at the second time the same with `_1` after it.
    fn once(&mut self, name: String) -> String {
        let times = self.given.entry(name.clone()).or_default();
        *times += 1;
        if *times == 1 { name } else { format!("{name}_{}", *times - 1) }
    }
}

/// What is noted down, where there is something to note.
fn notes<const N: usize>(notes: [(&str, &str); N]) -> Vec<StringStringEntryProto> {
    let notes = notes.into_iter().filter(|(_, value)| !value.is_empty());
    notes.map(|(key, value)| StringStringEntryProto { key: key.into(), value: value.into() }).collect()
}

/// A value with its type.
fn described(value: &Value) -> ValueInfoProto {
    let batch = DimensionProto { dim_param: Some(BATCH.into()), dim_value: None };
    let sizes = value.dims.iter().map(|&size| DimensionProto { dim_value: Some(size as i64), dim_param: None });
    let shape = TensorShapeProto { dim: [batch].into_iter().chain(sizes).collect() };
    let tensor_type = TensorTypeProto { elem_type: data_type::FLOAT, shape: Some(shape) };
    ValueInfoProto { name: value.name.clone(), r#type: Some(TypeProto { tensor_type: Some(tensor_type) }) }
}

/// An integer of a node.
pub fn int(name: &str, i: usize) -> AttributeProto {
    AttributeProto { name: name.into(), r#type: attribute_type::INT, i: i as i64, ..AttributeProto::default() }
}

/// Integers of a node.
pub fn ints(name: &str, values: impl IntoIterator<Item = usize>) -> AttributeProto {
    let ints = values.into_iter().map(|n| n as i64).collect();
    AttributeProto { name: name.into(), r#type: attribute_type::INTS, ints, ..AttributeProto::default() }
}

/// A float of a node.
pub fn float(name: &str, f: f32) -> AttributeProto {
    AttributeProto { name: name.into(), r#type: attribute_type::FLOAT, f, ..AttributeProto::default() }
}

/// A text of a node.
pub fn text(name: &str, text: &str) -> AttributeProto {
    AttributeProto { name: name.into(), r#type: attribute_type::STRING, s: text.into(), ..AttributeProto::default() }
}
