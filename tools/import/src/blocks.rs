//! The chains and blocks that a network is made of, found where values part and meet.

use std::collections::HashSet;

use const_cnn::Array;

use crate::error::{Error, Result};
use crate::flow::{Flow, Id, Op, Origin};
use crate::layer::Layer;

/// A line of `network!`.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// What stands there.
    pub what: What,
    /// The sizes before it.
    pub takes: Vec<usize>,
    /// The sizes after it.
    pub gives: Vec<usize>,
    /// Where it is in the file.
    pub origin: Origin,
}

/// What stands in a line.
#[derive(Clone, Debug)]
pub enum What {
    /// A layer.
    Layer(Layer),
    /// `residual { .. } shortcut { .. }`
    Residual(Vec<Line>, Option<Vec<Line>>),
    /// `gate { .. }`
    Gate(Vec<Line>),
    /// `concat { a { .. }, b { .. } }`
    Concat(Vec<(String, Vec<Line>)>),
    /// A network, whose type has this name.
    Network(String, Vec<Line>),
}

/// How many lines a block has at most.
pub const MAX_LINES: usize = 256;

/// How many branches a `concat` has at most.
const MAX_BRANCHES: usize = 8;

/// How deep blocks lie in each other at most.
const MAX_DEPTH: usize = 32;

/// The lines of a network.
///
/// # Errors
///
/// [`Error::Graph`] where values part and meet in another way than blocks do.
pub fn blocks(flow: &Flow) -> Result<Vec<Line>> {
    let mut blocks = Blocks { flow, before: dominators(flow), written: HashSet::new() };
    let lines = blocks.chain(0, flow.output, 0)?;
    if lines.is_empty() {
        return blocks.refuse([0], "the network gives what it takes: there is no layer");
    }
    check_depth(&lines, 0)?;
    Ok(lines)
}

/// That the paths of all arrays, within `names` names, are no longer than the library's.
fn check_depth(lines: &[Line], names: usize) -> Result<()> {
    for line in lines {
        // its own name, and that of an array
        if matches!(line.what, What::Layer(_)) && names + 2 > Array::MAX_DEPTH {
            let says = format!("lies in {names} blocks; an array's path has {} names", Array::MAX_DEPTH);
            return Err(Error::Graph { nodes: vec![line.origin.node.clone()], says });
        }
        for (branch, block) in line.what.blocks() {
            let is_named = matches!(line.what, What::Concat(_)) || !branch.is_empty();
            check_depth(block, names + 1 + usize::from(is_named))?;
        }
    }
    Ok(())
}

struct Blocks<'a> {
    flow: &'a Flow,
    /// For each node the last one before it that all ways to it lead through.
    before: Vec<Id>,
    written: HashSet<Id>,
}

/// For each node the last one before it that all ways from the input lead through.
pub fn dominators(flow: &Flow) -> Vec<Id> {
    let mut before: Vec<Id> = vec![0];
    for node in &flow.nodes[1..] {
        let meet = |mut a: Id, mut b: Id| {
            while a != b {
                if a > b { a = before[a] } else { b = before[b] }
            }
            a
        };
        let common = node.inputs.iter().copied().reduce(meet).unwrap_or(0);
        before.push(common);
    }
    before
}

impl Blocks<'_> {
    fn refuse<T>(&self, ids: impl IntoIterator<Item = Id>, says: impl Into<String>) -> Result<T> {
        let nodes = ids.into_iter().map(|id| self.flow.nodes[id].origin.node.clone()).collect();
        Err(Error::Graph { nodes, says: says.into() })
    }

    /// The lines from one value to another.
    fn chain(&mut self, from: Id, to: Id, depth: usize) -> Result<Vec<Line>> {
        if depth > MAX_DEPTH {
            return self.refuse([to], format!("blocks lie in each other more than {MAX_DEPTH} deep"));
        }
        Ok(self.lines(from, to, depth, None)?.0)
    }

    /// The lines from one value to another, or those of a network that stands `within` a line, and what they take.
    fn lines(&mut self, from: Id, to: Id, depth: usize, within: Option<&[String]>) -> Result<(Vec<Line>, Id)> {
        let is_inside =
            |scope: &[String]| within.is_none_or(|outer| scope.len() > outer.len() && scope.starts_with(outer));
        let (mut lines, mut at) = (Vec::new(), to);
        while at != from && is_inside(&self.flow.nodes[at].origin.scope) {
            if at < from || at == 0 {
                return self
                    .refuse([from, to], "one of them takes a value past the other; blocks are one inside the other");
            }
            if !self.written.insert(at) {
                let takers = (0..self.flow.nodes.len()).filter(|&n| self.flow.nodes[n].inputs.contains(&at));
                let ids: Vec<Id> = std::iter::once(at).chain(takers).collect();
                let says = "the value of the first is taken by the others across blocks; values part in one place \
                            and meet in one: chains, sums, channels put together and gates, one inside the other";
                return self.refuse(ids, says);
            }
            let (line, former) = self.line(from, at, depth)?;
            lines.extend(line);
            at = former;
        }
        lines.reverse();
        if lines.len() > MAX_LINES {
            return self
                .refuse([from, to], format!("between them are {} layers; a block has {MAX_LINES}", lines.len()));
        }
        Ok((lines, at))
    }

    /// The line that gives a value, after `from`, and the value that it takes.
    fn line(&mut self, from: Id, id: Id, depth: usize) -> Result<(Option<Line>, Id)> {
        let flow = self.flow;
        let node = &flow.nodes[id];
        let mut former = self.before[id];
        let chain = |blocks: &mut Self, n: usize| blocks.chain(former, node.inputs[n], depth + 1);
        let what = match &node.op {
            Op::Layer(layer) => What::Layer(layer.clone()),
            Op::Add => {
                let (a, b) = (chain(self, 0)?, chain(self, 1)?);
                let is_block = a.len() >= b.len() || node.origin.is("residual");
                let (block, around) = if is_block { (a, b) } else { (b, a) };
                if block.is_empty() {
                    return self.refuse([id], "adds a value to itself");
                }
                What::Residual(block, (!around.is_empty()).then_some(around))
            }
            Op::Mul => {
                let (a, b) = (chain(self, 0)?, chain(self, 1)?);
                let (x, block) = if a.is_empty() { (node.inputs[0], b) } else { (node.inputs[1], a) };
                let other = if x == node.inputs[0] { node.inputs[1] } else { node.inputs[0] };
                if x != former || block.is_empty() {
                    let says = "are multiplied, and both are computed from the third; a gate multiplies a value with \
                                what is computed from it";
                    return self.refuse([node.inputs[0], node.inputs[1], former], says);
                }
                let (large, small) = (&flow.nodes[x].dims, &flow.nodes[other].dims);
                if large.iter().product::<usize>() < small.iter().product() {
                    return self.refuse(
                        [x, other],
                        "are multiplied, the first by channel; that which is repeated is the gate",
                    );
                }
                What::Gate(block)
            }
            Op::Concat if node.inputs.len() == 1 => {
                let (lines, takes) = self.lines(from, node.inputs[0], depth + 1, Some(&node.origin.scope))?;
                former = takes;
                What::Concat(vec![(String::new(), lines)])
            }
            Op::Concat => {
                if node.inputs.len() > MAX_BRANCHES {
                    let says = format!("puts {} values together; {MAX_BRANCHES} are possible", node.inputs.len());
                    return self.refuse([id], says);
                }
                let branches = (0..node.inputs.len()).map(|n| Ok((String::new(), chain(self, n)?)));
                What::Concat(branches.collect::<Result<_>>()?)
            }
            Op::Network(name) => {
                if depth >= MAX_DEPTH {
                    return self.refuse([id], format!("networks lie in each other more than {MAX_DEPTH} deep"));
                }
                let (lines, takes) = self.lines(from, node.inputs[0], depth + 1, Some(&node.origin.scope))?;
                if lines.is_empty() {
                    return Ok((None, former)); // its lines are gone from the file, or have other names
                }
                former = takes;
                What::Network(name.clone(), lines)
            }
            Op::Input | Op::Scale(_) | Op::Shift(_) | Op::Part(_) => return self.refuse([id], "is no layer"),
        };
        let (takes, gives, origin) = (flow.nodes[former].dims.clone(), node.dims.clone(), node.origin.clone());
        Ok((Some(Line { name: String::new(), what, takes, gives, origin }), former))
    }
}

impl What {
    /// What a line is called for what stands there.
    pub fn kind(&self) -> &'static str {
        match self {
            What::Residual(..) => "residual",
            What::Gate(_) => "gate",
            What::Concat(branches) if branches.len() == 1 => "rescale",
            What::Concat(_) => "concat",
            What::Network(..) => "network",
            What::Layer(layer) => match layer {
                Layer::Word("global_avg_pool" | "global_max_pool") | Layer::MaxPool(_) | Layer::AvgPool(_) => "pool",
                Layer::Word(word) => word,
                Layer::LeakyRelu(_) => "leaky_relu",
                Layer::Elu(_) => "elu",
                Layer::Prelu(_) => "prelu",
                Layer::Conv(_) | Layer::Mapwise(_) | Layer::Transpose(_) => "conv",
                Layer::Depthwise(_) => "depthwise",
                Layer::Linear(_) => "linear",
                Layer::Pad(..) => "pad",
                Layer::Crop(_) => "crop",
                Layer::Upsample(..) => "upsample",
                Layer::Reshape(_) => "reshape",
                Layer::BatchNorm(_) | Layer::LayerNorm(_) | Layer::GroupNorm(..) | Layer::InstanceNorm(_) => "norm",
                Layer::Dropout(_) | Layer::SpatialDropout(_) => "dropout",
            },
        }
    }

    /// The blocks in it, with a branch's name.
    pub fn blocks(&self) -> Vec<(&str, &[Line])> {
        match self {
            What::Layer(_) => Vec::new(),
            What::Residual(block, None) | What::Gate(block) | What::Network(_, block) => vec![("", block)],
            What::Residual(block, Some(around)) => vec![("", block), ("shortcut", around)],
            What::Concat(branches) => branches.iter().map(|(name, block)| (name.as_str(), block.as_slice())).collect(),
        }
    }
}
