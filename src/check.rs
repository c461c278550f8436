//! The rules of shapes, checked at compile time, each with a sentence that names what does not fit.
//!
//! [`network!`](crate::network!) computes sizes by [`size`], which is total: where a rule is broken it gives 0, so that
//! every type stays well formed, and the broken rule is reported once, by a constant of its own. A size of 0 marks what
//! follows from a mistake that has been reported; it is not reported again.

use core::marker::PhantomData;

use crate::layer::{Input, Output};
use crate::{Axis, Elem, Image, Layer, LeBytes, Parameters, Relu, Shape, SlidingWindow, Zero, conv_out};

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

/// Whether a shape is an image, or follows from a mistake that has been reported.
pub const fn is_image(dims: &[usize]) -> bool {
    dims.len() == 3 || reported(dims)
}

/// Whether a shape is a vector, or follows from a mistake that has been reported.
pub const fn is_vector(dims: &[usize]) -> bool {
    dims.len() == 1 || reported(dims)
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
    window(name, former, [Axis { kernel: k, stride: s, dilation: 1, padding: [p, p] }; 2]);
}

/// `max_pool2d` and `avg_pool2d` after a layer that gives `former`.
#[track_caller]
pub const fn pool(name: &str, layer: &str, former: &[usize], k: usize, s: usize, p: usize) {
    if reported(former) {
        return;
    }
    takes_image(name, layer, former);
    window(name, former, [Axis { kernel: k, stride: s, dilation: 1, padding: [p, p] }; 2]);
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
        $crate::check::declared(LAST, &[$($n),+])
    };
}

/// What a network is declared to take.
#[track_caller]
pub const fn declared_input(dims: &[usize]) {
    if reported(dims) || dims.len() != 1 && dims.len() != 3 {
        Message::new("a network takes [C, H, W] or [N], each at least 1, but is declared to take ").dims(dims).panic();
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
        $crate::check::unknown_layer(LAYER, UNKNOWN)
    };
}

/// A window that is slid over an image, along its rows and its columns.
#[track_caller]
const fn window(name: &str, former: &[usize], axes: [Axis; 2]) {
    let [rows, columns] = axes;
    if rows.kernel == 0 || columns.kernel == 0 || rows.stride == 0 || columns.stride == 0 {
        Message::new(name)
            .text(": kernel and stride are at least 1, but are ")
            .pair([rows.kernel, columns.kernel])
            .text(" and ")
            .pair([rows.stride, columns.stride])
            .panic();
    }
    if rows.dilation == 0 || columns.dilation == 0 {
        Message::new(name)
            .text(": the dilation is at least 1, but is ")
            .pair([rows.dilation, columns.dilation])
            .panic();
    }
    let (Some(height), Some(width)) = (rows.padded(former[1]), columns.padded(former[2])) else {
        Message::new(name).text(": the padding ").padding(axes).text(" is larger than any image").panic()
    };
    if rows.output(former[1]) == 0 || columns.output(former[2]) == 0 {
        Message::new(name)
            .text(": the kernel ")
            .size(rows.kernel, columns.kernel)
            .dilation(axes)
            .text(" does not fit inside the image ")
            .size(height, width)
            .text(" (padding included)")
            .panic();
    }
}

/// A window layer whose type was written by hand: its output is what the rule gives.
pub(crate) const fn assert_window<L: Layer, Win: SlidingWindow>() {
    let (input, output, axes) = (L::Input::DIMS, L::Output::DIMS, [Win::ROWS, Win::COLUMNS]);
    window("a layer written by hand", input, axes);
    let rule = [Win::ROWS.output(input[1]), Win::COLUMNS.output(input[2])];
    if output[1] != rule[0] || output[2] != rule[1] {
        Message::new("a layer from ")
            .dims(input)
            .text(" with kernel ")
            .pair([Win::ROWS.kernel, Win::COLUMNS.kernel])
            .text(", stride ")
            .pair([Win::ROWS.stride, Win::COLUMNS.stride])
            .dilation(axes)
            .text(", padding ")
            .padding(axes)
            .text(" gives ")
            .dims(&[output[0], rule[0], rule[1]])
            .text(", but its type says ")
            .dims(output)
            .panic();
    }
}

/// As [`assert_window`], for pooling: each window has a part inside the image.
pub(crate) const fn assert_pool<L: Layer, Win: SlidingWindow>() {
    assert_window::<L, Win>();
    let (input, axes) = (L::Input::DIMS, [Win::ROWS, Win::COLUMNS]);
    if !Win::ROWS.meets(input[1]) || !Win::COLUMNS.meets(input[2]) {
        Message::new("a pooling layer from ")
            .dims(input)
            .text(" with kernel ")
            .pair([Win::ROWS.kernel, Win::COLUMNS.kernel])
            .dilation(axes)
            .text(", padding ")
            .padding(axes)
            .text(" has a window that lies in the padding alone")
            .panic();
    }
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

    /// Height and width: `3x5`.
    const fn size(self, height: usize, width: usize) -> Message {
        self.number(height).text("x").number(width)
    }

    /// A number along rows and along columns, as it is written: `3`, or `(3, 5)`.
    const fn pair(self, [rows, columns]: [usize; 2]) -> Message {
        if rows == columns {
            return self.number(rows);
        }
        self.text("(").number(rows).text(", ").number(columns).text(")")
    }

    /// Nothing where the taps are neighbours.
    const fn dilation(self, [rows, columns]: [Axis; 2]) -> Message {
        if rows.dilation == 1 && columns.dilation == 1 {
            return self;
        }
        self.text(", dilation ").pair([rows.dilation, columns.dilation])
    }

    /// As [`pair`](Message::pair), or all four sides: `(top, bottom, left, right)`.
    const fn padding(self, [rows, columns]: [Axis; 2]) -> Message {
        let ([top, bottom], [left, right]) = (rows.padding, columns.padding);
        if top == bottom && left == right {
            return self.pair([top, left]);
        }
        let rows = self.text("(").number(top).text(", ").number(bottom);
        rows.text(", ").number(left).text(", ").number(right).text(")")
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
    use crate::{Conv2d, Linear, MaxPool2d, Square, Vector, Window};

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
        assert_eq!(says(|| convolution("c", "conv2d", &[1, 8, 8], 4, 3, 1, 1)), "");
        assert_eq!(says(|| pool("p", "max_pool2d", &[1, 8, 8], 2, 2, 1)), "");
        assert_eq!(says(|| linear("l", &[8], 2)), "");
        assert_eq!(says(|| declared(&[10], &[10])), "");
        assert_eq!(says(|| declared_input(&[1, 8, 8])), "");
        assert_eq!(says(assert_window::<Conv2d<Image<1, 8, 8>, Image<4, 6, 6>, Square<3>>, Square<3>>), "");
        assert_eq!(says(assert_pool::<MaxPool2d<Image<1, 8, 8>, Image<1, 4, 4>, Square<2, 2>>, Square<2, 2>>), "");
    }

    #[test]
    fn what_follows_from_a_mistake_is_passed() {
        let after = &[0, 0, 0];
        assert_eq!(says(|| convolution("c", "conv2d", after, 0, 0, 0, 0)), "");
        assert_eq!(says(|| pool("p", "max_pool2d", after, 0, 0, 9)), "");
        assert_eq!(says(|| linear("l", after, 2)), "");
        assert_eq!(says(|| declared(after, &[10])), "");
    }

    #[test]
    fn each_mistake_has_its_sentence() {
        let image = &[1, 8, 8];
        assert_eq!(says(|| convolution("c", "conv2d", image, 0, 3, 1, 0)), "c: conv2d gives at least 1 channel");
        assert_eq!(
            says(|| convolution("c", "conv2d", &[5], 4, 3, 1, 0)),
            "c: conv2d takes an image [C, H, W], but the layer before it gives [5]"
        );
        assert_eq!(
            says(|| convolution("c", "conv2d", image, 4, 3, 0, 0)),
            "c: kernel and stride are at least 1, but are 3 and 0"
        );
        assert_eq!(
            says(|| convolution("c", "conv2d", image, 4, 11, 1, 1)),
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
            says(assert_window::<Conv2d<Image<1, 8, 8>, Image<4, 7, 6>, Square<3>>, Square<3>>),
            "a layer from [1, 8, 8] with kernel 3, stride 1, padding 0 gives [4, 6, 6], but its type says [4, 7, 6]"
        );
    }

    /// What is said of a convolution, and of a pooling layer, from 8 × 9 to 4 × 5 with a window.
    fn by_hand<Win: SlidingWindow>() -> [String; 2]
    where
        Conv2d<Image<1, 8, 9>, Image<4, 4, 5>, Win>: Layer,
    {
        [
            says(assert_window::<Conv2d<Image<1, 8, 9>, Image<4, 4, 5>, Win>, Win>),
            says(assert_pool::<MaxPool2d<Image<1, 8, 9>, Image<1, 4, 5>, Win>, Win>),
        ]
    }

    #[test]
    fn windows_by_axis_and_side_have_their_sentences() {
        assert_eq!(by_hand::<Window<3, 5, 2, 2, 1, 1, 1, 0, 2, 2>>(), ["", ""]);
        assert_eq!(
            by_hand::<Window<3, 5, 2, 1, 1, 1, 1, 2, 2, 2>>()[0],
            "a layer from [1, 8, 9] with kernel (3, 5), stride (2, 1), padding (1, 2, 2, 2) gives [4, 5, 9], \
             but its type says [4, 4, 5]"
        );
        assert_eq!(
            by_hand::<Window<3, 3, 2, 2, 2, 1, 1, 1, 2, 2>>()[0],
            "a layer from [1, 8, 9] with kernel 3, stride 2, dilation (2, 1), padding (1, 2) gives [4, 3, 6], \
             but its type says [4, 4, 5]"
        );
        assert_eq!(
            by_hand::<Window<3, 6, 2, 1, 1, 2, 0, 1>>()[0],
            "a layer written by hand: the kernel 3x6, dilation (1, 2) does not fit inside the image 9x9 (padding included)"
        );
        assert_eq!(
            by_hand::<Window<3, 6, 2, 1, 1, 0>>()[0],
            "a layer written by hand: the dilation is at least 1, but is (1, 0)"
        );
        assert_eq!(
            by_hand::<Window<3, 6, 2, 0>>()[0],
            "a layer written by hand: kernel and stride are at least 1, but are (3, 6) and (2, 0)"
        );
        assert_eq!(
            by_hand::<Window<3, 3, 2, 2, 1, 1, 1, 1, { usize::MAX }, 1>>()[0],
            std::format!("a layer written by hand: the padding (1, 1, {}, 1) is larger than any image", usize::MAX)
        );
        // the last window begins after the last row
        assert_eq!(by_hand::<Window<2, 1, 3, 2, 1, 1, 0, 3>>()[0], "");
        assert_eq!(
            by_hand::<Window<2, 1, 3, 2, 1, 1, 0, 3>>()[1],
            "a pooling layer from [1, 8, 9] with kernel (2, 1), padding (0, 3, 0, 0) has a window that lies in the padding alone"
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
