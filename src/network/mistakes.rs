//! What the compiler says of mistakes that are no broken rule: bounds on the user's own tokens, which do not hold then.

use super::sizes::{is_supported, is_unknown};
use crate::{Dims, Layer, Shape, Word};

/// What is wrong with a layer `L` after `X`, where it is of a word that `takes` a shape of so many sizes: one of the codes
/// of the bounds of [`fits`]. 0 where nothing is, or a mistake has been reported.
pub const fn misfit<L: Layer, X: Shape>(takes: Option<usize>) -> u8 {
    // once for each type
    let (is_unknown, has, fits, is_supported) = const {
        let (input, has) = (Dims::of::<L::Input>(), Dims::of::<X>());
        (is_unknown::<X>(), has, input.same(has) && input.is_own == has.is_own, is_supported::<L>())
    };
    match takes {
        Some(1 | 3) if is_unknown => 0,
        Some(1) if has.rank != 1 || has.is_own => NO_VECTOR,
        Some(3) if has.rank != 3 || has.is_own => NO_IMAGE,
        Some(_) if !(is_unknown || fits) => NO_FIT,
        _ if !is_supported => TOO_LARGE,
        _ => 0,
    }
}

const NO_FIT: u8 = 1;
const NO_VECTOR: u8 = 2;
const NO_IMAGE: u8 = 3;
const TOO_LARGE: u8 = 4;

/// Implements a bound for every type, where the misfit is another.
macro_rules! holds_for {
    ($bound:ident [$($of:ident),*]) => {};
    ($bound:ident [$($of:ident),*] $misfit:literal $($more:literal)*) => {
        #[diagnostic::do_not_recommend]
        impl<T $(, $of)*> $bound<$($of,)* $misfit> for T {}
        holds_for! { $bound [$($of),*] $($more)* }
    };
}

holds_for! { Fits [X, TAKEN] 0 2 3 4 }
holds_for! { TakesVector [X] 0 1 3 4 }
holds_for! { TakesImage [X] 0 1 2 4 }
holds_for! { SupportedSize [] 0 1 2 3 }

/// That a layer takes what the layer before it gives.
#[diagnostic::on_unimplemented(
    message = "this layer takes `{TAKEN}`, but the layer before it gives `{X}`",
    label = "does not fit the layer before it"
)]
pub trait Fits<X, TAKEN, const MISFIT: u8> {}

/// That a word that takes a vector stands after one.
#[diagnostic::on_unimplemented(
    message = "{Self} takes a vector, but the layer before it gives `{X}`; put `flatten` between",
    label = "does not fit the layer before it"
)]
pub trait TakesVector<X, const MISFIT: u8> {}

/// That a word that takes an image stands after one.
#[diagnostic::on_unimplemented(
    message = "{Self} takes an image, but the layer before it gives `{X}`",
    label = "does not fit the layer before it"
)]
pub trait TakesImage<X, const MISFIT: u8> {}

/// That a layer gives no more values than are supported.
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives more values than the 4194304 that are supported",
    label = "its output is too large"
)]
pub trait SupportedSize<const MISFIT: u8> {}

/// That a type is a layer, and fits after `X`.
#[rustfmt::skip]
pub const fn fits<
    T: Word<X, Flat> + Fits<X, TAKEN, MISFIT> + TakesVector<X, MISFIT> + TakesImage<X, MISFIT> + SupportedSize<MISFIT>,
    X: Shape, Flat: Shape, TAKEN, const MISFIT: u8,
>() -> Dims {
    Dims::UNKNOWN
}

/// An attribute of a layer, in the user's own word for it.
pub struct Attribute;

/// Implemented by nothing: its message is what the compiler says of an attribute.
#[diagnostic::on_unimplemented(
    message = "attributes of a layer are not supported in `network!`, only its docs are",
    label = "not supported on a layer"
)]
pub trait Supported {}

/// That an attribute of a layer is supported.
pub const fn attribute<A: Supported>() {}

/// A line more than there can be, or a branch, in the user's own word for it.
pub struct OneMore;

/// Implemented by nothing: its message is what the compiler says of one line more.
#[diagnostic::on_unimplemented(
    message = "a network or a block has at most 256 lines",
    label = "one more than that",
    note = "lines can be put into a network or a block within"
)]
pub trait WithinLines {}

/// That there are no more lines than there can be.
pub const fn lines<L: WithinLines>() {}

/// Implemented by nothing: its message is what the compiler says of one branch more.
#[diagnostic::on_unimplemented(
    message = "a `concat` has at most eight branches",
    label = "one more than that",
    note = "a branch can be a `concat` itself"
)]
pub trait WithinBranches {}

/// That there are no more branches than there can be.
pub const fn branches<B: WithinBranches>() {}

/// A network with generics, in the user's own word for it.
pub struct Generic;

/// Implemented by nothing: its message is what the compiler says of generics.
#[diagnostic::on_unimplemented(
    message = "a network has no generics",
    label = "its sizes are numbers or constants",
    note = "write a network for each size, by a macro of your own; functions can be generic over `N: const_cnn::Network`"
)]
pub trait WithoutGenerics {}

/// That a network has no generics.
pub const fn no_generics<N: WithoutGenerics>() {}
