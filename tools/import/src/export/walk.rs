//! The walk over a network's lines, and what becomes of its blocks.

use const_cnn::{Array, Network, Row, Shape};

use super::Error;
use super::graph::{Graph, Value, int, ints};
use super::layers::{Line, layer};
use crate::onnx::GraphProto;

/// A network's graph.
pub fn network<N: Network>(net: &N) -> Result<GraphProto, Error> {
    let (graph, input) = Graph::new(N::NAME, N::Input::DIMS);
    let arrays = net.arrays().collect::<Vec<_>>().into_iter();
    let mut walk = Walk { graph, arrays };
    let last = walk.chain(N::ROWS, input)?;
    Ok(walk.graph.finish(&last))
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
        let y = match (row.operator.name, row.rows) {
            ("chain", rows) => self.chain(rows, x.clone())?,
            ("residual", [block, around]) => {
                let (block, around) = (self.row(block, x)?, self.row(around, x)?);
                self.graph.node("Add", &[&around.name, &block.name], vec![], &block.dims)
            }
            ("gate", [block]) => {
                let gate = self.row(block, x)?;
                let gate = self.beside(gate, x);
                self.graph.node("Mul", &[&x.name, &gate.name], vec![], &x.dims)
            }
            ("concat", branches @ [_, ..]) => {
                let parts = branches.iter().map(|branch| self.row(branch, x)).collect::<Result<Vec<_>, _>>()?;
                let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
                self.graph.node("Concat", &names, vec![int("axis", 1)], row.output)
            }
            // the plain way around a block
            ("identity", _) if row.name.is_empty() => x.clone(),
            _ => self.layer(row, x)?,
        };
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
        if gate.dims == x.dims {
            return gate;
        }
        // in memory its channels are last, and so its values are counted
        let rank = gate.dims.len();
        let last = match rank {
            1 => gate,
            _ => {
                let dims: Vec<usize> = gate.dims[1..].iter().chain(&gate.dims[..1]).copied().collect();
                let order = [0].into_iter().chain(2..rank + 1).chain([1]);
                self.graph.node("Transpose", &[&gate.name], vec![ints("perm", order)], &dims)
            }
        };
        let dims: Vec<usize> = x.dims[..1].iter().copied().chain(x.dims[1..].iter().map(|_| 1)).collect();
        self.graph.reshape(&last, &dims)
    }
}
