//! From a file's graph to what the network computes: each node becomes layers, a constant, or another view.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use const_cnn::layers::sliding::Padding;
use const_cnn::{Border, Dims};

use crate::constants;
use crate::error::{Error, Result};
use crate::flow::{Flow, Id, Node as Value, Op, Origin, Part};
use crate::graph::{Graph, Node, Tensor, places, strides};
use crate::layer::{BatchNorm, Layer, Norm};
use crate::names::is_type_name;
use crate::types::Type;
use crate::view::{View, one};
use crate::windows;

/// What a name of the file stands for.
#[derive(Clone, Debug)]
pub enum Known {
    /// A constant.
    Constant(Rc<Tensor>),
    /// A value of the network.
    Value(View),
}

/// The network being read.
pub struct Lower<'a> {
    /// The file's graph.
    pub graph: &'a Graph,
    /// What has been read.
    pub flow: Flow,
    known: HashMap<&'a str, Known>,
}

/// How the image that the file takes lies, and the result that it gives, where that is not the network's own order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layouts {
    /// The file's sizes of the image, if channels are not first in them, and which of these the network's are.
    pub input: Option<(Vec<usize>, Vec<usize>)>,
    /// The file's sizes of the result, likewise.
    pub output: Option<(Vec<usize>, Vec<usize>)>,
}

/// Reads a graph.
///
/// # Errors
///
/// [`Error::Node`] at the first node that cannot be brought into a network, [`Error::Graph`] where one takes what none
/// gives.
pub fn lower(graph: &Graph) -> Result<(Flow, Layouts)> {
    let needed = needed(graph)?;
    let rank = graph.input_dims.len();
    let own: Vec<usize> = (0..rank).collect();
    let mut channels_last = own.clone();
    if rank > 1 {
        channels_last[1..].rotate_right(1);
    }
    // where the first transposition puts channels; or the file's own order; or, of a file that has transpositions,
    // channels last
    let mut orders: Vec<Vec<usize>> = transposed(graph, &needed).into_iter().collect();
    orders.push(if graph.channels_last { channels_last.clone() } else { own });
    if graph.nodes.iter().any(|node| node.op == "Transpose") {
        orders.push(channels_last);
    }
    let mut refused = None;
    for order in orders {
        match lower_as(graph, &needed, &order) {
            Ok(read) => return Ok(read),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    refused.map_or_else(|| Error::format("it takes nothing"), Err)
}

/// Reads a graph whose input has its axes in an order of the network's.
fn lower_as(graph: &Graph, needed: &[bool], order: &[usize]) -> Result<(Flow, Layouts)> {
    let (dims, view) = input(graph, needed, order)?;
    if Dims::new(&dims).len() > Dims::MAX_LEN {
        return Error::format(format!("it takes {dims:?}; at most {} values are supported", Dims::MAX_LEN));
    }
    let origin = Origin { node: graph.input.clone(), operator: "the input".into(), ..Origin::default() };
    let nodes = vec![Value { op: Op::Input, inputs: Vec::new(), dims, origin }];
    let mut lower = Lower { graph, flow: Flow { nodes, output: 0, held: 0 }, known: HashMap::new() };
    for (name, tensor) in &graph.constants {
        lower.known.insert(name, Known::Constant(tensor.clone()));
    }
    let mut layouts = Layouts::default();
    if !view.is_in_order() {
        layouts.input = Some((view.dims(&lower.flow), view.places()));
    }
    lower.known.insert(&graph.input, Known::Value(view));
    for (node, _) in graph.nodes.iter().zip(needed).filter(|(_, needed)| **needed) {
        lower.node(node)?;
    }
    let Some(Known::Value(view)) = lower.known.get(graph.output.as_str()).cloned() else {
        let says = "what the model gives does not depend on what it takes".to_string();
        return Err(Error::Graph { nodes: vec![graph.output.clone()], says });
    };
    if view.is_in_order() {
        // the same sizes as the file's, but for those of one place
        let sizes = view.dims(&lower.flow);
        let dims = &lower.flow.nodes[view.id].dims;
        let many = |dims: &[usize]| dims.iter().copied().filter(|&size| size > 1).collect::<Vec<_>>();
        if many(&sizes) != many(dims) && sizes.len() > 1 && sizes.len() <= 4 && sizes[0] == 1 {
            let last =
                graph.nodes.iter().rfind(|node| node.outputs.contains(&graph.output)).cloned().unwrap_or_default();
            let origin = lower.origin(&last, None);
            lower.flow.output = view.whole(&mut lower.flow, &last, &origin, false)?.id;
            return Ok((lower.flow, layouts));
        }
    } else {
        layouts.output = Some((view.dims(&lower.flow), view.places()));
    }
    lower.flow.output = view.id;
    Ok((lower.flow, layouts))
}

/// Which nodes the output needs; all of them take what stands before them.
fn needed(graph: &Graph) -> Result<Vec<bool>> {
    let mut given: HashMap<&str, usize> = HashMap::new();
    for (n, node) in graph.nodes.iter().enumerate() {
        for output in node.outputs.iter().filter(|output| !output.is_empty()) {
            if given.insert(output, n).is_some() || graph.constants.contains_key(output) || *output == graph.input {
                return node.error(format!("gives `{output}`, which is given already"));
            }
        }
    }
    let mut needed = vec![false; graph.nodes.len()];
    let mut stack: Vec<&str> = vec![&graph.output];
    let mut seen = HashSet::new();
    while let Some(name) = stack.pop() {
        let Some(&n) = given.get(name).filter(|&&n| seen.insert(n)) else { continue };
        needed[n] = true;
        stack.extend(graph.nodes[n].inputs.iter().map(String::as_str));
    }
    for (n, node) in graph.nodes.iter().enumerate().filter(|&(n, _)| needed[n]) {
        for name in node.inputs.iter().filter(|name| !name.is_empty()) {
            let is_known = graph.constants.contains_key(name) || *name == graph.input;
            match given.get(name.as_str()) {
                Some(&at) if at < n => (),
                Some(&at) => {
                    let nodes = vec![graph.nodes[at].title(), node.title()];
                    let says =
                        format!("`{name}` is taken before it is given: the nodes are in a cycle, or not in order");
                    return Err(Error::Graph { nodes, says });
                }
                None if is_known => (),
                None => return node.error(format!("takes `{name}`, which nothing gives")),
            }
        }
    }
    Ok(needed)
}

/// The nodes that take a value, and are needed.
fn takers<'a>(graph: &'a Graph, needed: &[bool], name: &str) -> Vec<&'a Node> {
    let nodes = graph.nodes.iter().zip(needed).filter(|(_, needed)| **needed).map(|(node, _)| node);
    nodes.filter(|node| node.inputs.iter().any(|input| input == name)).collect()
}

/// The order of axes that the first transposition gives the input, behind what works on each value.
fn transposed(graph: &Graph, needed: &[bool]) -> Option<Vec<usize>> {
    let (mut stack, mut seen) = (takers(graph, needed, &graph.input), HashSet::new());
    while let Some(node) = stack.pop() {
        match node.op.as_str() {
            "Transpose" => return constants::order(node, graph.input_dims.len()).ok().filter(|order| order[0] == 0),
            "Add" | "Sub" | "Mul" | "Div" | "Cast" | "Identity" | "Relu" if seen.insert(node.title()) => {
                node.outputs.iter().for_each(|output| stack.extend(takers(graph, needed, output)));
            }
            _ => (),
        }
    }
    None
}

/// What the network takes, channels first, and the file's view of it.
fn input(graph: &Graph, needed: &[bool], order: &[usize]) -> Result<(Vec<usize>, View)> {
    let mut sizes = graph.input_dims.clone();
    let first = takers(graph, needed, &graph.input);
    // an image without a batch is one that is given its batch at first
    let has_batch = sizes.len() > 1 && !(sizes[0] > 1 && first.iter().all(|node| node.op == "Unsqueeze"));
    let rank = sizes.len() - usize::from(has_batch);
    if has_batch {
        sizes[0] = 1;
    }
    if !(1..=3).contains(&rank) {
        return Error::format(format!(
            "it takes {sizes:?}; images [1, C, H, W], sequences [1, C, L] and vectors [1, N] are possible"
        ));
    }
    let order: Vec<usize> =
        if has_batch { order[1..].iter().map(|&axis| axis - 1).collect() } else { (0..rank).collect() };
    let own = &sizes[sizes.len() - rank..];
    let dims: Vec<usize> = order.iter().map(|&axis| own[axis]).collect();
    let mut axes = vec![Vec::new(); rank];
    for (axis, &place) in order.iter().enumerate() {
        axes[place] = one(&dims, axis);
    }
    if has_batch {
        axes.insert(0, Vec::new());
    }
    Ok((dims, View { id: 0, axes }))
}

impl<'a> Lower<'a> {
    /// Where a node is, for messages and names; `weight` is the place of its weight among its inputs.
    pub fn origin(&self, node: &Node, weight: Option<usize>) -> Origin {
        let mut scope = node.scope.clone();
        if let Some(name) = weight.and_then(|n| node.inputs.get(n))
            && let Some(module) = name.strip_suffix(".weight").or(name.strip_suffix("_weight"))
        {
            // an exporter that takes a normalisation into a layer may have left its name to the normalisation beside it
            let module: Vec<String> = module.split('.').map(String::from).collect();
            let beside = (scope.split_last(), module.split_last());
            let is_beside = matches!(beside, (Some((_, outer)), Some((_, of))) if outer == of);
            if scope.is_empty() || is_beside && node.line.is_none() {
                scope = module;
            }
        }
        let (line, how, tensor) = (node.line.clone(), node.how.clone(), node.tensor);
        Origin { node: node.title(), operator: node.operator().to_string(), scope, line, how, tensor }
    }

    /// An input that is a constant, if it is there.
    pub fn constant(&self, node: &Node, n: usize) -> Result<Option<Rc<Tensor>>> {
        let Some(name) = node.inputs.get(n).filter(|name| !name.is_empty()) else { return Ok(None) };
        match self.known.get(name.as_str()) {
            Some(Known::Constant(tensor)) => Ok(Some(tensor.clone())),
            _ => node.error_of(name, "is computed by the network, but must be a constant here"),
        }
    }

    /// An input that is a constant of floats.
    pub fn weights(&self, node: &Node, n: usize, what: &str) -> Result<Rc<Tensor>> {
        match self.constant(node, n)? {
            Some(tensor) if tensor.to_floats().iter().all(|x| x.is_finite()) => Ok(tensor),
            Some(_) => node.error_of(&node.inputs[n], format!("{what} is NaN or infinite")),
            None => node.error(format!("{what} is left out")),
        }
    }

    /// An input that is a value of the network.
    pub fn value(&self, node: &Node, n: usize) -> Result<View> {
        match node.inputs.get(n).and_then(|name| self.known.get(name.as_str())) {
            Some(Known::Value(view)) => Ok(view.clone()),
            Some(Known::Constant(_)) => node.error_of(&node.inputs[n], "is a constant, but must be computed here"),
            None => node.error(format!("its input {n} is left out")),
        }
    }

    /// One of the network's own values, whole.
    pub fn whole(&mut self, node: &Node, view: &View) -> Result<View> {
        let origin = self.origin(node, None);
        view.whole(&mut self.flow, node, &origin, self.graph.channels_last)
    }

    /// A value whole, an image or a sequence.
    pub fn image(&mut self, node: &Node, view: &View) -> Result<View> {
        let view = self.whole(node, view)?;
        match self.dims(view.id).len() {
            2 | 3 => Ok(view),
            _ => node.error(format!(
                "its input has the sizes {:?}; images [1, C, H, W] and sequences [1, C, L] are possible",
                view.dims(&self.flow)
            )),
        }
    }

    /// The sizes of a value.
    pub fn dims(&self, id: Id) -> &[usize] {
        &self.flow.nodes[id].dims
    }

    /// A layer after a value; the view is whole.
    pub fn layer(&mut self, node: &Node, id: Id, layer: Layer, weight: Option<usize>) -> Result<View> {
        let origin = self.origin(node, weight);
        let id = self.flow.layer(id, layer, &origin)?;
        Ok(View::fresh(&self.flow, id, self.graph.channels_last))
    }

    /// What works on each value, and leaves its place.
    pub fn each(&mut self, node: &Node, view: &View, op: Op) -> View {
        let (dims, origin) = (self.dims(view.id).to_vec(), self.origin(node, None));
        view.with(self.flow.push(op, vec![view.id], dims, &origin))
    }

    fn word(&mut self, node: &Node, word: &'static str) -> Result<View> {
        let view = self.value(node, 0)?;
        Ok(self.each(node, &view, Op::Layer(Layer::Word(word))))
    }

    fn node(&mut self, node: &'a Node) -> Result<()> {
        let inputs: Vec<Option<Known>> =
            node.inputs.iter().map(|name| self.known.get(name.as_str()).cloned()).collect();
        let constants: Vec<Option<Rc<Tensor>>> = inputs
            .iter()
            .map(|known| if let Some(Known::Constant(tensor)) = known { Some(tensor.clone()) } else { None })
            .collect();
        let is_constant = inputs.iter().all(|known| !matches!(known, Some(Known::Value(_))));
        let given = if is_constant {
            match constants::evaluate(node, &constants)? {
                Some(tensor) => {
                    let origin = self.origin(node, None);
                    self.flow.hold(tensor.len(), &origin)?;
                    Known::Constant(Rc::new(tensor))
                }
                None => return node.error("of constants alone it is not computed here"),
            }
        } else {
            self.active(node)?
        };
        if let Some(output) = node.outputs.first() {
            self.known.insert(output, given);
        }
        Ok(())
    }

    fn active(&mut self, node: &'a Node) -> Result<Known> {
        let view = match node.op.as_str() {
            "Shape" => {
                let dims = self.value(node, 0)?.dims(&self.flow);
                return Ok(Known::Constant(Rc::new(constants::shape(node, &dims)?)));
            }
            "Size" => {
                let len = self.value(node, 0)?.dims(&self.flow).iter().product::<usize>();
                return Ok(Known::Constant(Rc::new(Tensor::ints(vec![], vec![len as i64]))));
            }
            "Identity" => self.identity(node)?,
            "CastLike" => match self.known.get(node.inputs[0].as_str()) {
                // all values of the network are floats
                Some(Known::Constant(tensor)) => {
                    let floats = Tensor::floats(tensor.dims.clone(), tensor.to_floats());
                    return Ok(Known::Constant(Rc::new(floats)));
                }
                _ => self.value(node, 0)?,
            },
            "Cast" => match node.int("to", 1)? {
                1 | 10 | 11 | 16 => self.value(node, 0)?,
                _ => {
                    return node
                        .error_of("to", "values of a network are floats; casting them to integers is not possible");
                }
            },
            "Dropout" => self.dropout(node)?,
            "Relu" => self.word(node, "relu")?,
            "Sigmoid" => self.word(node, "sigmoid")?,
            "Tanh" => self.word(node, "tanh")?,
            "Softplus" => self.word(node, "softplus")?,
            "HardSwish" => self.word(node, "hard_swish")?,
            "Gelu" if node.text("approximate", "none")? == "tanh" => self.word(node, "gelu_tanh")?,
            "Gelu" => self.word(node, "gelu")?,
            // the same as ELU with a factor, or of a part of x
            "Selu" => {
                let (view, alpha) = (self.value(node, 0)?, node.float("alpha", 1.673_263_2)?);
                let view = self.each(node, &view, Op::Layer(Layer::Elu(alpha)));
                self.each(node, &view, Op::Scale(vec![node.float("gamma", 1.050_701)?]))
            }
            "Celu" => {
                let (view, alpha) = (self.value(node, 0)?, node.float("alpha", 1.0)?);
                let view = self.each(node, &view, Op::Scale(vec![1.0 / alpha]));
                let view = self.each(node, &view, Op::Layer(Layer::Elu(1.0)));
                self.each(node, &view, Op::Scale(vec![alpha]))
            }
            "Mish" => {
                let view = self.word(node, "softplus")?;
                let tanh = self.each(node, &view, Op::Layer(Layer::Word("tanh")));
                let (x, dims, origin) = (self.value(node, 0)?, self.dims(view.id).to_vec(), self.origin(node, None));
                view.with(self.flow.push(Op::Mul, vec![x.id, tanh.id], dims, &origin))
            }
            "Swish" if node.float("alpha", 1.0)? == 1.0 => self.word(node, "silu")?,
            "HardSigmoid" => {
                let (alpha, beta) = (node.float("alpha", 0.2)?, node.float("beta", 0.5)?);
                if (alpha - 1.0 / 6.0).abs() > 1e-6 || beta != 0.5 {
                    let says =
                        format!("is {alpha}; the hard sigmoid here is x / 6 + 1/2 between 0 and 1, as PyTorch has it");
                    return node.error_of("alpha", says);
                }
                self.word(node, "hard_sigmoid")?
            }
            "LeakyRelu" => {
                let (view, slope) = (self.value(node, 0)?, node.float("alpha", 0.01)?);
                self.each(node, &view, Op::Layer(Layer::LeakyRelu(slope)))
            }
            "Elu" => {
                let (view, alpha) = (self.value(node, 0)?, node.float("alpha", 1.0)?);
                self.each(node, &view, Op::Layer(Layer::Elu(alpha)))
            }
            "PRelu" => self.prelu(node)?,
            "Clip" => self.clip(node)?,
            "Erf" => self.part(node, Part::Erf)?,
            "Erfc" => {
                let view = self.part(node, Part::Erf)?;
                let view = self.each(node, &view, Op::Scale(vec![-1.0]));
                self.each(node, &view, Op::Shift(vec![1.0]))
            }
            "Tile" => windows::tile(self, node)?,
            "Sqrt" => self.part(node, Part::Sqrt)?,
            "Reciprocal" => self.part(node, Part::Reciprocal)?,
            "Neg" => {
                let view = self.value(node, 0)?;
                self.each(node, &view, Op::Scale(vec![-1.0]))
            }
            "Conv" => windows::conv(self, node)?,
            "ConvTranspose" => windows::conv_transpose(self, node)?,
            "MaxPool" | "AveragePool" => windows::pool(self, node)?,
            "GlobalAveragePool" | "GlobalMaxPool" => {
                let view = self.value(node, 0)?;
                let view = self.image(node, &view)?;
                let axes = if self.graph.channels_last { 1..view.axes.len() - 1 } else { 2..view.axes.len() };
                self.reduce(node, &view, axes.collect(), true)?
            }
            "ReduceMean" | "ReduceMax" | "ReduceSum" => {
                let view = self.value(node, 0)?;
                let input = self.constant(node, 1)?;
                let rank = view.axes.len();
                let axes = constants::axes(node, input.as_deref(), rank)?.unwrap_or_else(|| (0..rank).collect());
                self.reduce(node, &view, axes, node.int("keepdims", 1)? == 1)?
            }
            "Gemm" | "MatMul" => self.dense(node)?,
            "BatchNormalization" => self.batch_norm(node)?,
            "LayerNormalization" => self.layer_norm(node)?,
            "InstanceNormalization" | "GroupNormalization" => self.group_norm(node)?,
            "Softmax" => self.softmax(node)?,
            "Pad" => windows::pad(self, node)?,
            "Slice" => windows::slice(self, node)?,
            "Gather" => windows::gather(self, node)?,
            "GatherND" => windows::gather_nd(self, node)?,
            "Resize" | "Upsample" => windows::resize(self, node)?,
            "Flatten" | "Reshape" | "Squeeze" | "Unsqueeze" => self.reshape(node)?,
            "Expand" => self.expand(node)?,
            "Transpose" => {
                let view = self.value(node, 0)?;
                let order = constants::order(node, view.axes.len())?;
                View { id: view.id, axes: order.iter().map(|&axis| view.axes[axis].clone()).collect() }
            }
            "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Max" | "Min" | "Sum" => self.binary(node)?,
            "Concat" => self.concat(node)?,
            "Rescale" => {
                let view = self.value(node, 0)?;
                let (dims, origin) = (self.dims(view.id).to_vec(), self.origin(node, None));
                view.with(self.flow.push(Op::Concat, vec![view.id], dims, &origin))
            }
            "Greater" => {
                let (view, bound) = (self.value(node, 0)?, self.constant(node, 1)?.and_then(|bound| bound.scalar()));
                let Some(bound) = bound else { return node.error("compares with more than one bound") };
                self.each(node, &view, Op::Part(Part::Greater(bound)))
            }
            "Where" => {
                let [a, b, c] = [self.value(node, 0)?, self.value(node, 1)?, self.value(node, 2)?];
                if a.axes != b.axes
                    || b.axes != c.axes
                    || self.dims(a.id) != self.dims(b.id)
                    || self.dims(b.id) != self.dims(c.id)
                {
                    return node.error("takes values of different sizes");
                }
                let (dims, origin) = (self.dims(a.id).to_vec(), self.origin(node, None));
                a.with(self.flow.push(Op::Part(Part::Where), vec![a.id, b.id, c.id], dims, &origin))
            }
            "LogSoftmax" => return node.error("leave it out: the losses take scores, and `predict` gives chances"),
            "Split" => {
                return node
                    .error("takes the channels apart; a branch takes all of them, and convolutions have groups");
            }
            op if op.starts_with("Quant") || op.starts_with("QLinear") || op.starts_with("Dequant") => {
                return node.error("values are integers; networks of floats are imported: export before quantisation");
            }
            _ => return node.error(format!("is not supported; supported are {SUPPORTED}")),
        };
        Ok(Known::Value(view))
    }

    fn part(&mut self, node: &Node, part: Part) -> Result<View> {
        let view = self.value(node, 0)?;
        Ok(self.each(node, &view, Op::Part(part)))
    }

    /// The same value; as a line of a network of this crate also what is nothing in evaluation, and the end of a network.
    fn identity(&mut self, node: &Node) -> Result<View> {
        let (view, of) = (self.value(node, 0)?, node.how.as_deref().and_then(Type::of));
        Ok(match node.line.as_deref().map(|line| line.split_once(' ').unwrap_or((line, ""))) {
            Some(("fake_quant", "")) => self.each(node, &view, Op::Layer(Layer::Word("fake_quant"))),
            // of a vector nothing, and a word only of others
            Some(("global_avg_pool", "")) if self.dims(view.id).len() == 1 => {
                self.each(node, &view, Op::Layer(Layer::Word("global_avg_pool")))
            }
            Some(("global_max_pool", "")) if self.dims(view.id).len() == 1 => {
                self.each(node, &view, Op::Layer(Layer::Word("global_max_pool")))
            }
            // unless it is what is left of a layer that is folded away
            Some(("identity", "")) if of.is_some_and(|of| of.name() == "Identity") => {
                self.each(node, &view, Op::Layer(Layer::Word("identity")))
            }
            Some(("network", name)) if is_type_name(name) => self.each(node, &view, Op::Network(name.to_string())),
            _ => view,
        })
    }

    fn dropout(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let given = self.constant(node, 1)?.and_then(|ratio| ratio.scalar());
        let ratio = given.map_or_else(|| node.float("ratio", 0.5), Ok)?;
        if ratio == 0.0 && node.line.is_none() {
            return Ok(view);
        }
        let is_spatial = node.line.as_deref() == Some("spatial_dropout");
        let layer = if is_spatial { Layer::SpatialDropout(ratio) } else { Layer::Dropout(ratio) };
        layer.after(self.dims(view.id)).or_else(|says| node.error_of("ratio", says))?;
        Ok(self.each(node, &view, Op::Layer(layer)))
    }

    fn prelu(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let slopes = view.constant(&self.flow, node, &*self.weights(node, 1, "its slope")?)?;
        let channels = self.dims(view.id)[0];
        match slopes.len() {
            1 => Ok(self.each(node, &view, Op::Layer(Layer::Prelu(vec![slopes[0]; channels])))),
            len if len == channels => Ok(self.each(node, &view, Op::Layer(Layer::Prelu(slopes)))),
            _ => node.error_of(&node.inputs[1], "there is a slope for each value; one for each channel is possible"),
        }
    }

    fn clip(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let bound = |n: usize, name: &str, default: f32| match self.constant(node, n)?.and_then(|bound| bound.scalar())
        {
            Some(bound) => Ok(bound),
            None => node.float(name, default),
        };
        let (low, high) = (bound(1, "min", f32::NEG_INFINITY)?, bound(2, "max", f32::INFINITY)?);
        Ok(self.each(node, &view, clipped(low, high)))
    }

    /// The mean, the largest or the sum of values along axes of the file.
    fn reduce(&mut self, node: &Node, view: &View, axes: Vec<usize>, keeps: bool) -> Result<View> {
        let reduced: Vec<usize> = axes.iter().flat_map(|&axis| view.axes[axis].clone()).collect();
        let dims = self.dims(view.id).to_vec();
        let is_max = node.op.contains("Max");
        let rest: Vec<usize> = (0..dims.len()).filter(|axis| dims[*axis] > 1 && !reduced.contains(axis)).collect();
        let count: usize = reduced.iter().map(|&axis| dims[axis]).product();
        let origin = self.origin(node, None);
        let id = if reduced.is_empty() && (dims.len() == 1 || rest.len() > 1) {
            view.id
        } else if reduced.contains(&0) || dims.len() == 1 {
            if !rest.is_empty() || is_max {
                return node.error_of("axes", "is over channels; over rows and columns it is possible");
            }
            self.flow.push(Op::Part(Part::Mean), vec![view.id], vec![1], &origin)
        } else if rest.iter().all(|&axis| axis == 0) {
            let word = if is_max { "global_max_pool" } else { "global_avg_pool" };
            self.flow.layer(view.id, Layer::Word(word), &origin)?
        } else {
            let kernel = [1, 2].map(|axis| if reduced.contains(&axis) { dims[axis] } else { 1 });
            let pool = windows::whole_pool(kernel);
            let layer = if is_max { Layer::MaxPool(pool) } else { Layer::AvgPool(pool) };
            self.flow.layer(view.id, layer, &origin)?
        };
        let kept = (0..view.axes.len()).filter(|axis| keeps || !axes.contains(axis));
        let axes = kept.map(|axis| if axes.contains(&axis) { Vec::new() } else { view.axes[axis].clone() }).collect();
        let view = View { id, axes };
        Ok(if node.op == "ReduceSum" { self.each(node, &view, Op::Scale(vec![count as f32])) } else { view })
    }

    /// `Gemm` or `MatMul` with a constant.
    fn dense(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        if node.int("transA", 0)? != 0 {
            return node.error_of("transA", "is not possible; an image is a row");
        }
        let weight = self.weights(node, 1, "its weight")?;
        let weight = match (weight.dims.len(), node.int("transB", 0)? != 0) {
            (2, true) => (*weight).clone(),
            (2, false) => weight.transposed(&[1, 0]),
            _ => {
                return node
                    .error_of(&node.inputs[1], format!("has the sizes {:?}; a matrix is possible", weight.dims));
            }
        };
        let ([outputs, inputs], alpha) = ([weight.dims[0], weight.dims[1]], node.float("alpha", 1.0)?);
        let matrix: Vec<f32> = weight.to_floats().iter().map(|x| x * alpha).collect();
        let (beta, mut bias) = (node.float("beta", 1.0)?, Vec::new());
        if node.inputs.get(2).is_some_and(|name| !name.is_empty()) {
            let tensor = self.weights(node, 2, "its bias")?;
            let dims = [vec![1; 2usize.saturating_sub(tensor.dims.len())], tensor.dims.clone()].concat();
            let tensor = Tensor { dims, ..(*tensor).clone() };
            let repeated = constants::broadcast(node, &tensor, &[1, outputs])?;
            bias = repeated.to_floats().iter().map(|x| x * beta).collect();
        }
        let sizes = view.dims(&self.flow);
        if sizes.last() != Some(&inputs) {
            return node.error(format!("its weight takes {inputs} values, but its input has the sizes {sizes:?}"));
        }
        windows::dense(self, node, &view, outputs, matrix, bias)
    }

    fn batch_norm(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        if node.int("training_mode", 0)? != 0 {
            return node.error_of("training_mode", "the model was exported for training; export it in evaluation");
        }
        let view = self.by_channel(node, &view)?;
        let channels = self.dims(view.id)[0];
        let mut arrays = [const { Vec::new() }; 4];
        for (n, what) in ["its scale", "its bias", "its mean", "its variance"].into_iter().enumerate() {
            arrays[n] = self.weights(node, n + 1, what)?.to_floats();
            if arrays[n].len() != channels {
                return node.error(format!("{what} has {} values for {channels} channels", arrays[n].len()));
            }
        }
        let momentum = BatchNorm::momentum(node.float("momentum", 0.9)?);
        let layer = Layer::BatchNorm(BatchNorm { eps: node.float("epsilon", 1e-5)?, momentum, arrays });
        self.in_place(node, &view, layer, Some(1))
    }

    /// A layer that leaves each value its place.
    fn in_place(&mut self, node: &Node, view: &View, layer: Layer, weight: Option<usize>) -> Result<View> {
        let origin = self.origin(node, weight);
        Ok(view.with(self.flow.layer(view.id, layer, &origin)?))
    }

    /// A value whose channels are those that the file has on its axis of channels.
    fn by_channel(&mut self, node: &Node, view: &View) -> Result<View> {
        let Some(last) = view.axes.len().checked_sub(1) else {
            return node.error("takes channels; its input is one value");
        };
        let place = if self.graph.channels_last { last } else { last.min(1) };
        if view.axes[place] == one(self.dims(view.id), 0) { Ok(view.clone()) } else { self.whole(node, view) }
    }

    fn layer_norm(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let axis = constants::axis(node, "axis", node.int("axis", -1)?, view.axes.len())?;
        if view.axes[..axis].iter().any(|axes| !axes.is_empty()) {
            let says =
                format!("is over the last axes of {:?} alone; `layer_norm` is over all values", view.dims(&self.flow));
            return node.error_of("axis", says);
        }
        let len: usize = self.dims(view.id).iter().product();
        let weight = view.constant(&self.flow, node, &*self.weights(node, 1, "its scale")?)?;
        let bias = match node.inputs.get(2).is_some_and(|name| !name.is_empty()) {
            true => view.constant(&self.flow, node, &*self.weights(node, 2, "its bias")?)?,
            false => vec![0.0],
        };
        let [weight, bias] = [weight, bias].map(|values| repeated(&values, len));
        let layer = Layer::LayerNorm(Norm { eps: node.float("epsilon", 1e-5)?, weight, bias });
        self.in_place(node, &view, layer, Some(1))
    }

    fn group_norm(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let view = if node.op.starts_with("Inst") { self.image(node, &view)? } else { self.by_channel(node, &view)? };
        let channels = self.dims(view.id)[0];
        let mut arrays = [const { Vec::new() }; 2];
        for (n, what) in ["its scale", "its bias"].into_iter().enumerate() {
            let values = self.weights(node, n + 1, what)?.to_floats();
            if values.is_empty() || !channels.is_multiple_of(values.len()) {
                return node.error(format!("{what} has {} values for {channels} channels", values.len()));
            }
            arrays[n] = repeated(&values, channels);
        }
        let [weight, bias] = arrays;
        let norm = Norm { eps: node.float("epsilon", 1e-5)?, weight, bias };
        let groups = usize::try_from(node.int("num_groups", 1)?).unwrap_or(0);
        let layer =
            if node.op.starts_with("Inst") { Layer::InstanceNorm(norm) } else { Layer::GroupNorm(groups, norm) };
        self.in_place(node, &view, layer, Some(1))
    }

    fn softmax(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let axis = constants::axis(node, "axis", node.int("axis", -1)?, view.axes.len())?;
        if view.axes.iter().enumerate().any(|(n, axes)| n != axis && !axes.is_empty()) {
            let says =
                "is over one axis of an image; `softmax` is of a vector: leave it out, the largest value is the same";
            return node.error_of("axis", says);
        }
        let origin = self.origin(node, None);
        let mut id = view.id;
        if self.dims(id).len() > 1 {
            id = self.flow.layer(id, Layer::Word("flatten"), &origin)?;
        }
        if !view.is_in_order() {
            return node.error("its input is transposed");
        }
        let id = self.flow.layer(id, Layer::Word("softmax"), &origin)?;
        let mut axes = vec![Vec::new(); view.axes.len()];
        axes[axis] = one(self.dims(id), 0);
        Ok(View { id, axes })
    }

    fn reshape(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        if let Some("global_avg_pool" | "global_max_pool") = node.line.as_deref()
            && let Value { op: Op::Layer(Layer::Word(word)), origin, .. } = &mut self.flow.nodes[view.id]
            && node.line.as_deref() == Some(word)
        {
            // which leaves no sizes of one place, as ONNX's does
            (origin.line, origin.how) = (node.line.clone(), node.how.clone());
        }
        let dims = view.dims(&self.flow);
        let target = self.constant(node, 1)?;
        let to = constants::reshaped(node, &dims, target.as_deref(), Some(self.graph.batch))?;
        if let (Some("flatten" | "reshape"), [1, _, ..]) = (node.line.as_deref(), &to[..])
            && to.len() <= 4
        {
            let view = self.whole(node, &view)?;
            let is_flat = to.len() == 2 && node.line.as_deref() == Some("flatten");
            let layer = if is_flat { Layer::Word("flatten") } else { Layer::Reshape(to[1..].to_vec()) };
            return self.layer(node, view.id, layer, None);
        }
        if let Some(view) = view.reshaped(&self.flow, &to) {
            return Ok(view);
        }
        if !view.is_in_order() {
            return node.error(format!("splits axes of {dims:?}, which is transposed, to {to:?}"));
        }
        // axes are split: a layer, of the same order
        let own = if to.len() > 1 && to[0] == 1 { &to[1..] } else { &to[..] };
        if own.len() > 3 {
            return node.error_of("shape", format!("{to:?} has too many sizes; images [1, C, H, W] are possible"));
        }
        let order = self.image_order(node, own.len());
        let is_moved = order.iter().filter(|&&axis| own[axis] > 1).is_sorted();
        if !is_moved && !self.put_channels_first(node, view.id, own, &order) {
            let says = format!(
                "{to:?} deals values anew to channels, which are not first in this file; after a dense layer it is \
                possible"
            );
            return node.error_of("shape", says);
        }
        let dims: Vec<usize> = order.iter().map(|&axis| own[axis]).collect();
        let origin = self.origin(node, None);
        let id = self.flow.layer(view.id, Layer::Reshape(dims.clone()), &origin)?;
        let mut axes = vec![Vec::new(); to.len()];
        for (axis, &place) in order.iter().enumerate() {
            axes[place + to.len() - own.len()] = one(&dims, axis);
        }
        Ok(View { id, axes })
    }

    /// The order of an image's axes in the network, after a `Reshape` to `rank` sizes: that of the file, or that which
    /// the transposition after it makes.
    fn image_order(&self, node: &Node, rank: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..rank).collect();
        if self.graph.channels_last {
            order.rotate_right(1);
        }
        let takers = self.graph.nodes.iter().filter(|taker| taker.inputs.contains(&node.outputs[0]));
        if let [taker] = takers.collect::<Vec<_>>()[..]
            && taker.op == "Transpose"
            && let Ok(perm) = constants::order(taker, rank + 1)
            && perm[0] == 0
        {
            order = perm[1..].iter().map(|&axis| axis - 1).collect();
        }
        order
    }

    /// A value repeated where all that take it would repeat it themselves.
    fn expand(&mut self, node: &Node) -> Result<View> {
        let view = self.value(node, 0)?;
        let (sizes, dims) = (self.constant(node, 1)?, view.dims(&self.flow));
        let sizes = sizes.map(|sizes| constants::sizes(node, &sizes)).transpose()?.unwrap_or_default();
        let keeps =
            sizes.len() <= dims.len() && dims.iter().rev().zip(sizes.iter().rev()).all(|(d, s)| *s == 1 || s == d);
        let takes_as_many = |taker: &Node| {
            let mut others = taker.inputs.iter().filter(|name| **name != node.outputs[0]);
            let has_size = |name: &String| match self.known.get(name.as_str()) {
                Some(Known::Value(other)) => other.dims(&self.flow) == sizes,
                _ => false,
            };
            matches!(taker.op.as_str(), "Add" | "Sub" | "Mul" | "Div") && others.all(has_size)
        };
        let mut takers = self.graph.nodes.iter().filter(|taker| taker.inputs.contains(&node.outputs[0])).peekable();
        if !keeps && (self.graph.output == node.outputs[0] || takers.peek().is_none() || !takers.all(takes_as_many)) {
            return node.error(format!("repeats {dims:?} to {sizes:?}, which no layer does"));
        }
        Ok(view)
    }

    /// Lets the dense layer that gives an image's values of sizes `dims` give them in another order of axes. `false`
    /// where it is none, or others take them too.
    fn put_channels_first(&mut self, node: &Node, id: Id, dims: &[usize], order: &[usize]) -> bool {
        let own = strides(dims);
        let sizes: Vec<usize> = order.iter().map(|&axis| dims[axis]).collect();
        let steps: Vec<usize> = order.iter().map(|&axis| own[axis]).collect();
        let from: Vec<usize> = places(&sizes, &steps).collect();
        let is_alone = |name: &String| {
            let takers = self.graph.nodes.iter().filter(|node| node.op != "Shape" && node.inputs.contains(name));
            takers.count() == 1
        };
        let mut name = &node.inputs[0];
        let mut chain = vec![id];
        loop {
            let Some(giver) =
                self.graph.nodes.iter().find(|node| node.outputs.contains(name)).filter(|_| is_alone(name))
            else {
                return false;
            };
            match (giver.op.as_str(), &self.flow.nodes[chain[chain.len() - 1]].op) {
                ("Gemm" | "MatMul", Op::Layer(Layer::Linear(_))) => break,
                ("Add", Op::Shift(_)) | ("Relu" | "Sigmoid" | "Tanh" | "Clip" | "LeakyRelu" | "Elu", _) => {
                    let last = chain[chain.len() - 1];
                    chain.push(self.flow.nodes[last].inputs[0]);
                }
                ("Identity" | "Reshape", _) => (),
                _ => return false,
            }
            let Some(input) =
                giver.inputs.iter().find(|name| matches!(self.known.get(name.as_str()), Some(Known::Value(_))))
            else {
                return false;
            };
            name = input;
        }
        let len = from.len();
        let sorted = |values: &[f32]| -> Vec<f32> {
            let each = values.len() / len;
            from.iter().flat_map(|&place| values[place * each..(place + 1) * each].to_vec()).collect()
        };
        for id in chain {
            match &mut self.flow.nodes[id].op {
                Op::Layer(Layer::Linear(linear)) => {
                    linear.weight = sorted(&linear.weight);
                    linear.bias = sorted(&linear.bias);
                }
                Op::Shift(values) if values.len() == len => *values = sorted(values),
                _ => (),
            }
        }
        true
    }

    /// An operator of two values, or of one and a constant.
    fn binary(&mut self, node: &Node) -> Result<View> {
        let known: Vec<Known> = node.inputs.iter().filter_map(|name| self.known.get(name.as_str()).cloned()).collect();
        if node.op == "Sum" && known.len() != 2 {
            return node.error("takes two inputs here; add them one after the other");
        }
        match &known[..] {
            [Known::Value(view), Known::Constant(tensor)] => self.with_constant(node, view, tensor, false),
            [Known::Constant(tensor), Known::Value(view)] => self.with_constant(node, view, tensor, true),
            [Known::Value(a), Known::Value(b)] => self.of_two(node, a, b),
            _ => node.error("takes two inputs"),
        }
    }

    fn with_constant(&mut self, node: &Node, view: &View, tensor: &Tensor, is_first: bool) -> Result<View> {
        let origin = self.origin(node, None);
        if node.op == "Mul"
            && tensor.len() > 1
            && self.dims(view.id) == [1]
            && tensor.dims.last() == Some(&tensor.len())
        {
            let (len, rank) = (tensor.len(), view.axes.len().max(tensor.dims.len()));
            self.flow.hold(len, &origin)?;
            let id = self.flow.push(Op::Part(Part::Spread(tensor.to_floats())), vec![view.id], vec![len], &origin);
            return Ok(View { id, axes: [vec![Vec::new(); rank - 1], vec![vec![0]]].concat() });
        }
        let constant = view.constant(&self.flow, node, tensor)?;
        self.flow.hold(constant.len(), &origin)?;
        if matches!(node.op.as_str(), "Add" | "Sub" | "Mul" | "Div") && constant.iter().any(|x| !x.is_finite()) {
            return node.error("its constant is NaN or infinite");
        }
        let negative = |values: &[f32]| values.iter().map(|x| -x).collect::<Vec<_>>();
        Ok(match (node.op.as_str(), is_first) {
            ("Add" | "Sum", _) => self.each(node, view, Op::Shift(constant)),
            ("Sub", false) => self.each(node, view, Op::Shift(negative(&constant))),
            ("Sub", true) => {
                let view = self.each(node, view, Op::Scale(vec![-1.0]));
                self.each(node, &view, Op::Shift(constant))
            }
            ("Mul", _) => self.each(node, view, Op::Scale(constant)),
            ("Div", false) => {
                let inverse: Vec<f32> = constant.iter().map(|x| 1.0 / x).collect();
                if inverse.iter().any(|x| !x.is_finite()) {
                    return node.error("divides by zero");
                }
                self.each(node, view, Op::Scale(inverse))
            }
            ("Div", true) => {
                let view = self.each(node, view, Op::Part(Part::Reciprocal));
                self.each(node, &view, Op::Scale(constant))
            }
            ("Pow", false) if constant.len() == 1 => self.each(node, view, Op::Part(Part::Pow(constant[0]))),
            ("Max", _) if constant.len() == 1 => self.each(node, view, clipped(constant[0], f32::INFINITY)),
            ("Min", _) if constant.len() == 1 => self.each(node, view, clipped(f32::NEG_INFINITY, constant[0])),
            _ => return node.error("with this constant it is not possible"),
        })
    }

    fn of_two(&mut self, node: &Node, a: &View, b: &View) -> Result<View> {
        let origin = self.origin(node, None);
        let len = |lower: &Self, view: &View| lower.dims(view.id).iter().product::<usize>();
        let (commutes, mut a, mut b) = (!matches!(node.op.as_str(), "Sub" | "Div" | "Pow"), a.clone(), b.clone());
        if commutes && len(self, &a) < len(self, &b) {
            (a, b) = (b, a);
        }
        if a.id == b.id && a.axes == b.axes {
            match node.op.as_str() {
                "Mul" => return Ok(self.each(node, &a, Op::Part(Part::Pow(2.0)))),
                "Add" | "Sum" => return Ok(self.each(node, &a, Op::Scale(vec![2.0]))),
                _ => (),
            }
        }
        let (shape_a, shape_b) = (a.dims(&self.flow), b.dims(&self.flow));
        let is_gate = node.line.as_deref() == Some("gate"); // as it was written, nothing is put before it
        let is_same = shape_a.iter().filter(|&&size| size > 1).eq(shape_b.iter().filter(|&&size| size > 1)) && !is_gate;
        if is_same && len(self, &b) > 1 && self.dims(a.id) != self.dims(b.id) {
            (a, b) = (self.whole(node, &a)?, self.whole(node, &b)?);
        }
        // a value for each channel may come from what is no vector, such as a sequence: of its values in the order in which
        // they lie in memory a gate makes the factors of channels
        let dims = self.dims(b.id);
        let in_memory: Vec<usize> = (1..dims.len()).chain([0]).filter(|&axis| dims[axis] > 1).collect();
        if !is_same && len(self, &b) == self.dims(a.id)[0] && dims.len() > 1 && b.order() != in_memory {
            b = self.whole(node, &b)?;
        }
        // sizes are compared from the last one on
        let offset = shape_a.len().saturating_sub(shape_b.len());
        let along = |n: usize| a.axes.get(n + offset).filter(|_| !b.axes[n].is_empty());
        let aligned = (0..shape_b.len()).all(|n| b.axes[n].is_empty() || along(n) == Some(&b.axes[n]));
        let is_by_channel =
            (0..shape_b.len()).all(|n| b.axes[n].is_empty() || along(n).is_some_and(|axes| axes[..] == [0]));
        let by_value = aligned && self.dims(a.id) == self.dims(b.id);
        let by_channel = is_by_channel && len(self, &b) == self.dims(a.id)[0];
        let is_one = len(self, &b) == 1;
        let op = match node.op.as_str() {
            "Add" | "Sum" if by_value => Op::Add,
            "Mul" if by_value || by_channel && (!is_one || is_gate) => Op::Mul,
            "Mul" if is_one => Op::Part(Part::Times),
            "Sub" if by_value || is_one => Op::Part(Part::Sub),
            "Div" if by_value || is_one => Op::Part(Part::Div),
            "Add" | "Mul" | "Sub" | "Div" | "Sum" => {
                return node.error(format!(
                    "takes {shape_a:?} and {shape_b:?}; values of the same sizes are possible, and products by \
                    channel, [1, C, 1, 1]"
                ));
            }
            _ => return node.error("of two values it is not possible, only with a constant"),
        };
        let dims = self.dims(a.id).to_vec();
        Ok(a.with(self.flow.push(op, vec![a.id, b.id], dims, &origin)))
    }

    fn concat(&mut self, node: &Node) -> Result<View> {
        let mut views = (0..node.inputs.len()).map(|n| self.value(node, n)).collect::<Result<Vec<_>>>()?;
        if let ([view], None) = (&views[..], &node.line) {
            return Ok(view.clone());
        }
        let rank = views[0].axes.len();
        let axis = constants::axis(node, "axis", node.int("axis", 0)?, rank)?;
        let fits = |lower: &Self, view: &View| {
            view.axes.len() == rank && axis < view.axes.len() && view.axes[axis] == one(lower.dims(view.id), 0)
        };
        let is_alike = |lower: &Self, views: &[View]| {
            let mut others = views.iter().map(|view| {
                let dims = lower.dims(view.id).to_vec();
                let axes: Vec<_> = (0..rank).filter(|&n| n != axis).map(|n| view.axes.get(n).cloned()).collect();
                (dims[1..].to_vec(), axes)
            });
            let first = others.next();
            others.all(|other| Some(other) == first)
        };
        if !(views.iter().all(|view| fits(self, view)) && is_alike(self, &views)) {
            for view in &mut views {
                *view = self.whole(node, view)?;
            }
        }
        if !(views.iter().all(|view| fits(self, view)) && is_alike(self, &views)) {
            let sizes: Vec<_> = views.iter().map(|view| view.dims(&self.flow)).collect();
            return node
                .error_of("axis", format!("puts {sizes:?} together along axis {axis}; along channels is possible"));
        }
        let channels = views.iter().map(|view| self.dims(view.id)[0]).sum();
        let mut dims = self.dims(views[0].id).to_vec();
        dims[0] = channels;
        let (origin, ids) = (self.origin(node, None), views.iter().map(|view| view.id).collect());
        let mut axes = views[0].axes.clone();
        axes[axis] = vec![0];
        Ok(View { id: self.flow.push(Op::Concat, ids, dims, &origin), axes })
    }
}

/// What keeps values between two bounds.
fn clipped(low: f32, high: f32) -> Op {
    match (low, high) {
        (0.0, f32::INFINITY) => Op::Layer(Layer::Word("relu")),
        (0.0, 6.0) => Op::Layer(Layer::Word("relu6")),
        _ => Op::Part(Part::Clip(low, high)),
    }
}

/// As many values as `len`: one repeated, or each of a few for as many neighbours.
pub fn repeated(values: &[f32], len: usize) -> Vec<f32> {
    values.iter().flat_map(|&x| std::iter::repeat_n(x, len / values.len())).collect()
}

/// What is written of what is possible.
const SUPPORTED: &str = "Conv, ConvTranspose, Gemm, MatMul, BatchNormalization, LayerNormalization, GroupNormalization, \
    InstanceNormalization, Relu, Clip, LeakyRelu, Elu, Selu, Celu, PRelu, Gelu, Swish, Mish, Sigmoid, Tanh, HardSigmoid, \
    HardSwish, Softplus, MaxPool, AveragePool, GlobalAveragePool, GlobalMaxPool, ReduceMean, ReduceMax, \
    ReduceSum, Pad, Slice, Gather, Resize, Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Add, Sub, Mul, Div, \
    Concat, Expand, Dropout, Identity, Softmax, and what of constants alone is computed";

/// The sides that are made of zeros.
pub const NO_PADDING: Padding = Padding::Sides([0; 4]);

/// The border that ONNX's mode of a `Pad` is.
pub fn border(mode: &str) -> Option<Border> {
    match mode {
        "constant" => Some(Border::Zero),
        "edge" => Some(Border::Replicate),
        "reflect" => Some(Border::Reflect),
        _ => None,
    }
}
