//! How a file's tensor lies over a value of the network: operators that only change sizes or layout change only this.

use crate::error::Result;
use crate::flow::{Flow, Id, Origin};
use crate::graph::{Node, Tensor, places, strides};
use crate::layer::Layer;

/// A value of the network, seen with a file's sizes.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The value.
    pub id: Id,
    /// For each of the file's sizes: over which of the value's axes it runs, the outermost first. Axes of one place are
    /// left out.
    pub axes: Vec<Vec<usize>>,
}

impl View {
    /// A value with a batch of one before it, its channels first or last.
    pub fn fresh(flow: &Flow, id: Id, channels_last: bool) -> View {
        let dims = &flow.nodes[id].dims;
        let mut axes: Vec<Vec<usize>> = (0..dims.len()).map(|axis| one(dims, axis)).collect();
        if channels_last {
            axes.rotate_left(1);
        }
        axes.insert(0, Vec::new());
        View { id, axes }
    }

    /// The same with another value of the same sizes.
    pub fn with(&self, id: Id) -> View {
        View { id, axes: self.axes.clone() }
    }

    /// The file's sizes.
    pub fn dims(&self, flow: &Flow) -> Vec<usize> {
        let dims = &flow.nodes[self.id].dims;
        self.axes.iter().map(|axes| axes.iter().map(|&axis| dims[axis]).product()).collect()
    }

    /// All axes in the order of the file's tensor.
    pub fn order(&self) -> Vec<usize> {
        self.axes.concat()
    }

    /// Which of the file's sizes each of the value's axes is, those of one place left out.
    pub fn places(&self) -> Vec<usize> {
        let mut axes = self.order();
        axes.sort_unstable();
        axes.iter().filter_map(|axis| self.axes.iter().position(|axes| axes.contains(axis))).collect()
    }

    /// Whether the file's values lie in the order of the network's.
    pub fn is_in_order(&self) -> bool {
        self.order().is_sorted()
    }

    /// The same values with other sizes of the file, `None` where an axis would have to be split.
    pub fn reshaped(&self, flow: &Flow, to: &[usize]) -> Option<View> {
        let dims = &flow.nodes[self.id].dims;
        let mut order = self.order().into_iter().peekable();
        let mut axes = Vec::new();
        for &size in to {
            let (mut list, mut len) = (Vec::new(), 1);
            while len < size {
                let axis = order.next()?;
                len *= dims[axis];
                list.push(axis);
            }
            if len != size {
                return None;
            }
            axes.push(list);
        }
        order.peek().is_none().then_some(View { id: self.id, axes })
    }

    /// The value as the network has it after the file's sizes: a batch of one, then `[C, H, W]`, `[C, L]` or `[N]`, the
    /// channels last in the file if `channels_last`. A `reshape` is put in where that is needed.
    pub fn whole(&self, flow: &mut Flow, node: &Node, origin: &Origin, channels_last: bool) -> Result<View> {
        let sizes = self.dims(flow);
        let (mut dims, mut axes) = (sizes.clone(), self.axes.clone());
        if sizes.len() > 1 {
            if sizes[0] != 1 {
                return node.error(format!("its input has the sizes {sizes:?}, of which the first is no single image"));
            }
            dims.remove(0);
            axes.remove(0);
        }
        if channels_last {
            dims.rotate_right(1);
            axes.rotate_right(1);
        }
        if !(1..=3).contains(&dims.len()) {
            return node.error(format!(
                "its input has the sizes {sizes:?}; images [1, C, H, W], sequences [1, C, L] and vectors [1, N] are \
                possible"
            ));
        }
        if !axes.concat().is_sorted() {
            return node.error(
                "its input is transposed: only transpositions that change where channels stand, before and after, \
                are possible",
            );
        }
        let mut id = self.id;
        if flow.nodes[id].dims != dims {
            let layer = if dims.len() == 1 { Layer::Word("flatten") } else { Layer::Reshape(dims) };
            id = flow.layer(id, layer, origin)?;
        }
        let view = View::fresh(flow, id, channels_last);
        Ok(if sizes.len() == 1 { View { axes: view.axes[1..].to_vec(), ..view } } else { view })
    }

    /// A constant of the file's sizes, or fewer that are repeated, in the order of the network's values: one, one for
    /// each channel, or one for each value.
    pub fn constant(&self, flow: &Flow, node: &Node, tensor: &Tensor) -> Result<Vec<f32>> {
        let sizes = self.dims(flow);
        let extra = tensor.dims.len().saturating_sub(sizes.len());
        if tensor.dims[..extra].iter().any(|&size| size != 1) {
            return node.error(format!("a constant of {:?} makes more of {sizes:?}", tensor.dims));
        }
        let tensor = Tensor { dims: tensor.dims[extra..].to_vec(), ..tensor.clone() };
        let values = crate::constants::broadcast(node, &tensor, &sizes)?.to_floats();
        let dims = &flow.nodes[self.id].dims;
        let own = strides(&sizes);
        let mut steps = vec![0; dims.len()];
        for (axes, stride) in self.axes.iter().zip(own) {
            let mut step = stride;
            for &axis in axes.iter().rev() {
                steps[axis] = step;
                step *= dims[axis];
            }
        }
        let all: Vec<f32> = places(dims, &steps).map(|place| values[place]).collect();
        let places = all.len() / dims[0];
        let by_channel: Vec<f32> = all.iter().step_by(places.max(1)).copied().collect();
        Ok(if all.iter().all(|x| x == &all[0]) {
            vec![all[0]]
        } else if all.chunks(places).zip(&by_channel).all(|(all, of)| all.iter().all(|x| x == of)) {
            by_channel
        } else {
            all
        })
    }
}

/// An axis as a size of a file runs over it.
pub fn one(dims: &[usize], axis: usize) -> Vec<usize> {
    if dims[axis] == 1 { Vec::new() } else { vec![axis] }
}
