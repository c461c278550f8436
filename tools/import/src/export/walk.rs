//! The walk over a network's lines, and what becomes of its blocks.

use const_cnn::{Array, Network, Number, Operator, Row, Shape};

use super::Error;
use super::graph::{Graph, Value, int, ints};
use super::layers::{Line, layer};
use crate::names::is_type_name;
use crate::onnx::GraphProto;

/// A network's graph.
pub fn network<N: Network>(net: &N) -> Result<GraphProto, Error> {
    let (graph, input) = Graph::new(N::NAME, N::Input::DIMS, declared(&N::OPERATOR));
    let arrays = net.arrays().collect::<Vec<_>>().into_iter();
    let mut walk = Walk { graph, arrays };
    let last = walk.chain(N::ROWS, input)?;
    Ok(walk.graph.finish(&last))
}

/// How the sizes at the ends of a network were written.
fn declared(operator: &Operator) -> &'static str {
    match operator.get("written") {
        Some(Number::Name(written)) => written,
        _ => "",
    }
}

/// What is left to be written.
struct Walk<'a> {
    graph: Graph,
    /// The arrays of the lines to come, in their order.
    arrays: std::vec::IntoIter<(Array, &'a [f32])>,
}

impl Walk<'_> {
    /// Lines one after the other.
    fn chain(&mut self, rows: &[Row], x: Value) -> Result<Value, Error> {
        rows.iter().try_fold(x, |x, row| self.row(row, &x))
    }

    /// A line, or a block without a name of its own, and what it gives.
    fn row(&mut self, row: &Row, x: &Value) -> Result<Value, Error> {
        let depth = self.graph.path.len();
        if !row.name.is_empty() {
            self.graph.path.push(row.name);
        }
        let mut written = row.written;
        let (y, note) = match (row.operator.name, row.rows) {
            ("chain", rows) => {
                let y = self.chain(rows, x.clone())?;
                // the last of a path's names
                match row.written.rsplit(':').next().filter(|name| is_type_name(name)) {
                    Some(name) => {
                        written = declared(&row.operator);
                        (self.graph.node("Identity", &[&y.name], vec![], &y.dims), Some(format!("network {name}")))
                    }
                    None => (y, None),
                }
            }
            // the plain way around a block
            ("identity", _) if row.name.is_empty() => (x.clone(), None),
            ("residual", [block, around]) => {
                let (block, around) = (self.row(block, x)?, self.row(around, x)?);
                (self.graph.node("Add", &[&block.name, &around.name], vec![], &block.dims), Some("residual".into()))
            }
            ("gate", [block]) => {
                let gate = self.row(block, x)?;
                let gate = self.beside(gate, x);
                (self.graph.node("Mul", &[&x.name, &gate.name], vec![], &x.dims), Some("gate".into()))
            }
            ("concat", branches @ [_, ..]) => {
                let parts = branches.iter().map(|branch| self.row(branch, x)).collect::<Result<Vec<_>, _>>()?;
                let parts: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
                let names: String = branches.iter().flat_map(|branch| [" ", branch.name]).collect();
                (self.graph.node("Concat", &parts, vec![int("axis", 1)], row.output), Some(format!("concat{names}")))
            }
            (word, _) => (self.layer(row, x)?, Some(word.into())),
        };
        if let Some(line) = note {
            self.graph.note(line, written);
        }
        self.graph.path.truncate(depth);
        Ok(y)
    }

    /// A layer, to which the next arrays belong.
    fn layer(&mut self, row: &Row, x: &Value) -> Result<Value, Error> {
        let (mut arrays, mut numbers) = (Vec::new(), 0);
        while numbers < row.parameters
            && let Some((array, values)) = self.arrays.next()
        {
            numbers += values.len();
            arrays.push((array, values));
        }
        let path = self.graph.path.join(".");
        layer(&mut self.graph, &Line { path, row, x, arrays })
    }

    /// What a gate's block gives, so that `x` can be multiplied with it: as much, or one value for each channel.
    fn beside(&mut self, gate: Value, x: &Value) -> Value {
        let by_channel: Vec<usize> = x.dims[..1].iter().copied().chain(x.dims[1..].iter().map(|_| 1)).collect();
        if gate.dims == x.dims || gate.dims == by_channel {
            return gate;
        }
        let (channels, rank) = (gate.dims[0], gate.dims.len());
        let places = gate.dims[1..].iter().product::<usize>();
        if channels == 1 || places == 1 {
            return self.graph.reshape(&gate, &by_channel);
        }
        // in memory its channels are last, and so its values are counted
        let dims: Vec<usize> = gate.dims[1..].iter().copied().chain([channels]).collect();
        let order = [0].into_iter().chain(2..rank + 1).chain([1]);
        let last = self.graph.node("Transpose", &[&gate.name], vec![ints("perm", order)], &dims);
        self.graph.reshape(&last, &by_channel)
    }
}
