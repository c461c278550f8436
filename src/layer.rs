//! The contract of a layer, and layers put one after another by hand.

use crate::{Arrays, Elem, Parameters, Shape, Zero};

/// What a layer takes, in memory: `V` is `f32` for one image, `F32x8` for eight.
pub type Input<L, V> = <<L as Layer>::Input as Shape>::Of<V>;

/// What a layer gives, in memory.
pub type Output<L, V> = <<L as Layer>::Output as Shape>::Of<V>;

/// A function from one shape to another, with its derivative. A network is a layer too.
///
/// # Contract
///
/// - [`infer`](Layer::infer) *assigns* `y = f(x)` and keeps nothing: this is evaluation mode.
/// - [`forward`](Layer::forward) assigns the same `y`, and writes to `tape` what `backward` needs.
/// - [`backward`](Layer::backward) computes the gradient of `dot(f(x), dy)`. It *adds* the part of the parameters to
///   `gradient`, which is a value of the layer's own type, and *assigns* the part of the input to `dx`, if that is asked
///   for. Its `x`, `tape` and `y` are those of the `forward` before it.
/// - All passes write on buffers of the caller's and allocate nothing. What their buffers held before does not matter,
///   but for `gradient`.
/// - An image's result does not depend on the other images of the same element.
///
/// A layer of your own implements [`Zero`], [`Parameters`] and this trait, has an inherent `const fn from_le` (see
/// [`LeBytes`](crate::LeBytes)), and can then be named in [`network!`](crate::network!); `examples/custom_layer.rs` writes
/// one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    note = "a layer implements `const_cnn::Layer`; the built-in ones are `conv2d(..)`, `mapwise_conv2d(..)`, \
            `max_pool2d(..)`, `avg_pool2d(..)`, `linear(..)`, `relu`, `flatten` and `softmax`"
)]
pub trait Layer: Parameters {
    /// The shape that the layer takes.
    type Input: Shape;

    /// The shape that the layer gives.
    type Output: Shape;

    /// What `infer` writes on: nothing, for most layers.
    type Scratch<V: Elem>: Zero;

    /// What is kept from `forward` to `backward`, beside `x` and `y`, and what `backward` writes on.
    type Tape<V: Elem>: Zero;

    /// The multiplications with an addition that one image takes, those with padding counted.
    const MULTIPLY_ACCUMULATES: usize = 0;

    /// Evaluation: `y = f(x)`.
    fn infer<V: Elem>(&self, x: &Input<Self, V>, scratch: &mut Self::Scratch<V>, y: &mut Output<Self, V>);

    /// Training: `y = f(x)`, with what `backward` needs written to `tape`. As `infer`, where nothing is needed.
    fn forward<V: Elem>(&self, x: &Input<Self, V>, tape: &mut Self::Tape<V>, y: &mut Output<Self, V>) {
        let _ = tape;
        let mut scratch = Self::Scratch::ZERO;
        self.infer(x, &mut scratch, y);
    }

    /// The gradient of `dot(f(x), dy)`: added to `gradient` for the parameters, assigned to `dx` for the input.
    #[allow(clippy::too_many_arguments)] // they are the quantities of the equation
    fn backward<V: Elem>(
        &self,
        x: &Input<Self, V>,
        tape: &mut Self::Tape<V>,
        y: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    );

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

/// Two layers, one after the other; [`Layer::then`] makes it.
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

    fn infer<V: Elem>(&self, x: &Input<A, V>, scratch: &mut Self::Scratch<V>, y: &mut Output<B, V>) {
        self.0.infer(x, &mut scratch.first, &mut scratch.between);
        self.1.infer(&scratch.between, &mut scratch.second, y);
    }

    fn forward<V: Elem>(&self, x: &Input<A, V>, tape: &mut Self::Tape<V>, y: &mut Output<B, V>) {
        let [between, _] = &mut tape.between;
        self.0.forward(x, &mut tape.first, between);
        self.1.forward(between, &mut tape.second, y);
    }

    fn backward<V: Elem>(
        &self,
        x: &Input<A, V>,
        tape: &mut Self::Tape<V>,
        y: &Output<B, V>,
        dy: &Output<B, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<A, V>>,
    ) {
        let [between, d_between] = &mut tape.between;
        self.1.backward(between, &mut tape.second, y, dy, &mut gradient.1, Some(d_between));
        self.0.backward(x, &mut tape.first, between, d_between, &mut gradient.0, dx);
    }
}

/// What the two layers of a [`Chain`] need, and what lies between them.
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
