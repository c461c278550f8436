//! The rules of shapes, checked at compile time, each with a sentence that names what does not fit.
//!
//! [`network!`](crate::network!) computes sizes by [`size`], which is total: where a rule is broken it gives 0, so that
//! every type stays well formed, and the broken rule is reported once, by a constant of its own. A size of 0 marks what
//! follows from a mistake that has been reported; it is not reported again.

use core::marker::PhantomData;

use crate::layer::{Input, Output};
use crate::{Elem, Image, Layer, LeBytes, Parameters, Relu, Shape, Zero, conv_out};

/// What [`conv_out`] gives, or 0 where a rule is broken.
pub const fn size(n: usize, k: usize, s: usize, p: usize) -> usize {
    if n == 0 || k == 0 || s == 0 || n + 2 * p < k { 0 } else { conv_out(n, k, s, p) }
}

/// What [`conv_out`] gives for the width, or 0 where the height has already been refused.
#[track_caller]
pub const fn width(h: usize, w: usize, k: usize, s: usize, p: usize) -> usize {
    if size(h, k, s, p) == 0 { 0 } else { conv_out(w, k, s, p) }
}

/// The `n`-th dimension of an image; 0 where it is no image.
pub const fn dim(dims: &[usize], n: usize) -> usize {
    if dims.len() == 3 { dims[n] } else { 0 }
}

/// The size of a vector; 0 where it is no vector.
pub const fn len(dims: &[usize]) -> usize {
    if dims.len() == 1 { dims[0] } else { 0 }
}

/// The most values that a layer takes or gives. The compiler makes constants of them, of 64 bytes and more a value: where
/// these are larger than its memory, it is killed without a word.
pub const MAX_VALUES: usize = 1 << 22;

/// The most weights of a layer.
pub const MAX_PARAMETERS: usize = 1 << 24;

/// The product, or the largest number where it is larger.
const fn product(factors: &[usize]) -> usize {
    let (mut product, mut n) = (1usize, 0);
    while n < factors.len() {
        product = product.saturating_mul(factors[n]);
        n += 1;
    }
    product
}

/// `n`, the number of values or kernels of a layer, or 0 where there are too many, or too many weights. Written without
/// the sizes of images: these are long expressions in deep networks.
pub const fn bounded(n: usize, weights: &[usize]) -> usize {
    if n > MAX_VALUES || product(weights) > MAX_PARAMETERS { 0 } else { n }
}

/// The channels of `kernels` applied to each of `channels`, or 0 where there are too many.
pub const fn maps(channels: usize, kernels: usize) -> usize {
    bounded(product(&[channels, kernels]), &[])
}

/// That what a layer gives, `dims`, and its weights are not too many.
#[track_caller]
const fn bounds(name: &str, dims: &[usize], weights: &[usize]) {
    let (values, parameters) = (product(dims), product(weights));
    if values > MAX_VALUES {
        let message = Message::new(name).text(": the layer gives ").number(values).text(" values, ").dims(dims);
        message.text("; at most ").number(MAX_VALUES).text(" are supported").panic();
    }
    if parameters > MAX_PARAMETERS {
        let message = Message::new(name).text(": the layer has ").number(parameters).text(" weights");
        message.text("; at most ").number(MAX_PARAMETERS).text(" are supported").panic();
    }
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

/// Whether a shape follows from a mistake that has been reported: it has no values, or too many.
pub const fn reported(dims: &[usize]) -> bool {
    let values = product(dims);
    values == 0 || values > MAX_VALUES
}

/// Whether a shape has no more values than are supported.
pub const fn is_supported(dims: &[usize]) -> bool {
    product(dims) <= MAX_VALUES
}

/// Whether a shape is an image, or follows from a mistake that has been reported.
pub const fn is_image(dims: &[usize]) -> bool {
    dims.len() == 3 || reported(dims)
}

/// Whether a shape is a vector, or follows from a mistake that has been reported.
pub const fn is_vector(dims: &[usize]) -> bool {
    dims.len() == 1 || reported(dims)
}

/// `conv2d` after a layer that gives `former`.
#[track_caller]
pub const fn convolution(name: &str, former: &[usize], channels: usize, k: usize, s: usize, p: usize) {
    if !reported(former) {
        convolves(name, "conv2d", former, channels, k, s, p);
        bounds(name, &window_dims(channels, former, k, s, p), &[channels, former[0], k, k]);
    }
}

/// `mapwise_conv2d` after a layer that gives `former`.
#[track_caller]
pub const fn mapwise_convolution(name: &str, former: &[usize], kernels: usize, k: usize, s: usize, p: usize) {
    if !reported(former) {
        convolves(name, "mapwise_conv2d", former, kernels, k, s, p);
        bounds(name, &window_dims(kernels.saturating_mul(former[0]), former, k, s, p), &[kernels, k, k]);
    }
}

#[track_caller]
const fn convolves(name: &str, layer: &str, former: &[usize], kernels: usize, k: usize, s: usize, p: usize) {
    takes_image(name, layer, former);
    if kernels == 0 {
        Message::new(name).text(": ").text(layer).text(" gives at least 1 channel").panic();
    }
    window(name, former, k, s, p);
}

/// What a window gives that fits.
const fn window_dims(channels: usize, former: &[usize], k: usize, s: usize, p: usize) -> [usize; 3] {
    [channels, conv_out(former[1], k, s, p), conv_out(former[2], k, s, p)]
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
    bounds(name, &window_dims(former[0], former, k, s, p), &[]);
}

/// `linear` after a layer that gives `former`.
#[track_caller]
pub const fn linear(name: &str, former: &[usize], outputs: usize) {
    if reported(former) {
        return;
    }
    takes_vector(name, "linear", former);
    if outputs == 0 {
        Message::new(name).text(": linear gives at least 1 value").panic();
    }
    bounds(name, &[outputs], &[len(former), outputs]);
}

/// A layer named `layer` that takes images, after one that gives `former`.
#[track_caller]
pub const fn takes_image(name: &str, layer: &str, former: &[usize]) {
    if !is_image(former) {
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
    if !is_vector(former) {
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
        $crate::check::declared(CONST_CNN_LAST, &[$($n),+])
    };
}

/// What a network is declared to take.
#[track_caller]
pub const fn declared_input(dims: &[usize]) {
    if product(dims) == 0 || dims.len() != 1 && dims.len() != 3 {
        Message::new("a network takes [C, H, W] or [N], each at least 1, but is declared to take ").dims(dims).panic();
    }
    if product(dims) > MAX_VALUES {
        let message =
            Message::new("a network takes at most ").number(MAX_VALUES).text(" values, but is declared to take ");
        message.number(product(dims)).text(", ").dims(dims).panic();
    }
}

/// The check that [`network!`](crate::network!) makes of what a network is declared to take.
#[macro_export]
#[doc(hidden)]
macro_rules! declared_input {
    ($($n:expr),* $(,)?) => {
        $crate::check::declared_input(&[$($n),*])
    };
}

/// What [`network!`](crate::network!) says of a network without layers.
#[macro_export]
#[doc(hidden)]
macro_rules! no_layers {
    ($($output:tt)*) => {
        compile_error!("a network has at least one layer")
    };
}

/// What [`network!`](crate::network!) says where there is no comma.
#[macro_export]
#[doc(hidden)]
macro_rules! comma {
    (,) => {};
}

/// What [`network!`](crate::network!) says where there is no layer.
#[macro_export]
#[doc(hidden)]
macro_rules! layer {
    (name: layer) => {};
}

/// A layer with numbers that does not exist.
#[track_caller]
pub const fn unknown_layer(name: &str, layer: &str) {
    Message::new(name)
        .text(": there is no layer `")
        .text(layer)
        .text("(..)`; there are conv2d, mapwise_conv2d, max_pool2d, avg_pool2d and linear, and without (..) ")
        .text("relu, flatten and softmax")
        .panic();
}

/// The check that [`network!`](crate::network!) makes of a layer with numbers that does not exist.
#[macro_export]
#[doc(hidden)]
macro_rules! unknown_layer {
    ($($args:tt)*) => {
        $crate::check::unknown_layer(CONST_CNN_LAYER, CONST_CNN_UNKNOWN)
    };
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

/// That a shape is the one of the layer before.
#[diagnostic::on_unimplemented(
    message = "this layer takes `{Self}`, but the layer before it gives `{X}`",
    label = "does not fit the layer before it"
)]
pub trait Is<X> {}

impl<X> Is<X> for X {}

/// A type of the user's is what is picked for it: it is a layer.
#[diagnostic::on_unimplemented(message = "`{L}` is not a layer", label = "does not implement `const_cnn::Layer`")]
pub trait IsLayer<L> {}

impl<L> IsLayer<L> for L {}

/// That a type of the user's is a layer, and fits after one that gives `X`.
pub const fn fits<L: Pick<IS_LAYER, Layer: IsLayer<L> + Layer<Input: Is<X>>>, X, const IS_LAYER: bool>() {}

/// What `flatten` takes is what the layer before it gives.
#[diagnostic::on_unimplemented(
    message = "flatten takes an image, but the layer before it gives `{X}`",
    label = "does not fit the layer before it"
)]
pub trait Flattened<X> {}

impl<X> Flattened<X> for X {}

/// What `softmax` takes is what the layer before it gives.
#[diagnostic::on_unimplemented(
    message = "softmax takes a vector, but the layer before it gives `{X}`; put `flatten` between",
    label = "does not fit the layer before it"
)]
pub trait Scored<X> {}

impl<X> Scored<X> for X {}

/// A layer without numbers, in the user's own word for it.
pub struct Word;

/// `X`, if it fits after what `Self` is.
pub trait Fitting<X, const FITS: bool> {
    /// `X`, or something else.
    type Shape;
}

impl<X> Fitting<X, true> for Word {
    type Shape = X;
}

impl<X> Fitting<X, false> for Word {
    type Shape = Word;
}

/// An attribute of a layer, in the user's own word for it.
#[diagnostic::on_unimplemented(
    message = "attributes of a layer are not supported in `network!`, only its docs are",
    label = "not supported on a layer"
)]
pub trait Supported {}

/// That an attribute of a layer is supported.
pub const fn attribute<A: Supported>() {}

/// `flatten`, after a layer that gives `X`.
pub const fn flatten<L: Fitting<X, FITS, Shape: Flattened<X>>, X, const FITS: bool>() {}

/// `softmax`, after a layer that gives `X`.
pub const fn softmax<L: Fitting<X, FITS, Shape: Scored<X>>, X, const FITS: bool>() {}

/// What the layer before `Self` gives, `X`; after a mistake that has been reported, whatever fits.
pub trait After<X, const REPORTED: bool> {
    /// The shape.
    type Shape;
}

impl<L: Layer, X> After<X, false> for L {
    type Shape = X;
}

impl<L: Layer, X> After<X, true> for L {
    type Shape = L::Input;
}

/// A layer that can be followed by `relu`.
pub trait Followed {
    /// The layer after it.
    type Relu: Layer;
}

impl<L: Layer> Followed for L {
    type Relu = Relu<L::Output>;
}

/// `Self` if it is the shape that the network is declared to give, `Y`, and else that one: the mistake has been reported.
pub trait Or<Y, const SAME: bool> {
    /// The shape.
    type Shape: Shape;
}

impl<X: Shape, Y> Or<Y, true> for X {
    type Shape = X;
}

impl<X, Y: Shape> Or<Y, false> for X {
    type Shape = Y;
}

/// Whether `T` is a layer: the constant of the type, if it has one, goes before that of the trait.
pub struct Probe<T>(PhantomData<T>);

impl<L: Layer> Probe<L> {
    /// It is.
    pub const IS_LAYER: bool = true;
}

/// What [`Probe`] says of a type that is not a layer.
pub trait NotALayer {
    /// It is not.
    const IS_LAYER: bool = false;
}

impl<T> NotALayer for Probe<T> {}

/// What is found as the `from_le` of a type that has none of its own. Unlike a function it has a size.
pub trait NoFromLe {
    /// It cannot be called.
    #[allow(non_upper_case_globals)] // it stands where a function is looked for
    const from_le: u8 = 0;
}

impl<T> NoFromLe for T {}

/// `Self` where a condition holds, else another type.
pub trait If<const HOLDS: bool> {
    /// The type.
    type Type;
}

impl<T> If<true> for T {
    type Type = T;
}

impl<T> If<false> for T {
    type Type = Word;
}

/// A type of the user's reads its parameters from bytes.
#[diagnostic::on_unimplemented(
    message = "`{L}` has no `const fn from_le(bytes: &mut LeBytes) -> Self`",
    label = "a layer has one, which reads its parameters: see `const_cnn::LeBytes`"
)]
pub trait Reads<L> {}

impl<L> Reads<L> for L {}

/// That a type of the user's reads its parameters from bytes.
pub const fn reads<L: If<HAS_FROM_LE, Type: Reads<L>>, const HAS_FROM_LE: bool>() {}

/// A type of the user's gives no more values than a layer may.
#[diagnostic::on_unimplemented(
    message = "`{L}` gives more values than the 4194304 that are supported",
    label = "its output is too large"
)]
pub trait SupportedSize<L> {}

impl<L> SupportedSize<L> for L {}

/// That a type of the user's gives no more values than a layer may.
pub const fn supported<L: If<SUPPORTED, Type: SupportedSize<L>>, const SUPPORTED: bool>() {}

/// `Self` if it is a layer, else a placeholder: the mistake has been reported.
pub trait Pick<const IS_LAYER: bool> {
    /// The layer.
    type Layer: Layer;
}

impl<L: Layer> Pick<true> for L {
    type Layer = L;
}

impl<T> Pick<false> for T {
    type Layer = Unknown;
}

/// Stands where there is no layer, so that all types stay well formed. It is never run.
pub struct Unknown;

impl Zero for Unknown {
    const ZERO: Self = Unknown;
}

impl Parameters for Unknown {}

impl Unknown {
    /// The placeholder.
    pub const fn from_le(_: &mut LeBytes) -> Self {
        Unknown
    }
}

impl Layer for Unknown {
    type Input = Image<0, 0, 0>;
    type Output = Image<0, 0, 0>;
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

#[cfg(test)]
mod tests {
    use std::panic::{UnwindSafe, catch_unwind};
    use std::string::String;

    use super::*;
    use crate::{Conv2d, Linear, MaxPool2d, Vector};

    /// What a check says of a mistake; nothing where there is none.
    fn says(check: impl FnOnce() + UnwindSafe) -> String {
        match catch_unwind(check) {
            Ok(()) => String::new(),
            Err(text) => *text.downcast::<String>().expect("a sentence"),
        }
    }

    #[test]
    fn sizes_are_the_rule_s_or_0() {
        assert_eq!([size(8, 3, 1, 1), size(9, 4, 2, 1), width(8, 7, 3, 2, 0)], [8, 4, 3]);
        assert_eq!(
            [size(0, 1, 1, 0), size(3, 0, 1, 0), size(3, 1, 0, 0), size(3, 6, 1, 1), width(0, 7, 3, 2, 0)],
            [0; 5]
        );
        assert_eq!([dim(&[1, 2, 3], 2), dim(&[5], 0), len(&[5]), len(&[1, 2, 3])], [3, 0, 5, 0]);
        assert_eq!(largest_pair(&[pair::<Linear<3, 4>>(), pair::<Linear<4, 1>>()]), 7);
        assert_eq!([same(&[1, 2], &[1, 2]), same(&[1], &[1, 2]), same(&[1, 2], &[1, 3])], [true, false, false]);
        assert_eq!(
            [reported(&[3, 0]), reported(&[3]), is_image(&[0]), is_vector(&[1, 1, 1])],
            [true, false, true, false]
        );
    }

    #[test]
    fn what_fits_is_passed() {
        assert_eq!(says(|| convolution("c", &[1, 8, 8], 4, 3, 1, 1)), "");
        assert_eq!(says(|| pool("p", "max_pool2d", &[1, 8, 8], 2, 2, 1)), "");
        assert_eq!(says(|| linear("l", &[8], 2)), "");
        assert_eq!(says(|| linear("l", &[4], 1 << 22)), "");
        assert_eq!(says(|| convolution("c", &[1, 2048, 1024], 2, 3, 1, 1)), "");
        assert_eq!(says(|| mapwise_convolution("c", &[2, 1024, 1024], 2, 4, 1, 0)), "");
        assert_eq!(
            [bounded(7, &[1 << 12, 1 << 12]), bounded((1 << 22) + 1, &[]), bounded(7, &[1 << 24, 2])],
            [7, 0, 0]
        );
        assert_eq!([is_supported(&[1 << 22]), is_supported(&[3, 2048, 2048])], [true, false]);
        assert_eq!([maps(2, 3), maps(usize::MAX, 2), maps(2048, 2049)], [6, 0, 0]);
        assert_eq!(says(|| declared(&[10], &[10])), "");
        assert_eq!(says(|| declared_input(&[1, 8, 8])), "");
        assert_eq!(says(|| assert_window::<Conv2d<Image<1, 8, 8>, Image<4, 6, 6>, 3>>(3, 1, 0)), "");
        assert_eq!(says(|| assert_pool::<MaxPool2d<Image<1, 8, 8>, Image<1, 4, 4>, 2, 2>>(2, 2, 0)), "");
    }

    #[test]
    fn what_follows_from_a_mistake_is_passed() {
        assert_eq!(says(|| linear("l", &[40_000_000], 2)), ""); // of too many values it has been said already
        let after = &[0, 0, 0];
        assert_eq!(says(|| convolution("c", after, 0, 0, 0, 0)), "");
        assert_eq!(says(|| pool("p", "max_pool2d", after, 0, 0, 9)), "");
        assert_eq!(says(|| linear("l", after, 2)), "");
        assert_eq!(says(|| declared(after, &[10])), "");
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        let image = &[1, 8, 8];
        assert_eq!(says(|| convolution("c", image, 0, 3, 1, 0)), "c: conv2d gives at least 1 channel");
        assert_eq!(
            says(|| convolution("c", &[5], 4, 3, 1, 0)),
            "c: conv2d takes an image [C, H, W], but the layer before it gives [5]"
        );
        assert_eq!(
            says(|| convolution("c", image, 4, 3, 0, 0)),
            "c: kernel and stride are at least 1, but are 3 and 0"
        );
        assert_eq!(
            says(|| convolution("c", image, 4, 11, 1, 1)),
            "c: the kernel 11x11 does not fit inside the image 10x10 (padding included)"
        );
        assert_eq!(
            says(|| pool("p", "max_pool2d", image, 2, 2, 2)),
            "p: the padding 2 is not smaller than the kernel 2"
        );
        assert_eq!(
            says(|| linear("l", image, 2)),
            "l: linear takes a vector [N], but the layer before it gives [1, 8, 8]; put `flatten` between"
        );
        assert_eq!(says(|| linear("l", &[3], 0)), "l: linear gives at least 1 value");
        assert_eq!(
            says(|| linear("l", &[64], 40_000_000)),
            "l: the layer gives 40000000 values, [40000000]; at most 4194304 are supported"
        );
        assert_eq!(
            says(|| linear("l", &[4097], 4096)),
            "l: the layer has 16781312 weights; at most 16777216 are supported"
        );
        assert_eq!(
            says(|| convolution("c", &[1, 2048, 2048], 2, 3, 1, 1)),
            "c: the layer gives 8388608 values, [2, 2048, 2048]; at most 4194304 are supported"
        );
        assert_eq!(
            says(|| convolution("c", &[4096, 1, 1], 4097, 1, 1, 0)),
            "c: the layer has 16781312 weights; at most 16777216 are supported"
        );
        assert_eq!(
            says(|| mapwise_convolution("c", &[2, 1024, 2048], 2, 1, 1, 0)),
            "c: the layer gives 8388608 values, [4, 1024, 2048]; at most 4194304 are supported"
        );
        assert_eq!(
            says(|| pool("p", "max_pool2d", &[1, 8, 8], 3000, 1, 2999)),
            "p: the layer gives 9042049 values, [1, 3007, 3007]; at most 4194304 are supported"
        );
        assert_eq!(
            says(|| declared_input(&[3, 2048, 2048])),
            "a network takes at most 4194304 values, but is declared to take 12582912, [3, 2048, 2048]"
        );
        assert_eq!(
            says(|| declared(&[10], &[9])),
            "the network is declared to give [9], but its last layer gives [10]"
        );
        assert_eq!(
            says(|| declared_input(&[8, 8])),
            "a network takes [C, H, W] or [N], each at least 1, but is declared to take [8, 8]"
        );
        assert_eq!(
            says(|| unknown_layer("x", "conv3d")),
            "x: there is no layer `conv3d(..)`; there are conv2d, mapwise_conv2d, max_pool2d, avg_pool2d and linear, \
             and without (..) relu, flatten and softmax"
        );
        assert_eq!(
            says(|| assert_window::<Conv2d<Image<1, 8, 8>, Image<4, 7, 6>, 3>>(3, 1, 0)),
            "a layer from [1, 8, 8] with kernel 3, stride 1, padding 0 gives [4, 6, 6], but its type says [4, 7, 6]"
        );
    }

    #[test]
    fn a_long_sentence_is_cut() {
        let long = "x".repeat(300);
        assert_eq!(says(move || Message::new(&long).panic()).len(), 240);
    }

    #[test]
    fn a_type_is_probed() {
        const { assert!(<Probe<Linear<1, 1>>>::IS_LAYER) }
        const { assert!(!<Probe<u32> as NotALayer>::IS_LAYER) }
        assert_eq!(<<Linear<1, 2> as Followed>::Relu as Layer>::Output::DIMS, Vector::<2>::DIMS);
    }
}
