//! A network whose batch normalisation is folded into the layers before it.

use core::marker::PhantomData;

use crate::layer::{Context, Input, Output, copy};
use crate::{Elem, Layer, Nested, Operation, Shape, Works, arrays};

/// What a layer becomes in a folded network. [`arrays!`](crate::arrays!) writes it: the layer stays as it is.
///
/// A normalisation directly after a layer that [absorbs](Fold::ABSORBS) it is taken into that layer's weights, and is
/// nothing then; elsewhere it stays.
pub trait Fold: Layer {
    /// The layer, nothing being taken into it.
    type Folded: Fold<Folded = Self::Folded>;

    /// The layer with the normalisation after it taken in.
    type Absorbed: Fold;

    /// Whether a normalisation that follows can be taken in.
    const ABSORBS: bool = false;

    /// Whether it is a normalisation: in evaluation a factor and a summand for each channel.
    const IS_NORM: bool = false;

    /// Writes the layer to `to`.
    fn fold_into(&self, to: &mut Self::Folded);

    /// Writes the layer to `to`, with `norm`, which follows it, taken in.
    fn absorb_into(&self, norm: &impl Fold, to: &mut Self::Absorbed);

    /// The factor and the summand of a channel, of a normalisation.
    fn affine(&self, channel: usize) -> (f32, f32) {
        let _ = channel;
        (1.0, 0.0)
    }
}

/// The folded form of a network: a type of its own, whose fields have the names of the network's.
pub type Folded<N> = <N as Fold>::Folded;

/// Maps values to themselves: what is left of a normalisation that is folded away, and the plain way around a block.
///
/// y = x
#[derive(Clone, Debug, PartialEq)]
pub struct Identity<X>(PhantomData<X>);

impl<X: Shape> Layer for Identity<X> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::Nothing;
    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::Nothing;

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        if let Some(dx) = dx {
            copy(dy.flat(), dx.flat_mut());
        }
    }
}

arrays! { impl[X] Identity<X> = Identity(PhantomData) }

/// Line `HOW` of a folded network: 0 as it is folded by itself, 1 with the normalisation after it, 2 nothing.
#[doc(hidden)] // what `network!` writes uses it
pub trait FoldedAs<const HOW: u8> {
    /// The layer.
    type Layer: Fold;

    /// Writes it.
    fn fold_as(&self, next: &impl Fold, to: &mut Self::Layer);
}

impl<L: Fold> FoldedAs<0> for L {
    type Layer = L::Folded;

    fn fold_as(&self, _: &impl Fold, to: &mut L::Folded) {
        self.fold_into(to);
    }
}

impl<L: Fold> FoldedAs<1> for L {
    type Layer = L::Absorbed;

    fn fold_as(&self, next: &impl Fold, to: &mut L::Absorbed) {
        self.absorb_into(next, to);
    }
}

impl<L: Fold + Layer> FoldedAs<2> for L {
    type Layer = Identity<L::Output>;

    fn fold_as(&self, _: &impl Fold, _: &mut Identity<L::Output>) {}
}

/// What stands after the last line.
#[doc(hidden)]
pub const NOTHING: &Identity<crate::Vector<0>> = &Identity(PhantomData);
