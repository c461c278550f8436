//! The graph of a file, as ONNX has it: nodes that name what they take and give. Files of TFLite are read as the same.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::integers::Integers;

/// The most values that a constant has.
pub const MAX_LEN: usize = const_cnn::Dims::MAX_PARAMETERS;

/// A file's graph.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Which program wrote the file, in words.
    pub producer: String,
    /// The nodes, each after those whose outputs it takes.
    pub nodes: Vec<Node>,
    /// The constants, by name.
    pub constants: HashMap<String, Rc<Tensor>>,
    /// The name of what it takes.
    pub input: String,
    /// The sizes of what it takes, the number of images included, which is 1.
    pub input_dims: Vec<usize>,
    /// How many images the file is for, where it says so.
    pub batch: usize,
    /// The name of what it gives.
    pub output: String,
    /// Whether channels are last.
    pub channels_last: bool,
    /// Of a network of integers, how its values and weights are integers.
    pub integers: Option<Integers>,
    /// How the sizes of its ends were [written](crate::export::WRITTEN).
    pub how: Option<String>,
}

/// A node of a file's graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    /// Its name, which need not be the only one.
    pub name: String,
    /// ONNX's operator.
    pub op: String,
    /// What the file calls its operator, where that is not ONNX's.
    pub written: String,
    /// The names of what it takes, empty where nothing stands.
    pub inputs: Vec<String>,
    /// The names of what it gives.
    pub outputs: Vec<String>,
    /// Its numbers.
    pub attributes: BTreeMap<String, Attribute>,
    /// The modules that it stands in, from the outermost, where the file says so.
    pub scope: Vec<String>,
    /// Which line of a network of this crate it ends, where `export` has [noted](crate::export::NOTE) it.
    pub line: Option<String>,
    /// Which tensor of a TFLite file it is, or a part of its operator.
    pub tensor: Option<usize>,
    /// How that line was [written](crate::export::WRITTEN).
    pub how: Option<String>,
}

/// A number, a text or a tensor of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Attribute {
    /// An integer.
    Int(i64),
    /// A float.
    Float(f32),
    /// A text.
    Text(String),
    /// Integers.
    Ints(Vec<i64>),
    /// Floats.
    Floats(Vec<f32>),
    /// A tensor.
    Tensor(Rc<Tensor>),
    /// What no operator that is known here has.
    Other,
}

impl Node {
    /// An error of this node.
    pub fn error<T>(&self, says: impl Into<String>) -> Result<T> {
        Err(self.refusal(None, says.into()))
    }

    /// An error of an attribute or input of this node.
    pub fn error_of<T>(&self, attribute: &str, says: impl Into<String>) -> Result<T> {
        Err(self.refusal(Some(attribute.to_string()), says.into()))
    }

    fn refusal(&self, attribute: Option<String>, says: String) -> Error {
        Error::Node { node: self.title(), operator: self.operator().to_string(), attribute, says }
    }

    /// Its operator, as the file calls it.
    pub fn operator(&self) -> &str {
        if self.written.is_empty() { &self.op } else { &self.written }
    }

    /// Its name, or that of what it gives.
    pub fn title(&self) -> String {
        let first = self.outputs.first().map_or("", String::as_str);
        if self.name.is_empty() { first.to_string() } else { self.name.clone() }
    }

    /// An integer.
    pub fn int(&self, name: &str, default: i64) -> Result<i64> {
        match self.attributes.get(name) {
            None => Ok(default),
            Some(Attribute::Int(n)) => Ok(*n),
            Some(_) => self.error_of(name, "an integer stands here in ONNX"),
        }
    }

    /// A float.
    pub fn float(&self, name: &str, default: f32) -> Result<f32> {
        match self.attributes.get(name) {
            None => Ok(default),
            Some(Attribute::Float(x)) => Ok(*x),
            Some(_) => self.error_of(name, "a float stands here in ONNX"),
        }
    }

    /// A text.
    pub fn text<'a>(&'a self, name: &str, default: &'a str) -> Result<&'a str> {
        match self.attributes.get(name) {
            None => Ok(default),
            Some(Attribute::Text(text)) => Ok(text),
            Some(_) => self.error_of(name, "a text stands here in ONNX"),
        }
    }

    /// Integers, if they are there.
    pub fn ints(&self, name: &str) -> Result<Option<&[i64]>> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Ints(ints)) => Ok(Some(ints)),
            Some(_) => self.error_of(name, "integers stand here in ONNX"),
        }
    }

    /// Sizes of a window, along each of `rank` axes.
    pub fn sizes(&self, name: &str, rank: usize, default: usize) -> Result<Vec<usize>> {
        let Some(ints) = self.ints(name)? else { return Ok(vec![default; rank]) };
        let sizes: Option<Vec<_>> = ints.iter().map(|&n| usize::try_from(n).ok().filter(|&n| n < 1 << 24)).collect();
        match sizes {
            Some(sizes) if sizes.len() == rank => Ok(sizes),
            _ => self.error_of(name, format!("{ints:?} are not {rank} sizes")),
        }
    }
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Its sizes; a scalar has none.
    pub dims: Vec<usize>,
    /// Its values, the last size innermost.
    pub data: Data,
    /// How the file has its values as small integers, which have become floats in `data`.
    pub quantised: Option<Quantised>,
}

/// Values.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Of any float type.
    Floats(Vec<f32>),
    /// Of any integer type, and truth values.
    Ints(Vec<i64>),
}

/// How values lie in a file as small integers: value = scale · (integer − zero point).
#[derive(Clone, Debug, PartialEq)]
pub struct Quantised {
    /// The scale: one, or one for each place along `axis`.
    pub scales: Vec<f32>,
    /// The zero point, likewise.
    pub zero_points: Vec<i64>,
    /// Which size they are along.
    pub axis: usize,
}

impl Tensor {
    /// Floats.
    pub fn floats(dims: Vec<usize>, values: Vec<f32>) -> Tensor {
        debug_assert_eq!(dims.iter().product::<usize>(), values.len());
        Tensor { dims, data: Data::Floats(values), quantised: None }
    }

    /// Integers.
    pub fn ints(dims: Vec<usize>, values: Vec<i64>) -> Tensor {
        debug_assert_eq!(dims.iter().product::<usize>(), values.len());
        Tensor { dims, data: Data::Ints(values), quantised: None }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Floats(values) => values.len(),
            Data::Ints(values) => values.len(),
        }
    }

    /// Whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values as floats.
    pub fn to_floats(&self) -> Vec<f32> {
        match &self.data {
            Data::Floats(values) => values.clone(),
            Data::Ints(values) => values.iter().map(|&n| n as f32).collect(),
        }
    }

    /// The values as integers, if all are.
    pub fn to_ints(&self) -> Option<Vec<i64>> {
        match &self.data {
            Data::Ints(values) => Some(values.clone()),
            Data::Floats(values) => {
                values.iter().map(|&x| (x.fract() == 0.0 && x.abs() < 1e15).then_some(x as i64)).collect()
            }
        }
    }

    /// The one value that all are, as a float.
    pub fn scalar(&self) -> Option<f32> {
        match &self.data {
            Data::Floats(values) if values.len() == 1 => Some(values[0]),
            Data::Ints(values) if values.len() == 1 => Some(values[0] as f32),
            _ => None,
        }
    }

    /// The same with its axes in another order.
    pub fn transposed(&self, order: &[usize]) -> Tensor {
        let dims: Vec<usize> = order.iter().map(|&axis| self.dims[axis]).collect();
        let places = places(&dims, &order.iter().map(|&axis| strides(&self.dims)[axis]).collect::<Vec<_>>());
        let data = match &self.data {
            Data::Floats(values) => Data::Floats(places.map(|place| values[place]).collect()),
            Data::Ints(values) => Data::Ints(places.map(|place| values[place]).collect()),
        };
        Tensor { dims, data, quantised: None }
    }
}

/// How many values further the next place along each axis is.
pub fn strides(dims: &[usize]) -> Vec<usize> {
    (0..dims.len()).map(|axis| dims[axis + 1..].iter().product()).collect()
}

/// The places of all values of a tensor of sizes `dims`, the last axis innermost, in another whose places lie
/// `strides` apart.
pub fn places(dims: &[usize], strides: &[usize]) -> impl Iterator<Item = usize> + use<> {
    let (dims, strides) = (dims.to_vec(), strides.to_vec());
    let len = dims.iter().product();
    (0..len).map(move |mut n| {
        let mut place = 0;
        for (&size, &stride) in dims.iter().zip(&strides).rev() {
            place += n % size * stride;
            n /= size;
        }
        place
    })
}

/// The most sizes that a tensor has.
pub const MAX_RANK: usize = 8;

/// The number of values of sizes, if they are no more than are read.
pub fn checked_len(dims: &[usize]) -> Option<usize> {
    if dims.len() > MAX_RANK {
        return None;
    }
    let len = dims.iter().try_fold(1usize, |len, &size| len.checked_mul(size))?;
    (len <= MAX_LEN).then_some(len)
}
