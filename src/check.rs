//! The rules of shapes, checked at compile time, each with a sentence that names what does not fit.
//!
//! [`network!`](crate::network!) computes sizes by [`size`], which is total: where a rule is broken it gives 0, so that
//! every type stays well formed, and the broken rule is reported once, by a constant of its own. A size of 0 marks what
//! follows from a mistake that has been reported; it is not reported again.

use core::marker::PhantomData;

use crate::layer::{Input, Output};
use crate::{Elem, Layer, LeBytes, Parameters, Shape, Zero, conv_out};

/// What [`conv_out`] gives, or 0 where a rule is broken.
pub const fn size(n: usize, k: usize, s: usize, p: usize) -> usize {
    if n == 0 || k == 0 || s == 0 || n + 2 * p < k { 0 } else { conv_out(n, k, s, p) }
}

/// The `n`-th of some dimensions; 0 where there is none.
pub const fn dim(dims: &[usize], n: usize) -> usize {
    if n < dims.len() { dims[n] } else { 0 }
}

/// How many values a layer takes, and how many it gives.
pub const fn pair<L: Layer>() -> (usize, usize) {
    (L::Input::LEN, L::Output::LEN)
}

/// The largest sum of a layer's input and output.
pub const fn largest_pair(layers: &[(usize, usize)]) -> usize {
    let (mut largest, mut n) = (0, 0);
    while n < layers.len() {
        let pair = layers[n].0 + layers[n].1;
        largest = if pair > largest { pair } else { largest };
        n += 1;
    }
    largest
}

/// Whether two shapes are the same.
pub const fn same(a: &[usize], b: &[usize]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut n = 0;
    while n < a.len() {
        if a[n] != b[n] {
            return false;
        }
        n += 1;
    }
    true
}

/// Whether a shape follows from a mistake that has been reported.
pub const fn reported(dims: &[usize]) -> bool {
    let mut n = 0;
    while n < dims.len() {
        if dims[n] == 0 {
            return true;
        }
        n += 1;
    }
    false
}

/// `conv2d` and `mapwise_conv2d` after a layer that gives `former`.
#[track_caller]
pub const fn convolution(name: &str, layer: &str, former: &[usize], channels: usize, k: usize, s: usize, p: usize) {
    if reported(former) {
        return;
    }
    takes_image(name, layer, former);
    if channels == 0 {
        Message::new(name).text(": ").text(layer).text(" gives at least 1 channel").panic();
    }
    window(name, former, k, s, p);
}

/// `max_pool2d` and `avg_pool2d` after a layer that gives `former`.
#[track_caller]
pub const fn pool(name: &str, layer: &str, former: &[usize], k: usize, s: usize, p: usize) {
    if reported(former) {
        return;
    }
    takes_image(name, layer, former);
    window(name, former, k, s, p);
    if p >= k {
        Message::new(name).text(": the padding ").number(p).text(" is not smaller than the kernel ").number(k).panic();
    }
}

/// `linear` after a layer that gives `former`.
#[track_caller]
pub const fn linear(name: &str, former: &[usize], outputs: usize) {
    takes_vector(name, "linear", former);
    if outputs == 0 {
        Message::new(name).text(": linear gives at least 1 value").panic();
    }
}

/// A layer named `layer` that takes images, after one that gives `former`.
#[track_caller]
pub const fn takes_image(name: &str, layer: &str, former: &[usize]) {
    if former.len() != 3 && !reported(former) {
        Message::new(name)
            .text(": ")
            .text(layer)
            .text(" takes an image [C, H, W], but the layer before it gives ")
            .dims(former)
            .panic();
    }
}

/// A layer named `layer` that takes vectors, after one that gives `former`.
#[track_caller]
pub const fn takes_vector(name: &str, layer: &str, former: &[usize]) {
    if former.len() != 1 && !reported(former) {
        Message::new(name)
            .text(": ")
            .text(layer)
            .text(" takes a vector [N], but the layer before it gives ")
            .dims(former)
            .text("; put `flatten` between")
            .panic();
    }
}

/// A network whose last layer gives `last`.
#[track_caller]
pub const fn declared(last: &[usize], output: &[usize]) {
    if !same(last, output) && !reported(last) {
        Message::new("the network is declared to give ")
            .dims(output)
            .text(", but its last layer gives ")
            .dims(last)
            .panic();
    }
}

/// The check that [`network!`](crate::network!) makes of what a network is declared to give.
#[macro_export]
#[doc(hidden)]
macro_rules! declared {
    ($($n:expr),+ $(,)?) => {
        $crate::check::declared(LAST, &[$($n),+])
    };
}

/// The sizes that a network is declared to take.
#[track_caller]
pub const fn input(dims: &[usize]) {
    if reported(dims) {
        Message::new("a network takes at least 1 value along each dimension, but is declared to take ")
            .dims(dims)
            .panic();
    }
}

#[track_caller]
const fn window(name: &str, former: &[usize], k: usize, s: usize, p: usize) {
    if k == 0 || s == 0 {
        Message::new(name)
            .text(": kernel and stride are at least 1, but are ")
            .number(k)
            .text(" and ")
            .number(s)
            .panic();
    }
    let (height, width) = (former[1] + 2 * p, former[2] + 2 * p);
    if height < k || width < k {
        Message::new(name)
            .text(": the kernel ")
            .number(k)
            .text("x")
            .number(k)
            .text(" does not fit inside the image ")
            .number(height)
            .text("x")
            .number(width)
            .text(" (padding included)")
            .panic();
    }
}

/// A window layer whose type was written by hand: its output is what the rule gives.
pub(crate) const fn assert_window<L: Layer>(k: usize, s: usize, p: usize) {
    let (input, output) = (L::Input::DIMS, L::Output::DIMS);
    window("a layer written by hand", input, k, s, p);
    let rule = [conv_out(input[1], k, s, p), conv_out(input[2], k, s, p)];
    if output[1] != rule[0] || output[2] != rule[1] {
        Message::new("a layer from ")
            .dims(input)
            .text(" with kernel ")
            .number(k)
            .text(", stride ")
            .number(s)
            .text(", padding ")
            .number(p)
            .text(" gives ")
            .dims(&[output[0], rule[0], rule[1]])
            .text(", but its type says ")
            .dims(output)
            .panic();
    }
}

/// As [`assert_window`], for pooling.
pub(crate) const fn assert_pool<L: Layer>(k: usize, s: usize, p: usize) {
    assert_window::<L>(k, s, p);
    assert!(p < k, "the padding of a pooling layer is smaller than its kernel");
}

/// The checks that [`network!`](crate::network!) makes of its lines, by the layers' names.
pub mod rules {
    pub use crate::{avg_pool2d, conv2d, flatten, linear, mapwise_conv2d, max_pool2d, softmax};
}

/// That a shape is the one of the layer before.
#[diagnostic::on_unimplemented(
    message = "this layer takes `{Self}`, but the layer before it gives `{X}`",
    label = "does not fit the layer before it"
)]
pub trait Is<X> {}

impl<X> Is<X> for X {}

/// A layer of the user's, after one that gives `X`.
pub const fn fits<L: Layer<Input: Is<X>>, X>() {}

/// What the layer before `L` gives, `X`; after a mistake that has been reported, whatever fits.
pub trait Former<const REPORTED: bool> {
    /// The shape.
    type Shape;
}

impl<L: Layer, X: Shape> Former<false> for (L, X) {
    type Shape = X;
}

impl<L: Layer, X: Shape> Former<true> for (L, X) {
    type Shape = L::Input;
}

/// `L` if it fits after a layer that gives `X`, else a placeholder: the mistake has been reported.
pub trait Pick<const FITS: bool> {
    /// The layer.
    type Layer;
}

impl<L: Layer, X: Shape> Pick<true> for (L, X) {
    type Layer = L;
}

impl<L: Layer, X: Shape> Pick<false> for (L, X) {
    type Layer = Misfit<X, L::Output>;
}

/// Stands where a layer does not fit, so that all types stay well formed. It is never run.
pub struct Misfit<X, Y>(PhantomData<(X, Y)>);

impl<X, Y> Misfit<X, Y> {
    /// The placeholder.
    pub const fn from_le(_: &mut LeBytes) -> Self {
        Misfit(PhantomData)
    }
}

impl<X, Y> Zero for Misfit<X, Y> {
    const ZERO: Self = Misfit(PhantomData);
}

impl<X, Y> Parameters for Misfit<X, Y> {}

impl<X: Shape, Y: Shape> Layer for Misfit<X, Y> {
    type Input = X;
    type Output = Y;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, _: &Input<Self, V>, _: &mut (), _: &mut Output<Self, V>) {}

    fn backward<V: Elem>(
        &self,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        _: &Output<Self, V>,
        _: &mut Self,
        _: Option<&mut Input<Self, V>>,
    ) {
    }
}

/// A sentence put together at compile time.
struct Message {
    bytes: [u8; 240],
    len: usize,
}

impl Message {
    const fn new(text: &str) -> Message {
        Message { bytes: [0; 240], len: 0 }.text(text)
    }

    const fn text(mut self, text: &str) -> Message {
        let (text, mut n) = (text.as_bytes(), 0);
        while n < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text[n];
            self.len += 1;
            n += 1;
        }
        self
    }

    const fn number(self, n: usize) -> Message {
        const DIGITS: &str = "0123456789";
        let front = if n >= 10 { self.number(n / 10) } else { self };
        front.text(DIGITS.split_at(n % 10).1.split_at(1).0)
    }

    const fn dims(mut self, dims: &[usize]) -> Message {
        let mut n = 0;
        while n < dims.len() {
            self = self.text(if n == 0 { "[" } else { ", " }).number(dims[n]);
            n += 1;
        }
        self.text("]")
    }

    #[track_caller]
    const fn panic(&self) -> ! {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("a shape does not fit"),
        }
    }
}
