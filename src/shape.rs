//! Shapes as types: [`Image`] and [`Vector`], and the rule for the size of what a window gives.
//!
//! # Letters
//!
//! The same letter means the same thing in the whole crate:
//!
//! | letter | meaning |
//! |---|---|
//! | `C H W` | channels, height and width of what a layer takes |
//! | `F OH OW` | channels, height and width of what it gives |
//! | `K S P` | kernel size, stride, padding |
//! | `KH KW`, `SH SW`, `DH DW` | kernel size, stride, dilation by axis, down and across |
//! | `TOP BOTTOM LEFT RIGHT` | padding by side |
//! | `I O` | inputs and outputs of a dense layer |
//! | `B` | batch |
//! | `c h w`, `f i j`, `u v` | indices over input, output and kernel |

use crate::{Elem, Error, Layout, Nested, Zero};

/// How many positions a window of `k` takes along `n` values, `p` zeros added at both ends, in steps of `s`.
///
/// ⌊(n + 2p − k) / s⌋ + 1
///
/// # Panics
///
/// In a constant, where it stops compilation: when `k` or `s` is 0, and when the kernel is larger than the padded image.
///
/// ```
/// use const_cnn::conv_out;
/// const { assert!(conv_out(8, 3, 1, 0) == 6) }
/// const { assert!(conv_out(8, 3, 1, 1) == 8) }
/// const { assert!(conv_out(9, 4, 2, 1) == 4) } // 7 / 2 = 3 steps, one column is left over
/// ```
///
/// ```compile_fail
/// const { const_cnn::conv_out(8, 11, 1, 1); } // 11 > 8 + 2
/// ```
#[track_caller]
pub const fn conv_out(n: usize, k: usize, s: usize, p: usize) -> usize {
    assert!(k >= 1, "a kernel has at least one row and one column");
    assert!(s >= 1, "a stride is at least 1");
    assert!(n + 2 * p >= k, "the kernel does not fit inside the padded image");
    (n + 2 * p - k) / s + 1
}

/// What flows between layers: how many values, in which arrangement.
///
/// Implemented by [`Image`], [`Sequence`], [`Vector`] and [`Probabilities`]; a shape of your own implements it too.
///
/// ```
/// use const_cnn::{Image, Nested, Sequence, Shape, Zero};
///
/// /// The largest value of whatever shape.
/// fn largest<X: Shape>(values: &X::Of<f32>) -> f32 {
///     values.flat().iter().copied().fold(f32::NEG_INFINITY, f32::max)
/// }
/// assert_eq!(largest::<Sequence<1, 3>>(&[[1.0], [5.0], [2.0]]), 5.0);
/// assert_eq!((Image::<3, 8, 8>::LEN, Image::<3, 8, 8>::DIMS), (192, &[3, 8, 8][..]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a shape; a layer takes and gives `Image<C, H, W>`, `Sequence<C, L>` or `Vector<N>`"
)]
pub trait Shape: Send + Sync + 'static {
    /// The values in memory, for an element `V`: nested arrays.
    type Of<V: Elem>: Zero + Copy + Nested<V> + Send + Sync;

    /// PyTorch's dimensions and order, and where each value lies in memory.
    const LAYOUT: Layout;

    /// How many values there are.
    const LEN: usize = Self::LAYOUT.len();

    /// The dimensions: `[C, H, W]`, `[C, L]` or `[N]`.
    const DIMS: &'static [usize] = Self::LAYOUT.dims;

    /// Whether it is a shape of the user's: the crate's own layers with numbers do not take it.
    const IS_OWN: bool = true;

    /// Whether it is what its dimensions mean: an image, a sequence or a vector of the crate's.
    #[doc(hidden)]
    const IS_MEANT: bool = false;

    /// An array with an entry for each channel: `[T; C]`. A shape without channels has one for each value.
    type PerChannel<T: Zero + Copy>: Zero + Copy;

    /// A part of `flat`, its first [`LEN`](Shape::LEN) values, as this shape.
    ///
    /// # Panics
    ///
    /// When `flat` is shorter than that.
    fn view<V: Elem>(flat: &[V]) -> &Self::Of<V>;

    /// As [`view`](Shape::view), to write on.
    ///
    /// # Panics
    ///
    /// When `flat` is shorter than [`LEN`](Shape::LEN).
    fn view_mut<V: Elem>(flat: &mut [V]) -> &mut Self::Of<V>;

    /// Writes `values`, in PyTorch's order (channel, row, column), to `to`.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when there are not exactly [`LEN`](Shape::LEN) values, [`Error::NotFinite`] when one of them
    /// is NaN or infinite; `to` is then as it was.
    fn read(values: &[f32], to: &mut Self::Of<f32>) -> Result<(), Error> {
        if values.len() != Self::LEN {
            return Err(Error::Length { expected: Self::LEN, found: values.len() });
        }
        Error::check_finite(values)?;
        let to = Nested::flat_mut(to);
        for (n, &value) in values.iter().enumerate() {
            if let Some(to) = to.get_mut(Self::LAYOUT.position(n)) {
                *to = value;
            }
        }
        Ok(())
    }

    /// The values as an array of this shape; see [`read`](Shape::read), which moves nothing.
    ///
    /// ```
    /// use const_cnn::{Image, Shape};
    /// let image = Image::<1, 2, 3>::from_slice(&[0.0, 0.1, 0.2, 0.3, 0.4, 0.5])?;
    /// assert_eq!(image[1][2][0], 0.5); // row 1, column 2, channel 0
    ///
    /// let wrong = Image::<1, 2, 3>::from_slice(&[0.0; 5]).unwrap_err();
    /// assert_eq!(wrong.to_string(), "expected 6 values, found 5");
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`read`](Shape::read).
    fn from_slice(values: &[f32]) -> Result<Self::Of<f32>, Error> {
        let mut to = Self::Of::ZERO;
        Self::read(values, &mut to)?;
        Ok(to)
    }
}

/// `C` channels of `H` rows and `W` columns. In memory channels are last: `[[[V; C]; W]; H]`.
///
/// ```
/// use const_cnn::{Image, Shape};
/// let image = Image::<2, 1, 2>::from_slice(&[1.0, 2.0, 10.0, 20.0])?; // channel by channel
/// let [[left, right]] = image;
/// assert_eq!((left, right), ([1.0, 10.0], [2.0, 20.0]));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image<const C: usize, const H: usize, const W: usize>;

/// `C` channels of a sequence of `L` values. In memory channels are last: `[[V; C]; L]`.
///
/// ```
/// use const_cnn::{Sequence, Shape};
/// let sequence = Sequence::<2, 3>::from_slice(&[1.0, 2.0, 3.0, 10.0, 20.0, 30.0])?;
/// assert_eq!(sequence, [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence<const C: usize, const L: usize>;

/// `N` values.
///
/// ```
/// use const_cnn::{Layer, Linear, Shape, Vector};
/// type Given = <Linear<8, 3> as Layer>::Output; // Vector<3>
/// assert_eq!((Given::DIMS, Vector::<3>::LEN), (&[3][..], 3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vector<const N: usize>;

/// The chances of `N` classes, what [`Softmax`](crate::Softmax) gives: each at least 0, together 1.
///
/// ```
/// use const_cnn::{Input, Network, Probabilities, Zero, network};
/// network! {
///     struct Net: [1] => [2] { logits: linear(2), softmax: softmax }
/// }
/// /// For networks alone whose output is chances.
/// fn is_sure<N: Network<Output = Probabilities<2>>>(net: &N, x: &Input<N, f32>) -> bool {
///     net.output(x)[0] > 0.9
/// }
/// assert!(!is_sure(&Net::ZERO, &[1.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probabilities<const N: usize>;

impl<const C: usize, const H: usize, const W: usize> Shape for Image<C, H, W> {
    type Of<V: Elem> = [[[V; C]; W]; H];
    type PerChannel<T: Zero + Copy> = [T; C];
    const LAYOUT: Layout = Layout::new(&[C, H, W]).stored(&[1, 2, 0]);
    const IS_OWN: bool = false;
    const IS_MEANT: bool = true;

    #[inline(always)]
    fn view<V: Elem>(flat: &[V]) -> &[[[V; C]; W]; H] {
        first_chunk(flat.as_chunks().0.as_chunks().0)
    }

    #[inline(always)]
    fn view_mut<V: Elem>(flat: &mut [V]) -> &mut [[[V; C]; W]; H] {
        first_chunk_mut(flat.as_chunks_mut().0.as_chunks_mut().0)
    }
}

impl<const C: usize, const L: usize> Shape for Sequence<C, L> {
    type Of<V: Elem> = [[V; C]; L];
    type PerChannel<T: Zero + Copy> = [T; C];
    const LAYOUT: Layout = Layout::new(&[C, L]).stored(&[1, 0]);
    const IS_OWN: bool = false;
    const IS_MEANT: bool = true;

    #[inline(always)]
    fn view<V: Elem>(flat: &[V]) -> &[[V; C]; L] {
        first_chunk(flat.as_chunks().0)
    }

    #[inline(always)]
    fn view_mut<V: Elem>(flat: &mut [V]) -> &mut [[V; C]; L] {
        first_chunk_mut(flat.as_chunks_mut().0)
    }
}

impl<const N: usize> Shape for Vector<N> {
    type Of<V: Elem> = [V; N];
    type PerChannel<T: Zero + Copy> = [T; N];
    const LAYOUT: Layout = Layout::new(&[N]);
    const IS_OWN: bool = false;
    const IS_MEANT: bool = true;

    #[inline(always)]
    fn view<V: Elem>(flat: &[V]) -> &[V; N] {
        first_chunk(flat)
    }

    #[inline(always)]
    fn view_mut<V: Elem>(flat: &mut [V]) -> &mut [V; N] {
        first_chunk_mut(flat)
    }
}

impl<const N: usize> Shape for Probabilities<N> {
    type Of<V: Elem> = [V; N];
    type PerChannel<T: Zero + Copy> = [T; N];
    const LAYOUT: Layout = Layout::new(&[N]);
    const IS_OWN: bool = false;

    #[inline(always)]
    fn view<V: Elem>(flat: &[V]) -> &[V; N] {
        first_chunk(flat)
    }

    #[inline(always)]
    fn view_mut<V: Elem>(flat: &mut [V]) -> &mut [V; N] {
        first_chunk_mut(flat)
    }
}

#[inline(always)]
fn first_chunk<T, const N: usize>(items: &[T]) -> &[T; N] {
    items.first_chunk().expect("a buffer holds the shape that is read from it")
}

#[inline(always)]
fn first_chunk_mut<T, const N: usize>(items: &mut [T]) -> &mut [T; N] {
    items.first_chunk_mut().expect("a buffer holds the shape that is written to it")
}

/// That a layer that works on channels takes a shape with `channels` of them, innermost in memory.
pub(crate) const fn assert_channels_last<X: Shape>(channels: usize) {
    assert!(X::LAYOUT.is_channels_last() && X::DIMS[0] == channels, "the layer takes a shape with channels last");
}

/// The shape that sizes mean: three are an [`Image`], two a [`Sequence`], one is a [`Vector`].
#[doc(hidden)] // `shape!` writes it
pub struct SizesOf<const RANK: usize, const A: usize, const B: usize, const C: usize>;

/// From sizes back to a type.
#[doc(hidden)]
pub trait Meant {
    /// The shape.
    type Shape: Shape;
}

impl<const A: usize, const B: usize, const C: usize> Meant for SizesOf<3, A, B, C> {
    type Shape = Image<A, B, C>;
}

impl<const A: usize, const B: usize> Meant for SizesOf<2, A, B, 0> {
    type Shape = Sequence<A, B>;
}

impl<const A: usize> Meant for SizesOf<1, A, 0, 0> {
    type Shape = Vector<A>;
}

// what follows from a mistake
impl Meant for SizesOf<0, 0, 0, 0> {
    type Shape = Vector<0>;
}

/// The type of a shape whose sizes are a constant [`Dims`](crate::Dims).
#[macro_export]
#[doc(hidden)]
macro_rules! shape {
    ($d:expr) => { <$crate::shape!(@ $d.rank, $d.sizes) as $crate::shape::Meant>::Shape };
    (@ $rank:expr, $sizes:expr) => { $crate::shape::SizesOf<{ $rank }, { $sizes[0] }, { $sizes[1] }, { $sizes[2] }> };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conv_out_counts_the_positions() {
        for n in 1..12 {
            for k in 1..6 {
                for s in 1..4 {
                    for p in 0..4 {
                        if n + 2 * p >= k {
                            let positions = (0..).take_while(|i| i * s + k <= n + 2 * p).count();
                            assert_eq!(conv_out(n, k, s, p), positions, "n {n}, k {k}, s {s}, p {p}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn read_refuses_and_leaves() {
        let mut image = [[[7.0]; 2]; 1];
        assert_eq!(Image::<1, 1, 2>::read(&[1.0], &mut image), Err(Error::Length { expected: 2, found: 1 }));
        let nan = Image::<1, 1, 2>::read(&[1.0, f32::NAN], &mut image).unwrap_err();
        assert!(matches!(nan, Error::NotFinite { index: 1, value } if value.is_nan()));
        assert_eq!(image, [[[7.0]; 2]; 1]);
    }

    #[test]
    fn conv_out_refuses_what_has_no_window() {
        use std::panic::catch_unwind;

        for (n, k, s, p) in [(5, 0, 1, 0), (5, 3, 0, 0), (5, 6, 1, 0), (2, 7, 1, 2)] {
            assert!(catch_unwind(|| conv_out(n, k, s, p)).is_err(), "n {n}, k {k}, s {s}, p {p}");
        }
        assert_eq!((conv_out(5, 5, 1, 0), conv_out(2, 6, 1, 2)), (1, 1));
    }

    #[test]
    fn shapes_have_the_dimensions_of_pytorch() {
        assert_eq!((Image::<2, 3, 4>::DIMS, Image::<2, 3, 4>::LEN), (&[2, 3, 4][..], 24));
        assert_eq!((Vector::<7>::DIMS, Vector::<7>::LEN), (&[7][..], 7));
        assert_eq!((Probabilities::<5>::DIMS, Probabilities::<5>::LEN), (&[5][..], 5));
    }

    #[test]
    fn read_and_view_agree() {
        let values = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(Image::<2, 1, 2>::from_slice(&values), Ok([[[1.0, 3.0], [2.0, 4.0]]]));
        assert_eq!(Vector::<4>::from_slice(&values), Ok(values));
        assert_eq!(Probabilities::<4>::from_slice(&values), Ok(values));

        // a view is of the first values
        let mut flat = [1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(Image::<2, 1, 2>::view(&flat), &[[[1.0, 2.0], [3.0, 4.0]]]);
        assert_eq!((Vector::<3>::view(&flat), Probabilities::<2>::view(&flat)), (&[1.0, 2.0, 3.0], &[1.0, 2.0]));
        Image::<1, 1, 2>::view_mut(&mut flat)[0][1][0] = 7.0;
        Vector::<4>::view_mut(&mut flat)[3] = 8.0;
        Probabilities::<5>::view_mut(&mut flat)[4] = 9.0;
        assert_eq!(flat, [1.0, 7.0, 3.0, 8.0, 9.0]);
    }
}
