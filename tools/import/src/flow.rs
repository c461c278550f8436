//! What a network computes, without the file's operators: layers, and values that meet.
//!
//! Here channels are first and there is no batch: `[C, H, W]`, `[C, L]` or `[N]`.

use crate::error::{Error, Result};
use crate::layer::Layer;

/// A node's number.
pub type Id = usize;

/// A network: nodes, each after those that it takes.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The nodes; the first one is the input.
    pub nodes: Vec<Node>,
    /// Which node gives the output.
    pub output: Id,
    /// How many numbers are held for it.
    pub held: usize,
}

/// The most numbers that are held: a small file may take one weight many times.
const MAX_HELD: usize = 1 << 24;

/// A value of the network, and what it is computed by.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is computed by.
    pub op: Op,
    /// From which values.
    pub inputs: Vec<Id>,
    /// Its sizes.
    pub dims: Vec<usize>,
    /// The node of the file that it is.
    pub origin: Origin,
}

/// Where in the file something is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    /// The node's name.
    pub node: String,
    /// Its operator.
    pub operator: String,
    /// The modules that it stands in; or the name of its weight.
    pub scope: Vec<String>,
    /// Which line of a network of this crate it ends, where the file says so.
    pub line: Option<String>,
    /// Which tensor of a TFLite file it is, or a part of its operator.
    pub tensor: Option<usize>,
    /// How that line was written.
    pub how: Option<String>,
}

/// What a value is computed by.
#[derive(Clone, Debug)]
pub enum Op {
    /// The image.
    Input,
    /// A layer of the library.
    Layer(Layer),
    /// The sum of two values.
    Add,
    /// The product of two values, or of one with another's channels.
    Mul,
    /// All channels of several values; of one, the same in another scale.
    Concat,
    /// The same value: a network that is a line of another ends here, of a type with this name.
    Network(String),
    /// Times a constant: one, one for each channel, or one for each value.
    Scale(Vec<f32>),
    /// Plus a constant, likewise.
    Shift(Vec<f32>),
    /// What has meaning only in a pattern.
    Part(Part),
}

/// A function that is no layer, but part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// The error function.
    Erf,
    /// The square root.
    Sqrt,
    /// 1 / x
    Reciprocal,
    /// x to a power.
    Pow(f32),
    /// x between two bounds.
    Clip(f32, f32),
    /// x with what is never the largest around it: at the top, at the bottom, on the left and on the right.
    Lowest([usize; 4]),
    /// Of the values along the last axis those at these places.
    Take(Vec<usize>),
    /// The mean of all values.
    Mean,
    /// x − y, where y may be one value.
    Sub,
    /// x / y, where y may be one value.
    Div,
    /// x · y, where y is one value.
    Times,
    /// One value, times each of several constants.
    Spread(Vec<f32>),
    /// Whether x is more than a bound.
    Greater(f32),
    /// y where x says so, or else z.
    Where,
}

impl Flow {
    /// How often each node's value is taken, by nodes that the output needs, and as the output.
    pub fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.nodes.len()];
        uses[self.output] = 1;
        for id in (0..self.nodes.len()).rev() {
            if uses[id] > 0 {
                for &input in &self.nodes[id].inputs {
                    uses[input] += 1;
                }
            }
        }
        uses
    }

    /// Lets all that take `from` take `to`.
    pub fn replace(&mut self, from: Id, to: Id) {
        for node in &mut self.nodes {
            node.inputs.iter_mut().filter(|input| **input == from).for_each(|input| *input = to);
        }
        if self.output == from {
            self.output = to;
        }
    }

    /// The same, in order, without what the output does not need.
    pub fn in_order(&self) -> Flow {
        let (mut order, mut place) = (vec![0], vec![None; self.nodes.len()]);
        place[0] = Some(0);
        let mut stack = vec![(self.output, 0)];
        while let Some((id, next)) = stack.pop() {
            if place[id].is_some() {
                continue;
            }
            match self.nodes[id].inputs.get(next) {
                Some(&input) => stack.extend([(id, next + 1), (input, 0)]),
                None => {
                    place[id] = Some(order.len());
                    order.push(id);
                }
            }
        }
        let renumber = |id: Id| place[id].unwrap_or(0); // all inputs of a node are placed before it
        let nodes = order.iter().map(|&id| {
            let node = self.nodes[id].clone();
            Node { inputs: node.inputs.iter().map(|&input| renumber(input)).collect(), ..node }
        });
        Flow { nodes: nodes.collect(), output: renumber(self.output), held: self.held }
    }

    /// A layer after the node `input`, as a new node.
    pub fn layer(&mut self, input: Id, layer: Layer, origin: &Origin) -> Result<Id> {
        let dims = layer.after(&self.nodes[input].dims).or_else(|says| origin.error(says))?;
        self.hold(layer.parameters(), origin)?;
        Ok(self.push(Op::Layer(layer), vec![input], dims, origin))
    }

    /// Counts numbers that are held.
    pub fn hold(&mut self, count: usize, origin: &Origin) -> Result<()> {
        self.held = self.held.saturating_add(count);
        if self.held > MAX_HELD {
            return origin
                .error(format!("until here the network has {} numbers; at most {MAX_HELD} are read", self.held));
        }
        Ok(())
    }

    /// A new node.
    pub fn push(&mut self, op: Op, inputs: Vec<Id>, dims: Vec<usize>, origin: &Origin) -> Id {
        self.nodes.push(Node { op, inputs, dims, origin: origin.clone() });
        self.nodes.len() - 1
    }
}

impl Origin {
    /// Whether it ends a line that is called `word`.
    pub fn is(&self, word: &str) -> bool {
        self.line.as_deref().is_some_and(|line| line.split(' ').next() == Some(word))
    }

    /// An error of this node.
    pub fn error<T>(&self, says: impl Into<String>) -> Result<T> {
        let (node, operator) = (self.node.clone(), self.operator.clone());
        Err(Error::Node { node, operator, attribute: None, says: says.into() })
    }
}
