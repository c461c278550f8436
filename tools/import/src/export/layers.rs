//! What becomes of each layer: one function for each of ONNX's operators that stand for several.

use const_cnn::{Array, Axis, Number, Row};

use super::Error;
use super::graph::{Graph, Value, float, int, ints, text};
use crate::layer::BatchNorm;
use crate::onnx::AttributeProto;
use crate::windows::{shares, shares_of_all};

/// A line that is a layer.
pub struct Line<'a> {
    /// Its name, with those of the blocks around it.
    pub path: String,
    /// Its row in the network's table.
    pub row: &'a Row,
    /// What it takes.
    pub x: &'a Value,
    /// Its arrays.
    pub arrays: Vec<(Array, &'a [f32])>,
}

/// Writes a layer, and says what it gives.
pub fn layer(graph: &mut Graph, line: &Line) -> Result<Value, Error> {
    let one =
        |graph: &mut Graph, op: &str, attributes| Ok(graph.node(op, &[&line.x.name], attributes, line.row.output));
    match line.row.operator.name {
        "relu" => one(graph, "Relu", vec![]),
        "sigmoid" => one(graph, "Sigmoid", vec![]),
        "tanh" => one(graph, "Tanh", vec![]),
        "softplus" => one(graph, "Softplus", vec![]),
        "hard_swish" => one(graph, "HardSwish", vec![]),
        "hard_sigmoid" => one(graph, "HardSigmoid", vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)]),
        "gelu" => one(graph, "Gelu", vec![text("approximate", "none")]),
        "gelu_tanh" => one(graph, "Gelu", vec![text("approximate", "tanh")]),
        "leaky_relu" => one(graph, "LeakyRelu", vec![float("alpha", line.real("slope")?)]),
        "elu" => one(graph, "Elu", vec![float("alpha", line.real("alpha")?)]),
        "softmax" => one(graph, "Softmax", vec![int("axis", 1)]),
        "flatten" => one(graph, "Flatten", vec![int("axis", 1)]),
        "identity" | "fake_quant" => one(graph, "Identity", vec![]),
        "relu6" => {
            let bounds = [graph.floats("min", &[], &[0.0]), graph.floats("max", &[], &[6.0])];
            Ok(graph.node("Clip", &[&line.x.name, &bounds[0], &bounds[1]], vec![], line.row.output))
        }
        "silu" => {
            let sigmoid = graph.node("Sigmoid", &[&line.x.name], vec![], line.row.output);
            Ok(graph.node("Mul", &[&line.x.name, &sigmoid.name], vec![], line.row.output))
        }
        "dropout" | "spatial_dropout" => {
            let ratio = line.real("p")?;
            let ratio = graph.floats("ratio", &[], &[ratio]);
            Ok(graph.node("Dropout", &[&line.x.name, &ratio], vec![], line.row.output))
        }
        "prelu" => line.prelu(graph),
        "linear" => line.with_arrays(graph, "Gemm", vec![int("transB", 1)]),
        "conv1d" | "conv2d" => {
            let axes = line.axes()?;
            let groups = line.integer("groups")?;
            line.with_arrays(graph, "Conv", [window(&axes), vec![int("group", groups)]].concat())
        }
        "mapwise_conv2d" => line.mapwise(graph),
        "conv_transpose1d" | "conv_transpose2d" => line.transposed(graph),
        "max_pool1d" | "max_pool2d" => line.pool(graph, "MaxPool"),
        "avg_pool1d" | "avg_pool2d" => line.pool(graph, "AveragePool"),
        "global_avg_pool" => line.global(graph, "GlobalAveragePool"),
        "global_max_pool" => line.global(graph, "GlobalMaxPool"),
        "batch_norm" => {
            let (eps, momentum) = (line.real("eps")?, line.real("momentum")?);
            let keeps = BatchNorm::keeps(momentum);
            line.with_arrays(graph, "BatchNormalization", vec![float("epsilon", eps), float("momentum", keeps)])
        }
        "layer_norm" => {
            let eps = line.real("eps")?;
            line.with_arrays(graph, "LayerNormalization", vec![int("axis", 1), float("epsilon", eps)])
        }
        "group_norm" => {
            let (groups, epsilon) = (line.integer("groups")?, float("epsilon", line.real("eps")?));
            if groups == line.x.dims[0] && line.x.dims.len() > 1 {
                return line.with_arrays(graph, "InstanceNormalization", vec![epsilon]);
            }
            line.with_arrays(graph, "GroupNormalization", vec![int("num_groups", groups), epsilon])
        }
        "reshape" => Ok(graph.reshape(line.x, line.row.output)),
        "pad2d" => {
            let [top, bottom, left, right] = line.sides()?;
            let mode = match line.name("border")? {
                "zero" => "constant",
                "replicate" => "edge",
                "reflect" => "reflect",
                other => return line.error(format!("its border `{other}` is not known")),
            };
            let begins = [0, 0, top as i64, left as i64];
            Ok(graph.pad(line.x, begins.into_iter().chain([0, 0, bottom as i64, right as i64]), mode, line.row.output))
        }
        "crop" => {
            let [top, _, left, _] = line.sides()?;
            let ends = [top + line.row.output[1], left + line.row.output[2]].map(|place| place as i64);
            let starts = graph.integers("starts", [top as i64, left as i64]);
            let ends = graph.integers("ends", ends);
            let axes = graph.integers("axes", [2, 3]);
            Ok(graph.node("Slice", &[&line.x.name, &starts, &ends, &axes], vec![], line.row.output))
        }
        "upsample" => line.upsample(graph),
        "custom" => line.error(
            "a layer of your own does not say what it computes; where a layer of const-cnn computes the same, state that \
             one's `OPERATOR`, or write the line as several",
        ),
        _ => line.error("no operators of ONNX are known for it"),
    }
}

impl Graph {
    /// Values in other sizes, in PyTorch's order.
    pub fn reshape(&mut self, x: &Value, dims: &[usize]) -> Value {
        // the first 0 keeps the number of images
        let shape = self.integers("shape", [0].into_iter().chain(dims.iter().map(|&size| size as i64)));
        self.node("Reshape", &[&x.name, &shape], vec![], dims)
    }

    /// Values with more around them, or fewer: before each axis, then after each.
    fn pad(&mut self, x: &Value, pads: impl IntoIterator<Item = i64>, mode: &str, dims: &[usize]) -> Value {
        let pads = self.integers("pads", pads);
        self.node("Pad", &[&x.name, &pads], vec![text("mode", mode)], dims)
    }
}

/// The attributes of a window.
fn window(axes: &[Axis]) -> Vec<AttributeProto> {
    vec![
        ints("kernel_shape", axes.iter().map(|axis| axis.kernel)),
        ints("strides", axes.iter().map(|axis| axis.stride)),
        ints("dilations", axes.iter().map(|axis| axis.dilation)),
        ints("pads", axes.iter().map(|axis| axis.padding[0]).chain(axes.iter().map(|axis| axis.padding[1]))),
    ]
}

impl Line<'_> {
    fn error<T>(&self, says: impl Into<String>) -> Result<T, Error> {
        Err(Error { line: self.path.clone(), operator: self.row.operator.name, says: says.into() })
    }

    /// A number of the layer's.
    fn number<T>(&self, name: &str, pick: impl Fn(Number) -> Option<T>) -> Result<T, Error> {
        let number = self.row.operator.get(name).and_then(pick);
        number.map_or_else(|| self.error(format!("it does not state its number `{name}`")), Ok)
    }

    fn real(&self, name: &str) -> Result<f32, Error> {
        self.number(name, |number| if let Number::Real(bits) = number { Some(f32::from_bits(bits)) } else { None })
    }

    fn integer(&self, name: &str) -> Result<usize, Error> {
        self.number(name, |number| if let Number::Integer(n) = number { Some(n) } else { None })
    }

    fn name(&self, name: &str) -> Result<&'static str, Error> {
        self.number(name, |number| if let Number::Name(word) = number { Some(word) } else { None })
    }

    fn is(&self, name: &str) -> Result<bool, Error> {
        self.number(name, |number| if let Number::Is(is) = number { Some(is) } else { None })
    }

    fn pair(&self, name: &str) -> Result<[usize; 2], Error> {
        self.number(name, |number| if let Number::Pair(pair) = number { Some(pair) } else { None })
    }

    fn sides(&self) -> Result<[usize; 4], Error> {
        self.number("sides", |number| if let Number::Sides(sides) = number { Some(sides) } else { None })
    }

    /// The window, along the axes that there are: those of an image, or the one of a sequence.
    fn axes(&self) -> Result<Vec<Axis>, Error> {
        let axes = self.number("window", |number| if let Number::Axes(axes) = number { Some(axes) } else { None })?;
        Ok(axes[3 - self.x.dims.len().clamp(2, 3)..].to_vec())
    }

    /// The array that is called `name`.
    fn array(&self, name: &str) -> Result<(&Array, &[f32]), Error> {
        let array = self.arrays.iter().find(|(array, _)| array.name() == name).map(|(array, values)| (array, *values));
        array.map_or_else(|| self.error(format!("it has no array `{name}`")), Ok)
    }

    /// One operator that takes the layer's arrays, in their order.
    fn with_arrays(&self, graph: &mut Graph, op: &str, attributes: Vec<AttributeProto>) -> Result<Value, Error> {
        let mut inputs = vec![self.x.name.clone()];
        for (array, values) in &self.arrays {
            inputs.push(graph.array(array, array.dims(), array.iter(values)));
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        Ok(graph.node(op, &inputs, attributes, self.row.output))
    }

    fn prelu(&self, graph: &mut Graph) -> Result<Value, Error> {
        let (array, values) = self.array("weight")?;
        let dims: Vec<usize> = array.dims().iter().copied().chain(self.x.dims[1..].iter().map(|_| 1)).collect();
        let slopes = graph.array(array, &dims, array.iter(values));
        Ok(graph.node("PRelu", &[&self.x.name, &slopes], vec![], self.row.output))
    }

    /// A convolution with a group for each map, which all have the same kernels.
    fn mapwise(&self, graph: &mut Graph) -> Result<Value, Error> {
        let (axes, maps) = (self.axes()?, self.x.dims[0]);
        let mut inputs = vec![self.x.name.clone()];
        for name in ["weight", "bias"] {
            let (array, values) = self.array(name)?;
            let dims: Vec<usize> = [maps * array.dims()[0]].iter().chain(&array.dims()[1..]).copied().collect();
            let values: Vec<f32> = array.iter(values).collect();
            inputs.push(graph.array(array, &dims, values.repeat(maps).into_iter()));
        }
        let attributes = [window(&axes), vec![int("group", maps)]].concat();
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        Ok(graph.node("Conv", &inputs, attributes, self.row.output))
    }

    fn transposed(&self, graph: &mut Graph) -> Result<Value, Error> {
        let (mut axes, groups) = (self.axes()?, self.integer("groups")?);
        let more = self.pair("output_padding")?;
        let mut more = more[2 - axes.len()..].to_vec();
        let is_known = |axes: &[Axis], more: &[usize]| axes.iter().zip(more).all(|(axis, &more)| more < axis.stride);
        if !is_known(&axes, &more) {
            // ONNX Runtime takes none as large as the stride: less padding at the end is the same
            for (axis, more) in axes.iter_mut().zip(&mut more) {
                let both = axis.padding[1].min(*more);
                (axis.padding[1], *more) = (axis.padding[1] - both, *more - both);
            }
        }
        let attributes = |more: &[usize]| {
            let own = vec![ints("output_padding", more.iter().copied()), int("group", groups)];
            [window(&axes), own].concat()
        };
        if is_known(&axes, &more) {
            return self.with_arrays(graph, "ConvTranspose", attributes(&more));
        }
        // nothing meets what is left of it but the bias
        let (array, values) = self.array("weight")?;
        let weight = graph.array(array, array.dims(), array.iter(values));
        let channels = self.row.output[0];
        let less: Vec<usize> = self.row.output[1..].iter().zip(&more).map(|(size, more)| size - more).collect();
        let covered = [vec![channels], less].concat();
        let y = graph.node("ConvTranspose", &[&self.x.name, &weight], attributes(&vec![0; axes.len()]), &covered);
        let pads = vec![0; 2 + axes.len() + 2].into_iter().chain(more.iter().map(|&more| more as i64));
        let y = graph.pad(&y, pads, "constant", self.row.output);
        let Ok((array, values)) = self.array("bias") else { return Ok(y) };
        let dims: Vec<usize> = [channels].into_iter().chain(axes.iter().map(|_| 1)).collect();
        let bias = graph.array(array, &dims, array.iter(values));
        Ok(graph.node("Add", &[&y.name, &bias], vec![], self.row.output))
    }

    fn pool(&self, graph: &mut Graph, op: &str) -> Result<Value, Error> {
        let (axes, ceil) = (self.axes()?, self.is("ceil")?);
        let counts = op == "MaxPool" || self.is("count")?;
        let sizes = || axes.iter().zip(&self.x.dims[1..]).zip(&self.row.output[1..]);
        let is_known = sizes().all(|((axis, &n), &windows)| {
            let rule = if ceil { axis.output_up(n) } else { axis.output(n) };
            rule == windows && axis.padding.iter().all(|&padding| padding < axis.kernel)
        });
        if is_known {
            let mut attributes = [window(&axes), vec![int("ceil_mode", ceil.into())]].concat();
            if op == "AveragePool" {
                attributes.push(int("count_include_pad", counts.into()));
            }
            return Ok(graph.node(op, &[&self.x.name], attributes, self.row.output));
        }
        // ONNX Runtime takes no padding as large as the kernel, and rounds both axes up or none: the windows are laid out
        let ends = sizes().map(|((axis, &n), &windows)| {
            let extent = (windows - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
            (axis.padding[0] as i64, extent as i64 - (n + axis.padding[0]) as i64, extent)
        });
        let ends: Vec<_> = ends.collect();
        let dims: Vec<usize> = [self.x.dims[0]].into_iter().chain(ends.iter().map(|end| end.2)).collect();
        let begins = [0, 0].into_iter().chain(ends.iter().map(|end| end.0));
        let pads = graph.integers("pads", begins.chain([0, 0]).chain(ends.iter().map(|end| end.1)));
        let fill = graph.floats("fill", &[], &[if op == "MaxPool" { f32::NEG_INFINITY } else { 0.0 }]);
        let padded = graph.node("Pad", &[&self.x.name, &pads, &fill], vec![text("mode", "constant")], &dims);
        let bare: Vec<Axis> = axes.iter().map(|&axis| Axis { padding: [0, 0], ..axis }).collect();
        let y = graph.node(op, &[&padded.name], window(&bare), self.row.output);
        if op == "MaxPool" {
            return Ok(y);
        }
        let factors = shares_of_all(sizes().map(|((axis, &n), &windows)| shares(axis, n, windows, counts)));
        if factors.iter().all(|&factor| factor == 1.0) {
            return Ok(y);
        }
        let dims: Vec<usize> = [1].iter().chain(&self.row.output[1..]).copied().collect();
        let factors = graph.floats("factors", &dims, &factors);
        Ok(graph.node("Mul", &[&y.name, &factors], vec![], self.row.output))
    }

    fn global(&self, graph: &mut Graph, op: &str) -> Result<Value, Error> {
        if self.x.dims.len() == 1 {
            return Ok(graph.node("Identity", &[&self.x.name], vec![], self.row.output));
        }
        let dims: Vec<usize> = self.x.dims[..1].iter().copied().chain(self.x.dims[1..].iter().map(|_| 1)).collect();
        let pooled = graph.node(op, &[&self.x.name], vec![], &dims);
        Ok(graph.node("Flatten", &[&pooled.name], vec![int("axis", 1)], self.row.output))
    }

    fn upsample(&self, graph: &mut Graph) -> Result<Value, Error> {
        let [rows, columns] = self.pair("scale")?;
        let attributes = match self.name("mode")? {
            "bilinear" => vec![text("mode", "linear"), text("coordinate_transformation_mode", "half_pixel")],
            _ => vec![
                text("mode", "nearest"),
                text("coordinate_transformation_mode", "asymmetric"),
                text("nearest_mode", "floor"),
            ],
        };
        let scales = graph.floats("scales", &[4], &[1.0, 1.0, rows as f32, columns as f32]);
        Ok(graph.node("Resize", &[&self.x.name, "", &scales], attributes, self.row.output))
    }
}
