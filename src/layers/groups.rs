//! Whether the channels of a convolution fall into groups.

use crate::{Shape, Zero};

/// Whether the channels of a convolution fall into groups: [`Ungrouped`], the default, or [`Grouped`].
///
/// ```
/// use const_cnn::{Biased, Conv2d, Grouped, Grouping, Image, Parameters, Square};
/// type Conv<G> = Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<1>, Biased, G>;
/// fn weights<G: Grouping>() -> usize
/// where
///     Conv<G>: Parameters,
/// {
///     Conv::<G>::COUNT - 6
/// }
/// assert_eq!(weights::<Grouped<2>>(), 6 * 2); // of 6 · 4
/// ```
pub trait Grouping: 'static {
    /// One `T` for each channel of `X` that an output channel is a sum over.
    type Of<X: Shape, T: Zero + Copy>: Zero + Copy;
}

/// Each output channel is a sum over all channels.
///
/// ```
/// use const_cnn::{Biased, Conv2d, Image, Parameters, Square, Ungrouped};
/// type Conv = Conv2d<Image<4, 8, 8>, Image<6, 8, 8>, Square<1>, Biased, Ungrouped>;
/// assert_eq!(Conv::COUNT, 6 * 4 + 6);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ungrouped;

/// Each output channel is a sum over the channels of its group, `A` neighbours.
///
/// ```
/// use const_cnn::{Biased, Conv2d, Grouped, Image, Layer, Square};
/// // the first filter sees channels 0 and 1, the second 2 and 3
/// type Conv = Conv2d<Image<4, 1, 1>, Image<2, 1, 1>, Square<1>, Biased, Grouped<2>>;
/// let conv = Conv { weight: [[[[1.0; 2]; 2]; 1]; 1], bias: [0.0; 2] };
/// let mut y = [[[0.0; 2]; 1]; 1];
/// conv.infer(&[[[1.0, 2.0, 30.0, 40.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[3.0, 70.0]]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouped<const A: usize>;

impl Grouping for Ungrouped {
    type Of<X: Shape, T: Zero + Copy> = X::PerChannel<T>;
}

impl<const A: usize> Grouping for Grouped<A> {
    type Of<X: Shape, T: Zero + Copy> = [T; A];
}

/// The type of a layer's groups of `A` channels, from whether there is more than one.
#[doc(hidden)] // layers' macros write it
pub trait HasGroups<const HAS: bool, const A: usize> {
    /// [`Ungrouped`] or [`Grouped`].
    type Grouping: Grouping;
}

impl<const A: usize> HasGroups<false, A> for () {
    type Grouping = Ungrouped;
}

impl<const A: usize> HasGroups<true, A> for () {
    type Grouping = Grouped<A>;
}

/// The groups of a layer whose type was written by hand: each of `c` channels and each of `f` is in one.
pub(crate) const fn assert_groups(c: usize, f: usize, a: usize) {
    assert!(a > 0 && c.is_multiple_of(a), "the channels that a layer takes fall into groups of equal size");
    assert!(f.is_multiple_of(c / a), "each group gives as many channels");
}
