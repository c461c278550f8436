//! How the lines of a network are known to the compiler: each by its number, a type, for a private type of the network.
//!
//! `N7: At<Sizes>` is what the network has after seven lines. The number comes first since the compiler looks for what is
//! implemented for it, and would else go through all lines for each.
//!
//! What the network has after line `n` is a constant, computed from the one before it; types name these constants, and never
//! the user's own tokens again. So no size is carried as a growing expression, and a mistake is reported once: a constant that
//! failed is reported where it stands, and what depends on it says nothing.

use core::marker::PhantomData;

use crate::layer::{Context, Input, Output};
use crate::shape::SizesOf;
use crate::{Dims, Elem, Fold, Former, Image, Layer, Number, Operator, Sequence, Shape, Vector, Word, arrays};

/// The private type of a network, of which its lines are known.
pub trait Lined {
    /// It.
    type Sizes;
}

/// What a network has after as many lines.
pub trait At<Sizes> {
    /// As a value.
    const DIMS: Dims;
    /// As a type.
    type Shape: Shape;
}

/// The numbers of a line: only this constant holds the user's tokens.
pub trait Line<Sizes> {
    /// What the layer's macro makes of them.
    type Numbers;
    /// The numbers.
    const NUMBERS: Self::Numbers;
}

/// The layer of a line.
pub trait LayerAt<Sizes> {
    /// Its type.
    type Layer: Fold;
}

/// The layer of line `N` of a network, of a block, or of what they are folded to.
pub type LayerOf<Net, N> = <N as LayerAt<<Net as Lined>::Sizes>>::Layer;

/// The `B`-th block of layers in a line.
pub trait Block<Sizes, B> {
    /// The struct of its lines.
    type Layer: Fold;
    /// What it gives.
    const DIMS: Dims;
}

/// The struct of the `B`-th block of line `N`.
pub type BlockOf<Sizes, N, B> = <N as Block<Sizes, B>>::Layer;

/// That what stands in a line can stand there.
pub trait Stands<Sizes> {
    /// What is known of what it gives where it cannot: asked for by what follows, which says nothing then.
    const UNKNOWN: Dims;
    /// The sizes of what it gives, if these mean it.
    const MEANT: Dims;
}

/// What stands in line `N` gives, by its sizes if these mean it: else the compiler would look through all lines before it.
pub trait MeantAfter<Sizes, N> {
    /// The shape.
    type Shape: Shape;
}

impl<Sizes, N, const A: usize, const B: usize, const C: usize> MeantAfter<Sizes, N> for SizesOf<3, A, B, C> {
    type Shape = Image<A, B, C>;
}

impl<Sizes, N, const A: usize, const B: usize> MeantAfter<Sizes, N> for SizesOf<2, A, B, 0> {
    type Shape = Sequence<A, B>;
}

impl<Sizes, N, const A: usize> MeantAfter<Sizes, N> for SizesOf<1, A, 0, 0> {
    type Shape = Vector<A>;
}

impl<Sizes, N: LayerAt<Sizes>> MeantAfter<Sizes, N> for SizesOf<0, 0, 0, 0> {
    type Shape = <N::Layer as Layer>::Output;
}

/// `given`, which `L` gives, if these sizes mean that.
pub const fn meant<L: Layer>(given: Dims) -> Dims {
    if L::Output::IS_MEANT { given } else { Dims::UNKNOWN }
}

/// That something stands in the `B`-th block of a line.
pub trait Filled<Sizes, B> {
    /// As of [`Stands`].
    const UNKNOWN: Dims;
}

/// Whether `T` is a word or a layer: the constant of the type, if it has one, goes before that of the trait.
pub struct Probe<T, X, Flat>(PhantomData<(T, X, Flat)>);

impl<T: Word<X, Flat>, X: Shape, Flat: Shape> Probe<T, X, Flat> {
    /// What it takes: it is.
    pub const TAKES: Option<usize> = Some(T::TAKES);
}

/// What [`Probe`] says of a type that is neither.
pub trait NotAWord {
    /// It is not.
    const TAKES: Option<usize> = None;
}

impl<T, X, Flat> NotAWord for Probe<T, X, Flat> {}

/// The layer that `T` means after `X`, or a placeholder: the mistake has been reported.
pub trait Pick<const IS_WORD: bool> {
    /// The layer.
    type Layer: Fold;
}

impl<T: Word<X, Flat>, X: Shape, Flat: Shape> Pick<true> for Probe<T, X, Flat> {
    type Layer = T::Layer;
}

impl<T, X: Shape, Flat: Shape> Pick<false> for Probe<T, X, Flat> {
    type Layer = Unknown<X>;
}

/// What a layer gives that is a type, after `X` of sizes `former`; unknown where it does not take that, or takes something unknown.
pub const fn gives<L: Layer, X: Shape>(former: Dims, unknown: Dims) -> Dims {
    // once for each type
    let (is_known, given) = const {
        let is_known = Dims::of::<L::Input>().same(Dims::of::<X>())
            && !is_unknown::<X>()
            && !is_unknown::<L::Output>()
            && is_supported::<L>();
        (is_known, Dims::of::<L::Output>())
    };
    if is_known && !former.is_unknown() { given } else { unknown }
}

/// Whether a shape follows from a mistake that has been reported.
pub const fn is_unknown<X: Shape>() -> bool {
    X::LEN == 0
}

/// Whether a layer gives no more values than are supported.
pub const fn is_supported<L: Layer>() -> bool {
    Dims::of::<L::Output>().len() <= Dims::MAX_LEN
}

/// What a layer's macro says that it gives; where there is no such macro, the compiler has said so and put `()` for it.
pub struct Gives<T>(pub T);

impl Gives<Dims> {
    /// The sizes.
    pub const fn dims(self) -> Dims {
        self.0
    }
}

impl Gives<()> {
    /// Nothing is known.
    pub const fn dims(self) -> Dims {
        Dims::UNKNOWN
    }
}

/// The layer that a layer's macro names, or a placeholder for the `()` of a macro that does not exist.
pub trait Real {
    /// The layer.
    type Layer: Fold;
}

impl<L: Fold> Real for L {
    type Layer = L;
}

impl Real for () {
    type Layer = Unknown<Vector<0>>;
}

/// Stands where there is no layer, so that all types stay well formed. It is never run.
pub struct Unknown<X>(PhantomData<X>);

arrays! { impl[X] Unknown<X> = Unknown(PhantomData) }

// what a network derives, its layers have
impl<X> Clone for Unknown<X> {
    fn clone(&self) -> Self {
        Unknown(PhantomData)
    }
}

impl<X> core::fmt::Debug for Unknown<X> {
    fn fmt(&self, f: &mut core::fmt::Formatter) -> core::fmt::Result {
        f.write_str("Unknown")
    }
}

impl<X> PartialEq for Unknown<X> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<X: Shape> Layer for Unknown<X> {
    type Input = X;
    type Output = Vector<0>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, _: &Input<Self, V>, _: &mut (), _: &mut Output<Self, V>) {}

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        _: &Output<Self, V>,
        _: &mut Self,
        _: Option<&mut Input<Self, V>>,
    ) {
    }
}

/// What a network is declared to take.
#[track_caller]
pub const fn declared_input(sizes: &[usize]) -> Dims {
    let mut n = 0;
    let mut is_shape = matches!(sizes.len(), 1..=3);
    while n < sizes.len() {
        is_shape = is_shape && sizes[n] > 0;
        n += 1;
    }
    let dims = if sizes.len() <= Dims::MAX_RANK { Dims::new(sizes) } else { Dims::UNKNOWN };
    if !is_shape {
        let rule = "a network takes [C, H, W], [C, L] or [N], each at least 1, but is declared to take ";
        crate::Message::new(rule).dims(dims).panic();
    }
    if dims.len() > Dims::MAX_LEN {
        let sentence = crate::Message::new("a network takes at most ").number(Dims::MAX_LEN);
        sentence.text(" values, but is declared to take ").number(dims.len()).text(", ").dims(dims).panic();
    }
    dims
}

/// What a network gives, or a block.
pub trait Ends {
    /// The shape.
    type Shape: Shape;
    /// Of a network, how the sizes at its ends are written.
    const NUMBERS: &'static [(&'static str, Number)] = &[];
}

/// What lines compute, one after the other (`chain`) or side by side.
pub const fn operator<E: Ends>(how: &'static str) -> Operator {
    let numbers = if let b"chain" = how.as_bytes() { E::NUMBERS } else { &[] };
    Operator { name: how, numbers }
}

/// `Self`, where it is a shape that a rule gives, or that the network is declared to give.
pub trait Declared<const IS: bool> {
    /// The shape.
    type Shape: Shape;
}

impl<X: Shape> Declared<true> for X {
    type Shape = X;
}

/// That a rule gives something. Where it has failed nothing does, and no more is said of it.
pub const fn is_given(_: Dims) -> bool {
    true
}

/// That a network is declared to give what its last line gives.
#[track_caller]
pub const fn declared_output(last: Dims, sizes: &[usize]) -> bool {
    if last.is_unknown() {
        return true;
    }
    let declared = if sizes.len() <= Dims::MAX_RANK { Dims::new(sizes) } else { Dims::UNKNOWN };
    if !declared.same(last) {
        let sentence = crate::Message::new("the network is declared to give ").dims(declared);
        sentence.text(", but its last layer gives ").dims(last).panic();
    }
    true
}

impl Former {
    /// What a residual block gives: the sum of its two ways.
    #[track_caller]
    pub const fn sum(self, block: Dims, around: Dims) -> Dims {
        if block.is_unknown() || around.is_unknown() {
            return Dims::UNKNOWN;
        }
        if !block.same(around) {
            self.says("the block gives ").dims(block).text(", but what is added to it is ").dims(around).panic();
        }
        block
    }

    /// What branches side by side give: all their channels.
    #[track_caller]
    pub const fn concat(self, branches: &[Dims]) -> Dims {
        let (first, mut channels, mut n) = (branches[0], 0, 0);
        while n < branches.len() {
            let branch = branches[n];
            if branch.is_unknown() {
                return Dims::UNKNOWN;
            }
            if !branch.with_channels(0).same(first.with_channels(0)) {
                self.says("a branch gives ").dims(branch).text(", but the first gives ").dims(first).panic();
            }
            channels += branch.sizes[0];
            n += 1;
        }
        first.with_channels(channels)
    }

    /// What a gate gives: its input, times what the block gives for each channel or for each value.
    #[track_caller]
    pub const fn gate(self, block: Dims) -> Dims {
        if !block.is_unknown() && !block.same(self.dims) && block.len() != self.dims.sizes[0] {
            let sentence = self.says("the block gives ").dims(block).text(", but what it is multiplied with is ");
            sentence.dims(self.dims).text(": it gives as much, or one value for each channel").panic();
        }
        if block.is_unknown() { block } else { self.dims }
    }
}
