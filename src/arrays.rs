//! Which arrays of parameters there are: their names, dimensions and order, as constants.

use core::fmt;

use crate::{Layout, Ordered};

/// Which arrays of parameters a layer has.
///
/// ```
/// use const_cnn::{Parameters, network};
/// network! {
///     struct Net: [1, 4, 4] => [2] {
///         conv: conv2d(3, kernel 3),
///         flatten: flatten,
///         logits: linear(2),
///     }
/// }
/// let arrays = Net::ARRAYS; // weights and bias of `conv` and of `logits`
/// assert_eq!((arrays.len(), arrays.count()), (4, 3 * 9 + 3 + 2 * 12 + 2));
/// assert_eq!(arrays.get(2).unwrap().to_string(), "logits.weight [2, 12]");
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Arrays {
    /// The layer's own.
    Own(&'static [Array]),
    /// Those of the layers that it is made of, each with its name.
    Layers(&'static [(&'static str, Arrays)]),
}

impl Arrays {
    /// How many arrays there are.
    #[inline]
    pub const fn len(&self) -> usize {
        match self {
            Arrays::Own(arrays) => arrays.len(),
            Arrays::Layers(layers) => {
                let (mut sum, mut n) = (0, 0);
                while n < layers.len() {
                    sum += layers[n].1.len();
                    n += 1;
                }
                sum
            }
        }
    }

    /// Whether there are no arrays.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many numbers there are in all arrays together.
    pub const fn count(&self) -> usize {
        let (mut sum, mut n) = (0, 0);
        match self {
            Arrays::Own(arrays) => {
                while n < arrays.len() {
                    sum += arrays[n].layout.len();
                    n += 1;
                }
            }
            Arrays::Layers(layers) => {
                while n < layers.len() {
                    sum += layers[n].1.count();
                    n += 1;
                }
            }
        }
        sum
    }

    /// The `index`-th array, with its whole path.
    pub const fn get(&self, mut index: usize) -> Option<Array> {
        match self {
            Arrays::Own(arrays) if index < arrays.len() => Some(arrays[index]),
            Arrays::Own(_) => None,
            Arrays::Layers(layers) => {
                let mut n = 0;
                while n < layers.len() {
                    let (name, arrays) = &layers[n];
                    if index < arrays.len() {
                        return match arrays.get(index) {
                            Some(array) => Some(array.inside(name)),
                            None => None,
                        };
                    }
                    index -= arrays.len();
                    n += 1;
                }
                None
            }
        }
    }

    /// Whether gradients change all arrays.
    pub(crate) const fn are_learned(&self) -> bool {
        let mut n = 0;
        match self {
            Arrays::Own(arrays) => {
                while n < arrays.len() && arrays[n].is_learned {
                    n += 1;
                }
                n == arrays.len()
            }
            Arrays::Layers(layers) => {
                while n < layers.len() && layers[n].1.are_learned() {
                    n += 1;
                }
                n == layers.len()
            }
        }
    }

    /// Whether a gradient changes the `index`-th array.
    #[inline]
    pub fn is_learned(&self, index: usize) -> bool {
        self.own(index).is_some_and(Array::is_learned)
    }

    /// Whether weight decay shrinks the `index`-th array.
    #[inline]
    pub fn is_decaying(&self, index: usize) -> bool {
        self.own(index).is_some_and(Array::is_decaying)
    }

    /// The `index`-th array, as its layer knows it.
    #[inline]
    fn own(&self, mut index: usize) -> Option<&'static Array> {
        match self {
            Arrays::Own(arrays) => arrays.get(index),
            Arrays::Layers(layers) => {
                for (_, arrays) in *layers {
                    if index < arrays.len() {
                        return arrays.own(index);
                    }
                    index -= arrays.len();
                }
                None
            }
        }
    }

    /// How many names the longest path has.
    pub(crate) const fn depth(&self) -> usize {
        match self {
            Arrays::Own(_) => 1,
            Arrays::Layers(layers) => {
                let (mut depth, mut n) = (0, 0);
                while n < layers.len() {
                    // lines of a block have the path of the block itself
                    let inner = layers[n].1.depth() + if layers[n].0.is_empty() { 0 } else { 1 };
                    depth = if inner > depth { inner } else { depth };
                    n += 1;
                }
                depth
            }
        }
    }
}

/// One array of parameters: its path (`conv1`, `weight`), and its dimensions and order as PyTorch has them.
///
/// ```
/// use const_cnn::Array;
/// // PyTorch's [O, I], which lies in memory as [I][O]
/// let weight = Array::new("weight", &[2, 3]).stored(&[1, 0]).decays();
/// assert_eq!(weight.to_string(), "weight [2, 3]");
/// assert!(weight.is_learned() && weight.is_decaying());
/// let in_order: Vec<f32> = weight.iter(&[1.0, 10.0, 2.0, 20.0, 3.0, 30.0]).collect();
/// assert_eq!(in_order, [1.0, 2.0, 3.0, 10.0, 20.0, 30.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    segments: [&'static str; Array::MAX_DEPTH],
    depth: usize,
    /// Dimensions, and where each number lies in memory.
    pub layout: Layout,
    is_learned: bool,
    is_decaying: bool,
    start: Option<u32>, // bits, which are equal or not
}

impl Array {
    /// How many names a path can have: those of networks, blocks and branches that lie in each other, of the layer and the array.
    pub const MAX_DEPTH: usize = 16;

    /// The array `name` of a layer, with PyTorch's dimensions, lying in memory in that order.
    pub const fn new(name: &'static str, dims: &'static [usize]) -> Array {
        let layout = Layout::new(dims);
        Array {
            segments: [name; Array::MAX_DEPTH],
            depth: 1,
            layout,
            is_learned: true,
            is_decaying: false,
            start: None,
        }
    }

    /// The same array, which training changes and no gradient does, such as running statistics: saved and loaded with the
    /// rest, but neither drawn nor learned. A layer takes it over by [`Layer::hold`](crate::Layer::hold).
    pub const fn held(mut self) -> Array {
        self.is_learned = false;
        self
    }

    /// The same array, which weight decay shrinks: weights, but not biases.
    pub const fn decays(mut self) -> Array {
        self.is_decaying = true;
        self
    }

    /// The same array, all of which is `start` before training, such as a normalisation's factors, which are 1. It is not
    /// drawn: [`Init`](crate::Init) sets it, whatever its rule.
    pub const fn from(mut self, start: f32) -> Array {
        self.start = Some(start.to_bits());
        self
    }

    /// What all of it is before training; nothing, where it is drawn.
    pub const fn start(&self) -> Option<f32> {
        match self.start {
            Some(bits) => Some(f32::from_bits(bits)),
            None => None,
        }
    }

    /// Whether a gradient changes it.
    pub const fn is_learned(&self) -> bool {
        self.is_learned
    }

    /// Whether weight decay shrinks it.
    pub const fn is_decaying(&self) -> bool {
        self.is_decaying
    }

    /// The same array, lying in memory with PyTorch's dimensions in the order `axes`; see [`Layout::stored`].
    pub const fn stored(mut self, axes: &[usize]) -> Array {
        self.layout = self.layout.stored(axes);
        self
    }

    /// The same array, seen from the network in which its layer is called `layer`.
    ///
    /// A layer without a name adds none: the lines of a block are called as if they stood in the block itself.
    const fn inside(mut self, layer: &'static str) -> Array {
        if layer.is_empty() {
            return self;
        }
        let mut n = Array::MAX_DEPTH - 1;
        while n > 0 {
            self.segments[n] = self.segments[n - 1];
            n -= 1;
        }
        self.segments[0] = layer;
        self.depth = if self.depth < Array::MAX_DEPTH { self.depth + 1 } else { self.depth };
        self
    }

    /// The names that lead to it, from the outermost network's layer to the array's own.
    pub const fn path(&self) -> &[&'static str] {
        self.segments.split_at(self.depth).0
    }

    /// The array's own name: `weight`, `bias`.
    pub fn name(&self) -> &'static str {
        self.path().last().copied().unwrap_or("")
    }

    /// PyTorch's dimensions: `[F, C, K, K]` for the weights of a convolution, `[O, I]` for a dense layer's.
    pub const fn dims(&self) -> &'static [usize] {
        self.layout.dims
    }

    /// `values`, which lie in memory as this array does, in PyTorch's order.
    pub fn iter<'a>(&self, values: &'a [f32]) -> Ordered<'a> {
        self.layout.iter(values)
    }
}

/// The path with dots, then the dimensions: `conv1.weight [8, 1, 3, 3]`.
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (n, name) in self.path().iter().enumerate() {
            write!(f, "{}{name}", if n > 0 { "." } else { "" })?;
        }
        write!(f, " {:?}", self.dims())
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;
    use crate::{Linear, Parameters, Vector};

    #[test]
    fn arrays_are_counted_and_found() {
        let weight = Array::new("weight", &[3, 2]).stored(&[1, 0]).decays();
        let own = Arrays::Layers(&[("0", Linear::<2, 3>::ARRAYS), ("1", Arrays::Own(&[]))]);
        assert_eq!((own.len(), own.count(), own.depth(), own.is_empty()), (2, 9, 2, false));
        assert_eq!(own.get(0), Some(weight.inside("0")));
        assert_eq!(own.get(0).unwrap().to_string(), "0.weight [3, 2]");
        assert!(own.get(2).is_none() && Arrays::Own(&[]).is_empty());
        assert_eq!(weight.iter(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]).last(), Some(5.0));
    }

    #[test]
    fn arrays_say_how_training_treats_them() {
        let arrays = crate::BatchNorm::<Vector<3>>::ARRAYS;
        let flags = |index| {
            let array: Array = arrays.get(index).unwrap();
            assert_eq!(array.is_learned(), arrays.is_learned(index));
            (array.name(), array.is_learned(), array.is_decaying(), array.start())
        };
        assert_eq!(flags(0), ("weight", true, false, Some(1.0)));
        assert_eq!(flags(1), ("bias", true, false, Some(0.0)));
        assert_eq!(flags(2), ("mean", false, false, Some(0.0)));
        assert_eq!(flags(3), ("variance", false, false, Some(1.0)));
        let weight = Linear::<2, 3>::ARRAYS.get(0).unwrap();
        assert_eq!((weight.is_learned(), weight.is_decaying(), weight.start()), (true, true, None));
    }
}
