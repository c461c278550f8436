//! The numbers that a layer learns, reached one array after another.

use core::fmt;
use core::hint::black_box;
use core::ops::Range;

use crate::math::not_finite;
use crate::{Error, Layout, Ordered, Zero};

/// The numbers that a layer or a network learns.
///
/// [`ARRAYS`](Parameters::ARRAYS) says what there is, [`values`](Parameters::values) and
/// [`values_mut`](Parameters::values_mut) give each array's numbers. Optimisers, initialisers, readers and writers all
/// go through this trait. The gradient of a layer's parameters is a value of the layer's own type.
///
/// A layer that learns nothing writes `impl Parameters for MyLayer {}`.
///
/// ```
/// use const_cnn::{Array, Arrays, Parameters, Zero};
///
/// /// Multiplies each of `N` values by a factor of its own.
/// struct Scale<const N: usize> {
///     factor: [f32; N],
/// }
///
/// impl<const N: usize> Zero for Scale<N> {
///     const ZERO: Self = Scale { factor: [0.0; N] };
/// }
///
/// impl<const N: usize> Parameters for Scale<N> {
///     const ARRAYS: Arrays = Arrays::Own(&[Array::new("factor", &[N])]);
///
///     fn values(&self, _index: usize) -> &[f32] {
///         &self.factor
///     }
///
///     fn values_mut(&mut self, _index: usize) -> &mut [f32] {
///         &mut self.factor
///     }
/// }
///
/// assert_eq!(Scale::<3>::COUNT, 3);
/// ```
pub trait Parameters: Zero {
    /// The arrays, in the order in which they are visited, written and read.
    const ARRAYS: Arrays = Arrays::Own(&[]);

    /// How many numbers there are in all arrays together.
    const COUNT: usize = Self::ARRAYS.count();

    /// The numbers of the `index`-th array as they lie in memory; none when there is no such array.
    fn values(&self, index: usize) -> &[f32] {
        let _ = index;
        &[]
    }

    /// As [`values`](Parameters::values), to write on.
    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        let _ = index;
        &mut []
    }

    /// Each array with its numbers.
    ///
    /// ```
    /// use const_cnn::{Linear, Parameters, Zero};
    /// let mut dense = Linear::<2, 3>::ZERO;
    /// dense.weight[1][2] = 5.0; // from input 1 to output 2
    /// let (array, values) = dense.arrays().next().unwrap();
    /// assert_eq!(array.to_string(), "weight [3, 2]");
    /// assert_eq!(array.iter(values).collect::<Vec<_>>(), [0.0, 0.0, 0.0, 0.0, 0.0, 5.0]);
    /// ```
    fn arrays(&self) -> impl Iterator<Item = (Array, &[f32])> {
        const { assert!(Self::ARRAYS.depth() <= Array::MAX_DEPTH, "networks stand in networks at most six deep") }
        (0..const { Self::ARRAYS.len() }).filter_map(|index| Some((Self::ARRAYS.get(index)?, self.values(index))))
    }

    /// Sets all numbers to 0.
    fn zero(&mut self) {
        for index in indices::<Self>() {
            self.values_mut(index).fill(0.0);
        }
    }

    /// Multiplies all numbers by `factor`.
    fn scale(&mut self, factor: f32) {
        for index in indices::<Self>() {
            for value in self.values_mut(index) {
                *value *= factor;
            }
        }
    }

    /// Whether no number is NaN or infinite.
    fn is_finite(&self) -> bool {
        let mut bits = 0;
        for index in indices::<Self>() {
            for &value in self.values(index) {
                bits |= not_finite(value);
            }
        }
        bits.leading_ones() == 0
    }

    /// Sets all numbers to those of `other`.
    fn copy_from(&mut self, other: &Self) {
        for index in indices::<Self>() {
            for (value, &other) in self.values_mut(index).iter_mut().zip(other.values(index)) {
                *value = other;
            }
        }
    }

    /// Writes all numbers as little-endian bytes: array after array, each in PyTorch's order.
    ///
    /// # Errors
    ///
    /// [`Error::Bytes`] when `bytes` is not as long as the parameters; nothing is then written.
    fn write_le(&self, bytes: &mut [u8]) -> Result<(), Error> {
        check_length::<Self>(bytes)?;
        let numbers = self.arrays().flat_map(|(array, values)| array.iter(values));
        for (four, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
            *four = number.to_le_bytes();
        }
        Ok(())
    }

    /// Reads what [`write_le`](Parameters::write_le) has written.
    ///
    /// # Errors
    ///
    /// [`Error::Bytes`] when `bytes` is not as long as the parameters; [`Error::NotFinite`] when a number
    /// is NaN or infinite. The parameters are then as they were.
    fn read_le(&mut self, bytes: &[u8]) -> Result<(), Error> {
        check_length::<Self>(bytes)?;
        let numbers = || bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four));
        if let Some((index, value)) = numbers().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(Error::NotFinite { index, value });
        }
        let mut numbers = numbers();
        for index in 0..const { Self::ARRAYS.len() } {
            let Some(array) = Self::ARRAYS.get(index) else { break };
            let values = self.values_mut(index);
            for (n, number) in numbers.by_ref().take(values.len()).enumerate() {
                if let Some(value) = values.get_mut(array.layout.position(n)) {
                    *value = number;
                }
            }
        }
        Ok(())
    }
}

/// The indices of all arrays.
///
/// Their number is hidden from the compiler, which would write out what is done with each array one by one.
pub(crate) fn indices<P: Parameters>() -> Range<usize> {
    0..black_box(const { P::ARRAYS.len() })
}

fn check_length<P: Parameters>(bytes: &[u8]) -> Result<(), Error> {
    let (expected, found) = (4 * P::COUNT, bytes.len());
    if found == expected { Ok(()) } else { Err(Error::Bytes { expected, found }) }
}

/// Which arrays of parameters a layer has.
#[derive(Clone, Copy, Debug)]
pub enum Arrays {
    /// The layer's own.
    Own(&'static [Array]),
    /// Those of the layers that it is made of, each with its name.
    Layers(&'static [(&'static str, Arrays)]),
}

impl Arrays {
    /// How many arrays there are.
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
    pub fn get(&self, mut index: usize) -> Option<Array> {
        match self {
            Arrays::Own(arrays) => arrays.get(index).copied(),
            Arrays::Layers(layers) => {
                for (name, arrays) in *layers {
                    if index < arrays.len() {
                        return arrays.get(index).map(|array| array.inside(name));
                    }
                    index -= arrays.len();
                }
                None
            }
        }
    }

    /// How many networks and layers stand in one another.
    const fn depth(&self) -> usize {
        match self {
            Arrays::Own(_) => 1,
            Arrays::Layers(layers) => {
                let (mut depth, mut n) = (0, 0);
                while n < layers.len() {
                    let inner = layers[n].1.depth();
                    depth = if inner > depth { inner } else { depth };
                    n += 1;
                }
                depth + 1
            }
        }
    }
}

/// One array of parameters: its path (`conv1`, `weight`), and its dimensions and order as PyTorch has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    segments: [&'static str; Array::MAX_DEPTH],
    depth: usize,
    /// Dimensions, and where each number lies in memory.
    pub layout: Layout,
}

impl Array {
    /// How many names a path can have: networks can stand in networks six deep.
    pub const MAX_DEPTH: usize = 8;

    /// The array `name` of a layer, with PyTorch's dimensions, lying in memory in that order.
    pub const fn new(name: &'static str, dims: &'static [usize]) -> Array {
        Array { segments: [name; Array::MAX_DEPTH], depth: 1, layout: Layout::new(dims) }
    }

    /// The same array, lying in memory with PyTorch's dimensions in the order `axes`; see [`Layout::stored`].
    pub const fn stored(mut self, axes: &[usize]) -> Array {
        self.layout = self.layout.stored(axes);
        self
    }

    /// The same array, seen from the network in which its layer is called `layer`.
    fn inside(mut self, layer: &'static str) -> Array {
        self.segments.rotate_right(1);
        self.segments[0] = layer;
        self.depth = Array::MAX_DEPTH.min(self.depth + 1);
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
    use crate::{Conv2d, Image, Linear, Relu, Square, Vector};

    type Conv = Conv2d<Image<2, 3, 3>, Image<3, 2, 2>, Square<2>>;

    #[test]
    fn bytes_are_in_pytorch_order() {
        let mut conv = Conv::ZERO;
        conv.weight[1][0][0][2] = 1.0; // u 1, v 0, c 0, f 2
        conv.bias[1] = 2.0;
        let mut bytes = [0; 4 * Conv::COUNT];
        conv.write_le(&mut bytes).unwrap();
        let numbers: [f32; Conv::COUNT] =
            core::array::from_fn(|n| f32::from_le_bytes(bytes[4 * n..4 * n + 4].try_into().unwrap()));
        // [f][c][u][v]: 2 · (2 · 2 · 2) + 1 · 2
        assert_eq!(numbers.iter().position(|&n| n == 1.0), Some(18));
        assert_eq!(numbers[24..], [0.0, 2.0, 0.0]);

        let mut back = Conv::ZERO;
        back.read_le(&bytes).unwrap();
        assert_eq!(back, conv);
    }

    #[test]
    fn bytes_that_do_not_fit_change_nothing() {
        let mut dense = Linear::<1, 1> { weight: [[3.0]], bias: [4.0] };
        let before = dense.clone();
        assert_eq!(dense.read_le(&[0; 7]), Err(Error::Bytes { expected: 8, found: 7 }));
        assert_eq!(dense.write_le(&mut [0; 9]), Err(Error::Bytes { expected: 8, found: 9 }));
        let mut bytes = [0; 8];
        bytes[4..].copy_from_slice(&f32::INFINITY.to_le_bytes());
        assert_eq!(dense.read_le(&bytes), Err(Error::NotFinite { index: 1, value: f32::INFINITY }));
        assert_eq!(dense, before);
    }

    #[test]
    fn finite_means_no_nan_and_no_infinity() {
        for (value, finite) in [(1.0, true), (f32::MAX, true), (f32::NAN, false), (f32::NEG_INFINITY, false)] {
            assert_eq!(Linear::<1, 1> { weight: [[value]], bias: [0.0] }.is_finite(), finite, "{value}");
        }
    }

    #[test]
    fn arrays_are_counted_and_found() {
        let weight = Array::new("weight", &[3, 2]).stored(&[1, 0]);
        let own = Arrays::Layers(&[("0", Linear::<2, 3>::ARRAYS), ("1", Arrays::Own(&[]))]);
        assert_eq!((own.len(), own.count(), own.depth(), own.is_empty()), (2, 9, 2, false));
        assert_eq!(own.get(0), Some(weight.inside("0")));
        assert_eq!(own.get(0).unwrap().to_string(), "0.weight [3, 2]");
        assert!(own.get(2).is_none() && Arrays::Own(&[]).is_empty());
        assert_eq!(weight.iter(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]).last(), Some(5.0));
    }

    #[test]
    fn a_layer_that_learns_nothing_has_no_numbers() {
        let mut relu = Relu::<Vector<3>>::ZERO;
        assert!(relu.values(0).is_empty() && relu.values_mut(0).is_empty() && relu.arrays().next().is_none());
        assert_eq!((relu.write_le(&mut []), relu.read_le(&[]), Relu::<Vector<3>>::COUNT), (Ok(()), Ok(()), 0));
    }

    #[test]
    fn an_array_that_is_not_there_has_no_numbers() {
        let mut conv = Conv::ZERO;
        assert!(conv.values(2).is_empty() && conv.values_mut(2).is_empty());
        let mut dense = Linear::<1, 1>::ZERO;
        assert!(dense.values(2).is_empty() && dense.values_mut(2).is_empty());
    }
}
