//! From an ONNX file to its graph.

use std::collections::{BTreeMap, HashMap};
use std::path::{Component, Path};
use std::rc::Rc;

use prost::Message;

use crate::error::{Error, Result};
use crate::export::{NOTE, WRITTEN};
use crate::functions::inlined;
use crate::graph::{Attribute, Graph, MAX_LEN, Node, Tensor, checked_len};
use crate::onnx::{
    AttributeProto, GraphProto, ModelProto, NodeProto, StringStringEntryProto, TensorProto, ValueInfoProto,
    attribute_type, data_type,
};

/// The opsets whose operators are known.
const OPSETS: std::ops::RangeInclusive<i64> = 11..=24;

/// The most bytes that a file has.
pub const MAX_BYTES: u64 = 1 << 28;

/// Reads a model; `folder` is where the files of its weights are.
///
/// # Errors
///
/// [`Error::Format`] where the bytes are no model or not a whole one, [`Error::Node`] where a node is not of ONNX's
/// operators.
pub fn read(bytes: &[u8], folder: &Path) -> Result<Graph> {
    let model = ModelProto::decode(bytes).or_else(|error| Error::format(format!("ONNX: {error}")))?;
    let Some(graph) = model.graph else { return Error::format("ONNX: there is no graph in it") };
    let opset = model.opset_import.iter().find(|opset| is_onnx(&opset.domain)).map_or(1, |opset| opset.version);
    if !OPSETS.contains(&opset) {
        let (first, last) = (OPSETS.start(), OPSETS.end());
        return Error::format(format!("ONNX: its opset is {opset}; opsets {first} to {last} are read"));
    }
    let (mut constants, mut read) = (HashMap::new(), 0);
    for tensor in &graph.initializer {
        constants.insert(tensor.name.clone(), Rc::new(to_tensor(tensor, folder, &mut read)?));
    }
    let (input, output) = ends(&graph, &constants)?;
    let (input_dims, batch) = input_dims(input)?;
    let mut nodes = Vec::new();
    for node in &inlined(&graph.node, &model.functions)? {
        nodes.push(to_node(node, folder, &mut read)?);
    }
    let producer = format!("{} {}", model.producer_name, model.producer_version).trim().to_string();
    let producer = if producer.is_empty() { format!("opset {opset}") } else { format!("{producer}, opset {opset}") };
    let (input, output) = (input.name.clone(), output.to_string());
    let how = noted(&graph.metadata_props, WRITTEN).map(String::from);
    Ok(Graph { producer, nodes, constants, input, input_dims, batch, output, how, ..Graph::default() })
}

/// Whether a domain is that of ONNX's own operators.
pub fn is_onnx(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

/// The one thing that it takes, and the one that it gives.
fn ends<'a>(graph: &'a GraphProto, constants: &HashMap<String, Rc<Tensor>>) -> Result<(&'a ValueInfoProto, &'a str)> {
    let inputs: Vec<_> = graph.input.iter().filter(|input| !constants.contains_key(&input.name)).collect();
    let [input] = inputs[..] else {
        let nodes = inputs.iter().map(|input| input.name.clone()).collect();
        return Err(Error::Graph {
            nodes,
            says: format!("the model takes {} inputs; a network takes one", inputs.len()),
        });
    };
    let [output] = &graph.output[..] else {
        let nodes = graph.output.iter().map(|output| output.name.clone()).collect();
        let says = format!("the model gives {} outputs; a network gives one", graph.output.len());
        return Err(Error::Graph { nodes, says });
    };
    Ok((input, &output.name))
}

/// The sizes of the input with one image, and of how many images the file is.
fn input_dims(input: &ValueInfoProto) -> Result<(Vec<usize>, usize)> {
    let shape = input.r#type.as_ref().and_then(|of| of.tensor_type.as_ref()).and_then(|of| of.shape.as_ref());
    let Some(shape) = shape else { return Error::format(format!("ONNX: the input `{}` has no shape", input.name)) };
    let mut dims = Vec::new();
    for (n, dim) in shape.dim.iter().enumerate() {
        match dim.dim_value.and_then(|size| usize::try_from(size).ok()).filter(|&size| size > 0) {
            Some(size) => dims.push(size),
            None if n == 0 => dims.push(1),
            None => {
                let name = dim.dim_param.clone().unwrap_or_default();
                return Error::format(format!(
                    "ONNX: size {n} of the input `{}` is not a number but `{name}`; only that of the batch may be open",
                    input.name
                ));
            }
        }
    }
    if dims.is_empty() || checked_len(&dims).is_none() {
        return Error::format(format!("ONNX: the input `{}` has the sizes {dims:?}", input.name));
    }
    let batch = dims[0];
    Ok((dims, batch))
}

fn to_node(from: &NodeProto, folder: &Path, read: &mut usize) -> Result<Node> {
    let mut node = Node {
        name: from.name.clone(),
        op: from.op_type.clone(),
        written: String::new(),
        inputs: from.input.clone(),
        outputs: from.output.clone(),
        attributes: BTreeMap::new(),
        scope: scope(from),
        line: noted(&from.metadata_props, NOTE).map(String::from),
        tensor: None,
        how: noted(&from.metadata_props, WRITTEN).map(String::from),
    };
    if !is_onnx(&from.domain) {
        node.op = format!("{}.{}", from.domain, from.op_type);
        // what fuses operators for a runtime is not of ONNX
        return node.error("is no operator of ONNX; export without optimisations for a runtime");
    }
    for attribute in &from.attribute {
        node.attributes.insert(attribute.name.clone(), to_attribute(attribute, folder, read)?);
    }
    Ok(node)
}

fn to_attribute(from: &AttributeProto, folder: &Path, read: &mut usize) -> Result<Attribute> {
    Ok(match from.r#type {
        attribute_type::FLOAT => Attribute::Float(from.f),
        attribute_type::INT => Attribute::Int(from.i),
        attribute_type::STRING => Attribute::Text(String::from_utf8_lossy(&from.s).into_owned()),
        attribute_type::FLOATS => Attribute::Floats(from.floats.clone()),
        attribute_type::INTS => Attribute::Ints(from.ints.clone()),
        attribute_type::TENSOR => match &from.t {
            Some(tensor) => Attribute::Tensor(Rc::new(to_tensor(tensor, folder, read)?)),
            None => return Error::format(format!("ONNX: the attribute `{}` holds no tensor", from.name)),
        },
        _ => Attribute::Other,
    })
}

/// What is noted down under a key.
fn noted<'a>(notes: &'a [StringStringEntryProto], key: &str) -> Option<&'a str> {
    notes.iter().find(|property| property.key == key).map(|property| property.value.as_str())
}

/// The modules that a node stands in: of PyTorch's newer exporter by what it notes down, of the older by the node's name.
fn scope(node: &NodeProto) -> Vec<String> {
    if let Some(scopes) = noted(&node.metadata_props, "pkg.torch.onnx.name_scopes") {
        let names = scopes.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches(['\'', '"']));
        let modules: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        // the last one is the operator's own; each names its module from the top: `layer1`, `layer1.0`, `layer1.0.conv`
        let inner = modules.len().checked_sub(2).map(|n| modules[n]);
        return inner.map_or(Vec::new(), |inner| inner.split('.').map(String::from).collect());
    }
    if !node.name.starts_with('/') {
        // of Keras: `StatefulPartitionedCall/net/conv/convolution`
        let mut parts: Vec<String> =
            node.name.split('/').filter(|part| *part != "StatefulPartitionedCall").map(String::from).collect();
        parts.pop();
        return parts;
    }
    let parts: Vec<&str> = node.name.split('/').filter(|part| !part.is_empty()).collect();
    let mut scope: Vec<String> = Vec::new();
    for part in &parts[..parts.len().saturating_sub(1)] {
        // `/layer1/layer1.0/conv1/Conv`: a part that begins with the whole before it is that, and more
        let former = scope.join(".");
        let part = part.strip_prefix(&format!("{former}.")).filter(|_| !former.is_empty()).unwrap_or(part);
        scope.extend(part.split('.').map(String::from));
    }
    scope
}

/// Reads a constant, after `read` values of others; its values may be in another file of `folder`, which others share.
fn to_tensor(from: &TensorProto, folder: &Path, read: &mut usize) -> Result<Tensor> {
    let dims: Option<Vec<usize>> = from.dims.iter().map(|&size| usize::try_from(size).ok()).collect();
    let Some((dims, len)) = dims.and_then(|dims| checked_len(&dims).map(|len| (dims, len))) else {
        return Error::format(format!(
            "ONNX: the tensor `{}` has the sizes {:?}; at most {} values are read",
            from.name, from.dims, MAX_LEN
        ));
    };
    *read = read.saturating_add(len);
    if *read > MAX_LEN {
        let says = format!("until the tensor `{}` there are {read} values in constants; {MAX_LEN} are read", from.name);
        return Error::format(format!("ONNX: {says}"));
    }
    let external = if from.data_location == 1 { external(from, folder, len)? } else { Vec::new() };
    let raw = if from.data_location == 1 { &external } else { &from.raw_data };
    let size = match from.data_type {
        data_type::DOUBLE | data_type::INT64 => 8,
        data_type::FLOAT | data_type::INT32 => 4,
        data_type::FLOAT16 | data_type::BFLOAT16 => 2,
        data_type::INT8 | data_type::UINT8 | data_type::BOOL => 1,
        _ => 0, // which is refused below
    };
    let differs = |has: usize| {
        Error::format(format!("ONNX: the tensor `{}` has {has} values, its sizes {dims:?} say {len}", from.name))
    };
    if let Some(has) = raw.len().checked_div(size).filter(|&has| has != len && !raw.is_empty()) {
        return differs(has);
    }
    let floats = |values: Vec<f32>| Tensor { dims: dims.clone(), ..Tensor::floats(vec![values.len()], values) };
    let ints = |values: Vec<i64>| Tensor { dims: dims.clone(), ..Tensor::ints(vec![values.len()], values) };
    let small = || from.int32_data.iter().map(|&n| n as u16);
    let tensor = match (from.data_type, raw.is_empty()) {
        (data_type::FLOAT, true) => floats(from.float_data.clone()),
        (data_type::FLOAT, false) => floats(numbers(raw, f32::from_le_bytes)),
        (data_type::DOUBLE, true) => floats(from.double_data.iter().map(|&x| x as f32).collect()),
        (data_type::DOUBLE, false) => floats(numbers(raw, |x| f64::from_le_bytes(x) as f32)),
        (data_type::FLOAT16, true) => floats(small().map(half).collect()),
        (data_type::FLOAT16, false) => floats(numbers(raw, |x| half(u16::from_le_bytes(x)))),
        (data_type::BFLOAT16, true) => floats(small().map(|x| f32::from_bits(u32::from(x) << 16)).collect()),
        (data_type::BFLOAT16, false) => floats(numbers(raw, |[a, b]| f32::from_le_bytes([0, 0, a, b]))),
        (data_type::INT64, true) => ints(from.int64_data.clone()),
        (data_type::INT64, false) => ints(numbers(raw, i64::from_le_bytes)),
        (data_type::INT32 | data_type::INT8 | data_type::UINT8 | data_type::BOOL, true) => {
            ints(from.int32_data.iter().map(|&n| i64::from(n)).collect())
        }
        (data_type::INT32, false) => ints(numbers(raw, |n| i64::from(i32::from_le_bytes(n)))),
        (data_type::INT8, false) => ints(numbers(raw, |n| i64::from(i8::from_le_bytes(n)))),
        (data_type::UINT8 | data_type::BOOL, false) => ints(raw.iter().map(|&n| i64::from(n)).collect()),
        (other, _) => {
            return Error::format(format!(
                "ONNX: the tensor `{}` has the type {other}; floats, doubles, halves and integers are read",
                from.name
            ));
        }
    };
    if tensor.len() != len {
        return differs(tensor.len());
    }
    Ok(tensor)
}

/// The numbers that little-endian bytes are; what is left over makes one fewer.
fn numbers<const N: usize, T>(bytes: &[u8], number: impl Fn([u8; N]) -> T) -> Vec<T> {
    bytes.as_chunks().0.iter().map(|&bytes| number(bytes)).collect()
}

/// A number of half precision.
pub fn half(bits: u16) -> f32 {
    let (sign, exponent, fraction) = (u32::from(bits >> 15), u32::from(bits >> 10 & 31), u32::from(bits & 1023));
    let magnitude = match exponent {
        0 => fraction as f32 * (2.0f32).powi(-24),
        31 => f32::from_bits(0x7f80_0000 | fraction << 13),
        _ => f32::from_bits((exponent + 112) << 23 | fraction << 13),
    };
    if sign == 1 { -magnitude } else { magnitude }
}

/// The bytes of a constant of `len` values in a file of its own, or a part of one: no more than show whether it has these.
fn external(from: &TensorProto, folder: &Path, len: usize) -> Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};

    let entry = |key: &str| from.external_data.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str());
    let place = |key: &str| entry(key).map_or(Some(None), |text| text.parse::<u64>().ok().map(Some));
    let (Some(location), Some(offset), Some(length)) = (entry("location"), place("offset"), place("length")) else {
        return Error::format(format!("ONNX: the tensor `{}` does not say in which file it is", from.name));
    };
    // a model must not read what is not its own
    if !Path::new(location).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Error::format(format!(
            "ONNX: the tensor `{}` is in `{location}`, outside the model's folder",
            from.name
        ));
    }
    let path = folder.join(location);
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = std::fs::File::open(&path)?;
        let (offset, mut bytes) = (offset.unwrap_or(0), Vec::new());
        let length = length.unwrap_or(file.metadata()?.len().saturating_sub(offset)).min(8 * len as u64 + 8);
        file.seek(SeekFrom::Start(offset))?;
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error| Error::Io { path: path.clone(), says: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_read() {
        let halves = [0x0000, 0x8000, 0x3c00, 0xc000, 0x0001, 0x03ff, 0x0400, 0x7bff, 0x3555];
        let floats = [0.0, -0.0, 1.0, -2.0, 5.960_464_5e-8, 6.097_555e-5, 6.103_515_6e-5, 65504.0, 0.333_251_95];
        assert_eq!(halves.map(half), floats);
        assert_eq!(half(0x7c00), f32::INFINITY);
        assert!(half(0x7e00).is_nan());
    }

    #[test]
    fn modules_are_read_of_names() {
        let scope = |name: &str| scope(&NodeProto { name: name.into(), ..NodeProto::default() }).join("/");
        assert_eq!(scope("/layer1/layer1.0/conv1/Conv"), "layer1/0/conv1");
        assert_eq!(scope("/features/features.0/Conv"), "features/0");
        assert_eq!(scope("/Relu_1"), "");
        assert_eq!(scope("node_relu"), "");
        assert_eq!(scope("StatefulPartitionedCall/net/conv1/convolution"), "net/conv1");
    }
}
