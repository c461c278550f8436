//! How a layer without numbers is written in a network.

use crate::{Fold, Shape};

/// What can stand in a line without parentheses: a type that is a layer, or a word such as `relu`.
///
/// A word is a type without values, which means a layer for any shape `X` that stands before it; `Flat` is the vector of as
/// many values. Where the word takes only some shapes, it means whatever fits, and [`TAKES`](Word::TAKES) refuses the others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "does not implement `const_cnn::Layer`, or does not state its arrays by `const_cnn::arrays!`"
)]
pub trait Word<X: Shape, Flat: Shape> {
    /// The layer.
    type Layer: Fold;

    /// How many sizes the shape has that the word takes: 3 for an image, 1 for a vector. 0 for any.
    const TAKES: usize = 0;
}

#[diagnostic::do_not_recommend] // what a type lacks to be a layer is a long list
impl<X: Shape, Flat: Shape, L: Fold> Word<X, Flat> for L {
    type Layer = L;
}
