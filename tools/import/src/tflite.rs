//! From a TFLite file to its graph: the same operators as ONNX's, channels last.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::flat::{MAX_READ, Table};
use crate::from_onnx::half;
use crate::graph::{Attribute, Data, Graph, MAX_LEN, Node, Quantised, Tensor, checked_len};

/// Reads a model.
///
/// # Errors
///
/// [`Error::Format`] where the bytes are no model or not a whole one, [`Error::Node`] at an operator that is not known.
pub fn read(bytes: &[u8]) -> Result<Graph> {
    read_as(bytes, true)
}

/// As [`read`], but a network of integers is that of the floats that they stand for.
///
/// # Errors
///
/// As [`read`].
pub fn read_float(bytes: &[u8]) -> Result<Graph> {
    read_as(bytes, false)
}

fn read_as(bytes: &[u8], may_be_integers: bool) -> Result<Graph> {
    let left = Cell::new(MAX_READ);
    let (model, subgraph) = open(bytes, &left)?;
    let mut reader = Reader {
        codes: model.tables(1)?.into_iter().map(code).collect::<Result<_>>()?,
        tensors: tensors(subgraph, &model.tables(4)?)?,
        scopes: HashSet::new(),
        graph: Graph { producer: "TFLite".into(), channels_last: true, ..Graph::default() },
    };
    let (input, output) = (one(&reader, subgraph.ints(1)?, "takes")?, one(&reader, subgraph.ints(2)?, "gives")?);
    let taken = reader.tensor(input)?;
    if ![kind::FLOAT32, kind::INT8, kind::UINT8, kind::INT16].contains(&taken.kind) {
        let says = format!("the model takes {}; float32 and int8 are possible", kind::name(taken.kind));
        return Err(Error::Graph { nodes: vec![taken.name.clone()], says });
    }
    let dims = taken.dims.clone();
    if dims.is_empty() || dims.contains(&0) {
        return Error::format(format!("TFLite: the input `{}` has the sizes {dims:?}", taken.name));
    }
    reader.graph.input_dims = dims;
    reader.graph.batch = reader.graph.input_dims[0];
    (reader.graph.input, reader.graph.output) = (value(input), value(output));
    for (n, tensor) in reader.tensors.iter().enumerate() {
        if let Some(constant) = &tensor.constant {
            reader.graph.constants.insert(value(n as i32), constant.clone());
        }
    }
    let operators = subgraph.tables(3)?;
    if may_be_integers && reader.is_of_integers(input, &operators)? {
        reader.graph.integers = Some(reader.integers_of([input, output], &operators)?);
    }
    for operator in operators {
        reader.operator(operator)?;
    }
    dilations(&mut reader.graph)?;
    Ok(reader.graph)
}

/// A convolution between two operators that deal an image to a batch, every few places to one, and back, is dilated.
fn dilations(graph: &mut Graph) -> Result<()> {
    for n in 0..graph.nodes.len() {
        if graph.nodes[n].op != "SPACE_TO_BATCH_ND" {
            continue;
        }
        let ints = |graph: &Graph, node: usize, input: usize| -> Result<Vec<i64>> {
            let node = &graph.nodes[node];
            let constant = node.inputs.get(input).and_then(|name| graph.constants.get(name)).and_then(|c| c.to_ints());
            constant.map_or_else(|| node.error(format!("its input {input} must be a constant of integers")), Ok)
        };
        let refuse =
            |graph: &Graph| graph.nodes[n].error("is possible around a convolution of step 1, which it dilates");
        let (block, pads) = (ints(graph, n, 1)?, ints(graph, n, 2)?);
        // the convolution, and what leads back
        let (mut at, mut conv, mut squeezed) = (n, None, None);
        let mut added = Vec::new();
        while graph.nodes[at].op != "BATCH_TO_SPACE_ND" {
            let name = &graph.nodes[at].outputs[0];
            let takers: Vec<usize> = (0..graph.nodes.len()).filter(|&m| graph.nodes[m].inputs.contains(name)).collect();
            let [taker] = takers[..] else { return refuse(graph) };
            match graph.nodes[taker].op.as_str() {
                "Conv" if conv.is_none() => conv = Some(taker),
                // to the sizes of a batch of several images: what was added goes
                "Reshape" => squeezed = Some(taker),
                "Unsqueeze" => added = graph.nodes[taker].ints("axes")?.unwrap_or(&[]).to_vec(),
                "Squeeze" | "Identity" | "Add" | "Relu" | "Clip" | "BATCH_TO_SPACE_ND" => (),
                _ => return refuse(graph),
            }
            at = taker;
        }
        let (Some(conv), crops) = (conv, ints(graph, at, 2)?) else { return refuse(graph) };
        let rank = block.len();
        let is_plain = graph.nodes[conv].text("auto_pad", "")? == "VALID"
            && graph.nodes[conv].ints("strides")?.is_some_and(|strides| strides.iter().all(|&stride| stride == 1))
            && graph.nodes[conv]
                .ints("dilations")?
                .is_some_and(|dilations| dilations.iter().all(|&dilation| dilation == 1));
        if !is_plain || pads.len() != 2 * rank || crops.len() != 2 * rank || ints(graph, at, 1)? != block {
            return refuse(graph);
        }
        // a sequence is an image of one row, or of one column, where an axis is added
        let dilations = match (&block[..], &added[..]) {
            ([columns], [1 | -3]) => vec![1, *columns],
            ([rows], [2 | -2]) => vec![*rows, 1],
            ([rows, columns], []) => vec![*rows, *columns],
            _ => return refuse(graph),
        };
        if let Some(squeezed) = squeezed {
            let node = &mut graph.nodes[squeezed];
            node.op = "Squeeze".into();
            node.inputs.truncate(1);
            node.attributes = [("axes".to_string(), Attribute::Ints(added))].into();
        }
        graph.nodes[conv].attributes.insert("dilations".into(), Attribute::Ints(dilations));
        let around = |sides: &[i64], sign: i64| {
            let each = |first: usize| sides.iter().skip(first).step_by(2).map(|&n| sign * n).collect::<Vec<_>>();
            [vec![0], each(0), vec![0, 0], each(1), vec![0]].concat()
        };
        for (node, sides) in [(n, around(&pads, 1)), (at, around(&crops, -1))] {
            let node = &mut graph.nodes[node];
            node.op = "Pad".into();
            node.inputs.truncate(1);
            node.attributes.insert("pads".into(), Attribute::Ints(sides));
        }
    }
    Ok(())
}

/// The tensors of a model, quantised or not.
///
/// # Errors
///
/// [`Error::Format`] where the bytes are no model or not a whole one.
pub fn describe(bytes: &[u8]) -> Result<Vec<Described>> {
    let left = Cell::new(MAX_READ);
    let (model, subgraph) = open(bytes, &left)?;
    tensors(subgraph, &model.tables(4)?)
}

/// The model, and its one graph.
fn open<'a>(bytes: &'a [u8], left: &'a Cell<usize>) -> Result<(Table<'a>, Table<'a>)> {
    if bytes.get(4..8) != Some(b"TFL3") {
        return Error::format("TFLite: it does not begin as a file of version 3 does");
    }
    let model = Table::root(bytes, left)?;
    let [subgraph] = model.tables(2)?[..] else {
        return Error::format("TFLite: it has several subgraphs; a network is one");
    };
    Ok((model, subgraph))
}

/// The numbers of the types of tensors.
pub(crate) mod kind {
    pub const FLOAT32: u8 = 0;
    pub const FLOAT16: u8 = 1;
    pub const INT32: u8 = 2;
    pub const UINT8: u8 = 3;
    pub const INT64: u8 = 4;
    pub const BOOL: u8 = 6;
    pub const INT16: u8 = 7;
    pub const INT8: u8 = 9;

    /// Its name.
    pub fn name(kind: u8) -> String {
        let names = ["float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8"];
        names.get(usize::from(kind)).map_or_else(|| format!("type {kind}"), |name| name.to_string())
    }
}

/// A tensor of the file.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Its sizes, channels last.
    pub dims: Vec<usize>,
    /// The number of its type.
    pub kind: u8,
    /// Its values, if they are in the file.
    pub constant: Option<Rc<Tensor>>,
    /// How its values are integers, if they are.
    pub quantised: Option<Quantised>,
    /// These integers, where `constant` has what they stand for.
    pub integers: Option<Vec<i64>>,
}

pub(crate) struct Reader {
    codes: Vec<i32>,
    scopes: HashSet<Vec<String>>,
    pub tensors: Vec<Described>,
    pub graph: Graph,
}

/// The operator's number: of old files in one byte.
fn code(table: Table) -> Result<i32> {
    Ok(i32::from(table.byte(0, 0)? as i8).max(table.int(3, 0)?))
}

/// What the graph calls a tensor.
pub(crate) fn value(tensor: i32) -> String {
    format!("tensor {tensor}")
}

fn one(reader: &Reader, list: Vec<i32>, what: &str) -> Result<i32> {
    let [tensor] = list[..] else {
        let nodes = list.iter().map(|&n| reader.tensor(n).map(|tensor| tensor.name.clone())).collect::<Result<_>>()?;
        return Err(Error::Graph {
            nodes,
            says: format!("the model {what} {} tensors; a network {what} one", list.len()),
        });
    };
    Ok(tensor)
}

fn tensors(subgraph: Table, buffers: &[Table]) -> Result<Vec<Described>> {
    let (mut tensors, mut read) = (Vec::new(), 0);
    for table in subgraph.tables(0)? {
        let (name, kind) = (table.text(3)?, table.byte(1, 0)?);
        let dims: Option<Vec<usize>> = table.ints(0)?.into_iter().map(|size| usize::try_from(size).ok()).collect();
        let Some(dims) = dims.filter(|dims| checked_len(dims).is_some()) else {
            return Error::format(format!("TFLite: the tensor `{name}` has sizes that are not read"));
        };
        let Some(buffer) = buffers.get(table.int(2, 0)? as usize) else {
            return Error::format(format!("TFLite: the tensor `{name}` has no buffer"));
        };
        let bytes = buffer.bytes(0)?;
        let (mut values, mut integers) = (None, None);
        if !bytes.is_empty() {
            // several may share a buffer
            read += dims.iter().product::<usize>();
            if read > MAX_LEN {
                let says =
                    format!("until the tensor `{name}` there are {read} values in constants; {MAX_LEN} are read");
                return Error::format(format!("TFLite: {says}"));
            }
            let (tensor, own) = constant(table, &name, &dims, kind, bytes)?;
            (values, integers) = (Some(Rc::new(tensor)), own);
        }
        tensors.push(Described { name, dims, kind, constant: values, quantised: quantisation(table)?, integers });
    }
    Ok(tensors)
}

/// A constant, and its integers where it has become floats.
fn constant(table: Table, name: &str, dims: &[usize], kind: u8, bytes: &[u8]) -> Result<(Tensor, Option<Vec<i64>>)> {
    let len: usize = dims.iter().product();
    let size = match kind {
        kind::INT64 => 8,
        kind::FLOAT32 | kind::INT32 => 4,
        kind::FLOAT16 => 2,
        kind::UINT8 | kind::BOOL | kind::INT8 => 1,
        _ => 0, // which is refused below
    };
    if let Some(has) = bytes.len().checked_div(size).filter(|&has| has != len) {
        return Error::format(format!("TFLite: the tensor `{name}` has {has} values, its sizes {dims:?} say {len}"));
    }
    let floats = |values: Vec<f32>| Data::Floats(values);
    let data = match kind {
        kind::FLOAT32 => floats(bytes.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect()),
        kind::FLOAT16 => floats(bytes.as_chunks().0.iter().map(|&x| half(u16::from_le_bytes(x))).collect()),
        kind::INT32 => Data::Ints(bytes.as_chunks().0.iter().map(|&n| i64::from(i32::from_le_bytes(n))).collect()),
        kind::INT64 => Data::Ints(bytes.as_chunks().0.iter().map(|&n| i64::from_le_bytes(n)).collect()),
        kind::UINT8 | kind::BOOL => Data::Ints(bytes.iter().map(|&n| i64::from(n)).collect()),
        kind::INT8 => Data::Ints(bytes.iter().map(|&n| i64::from(n as i8)).collect()),
        other => return Error::format(format!("TFLite: the tensor `{name}` has the type {other}, which is not read")),
    };
    let mut tensor = Tensor { dims: dims.to_vec(), data, quantised: quantisation(table)? };
    if let (Data::Ints(values), Some(quantised)) = (&tensor.data, &tensor.quantised) {
        let (scales, zeros, axis) = (&quantised.scales, &quantised.zero_points, quantised.axis);
        let places = if scales.len() == 1 { 1 } else { dims.get(axis).copied().unwrap_or(0) };
        if places != scales.len() || ![0, scales.len()].contains(&zeros.len()) {
            return Error::format(format!("TFLite: the tensor `{name}` has {} scales along {dims:?}", scales.len()));
        }
        let inner: usize = if scales.len() == 1 { len } else { dims[axis + 1..].iter().product() };
        let number = |(n, &x): (usize, &i64)| {
            let place = n / inner.max(1) % places;
            x.saturating_sub(zeros.get(place).copied().unwrap_or(0)) as f32 * scales[place]
        };
        let floats = Data::Floats(values.iter().enumerate().map(number).collect());
        if let Data::Ints(integers) = std::mem::replace(&mut tensor.data, floats) {
            return Ok((tensor, Some(integers)));
        }
    }
    Ok((tensor, None))
}

/// How a tensor is quantised, if it is.
fn quantisation(table: Table) -> Result<Option<Quantised>> {
    let Some(table) = table.table(4)? else { return Ok(None) };
    let (scales, zero_points) = (table.floats(2)?, table.longs(3)?);
    let axis = usize::try_from(table.int(6, 0)?).unwrap_or(usize::MAX);
    Ok((!scales.is_empty()).then_some(Quantised { scales, zero_points, axis }))
}

/// What of an operator its arms need.
pub(crate) struct Operator<'a> {
    options: Option<Table<'a>>,
    pub inputs: Vec<String>,
    /// The first input, and so on, as the file has them.
    pub tensors: Vec<i32>,
    output: String,
    pub node: Node,
}

impl Operator<'_> {
    fn option_int(&self, n: usize, default: i32) -> Result<i64> {
        Ok(i64::from(self.options.map_or(Ok(default), |options| options.int(n, default))?))
    }

    pub fn option_byte(&self, n: usize) -> Result<u8> {
        self.options.map_or(Ok(0), |options| options.byte(n, 0))
    }

    fn option_float(&self, n: usize) -> Result<f32> {
        self.options.map_or(Ok(0.0), |options| options.float(n, 0.0))
    }

    fn option_ints(&self, n: usize) -> Result<Vec<i64>> {
        let ints = self.options.map_or(Ok(Vec::new()), |options| options.ints(n))?;
        Ok(ints.into_iter().map(i64::from).collect())
    }
}

impl Reader {
    pub fn tensor(&self, n: i32) -> Result<&Described> {
        let tensor = usize::try_from(n).ok().and_then(|n| self.tensors.get(n));
        tensor.map_or_else(|| Error::format(format!("TFLite: there is no tensor {n}")), Ok)
    }

    /// Adds a node in the same place of the file, and gives the name of its output.
    pub fn push(&mut self, of: &Operator, op: &str, inputs: Vec<String>, attributes: Vec<(&str, Attribute)>) -> String {
        let output = format!("{} {}", of.output, self.graph.nodes.len());
        let attributes = attributes.into_iter().map(|(name, attribute)| (name.to_string(), attribute)).collect();
        let node = Node { op: op.into(), inputs, outputs: vec![output.clone()], attributes, ..of.node.clone() };
        self.graph.nodes.push(node);
        output
    }

    /// A constant of integers, by name.
    fn integers(&mut self, of: &Operator, values: Vec<i64>) -> String {
        let name = format!("{} constant {}", of.output, self.graph.constants.len());
        self.graph.constants.insert(name.clone(), Rc::new(Tensor::ints(vec![values.len()], values)));
        name
    }

    /// The integers that an input is, which must be a constant of the file.
    pub fn known(&self, of: &Operator, n: usize) -> Result<Vec<i64>> {
        let tensor = of.tensors.get(n).map(|&tensor| self.tensor(tensor)).transpose()?;
        match tensor.and_then(|tensor| tensor.constant.as_ref()).and_then(|constant| constant.to_ints()) {
            Some(ints) => Ok(ints),
            None => of.node.error(format!("its input {n} must be a constant of integers")),
        }
    }

    /// The number of an operator.
    pub fn code(&self, table: Table) -> Result<i32> {
        let number = table.int(0, 0)?;
        let code = usize::try_from(number).ok().and_then(|n| self.codes.get(n));
        code.copied().map_or_else(|| Error::format(format!("TFLite: there is no operator {number}")), Ok)
    }

    fn operator(&mut self, table: Table) -> Result<()> {
        let code = self.code(table)?;
        let (tensors, outputs) = (table.ints(1)?, table.ints(2)?);
        let Some(&given) = outputs.first() else { return Error::format("TFLite: an operator gives nothing") };
        let named = self.tensor(given)?.name.clone();
        let name = NAMES.iter().chain(OTHERS).find(|(of, _)| *of == code);
        let name = name.map_or_else(|| format!("operator {code}"), |of| of.1.into());
        let mut inputs = Vec::new();
        for &tensor in &tensors {
            inputs.push(if tensor < 0 { String::new() } else { value(tensor) });
            if tensor >= 0 {
                self.tensor(tensor)?;
            }
        }
        // converters name several operators after one weight that they share
        let scope = scopes(&named, &name).into_iter().find(|scope| !scope.is_empty() && !self.scopes.contains(scope));
        let scope = scope.unwrap_or_default();
        self.scopes.insert(scope.clone());
        let tensor = Some(given as usize);
        let node = Node { name: named, written: name.clone(), scope, tensor, ..Node::default() };
        let mut of = Operator { options: table.table(4)?, inputs, tensors, output: value(given), node };
        if outputs.len() > 1 {
            return of.node.error("gives several tensors; a layer gives one");
        }
        if ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV"].contains(&name.as_str()) {
            self.have_scales(&of)?;
        }
        if self.graph.integers.is_some() {
            self.of_integers(&mut of, &name, given as usize)?;
        }
        let is_int8_mean = name == "MEAN" && self.graph.integers.is_some();
        let output = if is_int8_mean { self.mean(&of)? } else { self.translate(&of, &name)? };
        let attributes = Default::default();
        let last = Node {
            op: "Identity".into(),
            inputs: vec![output],
            outputs: vec![of.output.clone()],
            attributes,
            ..of.node
        };
        self.graph.nodes.push(last);
        Ok(())
    }

    /// What an operator is in ONNX; the name of what it gives.
    fn translate(&mut self, of: &Operator, name: &str) -> Result<String> {
        let ints = |values: Vec<i64>| Attribute::Ints(values);
        let inputs = of.inputs.clone();
        let input = |n: usize| inputs.get(n).cloned().unwrap_or_default();
        let word = match name {
            "LOGISTIC" => "Sigmoid",
            "TANH" => "Tanh",
            "HARD_SWISH" => "HardSwish",
            "PRELU" => "PRelu",
            "NEG" => "Neg",
            "SQRT" => "Sqrt",
            "POW" => "Pow",
            "MAXIMUM" => "Max",
            "MINIMUM" => "Min",
            "SHAPE" => "Shape",
            "ELU" => "Elu",
            // constants are floats once they are read
            "DEQUANTIZE" => "Identity",
            "QUANTIZE" if !self.rescales(of) => "Identity",
            "QUANTIZE" => "Rescale",
            "BROADCAST_TO" => "Expand",
            "TILE" => "Tile",
            "SPACE_TO_BATCH_ND" | "BATCH_TO_SPACE_ND" => name,
            _ => "",
        };
        if !word.is_empty() {
            return Ok(self.push(of, word, inputs, vec![]));
        }
        Ok(match name {
            "ADD" | "MUL" | "SUB" | "DIV" => {
                let op = ["Add", "Mul", "Sub", "Div"]
                    [["ADD", "MUL", "SUB", "DIV"].iter().position(|n| *n == name).unwrap_or(0)];
                let raw = self.push(of, op, inputs, vec![]);
                self.activated(of, raw, of.option_byte(0)?)?
            }
            "RELU" => {
                let x = if self.rescales(of) { self.push(of, "Rescale", inputs, vec![]) } else { input(0) };
                self.push(of, "Relu", vec![x], vec![])
            }
            "RELU6" => self.activated(of, input(0), 3)?,
            "LEAKY_RELU" => self.push(of, "LeakyRelu", inputs, vec![("alpha", Attribute::Float(of.option_float(0)?))]),
            "GELU" => {
                let way = if of.option_byte(0)? != 0 { "tanh" } else { "none" };
                self.push(of, "Gelu", inputs, vec![("approximate", Attribute::Text(way.into()))])
            }
            "RSQRT" => {
                let root = self.push(of, "Sqrt", inputs, vec![]);
                self.push(of, "Reciprocal", vec![root], vec![])
            }
            "SQUARE" => self.push(of, "Mul", vec![input(0), input(0)], vec![]),
            "SQUARED_DIFFERENCE" => {
                let difference = self.push(of, "Sub", inputs, vec![]);
                self.push(of, "Mul", vec![difference.clone(), difference], vec![])
            }
            "SOFTMAX" => {
                if of.option_float(0)? != 1.0 {
                    return of.node.error_of("beta", "is not 1");
                }
                self.push(of, "Softmax", inputs, vec![("axis", Attribute::Int(-1))])
            }
            "LOG_SOFTMAX" => self.push(of, "LogSoftmax", inputs, vec![]),
            "CONV_2D" | "DEPTHWISE_CONV_2D" => self.conv(of, name == "CONV_2D")?,
            "TRANSPOSE_CONV" => {
                let weight = self.push(of, "Transpose", vec![input(1)], vec![("perm", ints(vec![3, 0, 1, 2]))]);
                let attributes = self.window(of, [2, 1], None)?;
                let raw = self.push(of, "ConvTranspose", vec![input(2), weight, input(3)], attributes);
                self.activated(of, raw, of.option_byte(3)?)?
            }
            "AVERAGE_POOL_2D" | "MAX_POOL_2D" => {
                let mut attributes = self.window(of, [2, 1], None)?;
                attributes.push(("kernel_shape", ints(vec![of.option_int(4, 0)?, of.option_int(3, 0)?])));
                let op = if name == "MAX_POOL_2D" { "MaxPool" } else { "AveragePool" };
                let raw = self.push(of, op, inputs, attributes);
                self.activated(of, raw, of.option_byte(5)?)?
            }
            "FULLY_CONNECTED" => self.dense(of)?,
            "CONCATENATION" => {
                let axis = of.option_int(0, 0)?;
                let raw = self.push(of, "Concat", inputs, vec![("axis", Attribute::Int(axis))]);
                self.activated(of, raw, of.option_byte(1)?)?
            }
            "RESHAPE" => {
                let shape = of.option_ints(0)?;
                if input(1).is_empty() {
                    self.push(of, "Reshape", vec![input(0)], vec![("shape", ints(shape))])
                } else {
                    self.push(of, "Reshape", inputs, vec![])
                }
            }
            "SQUEEZE" => {
                let axes = of.option_ints(0)?;
                let attributes = if axes.is_empty() { vec![] } else { vec![("axes", ints(axes))] };
                self.push(of, "Squeeze", inputs, attributes)
            }
            "EXPAND_DIMS" => {
                let axes = self.known(of, 1)?;
                self.push(of, "Unsqueeze", vec![input(0)], vec![("axes", ints(axes))])
            }
            "MEAN" | "SUM" | "REDUCE_MAX" => {
                let op = match name {
                    "MEAN" => "ReduceMean",
                    "SUM" => "ReduceSum",
                    _ => "ReduceMax",
                };
                let (axes, keeps) = (self.known(of, 1)?, i64::from(of.option_byte(0)?));
                let attributes = vec![("axes", ints(axes)), ("keepdims", Attribute::Int(keeps))];
                self.push(of, op, vec![input(0)], attributes)
            }
            "TRANSPOSE" => {
                let order = self.known(of, 1)?;
                self.push(of, "Transpose", vec![input(0)], vec![("perm", ints(order))])
            }
            "CAST" => {
                // to float, or to an integer
                let to = if of.option_byte(1)? == kind::FLOAT32 { 1 } else { 7 };
                self.push(of, "Cast", inputs, vec![("to", Attribute::Int(to))])
            }
            "GATHER" => {
                let axis = of.option_int(0, 0)?;
                self.push(of, "Gather", inputs, vec![("axis", Attribute::Int(axis))])
            }
            "PACK" => {
                let axis = of.option_int(1, 0)?;
                let parts: Vec<String> = inputs
                    .iter()
                    .map(|part| self.push(of, "Unsqueeze", vec![part.clone()], vec![("axes", ints(vec![axis]))]))
                    .collect();
                self.push(of, "Concat", parts, vec![("axis", Attribute::Int(axis))])
            }
            "PAD" | "PADV2" | "MIRROR_PAD" => self.pad(of, name)?,
            "SLICE" => {
                let (starts, sizes) = (self.known(of, 1)?, self.known(of, 2)?);
                let ends: Vec<i64> = starts
                    .iter()
                    .zip(&sizes)
                    .map(|(&start, &size)| if size < 0 { i64::MAX } else { start.saturating_add(size) })
                    .collect();
                self.push(of, "Slice", vec![input(0)], vec![("starts", ints(starts)), ("ends", ints(ends))])
            }
            "STRIDED_SLICE" => self.strided_slice(of)?,
            "RESIZE_BILINEAR" | "RESIZE_NEAREST_NEIGHBOR" => {
                let is_linear = name == "RESIZE_BILINEAR";
                let first = if is_linear { 2 } else { 0 };
                let (corners, half) = (of.option_byte(first)? != 0, of.option_byte(first + 1)? != 0);
                let place = match (corners, half || !is_linear) {
                    (true, _) => "align_corners",
                    (_, true) if is_linear => "half_pixel",
                    _ => "asymmetric",
                };
                let text = |text: &str| Attribute::Text(text.into());
                let attributes = vec![
                    ("mode", text(if is_linear { "linear" } else { "nearest" })),
                    ("coordinate_transformation_mode", text(place)),
                    ("nearest_mode", text("floor")),
                    ("axes", ints(vec![1, 2])),
                ];
                self.push(of, "Resize", vec![input(0), String::new(), String::new(), input(1)], attributes)
            }
            _ => {
                let supported: Vec<&str> = NAMES.iter().map(|(_, name)| *name).collect();
                return of.node.error(format!("is not supported; supported are {}", supported.join(", ")));
            }
        })
    }

    /// The activation that an operator has in it.
    fn activated(&mut self, of: &Operator, raw: String, activation: u8) -> Result<String> {
        let node = Node { scope: Vec::new(), ..of.node.clone() };
        let of = &Operator { node, inputs: Vec::new(), tensors: Vec::new(), output: of.output.clone(), ..*of };
        Ok(match activation {
            0 => raw,
            1 => self.push(of, "Relu", vec![raw], vec![]),
            3 => {
                let bounds = [("min", Attribute::Float(0.0)), ("max", Attribute::Float(6.0))];
                self.push(of, "Clip", vec![raw], bounds.into())
            }
            4 => self.push(of, "Tanh", vec![raw], vec![]),
            other => {
                let says = format!("is number {other}; none, RELU, RELU6 and TANH are possible");
                return of.node.error_of("fused_activation_function", says);
            }
        })
    }

    /// Padding and strides, whose fields are rows and columns, and the dilations'.
    fn window(
        &self,
        of: &Operator,
        strides: [usize; 2],
        dilations: Option<[usize; 2]>,
    ) -> Result<Vec<(&'static str, Attribute)>> {
        let padding = match of.option_byte(0)? {
            0 => "SAME_UPPER",
            1 => "VALID",
            other => return of.node.error_of("padding", format!("is number {other}; SAME and VALID are possible")),
        };
        let [rows, columns] = strides;
        let mut attributes = vec![
            ("auto_pad", Attribute::Text(padding.into())),
            ("strides", Attribute::Ints(vec![of.option_int(rows, 0)?, of.option_int(columns, 0)?])),
        ];
        if let Some([rows, columns]) = dilations {
            attributes.push(("dilations", Attribute::Ints(vec![of.option_int(rows, 1)?, of.option_int(columns, 1)?])));
        }
        Ok(attributes)
    }

    fn conv(&mut self, of: &Operator, is_full: bool) -> Result<String> {
        let weights = of.tensors.get(1).map(|&tensor| self.tensor(tensor)).transpose()?;
        let taken = of.tensors.first().map(|&tensor| self.tensor(tensor)).transpose()?;
        let (Some([first, .., last]), Some(&channels)) =
            (weights.map(|w| &w.dims[..]), taken.and_then(|x| x.dims.last()))
        else {
            return of.node.error("its weight, or its input, has no sizes");
        };
        let (order, groups) = if is_full {
            // in groups where its weight takes a part of the channels
            (vec![0, 3, 1, 2], if *last > 0 && channels.is_multiple_of(*last) { channels / last } else { 1 })
        } else {
            debug_assert_eq!(*first, 1);
            (vec![3, 0, 1, 2], channels)
        };
        let weight = self.push(of, "Transpose", vec![of.inputs[1].clone()], vec![("perm", Attribute::Ints(order))]);
        let mut attributes = self.window(of, [2, 1], Some(if is_full { [5, 4] } else { [6, 5] }))?;
        attributes.push(("group", Attribute::Int(groups as i64)));
        let bias = of.inputs.get(2).cloned().unwrap_or_default();
        let raw = self.push(of, "Conv", vec![of.inputs[0].clone(), weight, bias], attributes);
        self.activated(of, raw, of.option_byte(if is_full { 3 } else { 4 })?)
    }

    fn dense(&mut self, of: &Operator) -> Result<String> {
        let (Some(x), Some(weight)) = (of.inputs.first().cloned(), of.inputs.get(1).cloned()) else {
            return of.node.error("has no input, or no weight");
        };
        let inputs = self.tensor(of.tensors[1])?.dims.last().copied().unwrap_or(0);
        let keeps = of.option_byte(2)? != 0;
        let flat = if keeps {
            x
        } else {
            let shape = self.integers(of, vec![-1, inputs as i64]);
            self.push(of, "Reshape", vec![x, shape], vec![])
        };
        let bias = of.inputs.get(2).cloned().unwrap_or_default();
        let raw = self.push(of, "Gemm", vec![flat, weight, bias], vec![("transB", Attribute::Int(1))]);
        self.activated(of, raw, of.option_byte(0)?)
    }

    fn pad(&mut self, of: &Operator, name: &str) -> Result<String> {
        let pairs = self.known(of, 1)?;
        let pads: Vec<i64> = pairs.iter().step_by(2).chain(pairs.iter().skip(1).step_by(2)).copied().collect();
        let mode = match (name, of.option_byte(0)?) {
            ("MIRROR_PAD", 0) => "reflect",
            ("MIRROR_PAD", _) => return of.node.error_of("mode", "is SYMMETRIC; REFLECT and zeros are possible"),
            _ => "constant",
        };
        let pads = self.integers(of, pads);
        let value = if name == "PADV2" { of.inputs.get(2).cloned().unwrap_or_default() } else { String::new() };
        let inputs = vec![of.inputs[0].clone(), pads, value];
        Ok(self.push(of, "Pad", inputs, vec![("mode", Attribute::Text(mode.into()))]))
    }

    fn strided_slice(&mut self, of: &Operator) -> Result<String> {
        let (mut starts, mut ends, steps) = (self.known(of, 1)?, self.known(of, 2)?, self.known(of, 3)?);
        let mask = |n: usize| of.option_int(n, 0);
        let (begin, end, ellipsis, new_axis, shrink) = (mask(0)?, mask(1)?, mask(2)?, mask(3)?, mask(4)?);
        if ellipsis != 0 || new_axis != 0 || starts.len() != ends.len() || starts.len() > 8 {
            return of.node.error("has an ellipsis or a new axis, which are not supported");
        }
        let is = |mask: i64, n: usize| mask >> n & 1 == 1;
        for n in 0..starts.len() {
            if is(begin, n) {
                starts[n] = 0;
            }
            if is(end, n) {
                ends[n] = i64::MAX;
            }
            if is(shrink, n) {
                ends[n] = if starts[n] == -1 { i64::MAX } else { starts[n].saturating_add(1) };
            }
        }
        let gone: Vec<i64> = (0..starts.len()).filter(|&n| is(shrink, n)).map(|n| n as i64).collect();
        let axes = (0..starts.len() as i64).collect();
        let lists = [starts, ends, axes, steps].map(|list| self.integers(of, list));
        let cut = self.push(of, "Slice", [vec![of.inputs[0].clone()], lists.to_vec()].concat(), vec![]);
        Ok(if gone.is_empty() {
            cut
        } else {
            self.push(of, "Squeeze", vec![cut], vec![("axes", Attribute::Ints(gone))])
        })
    }
}

/// The modules of a Keras network that a tensor's name says, the likeliest first: `net/conv/Relu;net/conv/BiasAdd` says
/// `net/conv`.
fn scopes(name: &str, operator: &str) -> Vec<Vec<String>> {
    let own: &[&str] = match operator {
        "CONV_2D" | "TRANSPOSE_CONV" => &["conv"],
        "DEPTHWISE_CONV_2D" => &["depthwise"],
        "FULLY_CONNECTED" => &["matmul", "dense"],
        _ => &[],
    };
    let is_said = |part: &str| own.iter().any(|own| part.to_lowercase().contains(own));
    let parts = name.split(';').map(|part| part.split('/').collect::<Vec<_>>());
    let own_parts = parts.filter(|part| own.is_empty() || part.iter().rev().take(2).any(|part| is_said(part)));
    let mut parts: Vec<Vec<String>> = own_parts.map(|part| part.into_iter().map(String::from).collect()).collect();
    for part in &mut parts {
        part.pop();
        while part.last().is_some_and(|last| last == "ReadVariableOp" || last == "BiasAdd") {
            part.pop();
        }
    }
    parts
}

/// Some of those that are not.
#[rustfmt::skip]
const OTHERS: &[(i32, &str)] = &[
    (5, "DEPTH_TO_SPACE"), (16, "LSTM"), (24, "RNN"), (26, "SPACE_TO_DEPTH"), (27, "SVDF"), (32, "CUSTOM"),
    (44, "UNIDIRECTIONAL_SEQUENCE_LSTM"), (47, "EXP"), (49, "SPLIT"), (52, "BIDIRECTIONAL_SEQUENCE_LSTM"),
    (88, "UNPACK"), (102, "SPLIT_V"), (126, "BATCH_MATMUL"), (129, "CALL_ONCE"), (142, "VAR_HANDLE"),
    (143, "READ_VARIABLE"), (144, "ASSIGN_VARIABLE"),
];

/// The operators that are known, by number.
#[rustfmt::skip]
const NAMES: &[(i32, &str)] = &[
    (0, "ADD"), (1, "AVERAGE_POOL_2D"), (2, "CONCATENATION"), (3, "CONV_2D"), (4, "DEPTHWISE_CONV_2D"),
    (6, "DEQUANTIZE"), (9, "FULLY_CONNECTED"), (14, "LOGISTIC"), (17, "MAX_POOL_2D"), (18, "MUL"), (19, "RELU"),
    (21, "RELU6"), (22, "RESHAPE"), (23, "RESIZE_BILINEAR"), (25, "SOFTMAX"), (28, "TANH"), (34, "PAD"),
    (36, "GATHER"), (37, "BATCH_TO_SPACE_ND"), (38, "SPACE_TO_BATCH_ND"), (39, "TRANSPOSE"), (40, "MEAN"),
    (41, "SUB"), (42, "DIV"), (43, "SQUEEZE"), (45, "STRIDED_SLICE"), (50, "LOG_SOFTMAX"), (53, "CAST"),
    (54, "PRELU"), (55, "MAXIMUM"), (57, "MINIMUM"), (59, "NEG"), (60, "PADV2"), (65, "SLICE"),
    (67, "TRANSPOSE_CONV"), (69, "TILE"), (70, "EXPAND_DIMS"), (74, "SUM"), (75, "SQRT"), (76, "RSQRT"),
    (77, "SHAPE"), (78, "POW"), (82, "REDUCE_MAX"), (83, "PACK"), (92, "SQUARE"), (97, "RESIZE_NEAREST_NEIGHBOR"),
    (98, "LEAKY_RELU"), (99, "SQUARED_DIFFERENCE"), (100, "MIRROR_PAD"), (111, "ELU"), (114, "QUANTIZE"),
    (117, "HARD_SWISH"), (130, "BROADCAST_TO"), (150, "GELU"),
];
