//! The contract of a layer, and layers put one after another by hand.

use crate::element::Scratch;
use crate::math::at_least;
use crate::operation::Operation;
use crate::place::{self, Cuts, Need, Path};
use crate::{Arrays, Elem, Nested, Operator, Parameters, Shape, Works, Zero};

/// What a layer takes, in memory: `V` is `f32` for one image, `F32x8` for eight.
///
/// ```
/// use const_cnn::{Input, Layer, Linear, Output, Zero};
///
/// /// What a layer gives for an image of zeros.
/// fn of_zeros<L: Layer>(layer: &L) -> Output<L, f32> {
///     let (x, mut y) = (Input::<L, f32>::ZERO, Output::<L, f32>::ZERO);
///     layer.infer(&x, &mut L::Scratch::ZERO, &mut y);
///     y
/// }
/// let dense = Linear::<2, 1> { weight: [[1.0]; 2], bias: [0.5] };
/// assert_eq!(of_zeros(&dense), [0.5]);
/// ```
pub type Input<L, V> = <<L as Layer>::Input as Shape>::Of<V>;

/// What a layer gives, in memory.
///
/// ```
/// use const_cnn::{F32x8, Image, Linear, MaxPool2d, Output, Square, Zero};
/// type Pool = MaxPool2d<Image<3, 8, 8>, Image<3, 4, 4>, Square<2, 2>>;
/// let one: [[[f32; 3]; 4]; 4] = Output::<Pool, f32>::ZERO;
/// let eight: [F32x8; 10] = Output::<Linear<2, 10>, F32x8>::ZERO;
/// assert_eq!((size_of_val(&one), size_of_val(&eight)), (4 * 48, 4 * 80));
/// ```
pub type Output<L, V> = <<L as Layer>::Output as Shape>::Of<V>;

/// What a training pass is told beside values.
///
/// Randomness is a function of these numbers and of the place, not of a generator's state: so it is the same bits for one
/// image at a time and for eight, and on any number of threads.
///
/// ```
/// use const_cnn::{Context, Layer, Linear, Zero};
/// let dense = Linear::<1, 1> { weight: [[2.0]], bias: [1.0] };
/// let context = Context { trains: true, seed: 7, ..Context::EVALUATION };
/// let (x, mut y, mut gradient) = ([3.0], [0.0], Linear::ZERO);
/// dense.forward(&context, &x, &mut (), &mut y);
/// dense.backward(&context, &x, &mut (), &y, &[1.0], &mut gradient, None);
/// assert_eq!((y, gradient.weight, gradient.bias), ([7.0], [[3.0]], [1.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// How many images of the element are real. The other lanes hold copies.
    pub images: usize,
    /// What randomness starts from.
    pub seed: u64,
    /// How many batches have been trained on before.
    pub step: u64,
    /// The place, in its batch, of the element's first image; the others follow.
    pub first: usize,
    /// Whether it trains. Otherwise layers do as in evaluation, but keep what `backward` needs.
    pub trains: bool,
    /// Which layer of the whole network it is, as a number that no other layer has; see [`inside`](Context::inside).
    pub layer: u64,
}

impl Context {
    /// Passes as in evaluation, over the images of a full element.
    pub const EVALUATION: Context = Context { images: 8, seed: 0, step: 0, first: 0, trains: false, layer: 0 };

    /// What the `n`-th of the layers is told that a layer is made of: randomness then differs between them.
    #[inline(always)]
    pub const fn inside(self, n: usize) -> Context {
        // odd, so no two paths of lines are the same number but by chance
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        Context { layer: self.layer.wrapping_add(n as u64 + 1).wrapping_mul(FACTOR), ..self }
    }

    /// How many images of an element `V` are real.
    pub fn images<V: Elem>(&self) -> usize {
        self.images.min(V::LANES)
    }
}

/// A function from one shape to another, with its derivative. A network is a layer too.
///
/// # Contract
///
/// - [`infer`](Layer::infer) *assigns* `y = f(x)` and keeps nothing: this is evaluation mode.
/// - [`forward`](Layer::forward) assigns the same `y`, or in training, where [`Context::trains`], what training is to see; it
///   writes to `tape` what `backward` needs.
/// - [`backward`](Layer::backward) computes the gradient of `dot(y, dy)`. It *adds* the part of the parameters to
///   `gradient`, which is a value of the layer's own type, and *assigns* the part of the input to `dx`, if that is asked
///   for. Its context, `x`, `tape` and `y` are those of the `forward` before it.
/// - All passes write on buffers of the caller's and allocate nothing. What their buffers held before does not matter,
///   but for `gradient`.
/// - An image's result does not depend on the other images of the same element, unless the layer says that it
///   [mixes them](Layer::MIXES_IMAGES). Lanes without an image hold copies of one that is there; nothing of theirs may show.
/// - A layer [may work where its input lies](Layer::WORKS): it then costs no memory. Which of `x` and `y` its backward pass
///   reads decides where that can be done in training.
///
/// A layer of your own implements this trait, states its arrays by [`arrays!`](crate::arrays!), and can then be named in
/// [`network!`](crate::network!); `examples/custom_layer.rs` writes one.
///
/// ```
/// use const_cnn::{Context, Elem, Layer, Vector, arrays, worst_gradient};
///
/// /// y = x / 2
/// struct Halve<const N: usize>;
///
/// impl<const N: usize> Layer for Halve<N> {
///     type Input = Vector<N>;
///     type Output = Vector<N>;
///     type Scratch<V: Elem> = ();
///     type Tape<V: Elem> = ();
///
///     fn infer<V: Elem>(&self, x: &[V; N], _: &mut (), y: &mut [V; N]) {
///         *y = x.map(|x| x * V::splat(0.5));
///     }
///
///     fn backward<V: Elem>(
///         &self, _: &Context, _x: &[V; N], _tape: &mut (), _y: &[V; N], dy: &[V; N],
///         _gradient: &mut Self, dx: Option<&mut [V; N]>,
///     ) {
///         if let Some(dx) = dx {
///             *dx = dy.map(|dy| dy * V::splat(0.5));
///         }
///     }
/// }
///
/// arrays! { impl[const N: usize] Halve<N> = Halve }
///
/// let worst = worst_gradient(&mut Halve, &mut [0.3, -2.1], &[1.0, 3.0], 1.0 / 64.0);
/// assert!(worst.error() < 1e-3, "{worst}");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    note = "a layer implements `const_cnn::Layer`, and `const_cnn::arrays!` states what it learns"
)]
pub trait Layer: Parameters {
    /// The shape that the layer takes.
    type Input: Shape;

    /// The shape that the layer gives.
    type Output: Shape;

    /// What `infer` writes on: `()`, for most layers. It is in use during the layer's own pass only.
    type Scratch<V: Elem>: Scratch<V>;

    /// What is kept from `forward` to `backward`, beside `x` and `y`, and what `backward` writes on.
    type Tape<V: Elem>: Zero;

    /// The multiplications with an addition that one image takes, those with padding counted.
    const MULTIPLY_ACCUMULATES: usize = 0;

    /// Where the layer can work in evaluation.
    const WORKS: Works = Works::Apart;

    /// Where it can work in training.
    const TRAINS: Works = Self::WORKS;

    /// Whether `backward` reads `x`. A layer that works in place and does not leaves the layer before it without a copy.
    const READS_X: bool = true;

    /// Whether `backward` reads `y`.
    const READS_Y: bool = true;

    /// Whether, in training, an image's result depends on the other images of its element.
    const MIXES_IMAGES: bool = false;

    /// Whether it can bound its output from below where it writes it, by [`infer_bounded`](Layer::infer_bounded).
    const BOUNDS: bool = false;

    /// The bound of a layer that is nothing else, y = max(x, BOUND), NaN staying NaN. In evaluation it costs no pass where the
    /// layer before it [bounds](Layer::BOUNDS) its output: the bits are the same.
    const BOUND: Option<f32> = None;

    /// What it computes, as data: an export knows a layer by it.
    const OPERATOR: Operator = Operator::CUSTOM;

    /// The layers that it is made of, for the network's table.
    const ROWS: &'static [Row] = &[];

    /// What it needs in evaluation.
    #[doc(hidden)] // follows from the rest; what is made of layers says it
    const NEED: Need = Need {
        // one that works in place writes nothing anew
        bounds: Self::BOUNDS && matches!(Self::WORKS, Works::Apart),
        bound: Self::BOUND,
        ..Need::of(Self::Input::LEN, Self::Output::LEN, <Self::Scratch<f32> as Scratch<f32>>::LEN, Self::WORKS)
    };

    /// Evaluation: `y = f(x)`.
    ///
    /// A layer that works in place need not write it.
    #[inline(always)]
    fn infer<V: Elem>(&self, x: &Input<Self, V>, scratch: &mut Self::Scratch<V>, y: &mut Output<Self, V>) {
        const { assert!(!matches!(Self::WORKS, Works::Apart), "a layer that does not work in place writes `infer`") }
        let _ = scratch;
        copy(x.flat(), y.flat_mut());
        self.infer_in_place(y);
    }

    /// Evaluation with a bound: `y = max(f(x), bound)`, NaN staying NaN. A layer that [bounds](Layer::BOUNDS) its output writes it.
    #[inline(always)]
    fn infer_bounded<V: Elem>(
        &self,
        x: &Input<Self, V>,
        scratch: &mut Self::Scratch<V>,
        y: &mut Output<Self, V>,
        bound: f32,
    ) {
        self.infer(x, scratch, y);
        for y in y.flat_mut() {
            *y = at_least(*y, bound);
        }
    }

    /// Evaluation of a layer that works in place: as [`infer`](Layer::infer), `x` lying in `y`.
    #[inline(always)]
    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        let _ = y;
    }

    /// Evaluation within a network's memory: this layer where its path says.
    #[doc(hidden)] // follows from the rest; what is made of layers writes it
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn infer_at<V: Elem, P: Path, M: Memory<V>>(&self, memory: &mut M) {
        let (place, (given, stretch, asked)) = (const { P::PLACE }, memory.parts());
        if const { P::PLACE.is_in_place() } {
            if let Works::InPlace = place.works {
                self.infer_in_place(Self::Output::view_mut(place::values(place.to, stretch, asked)));
            }
            return;
        }
        let cuts = const {
            let scratch = <Self::Scratch<V> as Scratch<V>>::LEN;
            Cuts::of(&P::PLACE, Self::Input::LEN, Self::Output::LEN, scratch)
        };
        let (x, y, scratch) = place::parts(place, cuts, given, stretch, asked);
        let (x, y) = (Self::Input::view(x), Self::Output::view_mut(y));
        Self::Scratch::<V>::within(scratch, |scratch| match place.bound {
            Some(bound) => self.infer_bounded(x, scratch, y, bound),
            None => self.infer(x, scratch, y),
        });
    }

    /// Training: `y = f(x)`, with what `backward` needs written to `tape`. As `infer`, where nothing is needed.
    #[inline(always)]
    fn forward<V: Elem>(
        &self,
        context: &Context,
        x: &Input<Self, V>,
        tape: &mut Self::Tape<V>,
        y: &mut Output<Self, V>,
    ) {
        if let Works::Apart = Self::TRAINS {
            let mut scratch = Self::Scratch::ZERO;
            self.infer(x, &mut scratch, y);
        } else {
            copy(x.flat(), y.flat_mut());
            self.forward_in_place(context, tape, y);
        }
    }

    /// Training of a layer that works in place: as [`forward`](Layer::forward), `x` lying in `y`.
    #[inline(always)]
    fn forward_in_place<V: Elem>(&self, context: &Context, tape: &mut Self::Tape<V>, y: &mut Output<Self, V>) {
        let _ = (context, tape);
        self.infer_in_place(y);
    }

    /// The gradient of `dot(f(x), dy)`: added to `gradient` for the parameters, assigned to `dx` for the input.
    #[allow(clippy::too_many_arguments)] // they are the quantities of the equation
    fn backward<V: Elem>(
        &self,
        context: &Context,
        x: &Input<Self, V>,
        tape: &mut Self::Tape<V>,
        y: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    );

    /// Takes over, once a batch, what training has seen: the mean over its images of what `forward` and `backward` have
    /// written to the arrays of `seen` that [no gradient changes](crate::Array::is_learned).
    fn hold(&mut self, seen: &Self) {
        let _ = seen;
    }

    /// This layer, followed by another.
    ///
    /// ```
    /// use const_cnn::{Flatten, Image, Layer, Linear, Relu, Vector, Zero};
    /// let net = Relu::<Image<2, 3, 3>>::ZERO
    ///     .then(Flatten::<Image<2, 3, 3>, Vector<18>>::ZERO)
    ///     .then(Linear::<18, 10>::ZERO);
    /// ```
    ///
    /// ```compile_fail,E0271
    /// use const_cnn::{Flatten, Image, Layer, Linear, Relu, Vector, Zero};
    /// let net = Relu::<Image<2, 3, 3>>::ZERO
    ///     .then(Flatten::<Image<2, 3, 3>, Vector<18>>::ZERO)
    ///     .then(Linear::<17, 10>::ZERO); // expected `Vector<18>`, found `Vector<17>`
    /// ```
    fn then<L: Layer<Input = Self::Output>>(self, next: L) -> Chain<Self, L> {
        Chain(self, next)
    }
}

/// The memory of a network that infers, whose sizes are known by its type.
pub trait Memory<V: Elem>: Sized {
    /// What the network reads, what it writes on, and what it writes.
    fn parts(&mut self) -> (&[V], &mut [V], &mut [V]);

    /// Infers with a line called `name`, on the way `P`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn line<P: Path>(&mut self, name: &'static str, layer: &impl Layer) {
        let _ = name;
        layer.infer_at::<V, P, Self>(self);
    }
}

/// What the caller hands in to be read, to be written on, and to be written.
pub struct Handed<'a, X, S, Y>(pub &'a X, pub &'a mut S, pub &'a mut Y);

impl<V: Elem, X: Nested<V>, S: Nested<V>, Y: Nested<V>> Memory<V> for Handed<'_, X, S, Y> {
    #[inline(always)]
    fn parts(&mut self) -> (&[V], &mut [V], &mut [V]) {
        (self.0.flat(), self.1.flat_mut(), self.2.flat_mut())
    }
}

/// Copies values one by one: an address, which copying by slices takes, would keep them out of registers.
#[inline(always)]
pub(crate) fn copy<V: Copy>(from: &[V], to: &mut [V]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = from;
    }
}

/// Adds values to others.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn add<V: Elem>(from: &[V], to: &mut [V]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// Adds values to others, which are at least `bound` then.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn add_bounded<V: Elem>(from: &[V], to: &mut [V], bound: f32) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = at_least(*to + from, bound);
    }
}

/// Two layers, one after the other; [`Layer::then`] makes it.
///
/// ```
/// use const_cnn::{Chain, Layer, Linear, Relu, Vector, Zero};
/// type Net = Chain<Linear<1, 2>, Relu<Vector<2>>>;
/// let dense = Linear { weight: [[1.0, -1.0]], bias: [0.5, 0.5] };
/// let (net, mut y): (Net, _) = (Chain(dense, Relu::ZERO), [0.0; 2]);
/// net.infer(&[3.0], &mut Zero::ZERO, &mut y);
/// assert_eq!(y, [3.5, 0.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Chain<A, B>(pub A, pub B);

impl<A: Zero, B: Zero> Zero for Chain<A, B> {
    const ZERO: Self = Chain(A::ZERO, B::ZERO);
}

impl<A: Parameters, B: Parameters> Parameters for Chain<A, B> {
    const ARRAYS: Arrays = Arrays::Layers(&[("0", A::ARRAYS), ("1", B::ARRAYS)]);

    fn values(&self, index: usize) -> &[f32] {
        match index.checked_sub(const { A::ARRAYS.len() }) {
            None => self.0.values(index),
            Some(index) => self.1.values(index),
        }
    }

    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        match index.checked_sub(const { A::ARRAYS.len() }) {
            None => self.0.values_mut(index),
            Some(index) => self.1.values_mut(index),
        }
    }
}

impl<A: Layer, B: Layer<Input = A::Output>> Layer for Chain<A, B> {
    type Input = A::Input;
    type Output = B::Output;
    type Scratch<V: Elem> = Between<A::Scratch<V>, Output<A, V>, B::Scratch<V>>;
    type Tape<V: Elem> = Between<A::Tape<V>, [Output<A, V>; 2], B::Tape<V>>;

    const MULTIPLY_ACCUMULATES: usize = A::MULTIPLY_ACCUMULATES + B::MULTIPLY_ACCUMULATES;
    const READS_X: bool = A::READS_X;
    const READS_Y: bool = B::READS_Y;
    const MIXES_IMAGES: bool = A::MIXES_IMAGES || B::MIXES_IMAGES;

    fn infer<V: Elem>(&self, x: &Input<A, V>, scratch: &mut Self::Scratch<V>, y: &mut Output<B, V>) {
        self.0.infer(x, &mut scratch.first, &mut scratch.between);
        self.1.infer(&scratch.between, &mut scratch.second, y);
    }

    fn forward<V: Elem>(&self, context: &Context, x: &Input<A, V>, tape: &mut Self::Tape<V>, y: &mut Output<B, V>) {
        let [between, _] = &mut tape.between;
        self.0.forward(&context.inside(0), x, &mut tape.first, between);
        self.1.forward(&context.inside(1), between, &mut tape.second, y);
    }

    fn backward<V: Elem>(
        &self,
        context: &Context,
        x: &Input<A, V>,
        tape: &mut Self::Tape<V>,
        y: &Output<B, V>,
        dy: &Output<B, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<A, V>>,
    ) {
        let [between, d_between] = &mut tape.between;
        self.1.backward(&context.inside(1), between, &mut tape.second, y, dy, &mut gradient.1, Some(d_between));
        self.0.backward(&context.inside(0), x, &mut tape.first, between, d_between, &mut gradient.0, dx);
    }

    fn hold(&mut self, seen: &Self) {
        self.0.hold(&seen.0);
        self.1.hold(&seen.1);
    }
}

impl<V, A: Zero, B: Zero, C: Zero> Scratch<V> for Between<A, B, C> {}

/// What the two layers of a [`Chain`] need, and what lies between them.
///
/// ```
/// use const_cnn::{Between, Layer, Linear, Relu, Vector, Zero};
/// let dense = Linear::<1, 2> { weight: [[1.0, -1.0]], bias: [0.5, 0.5] };
/// let net = dense.then(Relu::<Vector<2>>::ZERO);
/// let (mut scratch, mut y): (Between<_, _, _>, _) = (Zero::ZERO, [0.0; 2]);
/// net.infer(&[3.0], &mut scratch, &mut y);
/// assert_eq!(scratch.between, [3.5, -2.5]); // before the ReLU
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Between<A, V, B> {
    /// What the first layer needs.
    pub first: A,
    /// What the first layer gives the second; on a tape also its gradient.
    pub between: V,
    /// What the second layer needs.
    pub second: B,
}

impl<A: Zero, V: Zero, B: Zero> Zero for Between<A, V, B> {
    const ZERO: Self = Between { first: A::ZERO, between: V::ZERO, second: B::ZERO };
}

/// One layer in a network's table.
///
/// ```
/// use const_cnn::{Network, Row, network};
///
/// network! {
///     struct Net: [3] => [2] { dense: linear(2), relu: relu }
/// }
/// let Row { name, output, parameters, multiply_accumulates, .. } = Net::LAYERS[0];
/// assert_eq!((name, output), ("dense", &[2][..]));
/// assert_eq!((parameters, multiply_accumulates), (3 * 2 + 2, 3 * 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The layer's name.
    pub name: &'static str,
    /// What it takes: `[C, H, W]`, `[C, L]` or `[N]`.
    pub input: &'static [usize],
    /// What it gives.
    pub output: &'static [usize],
    /// How many arrays it has.
    pub arrays: usize,
    /// How many numbers it has: learned ones, and those that training holds.
    pub parameters: usize,
    /// The multiplications with an addition that one image takes.
    pub multiply_accumulates: usize,
    /// The bytes of its parameters and, for one image, of its output.
    pub bytes: usize,
    /// What it computes.
    pub operator: Operator,
    /// How it is written in [`network!`](crate::network!), `conv2d(8, kernel 3)`; nothing of a block.
    pub written: &'static str,
    /// The layers that it is made of, in the order of their arrays.
    pub rows: &'static [Row],
    /// What the int8 form takes it for: found once, since it is asked for many times while the compiler plans.
    #[doc(hidden)]
    pub operation: Operation,
}

impl Row {
    /// One without a name, of nothing: what a row that is written by hand does not say.
    pub const EMPTY: Row = Row {
        name: "",
        input: &[],
        output: &[],
        arrays: 0,
        parameters: 0,
        multiply_accumulates: 0,
        bytes: 0,
        operator: Operator::CUSTOM,
        written: "",
        rows: &[],
        operation: Operation::Unknown,
    };

    /// The row of a layer called `name`.
    pub const fn of<L: Layer>(name: &'static str) -> Row {
        let row = Row {
            name,
            input: L::Input::DIMS,
            output: L::Output::DIMS,
            arrays: L::ARRAYS.len(),
            parameters: L::COUNT,
            multiply_accumulates: L::MULTIPLY_ACCUMULATES,
            bytes: 4 * (L::COUNT + L::Output::LEN),
            operator: L::OPERATOR,
            written: "",
            rows: L::ROWS,
            operation: Operation::Unknown,
        };
        Row { operation: Operation::of(&row.operator, row.input, row.output), ..row }
    }
}
