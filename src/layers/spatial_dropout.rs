//! Dropout of whole channels.

use core::marker::PhantomData;

use super::dropout::mask;
use crate::layer::{Input, Output};
use crate::shape::assert_channels_last;
use crate::{Context, Elem, Layer, Nested, Operation, Shape, Works, arrays};

/// Sets each channel to 0 with the probability p, in training; in evaluation it is nothing.
///
/// y\[c\]\[h\]\[w\] = x\[c\]\[h\]\[w\] · m\[c\], where m is 0 with the probability p, and 1/(1 − p) otherwise
///
/// Neighbours in an image are much alike: of one that is dropped alone the others tell. Which channels are dropped is a function
/// of what [`Dropout`](crate::Dropout)'s mask is one of.
///
/// In [`network!`](crate::network!): `spatial_dropout(0.3)`, p at least 0 and below 1. The type holds the bits of p. It is PyTorch's
/// `Dropout2d`, and of sequences `Dropout1d`.
///
/// # Shapes
///
/// Input and output have the shape `X`: an image, a sequence, or a vector, of which each value is a channel.
///
/// # Gradients
///
/// ∂L/∂x = g · m
///
/// # Example
///
/// ```
/// use const_cnn::{Context, Layer, Zero, spatial_dropout};
/// let half = <spatial_dropout!([4, 1, 3] => 0.5)>::ZERO;
/// let (x, mut y) = ([[[1.0; 4]; 3]], [[[0.0; 4]; 3]]);
/// let context = Context { trains: true, ..Context::EVALUATION };
/// half.forward(&context, &x, &mut (), &mut y);
/// assert!(y[0].iter().all(|place| *place == y[0][0]));
/// assert!(y[0][0].iter().all(|&y| y == 0.0 || y == 2.0));
/// ```
///
/// J. Tompson and others (2015), *Efficient object localization using convolutional networks*.
#[derive(Clone, Debug, PartialEq)]
pub struct SpatialDropout<X, const P: u32>(PhantomData<X>);

impl<X: Shape, const P: u32> SpatialDropout<X, P> {
    /// Multiplies values by the mask of their channels.
    fn mask<V: Elem>(context: &Context, values: &mut [V]) {
        const { assert_channels_last::<X>(X::DIMS[0]) }
        mask::<V, P>(context, values, |n| n % const { X::DIMS[0] });
    }
}

impl<X: Shape, const P: u32> Layer for SpatialDropout<X, P> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::Nothing;
    const TRAINS: Works = Works::InPlace;
    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::Nothing;

    fn forward_in_place<V: Elem>(&self, context: &Context, _: &mut (), y: &mut Output<Self, V>) {
        Self::mask(context, y.flat_mut());
    }

    fn backward<V: Elem>(
        &self,
        context: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        *dx = *dy;
        Self::mask(context, dx.flat_mut());
    }
}

arrays! { impl[X, const P: u32] SpatialDropout<X, P> = SpatialDropout(PhantomData) }

/// The type of a [`SpatialDropout`] from what it takes: `spatial_dropout!([C, H, W] => P)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{Sequence, SpatialDropout, Zero, spatial_dropout};
/// type Quarter = SpatialDropout<Sequence<8, 4>, { 0.25f32.to_bits() }>;
/// let quarter: spatial_dropout!([8, 4] => 0.25) = Quarter::ZERO;
/// ```
#[macro_export]
macro_rules! spatial_dropout {
    (@numbers) => { $crate::layers::dropout::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::SpatialDropout<$crate::shape!($x), { $n.p.to_bits() }> };
    ([$($size:expr),+] => $p:expr) => {
        $crate::spatial_dropout!(@type
            $crate::spatial_dropout!($p).after($crate::Former::by_hand(&[$($size),+])), (), $crate::spatial_dropout!($p))
    };
    ($p:expr $(,)?) => { $crate::layers::dropout::Numbers { layer: "spatial_dropout", p: $p } };
    ($($other:tt)*) => {
        compile_error!("it is written `spatial_dropout(P)`, P the probability of each channel to be dropped, such as 0.3")
    };
}

pub use spatial_dropout;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Sequence, Zero, worst_gradient};

    type Third = SpatialDropout<Sequence<1000, 3>, { 0.3f32.to_bits() }>;

    const TRAINING: Context = Context { trains: true, ..Context::EVALUATION };

    #[test]
    fn channels_are_dropped_as_a_whole_and_as_many_as_is_said() {
        let x = [[F32x8::splat(1.0); 1000]; 3];
        let (mut y, mut dx) = (x, x);
        Third::ZERO.forward(&TRAINING, &x, &mut (), &mut y);
        assert!(y[0] == y[1] && y[0] == y[2]);
        let kept = y[0].iter().flat_map(|y| y.0).filter(|&y| y == 1.0 / (1.0 - 0.3)).count();
        let dropped = y[0].iter().flat_map(|y| y.0).filter(|&y| y == 0.0).count();
        assert_eq!(kept + dropped, 8000);
        // 8000 · 0.7, within five standard errors of 41
        assert!((5395..=5805).contains(&kept), "{kept}");
        assert!((1..8).all(|lane| y[0].iter().any(|y| y.0[0] != y.0[lane])), "images are dropped apart");

        let mut gradient = Third::ZERO;
        Third::ZERO.backward(&TRAINING, &x, &mut (), &y, &x, &mut gradient, Some(&mut dx));
        assert_eq!(dx, y, "the gradient has the same mask");
        for lane in 0..8 {
            let mut one = [[0.0; 1000]; 3];
            Third::ZERO.forward(&Context { first: lane, ..TRAINING }, &[[1.0; 1000]; 3], &mut (), &mut one);
            assert_eq!(y.map(|y| y.map(|y| y.0[lane])), one);
        }
    }

    #[test]
    fn evaluation_drops_nothing() {
        let (x, mut y) = ([[3.0; 1000]; 3], [[0.0; 1000]; 3]);
        Third::ZERO.infer(&x, &mut (), &mut y);
        assert_eq!(y, x);
        Third::ZERO.forward(&Context::EVALUATION, &x, &mut (), &mut y);
        assert_eq!(y, x);
    }

    #[test]
    fn gradients_are_those_of_differences() {
        let mut x = [[0.5, -1.0], [2.0, 0.25], [1.0, 1.5]];
        let mut half = SpatialDropout::<Sequence<2, 3>, { 0.5f32.to_bits() }>::ZERO;
        let worst = worst_gradient(&mut half, &mut x, &[[1.0, 2.0], [-0.5, 0.75], [0.25, -1.5]], 1.0 / 64.0);
        assert!(worst.error() < 1e-3, "{worst}");
    }
}
