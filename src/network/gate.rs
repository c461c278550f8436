//! A block of layers that its input is multiplied with.

use core::ops::{Deref, DerefMut};

use super::inference::{self, Between, Inside, Kind, Parts};
use super::numbers::N0;
use crate::layer::{Context, Handed, Input, Memory, Output, add};
use crate::place::{self, Cuts, Need, Path, Place, Where};
use crate::{Arrays, Elem, Fold, Layer, Nested, Operator, Parameters, Row, Shape, Zero};

/// Maps x to x times what a block of layers gives for it: for each channel, or for each value.
///
/// y\[c\]\[h\]\[w\] = x\[c\]\[h\]\[w\] · f(x)\[c\], or · f(x)\[c\]\[h\]\[w\]
///
/// In [`network!`](crate::network!): `gate { .. }`. Its fields are the block's lines: `net.attention.dense`.
///
/// # Shapes
///
/// The block takes and the gate gives `B::Input`; the block gives as much, or one value for each channel. `N` is how many
/// values the gate needs for itself: what the block gives, and what the block needs.
///
/// In a network that infers it multiplies where its input lies, if that is no more needed.
///
/// # Gradients
///
/// For g = ∂L/∂y: the block's is Σ g · x over what it is multiplied with, and ∂L/∂x = g · f(x), plus what follows from the
/// block.
///
/// # Example
///
/// Squeeze-and-excitation: each channel is weighed by what the means of all channels say of it.
///
/// ```
/// use const_cnn::{Zero, network};
/// network! {
///     struct Net: [3, 8, 8] => [10] {
///         conv: conv2d(16, kernel 3, padding 1),
///         excited: gate {
///             squeeze: global_avg_pool,
///             down: linear(4),
///             relu: relu,
///             up: linear(16),
///             sigmoid: sigmoid,
///         },
///         pool: global_avg_pool,
///         dense: linear(10),
///     }
/// }
/// assert_eq!(Net::ZERO.excited.down.weight, [[0.0; 4]; 16]);
/// ```
///
/// J. Hu, L. Shen, G. Sun (2018), *Squeeze-and-excitation networks*.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate<B, const N: usize> {
    #[doc(hidden)]
    pub __block: B,
}

impl<B: Layer, const N: usize> Layer for Gate<B, N> {
    type Input = B::Input;
    type Output = B::Input;
    type Scratch<V: Elem> = [V; N];
    type Tape<V: Elem> = GateTape<B::Tape<V>, Output<B, V>, Input<B, V>>;

    const MULTIPLY_ACCUMULATES: usize = B::MULTIPLY_ACCUMULATES + B::Input::LEN;
    const READS_Y: bool = false;
    const MIXES_IMAGES: bool = B::MIXES_IMAGES;
    const OPERATOR: Operator = Operator::word("gate");
    const ROWS: &'static [Row] = &[Row::of::<B>("")];

    const NEED: Need = inference::need(Kind::Gate, &Self::NEEDS, B::Input::LEN);

    fn infer<V: Elem>(&self, x: &Input<B, V>, scratch: &mut [V; N], y: &mut Input<B, V>) {
        const { assert!(N >= gate_scratch::<B>(), "a gate has the room that its block needs") }
        self.infer_at::<V, Between<N, false>, _>(&mut Handed(x, scratch, y));
    }

    fn infer_at<V: Elem, P: Path, M: Memory<V>>(&self, memory: &mut M) {
        self.__block.infer_at::<V, Inside<P, Self, 1, N0>, M>(memory);
        let (place, cuts) = const {
            let gate = match <Inside<P, Self, 1, N0> as Path>::PLACE.to {
                Where::At(at) => (at, at + B::Output::LEN),
                Where::Given | Where::Asked => panic!("the gate lies in the stretch"),
            };
            let from = if P::PLACE.is_in_place() { Where::Given } else { P::PLACE.from };
            let place = Place { from, ..P::PLACE };
            (place, Cuts::with(&place, B::Input::LEN, B::Input::LEN, gate))
        };
        let (given, stretch, asked) = memory.parts();
        let (x, y, gate) = place::parts(place, cuts, given, stretch, asked);
        if const { P::PLACE.is_in_place() } {
            scale(&mut y[..B::Input::LEN], gate);
        } else {
            multiply(&x[..B::Input::LEN], gate, &mut y[..B::Input::LEN]);
        }
    }

    fn forward<V: Elem>(&self, context: &Context, x: &Input<B, V>, tape: &mut Self::Tape<V>, y: &mut Input<B, V>) {
        self.__block.forward(&context.inside(0), x, &mut tape.block, &mut tape.gate);
        multiply(x.flat(), tape.gate.flat(), y.flat_mut());
    }

    #[rustfmt::skip]
    fn backward<V: Elem>(
        &self, context: &Context, x: &Input<B, V>, tape: &mut Self::Tape<V>, _: &Input<B, V>, dy: &Input<B, V>,
        gradient: &mut Self, dx: Option<&mut Input<B, V>>,
    ) {
        let GateTape { block, gate, d_gate, d_x } = tape;
        d_gate.flat_mut().fill(V::ZERO);
        for (x, dy) in x.flat().chunks_exact(B::Output::LEN).zip(dy.flat().chunks_exact(B::Output::LEN)) {
            for ((d_gate, &x), &dy) in d_gate.flat_mut().iter_mut().zip(x).zip(dy) {
                *d_gate += x * dy;
            }
        }
        let (context, d_block) = (&context.inside(0), &mut gradient.__block);
        match dx {
            None => self.__block.backward(context, x, block, gate, d_gate, d_block, None),
            Some(dx) => {
                self.__block.backward(context, x, block, gate, d_gate, d_block, Some(d_x));
                multiply(dy.flat(), gate.flat(), dx.flat_mut());
                add(d_x.flat(), dx.flat_mut());
            }
        }
    }

    fn hold(&mut self, seen: &Self) {
        self.__block.hold(&seen.__block);
    }
}

/// Values times the gate's, which are repeated: channels are last in memory.
#[inline(always)]
fn multiply<V: Elem>(x: &[V], gate: &[V], y: &mut [V]) {
    for (x, y) in x.chunks_exact(gate.len()).zip(y.chunks_exact_mut(gate.len())) {
        for ((y, &x), &gate) in y.iter_mut().zip(x).zip(gate) {
            *y = x * gate;
        }
    }
}

/// As [`multiply`], in place.
#[inline(always)]
fn scale<V: Elem>(x: &mut [V], gate: &[V]) {
    for x in x.chunks_exact_mut(gate.len()) {
        for (x, &gate) in x.iter_mut().zip(gate) {
            *x = *x * gate;
        }
    }
}

/// What a [`Gate`] keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct GateTape<B, G, X> {
    block: B,
    gate: G,
    d_gate: G,
    d_x: X,
}

impl<B: Zero, G: Zero, X: Zero> Zero for GateTape<B, G, X> {
    const ZERO: Self = GateTape { block: B::ZERO, gate: G::ZERO, d_gate: G::ZERO, d_x: X::ZERO };
}

/// The values that a gate needs for itself.
pub const fn gate_scratch<B: Layer>() -> usize {
    inference::need(Kind::Gate, &[B::NEED], B::Input::LEN).alive(false, false)
}

impl<B: Layer, const N: usize> Parts<1> for Gate<B, N> {
    const KIND: Kind = Kind::Gate;
    const OUTPUT: usize = B::Input::LEN;
    const NEEDS: [Need; 1] = [B::NEED];
}

impl<B, const N: usize> Deref for Gate<B, N> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.__block
    }
}

impl<B, const N: usize> DerefMut for Gate<B, N> {
    fn deref_mut(&mut self) -> &mut B {
        &mut self.__block
    }
}

impl<B: Zero, const N: usize> Zero for Gate<B, N> {
    const ZERO: Self = Gate { __block: B::ZERO };
}

impl<B: Parameters, const N: usize> Parameters for Gate<B, N> {
    const ARRAYS: Arrays = B::ARRAYS;

    fn values(&self, index: usize) -> &[f32] {
        self.__block.values(index)
    }

    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        self.__block.values_mut(index)
    }
}

impl<B: Fold, const N: usize> Fold for Gate<B, N> {
    type Folded = Gate<B::Folded, N>;
    type Absorbed = Self::Folded;

    fn fold_into(&self, to: &mut Self::Folded) {
        self.__block.fold_into(&mut to.__block);
    }

    fn absorb_into(&self, _: &impl Fold, to: &mut Self::Folded) {
        self.fold_into(to);
    }
}

impl<B, const N: usize> super::Ways for Gate<B, N> {
    type Block = B;
    type Shortcut = ();
}
