//! The numbers that a layer learns, reached one array after another.

use core::fmt;
use core::hint::black_box;
use core::ops::Range;

use crate::formats::header::{self, ReadError};
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

    /// The bytes of a file of these parameters: a header that names the arrays, and the numbers.
    const FILE_BYTES: usize = header::len(&Self::ARRAYS) + 4 * Self::COUNT;

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

    /// Writes a whole file, as `save` does: the names and dimensions of the arrays, then what
    /// [`write_le`](Parameters::write_le) writes.
    ///
    /// # Errors
    ///
    /// [`Error::Bytes`] when `bytes` is not [`FILE_BYTES`](Parameters::FILE_BYTES) long; nothing is then written.
    fn write_file(&self, bytes: &mut [u8]) -> Result<(), Error> {
        header::write(self, bytes)
    }

    /// Reads what [`write_file`](Parameters::write_file) has written.
    ///
    /// # Errors
    ///
    /// [`ReadError::Header`] when the file is of other arrays, and as [`read_le`](Parameters::read_le). The parameters are
    /// then as they were.
    fn read_file(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        header::read(self, bytes)
    }
}

/// The indices of all arrays.
///
/// Their number is hidden from the compiler, which would write out what is done with each array one by one.
pub(crate) fn indices<P: Parameters>() -> Range<usize> {
    0..black_box(const { P::ARRAYS.len() })
}

/// Whether a gradient changes the `index`-th array. Where gradients change all of them nothing is looked up.
#[inline]
pub(crate) fn is_learned<P: Parameters>(index: usize) -> bool {
    let all = const { P::ARRAYS.are_learned() };
    all || P::ARRAYS.is_learned(index)
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
    const fn are_learned(&self) -> bool {
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
    is_learned: bool,
    is_decaying: bool,
    start: Option<u32>, // bits, which are equal or not
}

impl Array {
    /// How many names a path can have: networks can stand in networks six deep.
    pub const MAX_DEPTH: usize = 8;

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

/// States a layer's arrays, once: [`Zero`], [`Parameters`], the layer's forms, and the inherent `const fn from_le`, by which
/// it is read from bytes in a constant.
///
/// ```
/// use const_cnn::{Parameters, Zero, arrays};
///
/// /// Multiplies each of `N` values by a factor of its own, and adds a summand.
/// struct Scale<const N: usize> {
///     factor: [f32; N],
///     summand: [f32; N],
/// }
///
/// arrays! {
///     impl[const N: usize] Scale<N> {
///         factor: [N] decays,
///         summand: [N],
///     }
/// }
/// assert_eq!(Scale::<3>::COUNT, 6);
///
/// /// A layer that learns nothing says how it is made.
/// struct Double<const N: usize>;
///
/// arrays! { impl[const N: usize] Double<N> = Double }
/// assert_eq!(Double::<3>::COUNT, 0);
/// ```
///
/// In `[..]` stand PyTorch's dimensions, at most four. `decays` says that weight decay shrinks the array, `held` that
/// training changes it and no gradient does; without a word it is learned. `from 1.0` says that it is not drawn before
/// training, but begins at 1: `factor: [N] from 1.0`, `variance: [N] held from 1.0`. Arrays lie in memory as their dimensions say, or
/// with the axes that stand after `=>`, the outermost first: `weight: [O, I] => [1, 0]`, and for a convolution
/// `[F, C, K, K] => [2, 3, 1, 0]`. Fields that are no arrays are made by what stands after `with`:
/// `with { bias: () }`.
#[macro_export]
macro_rules! arrays {
    (impl[$($generics:tt)*] $layer:ty = $value:expr) => {
        $crate::arrays! { @nothing [$($generics)*] ($layer) $value }
        $crate::arrays! { @fold [$($generics)*] $layer, [] }
    };
    (
        impl[$($generics:tt)*] $layer:ty $(where [$($bounds:tt)+])? { $($arrays:tt)+ }
        $(with { $($field:ident: $value:expr),* $(,)? })?
    ) => {
        $crate::arrays! { @arrays [$($generics)*] ($layer) [$($($bounds)+,)?] [$($($field: $value,)*)?] $($arrays)+ }
        $crate::arrays! { @fold [$($generics)*] $layer, [$($($bounds)+,)?] }
    };
    // a layer whose folded forms are written by hand
    (
        folds impl[$($generics:tt)*] $layer:ty $(where [$($bounds:tt)+])? { $($arrays:tt)+ }
        $(with { $($field:ident: $value:expr),* $(,)? })?
    ) => {
        $crate::arrays! { @arrays [$($generics)*] ($layer) [$($($bounds)+,)?] [$($($field: $value,)*)?] $($arrays)+ }
    };

    (@nothing [$($generics:tt)*] ($layer:ty) $value:expr) => {
        impl<$($generics)*> $crate::Zero for $layer {
            const ZERO: Self = $value;
        }

        impl<$($generics)*> $crate::Parameters for $layer {}

        impl<$($generics)*> $layer {
            /// The layer, which has no parameters and reads none of the bytes.
            pub const fn from_le(_: &mut $crate::LeBytes) -> Self {
                $value
            }
        }
    };
    (@arrays [$($generics:tt)*] ($layer:ty) [$($bounds:tt)*] [$($field:ident: $value:expr,)*]
        $($name:ident: [$($dim:expr),+] $(=> [$($axis:tt),+])? $($flag:ident $($start:literal)?)*),+ $(,)?) => {
        impl<$($generics)*> $crate::Zero for $layer where $($bounds)* {
            const ZERO: Self = Self { $($name: $crate::Zero::ZERO,)+ $($field: $value,)* };
        }

        impl<$($generics)*> $crate::Parameters for $layer where $($bounds)* {
            const ARRAYS: $crate::Arrays = $crate::Arrays::Own(&[$(
                $crate::Array::new(::core::stringify!($name), &[$($dim),+])
                    $(.stored(&[$($axis),+]))? $(. $flag($($start)?))*
            ),+]);

            fn values(&self, index: usize) -> &[f32] {
                let _after = index;
                $(
                    if _after == 0 {
                        return $crate::Nested::flat(&self.$name);
                    }
                    let _after = _after.wrapping_sub(1);
                )+
                &[]
            }

            fn values_mut(&mut self, index: usize) -> &mut [f32] {
                let _after = index;
                $(
                    if _after == 0 {
                        return $crate::Nested::flat_mut(&mut self.$name);
                    }
                    let _after = _after.wrapping_sub(1);
                )+
                &mut []
            }
        }

        impl<$($generics)*> $layer where $($bounds)* {
            /// The layer whose parameters are the next of `bytes`.
            pub const fn from_le(bytes: &mut $crate::LeBytes) -> Self {
                Self {
                    $($name: $crate::arrays!(@read bytes [$($dim),+] [$($($axis),+)?]),)+
                    $($field: $value,)*
                }
            }
        }
    };
    (@read $bytes:ident [$a:expr] []) => { $bytes.array::<{ $a }>() };
    (@read $bytes:ident [$a:expr, $b:expr] []) => { $bytes.array2::<{ $a }, { $b }>() };
    (@read $bytes:ident [$a:expr, $b:expr, $c:expr] []) => { $bytes.array3::<{ $a }, { $b }, { $c }>() };
    (@read $bytes:ident [$a:expr, $b:expr, $c:expr, $d:expr] []) => {
        $bytes.array4::<{ $a }, { $b }, { $c }, { $d }>()
    };
    (@read $bytes:ident [$o:expr, $i:expr] [1, 0]) => { $bytes.matrix::<{ $i }, { $o }>() };
    (@read $bytes:ident [$f:expr, $c:expr, $u:expr, $v:expr] [2, 3, 1, 0]) => {
        $bytes.kernel::<{ $u }, { $v }, { $c }, { $f }>()
    };
    (@read $bytes:ident [$c:expr, $h:expr, $w:expr] [1, 2, 0]) => { $bytes.image::<{ $c }, { $h }, { $w }>() };
    // a kernel of one row
    (@read $bytes:ident [$f:expr, $c:expr, $k:expr] [2, 1, 0]) => { $bytes.kernel::<1, { $k }, { $c }, { $f }>() };
    (@fold [$($generics:tt)*] $layer:ty, [$($bounds:tt)*]) => {
        impl<$($generics)*> $crate::Fold for $layer
        where
            $($bounds)*
            Self: $crate::Layer,
        {
            type Folded = Self;
            type Absorbed = Self;

            fn fold_into(&self, to: &mut Self) {
                $crate::Parameters::copy_from(to, self);
            }

            fn absorb_into(&self, _: &impl $crate::Fold, to: &mut Self) {
                $crate::Parameters::copy_from(to, self);
            }
        }
    };
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
    use crate::{Conv2d, Image, Linear, Relu, Vector};

    type Conv = Conv2d<Image<2, 3, 3>, Image<3, 2, 2>, crate::Square<2>>;

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
