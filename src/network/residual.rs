//! A block of layers whose input is added to what it gives.

use core::ops::{Deref, DerefMut};

use super::inference::{self, Between, Inside, Kind, Parts};
use super::numbers::{N0, N1};
use crate::layer::{Context, Handed, Input, Memory, Output, add, add_bounded, copy};
use crate::place::{self, Cuts, Need, Path, Place};
use crate::{Arrays, Dims, Elem, Fold, Layer, Message, Nested, Operator, Parameters, Row, Shape, Works, Zero};

/// Maps x to what a block of layers gives, plus what a way around it gives.
///
/// y = f(x) + g(x), where g(x) = x if no shortcut is written
///
/// In [`network!`](crate::network!): `residual { .. }` and `residual { .. } shortcut { .. }`. Its fields are the block's lines:
/// `net.block1.conv1`, `net.block1.shortcut.conv`.
///
/// # Shapes
///
/// Both ways take `B::Input`, and give the same shape. What they need, the network says: `N` values of scratch, and whether
/// (1, or else 0) training `KEPT` what the block gave before the sum, and has `AROUND` for what a shortcut gives.
///
/// # Gradients
///
/// ∂L/∂x is the sum of both ways' gradients, each for g = ∂L/∂y.
///
/// # Example
///
/// ```
/// use const_cnn::{Zero, network};
/// network! {
///     struct Net: [3, 8, 8] => [10] {
///         conv: conv2d(8, kernel 3, padding 1),
///         block1: residual {
///             conv1: conv2d(8, kernel 3, padding 1),
///             relu: relu,
///             conv2: conv2d(8, kernel 3, padding 1),
///         },
///         block2: residual {
///             conv: conv2d(16, kernel 3, stride 2, padding 1),
///         } shortcut {
///             conv: conv2d(16, kernel 1, stride 2),
///         },
///         pool: global_avg_pool,
///         dense: linear(10),
///     }
/// }
/// assert_eq!(Net::ZERO.block2.shortcut.conv.bias, [0.0; 16]);
/// ```
///
/// K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep residual learning for image recognition*.
#[derive(Clone, Debug, PartialEq)]
pub struct Residual<B, S, const N: usize, const KEPT: usize, const AROUND: usize> {
    #[doc(hidden)]
    pub __block: B,
    /// The way around the block.
    pub shortcut: S,
}

#[rustfmt::skip]
impl<B: Layer, S: Layer, const N: usize, const KEPT: usize, const AROUND: usize> Layer
    for Residual<B, S, N, KEPT, AROUND>
{
    type Input = B::Input;
    type Output = B::Output;
    type Scratch<V: Elem> = [V; N];
    type Tape<V: Elem> = ResidualTape<
        B::Tape<V>, S::Tape<V>, [Output<B, V>; KEPT], [Output<S, V>; AROUND], [Input<S, V>; AROUND],
    >;

    const MULTIPLY_ACCUMULATES: usize = B::MULTIPLY_ACCUMULATES + S::MULTIPLY_ACCUMULATES;
    const READS_X: bool = B::READS_X || S::READS_X;
    const READS_Y: bool = false;
    const BOUNDS: bool = true;
    const MIXES_IMAGES: bool = B::MIXES_IMAGES || S::MIXES_IMAGES;
    const OPERATOR: Operator = Operator::word("residual");
    const ROWS: &'static [Row] = &[Row::of::<B>(""), Row::of::<S>(if AROUND > 0 { "shortcut" } else { "" })];

    const NEED: Need = inference::need(Kind::Residual, &Self::NEEDS, B::Output::LEN);

    fn infer<V: Elem>(&self, x: &Input<B, V>, scratch: &mut [V; N], y: &mut Output<B, V>) {
        const { assert_ways::<B, S>() }
        const { assert!(N >= residual_scratch::<B, S>(), "a residual block has the room that its ways need") }
        self.infer_at::<V, Between<N, false>, _>(&mut Handed(x, scratch, y));
    }

    fn infer_at<V: Elem, P: Path, M: Memory<V>>(&self, memory: &mut M) {
        self.__block.infer_at::<V, Inside<P, Self, 2, N0>, M>(memory);
        self.shortcut.infer_at::<V, Inside<P, Self, 2, N1>, M>(memory);
        let (place, cuts) = const {
            let place = Place { from: <Inside<P, Self, 2, N1> as Path>::PLACE.to, ..P::PLACE };
            (place, Cuts::of(&place, B::Output::LEN, B::Output::LEN, 0))
        };
        let (given, stretch, asked) = memory.parts();
        let (around, y, _) = place::parts(place, cuts, given, stretch, asked);
        let (around, y) = (&around[..B::Output::LEN], &mut y[..B::Output::LEN]);
        match place.bound {
            Some(bound) => add_bounded(around, y, bound),
            None => add(around, y),
        }
    }

    fn forward<V: Elem>(&self, context: &Context, x: &Input<B, V>, tape: &mut Self::Tape<V>, y: &mut Output<B, V>) {
        const { assert!(KEPT == residual_kept::<B>() && AROUND == residual_around::<S>()) }
        self.__block.forward(&context.inside(0), x, &mut tape.block, y);
        for kept in &mut tape.kept {
            copy(y.flat(), kept.flat_mut());
        }
        match tape.around.first_mut() {
            None => add(x.flat(), y.flat_mut()),
            Some(around) => {
                self.shortcut.forward(&context.inside(1), S::Input::view(x.flat()), &mut tape.shortcut, around);
                add(around.flat(), y.flat_mut());
            }
        }
    }

    fn backward<V: Elem>(
        &self, context: &Context, x: &Input<B, V>, tape: &mut Self::Tape<V>, y: &Output<B, V>, dy: &Output<B, V>,
        gradient: &mut Self, mut dx: Option<&mut Input<B, V>>,
    ) {
        let of_block = tape.kept.first().unwrap_or(y);
        let d_block = &mut gradient.__block;
        self.__block.backward(&context.inside(0), x, &mut tape.block, of_block, dy, d_block, dx.as_deref_mut());
        let (Some(around), Some(d_around)) = (tape.around.first(), tape.d_around.first_mut()) else {
            return if let Some(dx) = dx { add(dy.flat(), dx.flat_mut()) };
        };
        let (d_shortcut, d_x) = (&mut gradient.shortcut, dx.is_some().then_some(&mut *d_around));
        let (x, dy) = (S::Input::view(x.flat()), S::Output::view(dy.flat()));
        self.shortcut.backward(&context.inside(1), x, &mut tape.shortcut, around, dy, d_shortcut, d_x);
        if let Some(dx) = dx {
            add(d_around.flat(), dx.flat_mut());
        }
    }

    fn hold(&mut self, seen: &Self) {
        self.__block.hold(&seen.__block);
        self.shortcut.hold(&seen.shortcut);
    }
}

impl<B: Layer, S: Layer, const N: usize, const KEPT: usize, const AROUND: usize> Parts<2>
    for Residual<B, S, N, KEPT, AROUND>
{
    const KIND: Kind = Kind::Residual;
    const OUTPUT: usize = B::Output::LEN;
    const NEEDS: [Need; 2] = [B::NEED, S::NEED];
}

/// What a [`Residual`] block keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct ResidualTape<B, S, K, A, D> {
    block: B,
    shortcut: S,
    kept: K,
    around: A,
    d_around: D,
}

impl<B: Zero, S: Zero, K: Zero, A: Zero, D: Zero> Zero for ResidualTape<B, S, K, A, D> {
    const ZERO: Self =
        ResidualTape { block: B::ZERO, shortcut: S::ZERO, kept: K::ZERO, around: A::ZERO, d_around: D::ZERO };
}

/// That both ways of a residual block take the same, and give the same.
const fn assert_ways<B: Layer, S: Layer>() {
    let (takes, gives) = (Dims::of::<B::Input>(), Dims::of::<B::Output>());
    if !takes.same(Dims::of::<S::Input>()) || !gives.same(Dims::of::<S::Output>()) {
        let sentence =
            Message::new("the block maps ").dims(takes).text(" to ").dims(gives).text(", the way around it ");
        sentence.dims(Dims::of::<S::Input>()).text(" to ").dims(Dims::of::<S::Output>()).panic();
    }
}

/// The values that the ways of a residual block need.
pub const fn residual_scratch<B: Layer, S: Layer>() -> usize {
    inference::need(Kind::Residual, &[B::NEED, S::NEED], B::Output::LEN).alive(false, false)
}

/// How many outputs of the block are kept, before the sum.
pub const fn residual_kept<B: Layer>() -> usize {
    if B::READS_Y { 1 } else { 0 }
}

/// How many outputs of a shortcut are kept.
pub const fn residual_around<S: Layer>() -> usize {
    if let Works::Nothing = S::TRAINS { 0 } else { 1 }
}

impl<B, S, const N: usize, const KEPT: usize, const AROUND: usize> Deref for Residual<B, S, N, KEPT, AROUND> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.__block
    }
}

impl<B, S, const N: usize, const KEPT: usize, const AROUND: usize> DerefMut for Residual<B, S, N, KEPT, AROUND> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.__block
    }
}

impl<B: Zero, S: Zero, const N: usize, const KEPT: usize, const AROUND: usize> Zero
    for Residual<B, S, N, KEPT, AROUND>
{
    const ZERO: Self = Residual { __block: B::ZERO, shortcut: S::ZERO };
}

#[rustfmt::skip]
impl<B: Parameters, S: Parameters, const N: usize, const KEPT: usize, const AROUND: usize> Parameters
    for Residual<B, S, N, KEPT, AROUND>
{
    const ARRAYS: Arrays = Arrays::Layers(&[("", B::ARRAYS), ("shortcut", S::ARRAYS)]);

    fn values(&self, index: usize) -> &[f32] {
        match index.checked_sub(const { B::ARRAYS.len() }) {
            None => self.__block.values(index),
            Some(index) => self.shortcut.values(index),
        }
    }

    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        match index.checked_sub(const { B::ARRAYS.len() }) {
            None => self.__block.values_mut(index),
            Some(index) => self.shortcut.values_mut(index),
        }
    }
}

#[rustfmt::skip]
impl<B: Fold, S: Fold, const N: usize, const KEPT: usize, const AROUND: usize> Fold for Residual<B, S, N, KEPT, AROUND> {
    type Folded = Residual<B::Folded, S::Folded, N, KEPT, AROUND>;
    type Absorbed = Self::Folded;

    fn fold_into(&self, to: &mut Self::Folded) {
        self.__block.fold_into(&mut to.__block);
        self.shortcut.fold_into(&mut to.shortcut);
    }

    fn absorb_into(&self, _: &impl Fold, to: &mut Self::Folded) {
        self.fold_into(to);
    }
}

impl<B, S, const N: usize, const KEPT: usize, const AROUND: usize> super::Ways for Residual<B, S, N, KEPT, AROUND> {
    type Block = B;
    type Shortcut = S;
}
