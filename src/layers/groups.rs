//! Whether the channels of a convolution fall into groups.

use crate::{Number, Shape, Zero};

/// Whether the channels of a convolution fall into groups: [`Ungrouped`], the default, or [`Grouped`].
pub trait Grouping: 'static {
    /// One `T` for each channel of `X` that an output channel is a sum over.
    type Of<X: Shape, T: Zero + Copy>: Zero + Copy;
}

/// Each output channel is a sum over all channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ungrouped;

/// Each output channel is a sum over the channels of its group, `A` neighbours.
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

/// In how many groups of `a` each `channels` fall, as data.
pub(crate) const fn groups(channels: usize, a: usize) -> (&'static str, Number) {
    let groups = match channels.checked_div(a) {
        Some(groups) => groups,
        None => 0, // it has been said that there are none
    };
    ("groups", Number::Integer(groups))
}

/// The groups of a layer whose type was written by hand: each of `c` channels and each of `f` is in one.
pub(crate) const fn assert_groups(c: usize, f: usize, a: usize) {
    assert!(a > 0 && c.is_multiple_of(a), "the channels that a layer takes fall into groups of equal size");
    assert!(f.is_multiple_of(c / a), "each group gives as many channels");
}
