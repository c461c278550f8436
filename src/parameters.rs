//! The numbers that a layer learns, reached one array after another.

use core::hint::black_box;
use core::ops::Range;

use crate::header::{self, ReadError};
use crate::math::not_finite;
use crate::{Array, Arrays, Error, Zero};

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
        const { assert!(Self::ARRAYS.depth() <= Array::MAX_DEPTH, "an array's path has at most 16 names") }
        (0..const { Self::ARRAYS.len() }).filter_map(|index| Some((Self::ARRAYS.get(index)?, self.values(index))))
    }

    /// Sets all numbers to 0.
    ///
    /// ```
    /// use const_cnn::{Linear, Parameters};
    /// let mut sums = Linear::<1, 1> { weight: [[3.0]], bias: [4.0] };
    /// sums.scale(0.5); // the mean of two
    /// assert_eq!((sums.weight, sums.bias), ([[1.5]], [2.0]));
    /// sums.zero();
    /// assert_eq!((sums.weight, sums.bias), ([[0.0]], [0.0]));
    /// ```
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
    ///
    /// ```
    /// use const_cnn::{Linear, Parameters};
    /// let mut dense = Linear::<1, 1> { weight: [[3.0]], bias: [4.0] };
    /// assert!(dense.is_finite());
    /// dense.bias = [f32::NAN];
    /// assert!(!dense.is_finite());
    /// ```
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
    /// ```
    /// use const_cnn::{Linear, Parameters, Zero};
    /// let dense = Linear::<2, 2> { weight: [[1.0, 2.0], [3.0, 4.0]], bias: [5.0, 6.0] };
    /// let mut bytes = [0; 4 * Linear::<2, 2>::COUNT];
    /// dense.write_le(&mut bytes)?;
    /// assert_eq!(bytes[4..8], 3.0_f32.to_le_bytes()); // in memory it is the third
    ///
    /// let mut back = Linear::ZERO;
    /// back.read_le(&bytes)?;
    /// assert_eq!(back, dense);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
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
    /// ```
    /// use const_cnn::{Linear, Parameters, Zero};
    /// let dense = Linear::<1, 2> { weight: [[1.0, 2.0]], bias: [5.0, 6.0] };
    /// let mut bytes = [0; Linear::<1, 2>::FILE_BYTES];
    /// dense.write_file(&mut bytes)?;
    /// assert!(bytes.starts_with(b"const-cnn 1\nweight [2, 1]\nbias [2]\n\n"));
    ///
    /// let mut back = Linear::ZERO;
    /// back.read_file(&bytes)?;
    /// assert_eq!(back, dense);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Bytes`] when `bytes` is not [`FILE_BYTES`](Parameters::FILE_BYTES) long; nothing is then written.
    fn write_file(&self, bytes: &mut [u8]) -> Result<(), Error> {
        let (expected, found) = (Self::FILE_BYTES, bytes.len());
        if found != expected {
            return Err(Error::Bytes { expected, found });
        }
        let (header, numbers) = bytes.split_at_mut(const { header::len(&Self::ARRAYS) });
        header::write(&Self::ARRAYS, header);
        self.write_le(numbers)
    }

    /// Reads what [`write_file`](Parameters::write_file) has written.
    ///
    /// # Errors
    ///
    /// [`ReadError::Header`] when the file is of other arrays, and as [`read_le`](Parameters::read_le). The parameters are
    /// then as they were.
    fn read_file(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        let numbers = header::read(&Self::ARRAYS, bytes)?;
        if numbers.len() != 4 * Self::COUNT {
            return Err(ReadError::Data(Error::Bytes { expected: Self::FILE_BYTES, found: bytes.len() }));
        }
        self.read_le(numbers).map_err(ReadError::Data)
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

#[cfg(test)]
mod tests {
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
