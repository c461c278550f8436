//! A quantised network as a test says it, and the TFLite file of it.

use std::collections::BTreeMap;

/// The numbers of the types of tensors.
pub const FLOAT32: u8 = 0;
pub const INT32: u8 = 2;
pub const UINT8: u8 = 3;
pub const INT16: u8 = 7;
pub const INT8: u8 = 9;

/// A tensor of the file: of a constant with its values.
#[derive(Clone)]
pub struct Tensor {
    pub dims: Vec<usize>,
    pub kind: u8,
    pub scales: Vec<f32>,
    pub zero_points: Vec<i64>,
    pub axis: i32,
    pub data: Vec<i32>,
}

/// An operator; what it does not have is 0.
#[derive(Clone)]
pub struct Op {
    pub name: &'static str,
    pub inputs: Vec<i32>,
    pub output: usize,
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub same: bool,
    /// None, RELU (1) or RELU6 (3).
    pub activation: u8,
    pub axis: i32,
    pub beta: f32,
}

impl Op {
    pub fn new(name: &'static str, inputs: &[usize], output: usize) -> Op {
        Op {
            name,
            inputs: inputs.iter().map(|&tensor| tensor as i32).collect(),
            output,
            kernel: [0; 2],
            stride: [1; 2],
            dilation: [1; 2],
            same: false,
            activation: 0,
            axis: 0,
            beta: 1.0,
        }
    }
}

/// A network.
#[derive(Clone)]
pub struct Model {
    pub tensors: Vec<Tensor>,
    pub ops: Vec<Op>,
    pub input: usize,
    pub output: usize,
    seed: u64,
}

/// How int8 stands for real numbers.
pub type Scale = (f32, i64);

/// What a layer with weights is made with.
#[derive(Clone, Copy)]
pub struct Weights {
    pub per_tensor: bool,
    pub bias: bool,
    /// Their scales are so much smaller than what uses the range of int8.
    pub less: f32,
}

impl Model {
    pub fn new(dims: &[usize], scale: Scale) -> Model {
        let mut model = Model { tensors: Vec::new(), ops: Vec::new(), input: 0, output: 0, seed: 1 };
        model.input = model.value(dims, scale);
        model
    }

    /// A number from `low` up to `high`.
    pub fn random(&mut self, low: i32, high: i32) -> i32 {
        self.seed = self.seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        low + ((self.seed >> 33) as i64 % i64::from(high - low + 1)) as i32
    }

    /// A tensor of int8 that is computed.
    pub fn value(&mut self, dims: &[usize], (scale, zero_point): Scale) -> usize {
        let (scales, zero_points) = (vec![scale], vec![zero_point]);
        self.tensors.push(Tensor { dims: dims.to_vec(), kind: INT8, scales, zero_points, axis: 0, data: Vec::new() });
        self.output = self.tensors.len() - 1;
        self.output
    }

    /// A constant of int32 without a scale.
    pub fn ints(&mut self, dims: &[usize], data: &[i32]) -> usize {
        let (scales, zero_points) = (Vec::new(), Vec::new());
        self.tensors.push(Tensor {
            dims: dims.to_vec(),
            kind: INT32,
            scales,
            zero_points,
            axis: 0,
            data: data.to_vec(),
        });
        self.tensors.len() - 1
    }

    pub fn scale(&self, tensor: usize) -> Scale {
        (self.tensors[tensor].scales[0], self.tensors[tensor].zero_points[0])
    }

    /// An operator that gives `dims` in a scale; where that is left out, the scale of what it takes.
    pub fn op(
        &mut self,
        name: &'static str,
        inputs: &[usize],
        dims: &[usize],
        scale: Option<Scale>,
        more: impl FnOnce(&mut Op),
    ) -> usize {
        let scale = scale.unwrap_or_else(|| self.scale(inputs[0]));
        let output = self.value(dims, scale);
        let mut op = Op::new(name, inputs, output);
        more(&mut op);
        self.ops.push(op);
        output
    }

    /// A layer with weights of sizes `dims`, of which the outputs are along `axis`.
    pub fn weighted(
        &mut self,
        name: &'static str,
        x: usize,
        (dims, axis): (&[usize], usize),
        gives: (&[usize], Scale),
        weights: Weights,
        more: impl FnOnce(&mut Op),
    ) -> usize {
        let (outputs, len) = (dims[axis], dims.iter().product::<usize>());
        let data: Vec<i32> = (0..len).map(|_| self.random(-127, 127)).collect();
        let fan = (len / outputs) as f32;
        // sums are about 74 · 73 · √fan
        let usual = 50.0 * gives.1.0 / (self.scale(x).0 * 5400.0 * fan.sqrt());
        let count = if weights.per_tensor { 1 } else { outputs };
        let scales: Vec<f32> = (0..count).map(|_| usual * weights.less * self.random(50, 150) as f32 / 100.0).collect();
        let bias_scales = scales.iter().map(|scale| scale * self.scale(x).0).collect();
        let zero_points = vec![0; count];
        self.tensors.push(Tensor {
            dims: dims.to_vec(),
            kind: INT8,
            scales,
            zero_points: zero_points.clone(),
            axis: axis as i32,
            data,
        });
        let mut inputs = vec![x, self.tensors.len() - 1];
        if weights.bias {
            let data = (0..outputs).map(|_| self.random(-8000, 8000)).collect();
            self.tensors.push(Tensor {
                dims: vec![outputs],
                kind: INT32,
                scales: bias_scales,
                zero_points,
                axis: 0,
                data,
            });
            inputs.push(self.tensors.len() - 1);
        }
        let given = self.op(name, &inputs, gives.0, Some(gives.1), more);
        if !weights.bias && name == "FULLY_CONNECTED" {
            self.ops.last_mut().expect("it is there").inputs.push(-1);
        }
        given
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut buffers = vec![Table::default()];
        let mut tensors = Vec::new();
        for (n, tensor) in self.tensors.iter().enumerate() {
            let mut quantisation = Table::default();
            if !tensor.scales.is_empty() {
                quantisation.put(2, Field::Vector(tensor.scales.len(), bytes_of(&tensor.scales, |x| x.to_le_bytes())));
                let zero_points = bytes_of(&tensor.zero_points, |n| n.to_le_bytes());
                quantisation.put(3, Field::Vector(tensor.zero_points.len(), zero_points));
                quantisation.put(6, Field::Scalar(tensor.axis.to_le_bytes().to_vec()));
            }
            let mut table = Table::default();
            table.put(0, ints(tensor.dims.iter().map(|&size| size as i32)));
            table.put(1, Field::Scalar(vec![tensor.kind]));
            table.put(
                2,
                Field::Scalar((if tensor.data.is_empty() { 0 } else { buffers.len() as u32 }).to_le_bytes().to_vec()),
            );
            table.put(3, text(&format!("t{n}")));
            table.put(4, Field::Table(quantisation));
            tensors.push(table);
            if !tensor.data.is_empty() {
                let data = match tensor.kind {
                    INT8 | UINT8 => tensor.data.iter().map(|&n| n as u8).collect(),
                    INT16 => bytes_of(&tensor.data, |n| (*n as i16).to_le_bytes()),
                    _ => bytes_of(&tensor.data, |n| n.to_le_bytes()),
                };
                let mut buffer = Table::default();
                buffer.put(0, Field::Vector(data.len(), data));
                buffers.push(buffer);
            }
        }
        let mut codes: Vec<i32> = self.ops.iter().map(|op| code(op.name)).collect();
        codes.sort_unstable();
        codes.dedup();
        let operators = self.ops.iter().map(|op| {
            let mut table = Table::default();
            let index = codes.iter().position(|&own| own == code(op.name)).expect("it is there");
            table.put(0, Field::Scalar((index as u32).to_le_bytes().to_vec()));
            table.put(1, ints(op.inputs.iter().copied()));
            table.put(2, ints([op.output as i32].into_iter()));
            let (kind, options) = self.options(op);
            table.put(3, Field::Scalar(vec![kind]));
            table.put(4, Field::Table(options));
            table
        });
        let mut graph = Table::default();
        graph.put(3, Field::Tables(operators.collect()));
        graph.put(0, Field::Tables(tensors));
        graph.put(1, ints([self.input as i32].into_iter()));
        graph.put(2, ints([self.output as i32].into_iter()));
        let mut model = Table::default();
        model.put(0, Field::Scalar(3u32.to_le_bytes().to_vec()));
        let codes = codes.iter().map(|&code| {
            let mut table = Table::default();
            table.put(0, Field::Scalar(vec![code.min(127) as u8]));
            table.put(2, Field::Scalar(1i32.to_le_bytes().to_vec()));
            table.put(3, Field::Scalar(code.to_le_bytes().to_vec()));
            table
        });
        model.put(1, Field::Tables(codes.collect()));
        model.put(2, Field::Tables(vec![graph]));
        model.put(4, Field::Tables(buffers));
        let mut bytes = vec![0; 4];
        bytes.extend(b"TFL3");
        let root = model.write(&mut bytes);
        bytes[..4].copy_from_slice(&(root as u32).to_le_bytes());
        bytes
    }
}

impl Model {
    /// The type of an operator's options, and these.
    fn options(&self, op: &Op) -> (u8, Table) {
        let mut table = Table::default();
        let int = |n: usize| Field::Scalar((n as i32).to_le_bytes().to_vec());
        let byte = |n: u8| Field::Scalar(vec![n]);
        let padding = byte(u8::from(!op.same));
        let kind = match op.name {
            "CONV_2D" | "DEPTHWISE_CONV_2D" => {
                let is_full = op.name == "CONV_2D";
                table.put(0, padding);
                table.put(1, int(op.stride[1]));
                table.put(2, int(op.stride[0]));
                let [activation, columns] = if is_full { [3, 4] } else { [4, 5] };
                table.put(activation, byte(op.activation));
                table.put(columns, int(op.dilation[1]));
                table.put(columns + 1, int(op.dilation[0]));
                if is_full {
                    1
                } else {
                    let last = |tensor: usize| self.tensors[tensor].dims.last().copied().unwrap_or(1);
                    table.put(3, int(last(op.output) / last(op.inputs[0] as usize)));
                    2
                }
            }
            "AVERAGE_POOL_2D" | "MAX_POOL_2D" => {
                table.put(0, padding);
                table.put(1, int(op.stride[1]));
                table.put(2, int(op.stride[0]));
                table.put(3, int(op.kernel[1]));
                table.put(4, int(op.kernel[0]));
                table.put(5, byte(op.activation));
                5
            }
            "FULLY_CONNECTED" => {
                table.put(0, byte(op.activation));
                8
            }
            "SOFTMAX" => {
                table.put(0, Field::Scalar(op.beta.to_le_bytes().to_vec()));
                9
            }
            "CONCATENATION" => {
                table.put(0, Field::Scalar(op.axis.to_le_bytes().to_vec()));
                10
            }
            "ADD" => {
                table.put(0, byte(op.activation));
                11
            }
            _ => 0,
        };
        (kind, table)
    }
}

/// The number of an operator.
fn code(name: &str) -> i32 {
    const CODES: &[(&str, i32)] = &[
        ("ADD", 0),
        ("AVERAGE_POOL_2D", 1),
        ("CONCATENATION", 2),
        ("CONV_2D", 3),
        ("DEPTHWISE_CONV_2D", 4),
        ("DEQUANTIZE", 6),
        ("FULLY_CONNECTED", 9),
        ("LOGISTIC", 14),
        ("MAX_POOL_2D", 17),
        ("RELU", 19),
        ("RESHAPE", 22),
        ("SOFTMAX", 25),
        ("SVDF", 27),
        ("PAD", 34),
        ("MEAN", 40),
        ("SQUEEZE", 43),
        ("EXPAND_DIMS", 70),
        ("QUANTIZE", 114),
    ];
    CODES.iter().find(|(own, _)| *own == name).unwrap_or_else(|| panic!("{name}")).1
}

fn bytes_of<T, const N: usize>(values: &[T], to: impl Fn(&T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(to).collect()
}

fn ints(values: impl Iterator<Item = i32>) -> Field {
    let values: Vec<i32> = values.collect();
    Field::Vector(values.len(), bytes_of(&values, |n| n.to_le_bytes()))
}

fn text(text: &str) -> Field {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    Field::Vector(text.len(), bytes)
}

/// A table of FlatBuffers: its fields by number.
#[derive(Default)]
struct Table(BTreeMap<usize, Field>);

enum Field {
    Scalar(Vec<u8>),
    /// How many values, and their bytes.
    Vector(usize, Vec<u8>),
    Table(Table),
    Tables(Vec<Table>),
}

impl Table {
    fn put(&mut self, n: usize, field: Field) {
        self.0.insert(n, field);
    }

    /// Writes it behind what is there, and gives its place.
    fn write(&self, bytes: &mut Vec<u8>) -> usize {
        let fields = self.0.keys().max().map_or(0, |n| n + 1);
        // where each field lies: all in room of their own, as large as the largest
        let mut places = vec![0u16; fields];
        let mut size = 4;
        for (&n, field) in &self.0 {
            places[n] = size as u16;
            size += if let Field::Scalar(bytes) = field { bytes.len().next_multiple_of(4) } else { 4 };
        }
        align(bytes, 4);
        let start = bytes.len();
        bytes.extend((4 + 2 * fields as u16).to_le_bytes());
        bytes.extend((size as u16).to_le_bytes());
        bytes.extend(places.iter().flat_map(|place| place.to_le_bytes()));
        align(bytes, 4);
        let at = bytes.len();
        bytes.extend(((at - start) as i32).to_le_bytes());
        bytes.resize(at + size, 0);
        for (&n, field) in &self.0 {
            let place = at + usize::from(places[n]);
            let to = match field {
                Field::Scalar(scalar) => {
                    bytes[place..place + scalar.len()].copy_from_slice(scalar);
                    continue;
                }
                Field::Vector(count, values) => vector(bytes, *count, values),
                Field::Table(table) => table.write(bytes),
                Field::Tables(tables) => {
                    let to = vector(bytes, tables.len(), &vec![0; 4 * tables.len()]);
                    for (n, table) in tables.iter().enumerate() {
                        let (own, place) = (table.write(bytes), to + 4 + 4 * n);
                        bytes[place..place + 4].copy_from_slice(&((own - place) as u32).to_le_bytes());
                    }
                    to
                }
            };
            bytes[place..place + 4].copy_from_slice(&((to - place) as u32).to_le_bytes());
        }
        at
    }
}

fn vector(bytes: &mut Vec<u8>, count: usize, values: &[u8]) -> usize {
    // the values behind the count lie at a multiple of 16
    while !(bytes.len() + 4).is_multiple_of(16) {
        bytes.push(0);
    }
    let at = bytes.len();
    bytes.extend((count as u32).to_le_bytes());
    bytes.extend(values);
    at
}

fn align(bytes: &mut Vec<u8>, to: usize) {
    bytes.resize(bytes.len().next_multiple_of(to), 0);
}
