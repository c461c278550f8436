//! What layers with a window share: how its numbers are written in a network, and its rule.

use crate::window::Axis;
use crate::{Dims, Former, Layer, Message, Number, SlidingWindow, Square, Window};

/// The numbers of a window as they are written, `kernel 3, stride (2, 1), padding same`: along rows and columns.
#[doc(hidden)] // `window!` writes it
#[derive(Clone, Copy, Debug)]
pub struct Sliding {
    /// How many taps there are.
    pub kernel: [usize; 2],
    /// How far the next window is; left out, it is the layer's default.
    pub stride: Option<[usize; 2]>,
    /// How far the next tap is.
    pub dilation: [usize; 2],
    /// How many zeros there are around the image.
    pub padding: Padding,
    /// Whether the layer has a bias.
    pub bias: bool,
    /// Which channels meet.
    pub channels: Channels,
    /// How many more values a transposed convolution gives at the end of each axis.
    pub output_padding: Option<[usize; 2]>,
}

/// How an image is padded.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Padding {
    /// Zeros at the top, at the bottom, on the left and on the right.
    Sides([usize; 4]),
    /// TensorFlow's `SAME`: as many windows as steps, of which the odd zero is after the image.
    Same,
}

/// Which channels of a convolution meet.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Channels {
    /// All, unless the layer says otherwise.
    All,
    /// Those of a group.
    Groups(usize),
    /// Each with this many kernels of its own.
    Multiplier(usize),
}

/// Which numbers a layer has beside those of its window.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Has {
    /// A bias, which can be left out.
    pub bias: bool,
    /// Groups of channels.
    pub groups: bool,
    /// A number of kernels for each channel.
    pub multiplier: bool,
    /// A padding of what it gives.
    pub output_padding: bool,
}

impl Has {
    /// Nothing else.
    pub const WINDOW: Has = Has { bias: false, groups: false, multiplier: false, output_padding: false };
}

impl Sliding {
    /// Stops where a number is written that the layer does not have.
    #[track_caller]
    pub const fn only(self, former: Former, layer: &str, has: Has) {
        if !self.bias && !has.bias {
            former.says(layer).text(" has no bias to leave out").panic();
        }
        match self.channels {
            Channels::Groups(_) if !has.groups => former.says(layer).text(" has no groups").panic(),
            Channels::Multiplier(_) if !has.multiplier => former.says(layer).text(" has no multiplier").panic(),
            _ => {}
        }
        if self.output_padding.is_some() && !has.output_padding {
            former.says(layer).text(" has no output padding").panic();
        }
    }

    /// How many groups the channels fall into.
    pub const fn groups(self) -> usize {
        if let Channels::Groups(groups) = self.channels { groups } else { 1 }
    }

    /// The output padding along rows and columns.
    pub const fn more(self) -> [usize; 2] {
        if let Some(more) = self.output_padding { more } else { [0, 0] }
    }

    /// How many kernels each channel has of its own.
    pub const fn multiplier(self) -> usize {
        if let Channels::Multiplier(multiplier) = self.channels { multiplier } else { 1 }
    }

    /// How many of `channels` a group has; 0 where they do not fall into groups.
    pub const fn in_group(self, channels: usize) -> usize {
        let groups = self.groups();
        if groups > 0 && channels.is_multiple_of(groups) { channels / groups } else { 0 }
    }

    /// How many of the `inputs` channels that `layer` takes are in a group.
    ///
    /// # Panics
    ///
    /// With a sentence, where they or the `outputs` that it gives do not fall into groups.
    #[track_caller]
    pub const fn grouped(self, former: Former, inputs: usize, outputs: usize) -> usize {
        let groups = self.groups();
        if self.in_group(inputs) == 0 {
            let sentence = former.says("the ").number(inputs).text(" channels before it do not fall into ");
            sentence.number(groups).text(" groups").panic();
        }
        if !outputs.is_multiple_of(groups) {
            let sentence = former.says("its ").number(outputs).text(" channels do not fall into ");
            sentence.number(groups).text(" groups").panic();
        }
        self.in_group(inputs)
    }

    /// The same, in steps of the kernel's size where no stride is written.
    pub const fn or_kernel(mut self) -> Sliding {
        if self.stride.is_none() {
            self.stride = Some(self.kernel);
        }
        self
    }

    /// The window along the axes of an image, or along a sequence, which is an image of one row.
    pub const fn axes(self, dims: Dims) -> [Axis; 2] {
        let (image, stride) = (dims.as_image(), self.strides());
        let sides = match self.padding {
            Padding::Sides(sides) => sides,
            Padding::Same => [0; 4],
        };
        let mut axes = [Axis { kernel: 0, stride: 0, dilation: 0, padding: [0, 0] }; 2];
        let mut n = 0;
        while n < 2 {
            axes[n] = Axis {
                kernel: self.kernel[n],
                stride: stride[n],
                dilation: self.dilation[n],
                padding: [sides[2 * n], sides[2 * n + 1]],
            };
            if let Padding::Same = self.padding {
                axes[n] = axes[n].same(image.sizes[n + 1]);
            }
            n += 1;
        }
        axes
    }

    /// The steps along rows and columns.
    pub const fn strides(self) -> [usize; 2] {
        if let Some(stride) = self.stride { stride } else { [1, 1] }
    }

    /// The padding at the top, at the bottom, on the left and on the right.
    pub const fn sides(self, dims: Dims) -> [usize; 4] {
        if let Padding::Sides(sides) = self.padding {
            return sides;
        }
        let [rows, columns] = self.axes(dims);
        [rows.padding[0], rows.padding[1], columns.padding[0], columns.padding[1]]
    }

    /// What a layer gives that slides the window over an image or a sequence, `channels` of it; zeros where a rule is broken.
    pub const fn outputs(self, dims: Dims, channels: usize) -> Dims {
        slid(self.axes(dims), dims, channels)
    }

    /// What a layer gives that slides the window over what `former` gives, `channels` of it.
    #[track_caller]
    pub const fn over(self, former: Former, layer: &str, channels: usize) -> Dims {
        self.over_rank(former, layer, channels, 3)
    }

    /// As [`over`](Sliding::over), a sequence if the rank is 2.
    #[track_caller]
    pub const fn over_rank(self, former: Former, layer: &str, channels: usize, rank: usize) -> Dims {
        let dims = former.takes(layer, rank);
        let axes = self.axes(dims);
        let output = slid(axes, dims, channels);
        check_window(former.name, dims, axes, output);
        output
    }
}

impl Dims {
    /// The same, a sequence as an image of one row.
    pub const fn as_image(self) -> Dims {
        if self.rank == 2 { Dims::new(&[self.sizes[0], 1, self.sizes[1]]) } else { self }
    }
}

/// What a window gives that is slid over an image, or along a sequence, `channels` of it; zeros where a rule is broken.
const fn slid([rows, columns]: [Axis; 2], dims: Dims, channels: usize) -> Dims {
    let image = dims.as_image();
    let (height, width) = (rows.output(image.sizes[1]), columns.output(image.sizes[2]));
    if dims.rank == 2 { Dims::new(&[channels, width]) } else { Dims::new(&[channels, height, width]) }
}

/// A window that is slid over an image, or along a sequence, and gives `output`.
#[track_caller]
pub(crate) const fn check_window(name: &str, dims: Dims, axes: [Axis; 2], output: Dims) {
    let ([rows, columns], is_line) = (axes, dims.rank == 2);
    check_steps(name, axes, is_line);
    let (image, kind) = (dims.as_image(), if is_line { "sequence" } else { "image" });
    let (Some(height), Some(width)) = (rows.padded(image.sizes[1]), columns.padded(image.sizes[2])) else {
        Message::new(name).text(": the padding ").padding(axes, is_line).text(" is larger than any ").text(kind).panic()
    };
    if output.as_image().sizes[1] == 0 || output.as_image().sizes[2] == 0 {
        let sentence = Message::new(name).text(": the kernel ").size([rows.kernel, columns.kernel], is_line);
        let sentence = sentence.dilation(axes, is_line).text(" does not fit inside the ").text(kind).text(" ");
        let sentence = sentence.size([height, width], is_line).text(" (padding included) of ");
        sentence.text(if is_line { "[C, L] = " } else { "[C, H, W] = " }).dims(dims).panic();
    }
}

/// As [`check_window`], for a transposed convolution, which gives `more` rows and columns at the end.
#[track_caller]
pub(crate) const fn check_transposed(name: &str, dims: Dims, axes: [Axis; 2], more: [usize; 2], output: Dims) {
    let is_line = dims.rank == 2;
    check_steps(name, axes, is_line);
    let mut n = 0;
    while n < 2 {
        let Axis { stride, dilation, .. } = axes[n];
        if more[n] >= stride && more[n] >= dilation {
            let sentence = Message::new(name).text(": the output padding ").number(more[n]);
            let sentence = sentence.text(" is not smaller than the stride ").number(stride);
            sentence.text(" or the dilation ").number(dilation).panic();
        }
        n += 1;
    }
    if output.as_image().sizes[1] == 0 || output.as_image().sizes[2] == 0 {
        let sentence = Message::new(name).text(": the padding ").padding(axes, is_line);
        let sentence = sentence.text(" leaves nothing of what the kernel ");
        let sentence = sentence.size([axes[0].kernel, axes[1].kernel], is_line).dilation(axes, is_line);
        sentence.text(if is_line { " makes of [C, L] = " } else { " makes of [C, H, W] = " }).dims(dims).panic();
    }
}

/// A window that has taps, and moves.
#[track_caller]
const fn check_steps(name: &str, [rows, columns]: [Axis; 2], is_line: bool) {
    if rows.kernel == 0 || columns.kernel == 0 || rows.stride == 0 || columns.stride == 0 {
        let sentence = Message::new(name).text(": kernel and stride are at least 1, but are ");
        let sentence = sentence.pair([rows.kernel, columns.kernel], is_line);
        sentence.text(" and ").pair([rows.stride, columns.stride], is_line).panic();
    }
    if rows.dilation == 0 || columns.dilation == 0 {
        let sentence = Message::new(name).text(": the dilation is at least 1, but is ");
        sentence.pair([rows.dilation, columns.dilation], is_line).panic();
    }
}

/// A layer's window, as data.
pub(crate) const fn window<Win: SlidingWindow>() -> (&'static str, Number) {
    ("window", Number::Axes([Win::ROWS, Win::COLUMNS]))
}

/// A transposed layer's output padding, as data.
pub(crate) const fn output_padding<L: Layer, Win: SlidingWindow>() -> (&'static str, Number) {
    let (from, to) = (Dims::of::<L::Input>().as_image(), Dims::of::<L::Output>().as_image());
    let (height, width) = (Win::ROWS.transposed(from.sizes[1], 0), Win::COLUMNS.transposed(from.sizes[2], 0));
    ("output_padding", Number::Pair([to.sizes[1].wrapping_sub(height), to.sizes[2].wrapping_sub(width)]))
}

/// What the sentences say of a layer whose type was written by hand.
pub(crate) const BY_HAND: &str = "a layer written by hand";

/// A window layer whose type was written by hand: its output is what the rule gives.
pub(crate) const fn assert_window<L: Layer, Win: SlidingWindow>() {
    let (input, output, axes) = (Dims::of::<L::Input>(), Dims::of::<L::Output>(), [Win::ROWS, Win::COLUMNS]);
    assert_rule(input, output, axes, slid(axes, input, output.sizes[0]));
}

/// As [`assert_window`], for a transposed convolution, whose output padding is what its type gives more.
pub(crate) const fn assert_transposed<L: Layer, Win: SlidingWindow>() {
    let (input, output, axes) = (Dims::of::<L::Input>(), Dims::of::<L::Output>(), [Win::ROWS, Win::COLUMNS]);
    let (from, to) = (input.as_image(), output.as_image());
    let (height, width) = (axes[0].transposed(from.sizes[1], 0), axes[1].transposed(from.sizes[2], 0));
    let more = [to.sizes[1].wrapping_sub(height), to.sizes[2].wrapping_sub(width)];
    check_transposed(BY_HAND, input, axes, more, output);
}

/// That what a type written by hand says is what the rule gives.
pub(crate) const fn assert_rule(input: Dims, output: Dims, axes: [Axis; 2], rule: Dims) {
    check_window(BY_HAND, input, axes, rule);
    if !output.same(rule) {
        let sentence = Message::new("a layer from ").dims(input).text(" with kernel ");
        let sentence = sentence.pair([axes[0].kernel, axes[1].kernel], false).text(", stride ");
        let sentence = sentence.pair([axes[0].stride, axes[1].stride], false).dilation(axes, false);
        let sentence = sentence.text(", padding ").padding(axes, false);
        sentence.text(" gives ").dims(rule).text(", but its type says ").dims(output).panic();
    }
}

/// Numbers along rows and along columns; along a sequence (`is_line`) the latter alone.
impl Message {
    /// Height and width, `3x5`, or a length.
    pub(crate) const fn size(self, [height, width]: [usize; 2], is_line: bool) -> Message {
        if is_line { self.number(width) } else { self.number(height).text("x").number(width) }
    }

    /// A number as it is written: `3`, or `(3, 5)`.
    pub(crate) const fn pair(self, [rows, columns]: [usize; 2], is_line: bool) -> Message {
        if rows == columns || is_line {
            return self.number(columns);
        }
        self.text("(").number(rows).text(", ").number(columns).text(")")
    }

    /// Nothing where the taps are neighbours.
    pub(crate) const fn dilation(self, [rows, columns]: [Axis; 2], is_line: bool) -> Message {
        if rows.dilation == 1 && columns.dilation == 1 {
            return self;
        }
        self.text(", dilation ").pair([rows.dilation, columns.dilation], is_line)
    }

    /// The padding as it is written: `1`, `(1, 2)` by axis, or `(1, 2, 1, 2)` by side; of a sequence `1`, or `(1, 2)`.
    pub(crate) const fn padding(self, [rows, columns]: [Axis; 2], is_line: bool) -> Message {
        let ([top, bottom], [left, right]) = (rows.padding, columns.padding);
        if is_line {
            return self.pair([left, right], false);
        }
        self.sides([top, bottom, left, right])
    }

    /// Four sides as they are written: `1`, `(1, 2)` by axis, or `(1, 2, 1, 2)`.
    pub(crate) const fn sides(self, [top, bottom, left, right]: [usize; 4]) -> Message {
        if top == bottom && left == right {
            return self.pair([top, left], false);
        }
        let sides = self.text("(").number(top).text(", ").number(bottom).text(", ").number(left);
        sides.text(", ").number(right).text(")")
    }
}

/// `Self`, where its rule holds: so a type that is made by a macro, by hand, is one error.
#[doc(hidden)] // layers' macros write it
pub trait Checked<const HOLDS: bool> {
    /// The layer.
    type Layer;
}

impl<L> Checked<true> for L {
    type Layer = L;
}

/// The window of ten numbers: [`Square`], where it is the same along rows and columns, or else [`Window`].
#[doc(hidden)] // `window!` writes it
#[rustfmt::skip]
pub struct Numbers<
    const SQUARE: bool, const KH: usize, const KW: usize, const SH: usize, const SW: usize, const DH: usize, const DW: usize,
    const TOP: usize, const BOTTOM: usize, const LEFT: usize, const RIGHT: usize,
>;

/// The type that numbers mean.
#[doc(hidden)]
pub trait Means {
    /// The window.
    type Window: SlidingWindow;
}

impl<const K: usize, const S: usize, const P: usize> Means for Numbers<true, K, K, S, S, 1, 1, P, P, P, P> {
    type Window = Square<K, S, P>;
}

#[rustfmt::skip]
impl<
    const KH: usize, const KW: usize, const SH: usize, const SW: usize, const DH: usize, const DW: usize,
    const TOP: usize, const BOTTOM: usize, const LEFT: usize, const RIGHT: usize,
> Means for Numbers<false, KH, KW, SH, SW, DH, DW, TOP, BOTTOM, LEFT, RIGHT>
{
    type Window = Window<KH, KW, SH, SW, DH, DW, TOP, BOTTOM, LEFT, RIGHT>;
}

/// Whether a window is the same along rows and columns and on all sides, its taps neighbours.
#[doc(hidden)]
pub const fn is_square([rows, columns]: [Axis; 2]) -> bool {
    let ([top, bottom], [left, right]) = (rows.padding, columns.padding);
    rows.kernel == columns.kernel
        && rows.stride == columns.stride
        && rows.dilation == 1
        && columns.dilation == 1
        && top == bottom
        && top == left
        && top == right
}

/// Reads the numbers of a window, in any order and each at most once, as [`Sliding`]; and makes a type of them.
///
/// A number stands for both axes, two in parentheses for rows and columns, and four, of the padding, for the four sides. Along a
/// sequence (`@line`) there is one axis, and two are a padding's sides.
#[doc(hidden)]
#[macro_export]
macro_rules! window {
    // after an image of sizes $x, numbers $n
    (@type $x:expr, $n:expr) => {
        <$crate::layers::sliding::Numbers<
            { $crate::layers::sliding::is_square($n.axes($x)) },
            { $n.kernel[0] }, { $n.kernel[1] },
            { $n.strides()[0] }, { $n.strides()[1] },
            { $n.dilation[0] }, { $n.dilation[1] },
            { $n.sides($x)[0] }, { $n.sides($x)[1] }, { $n.sides($x)[2] }, { $n.sides($x)[3] },
        > as $crate::layers::sliding::Means>::Window
    };

    (@read $written:literal $($numbers:tt)*) => { $crate::window!(@ $written [] [] [] [] [] [] [] $($numbers)*) };

    // the numbers along a sequence, as those of an image of one row
    (@line $written:literal [$($done:tt)*] kernel $k:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* kernel (1, $k),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] stride $s:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* stride (1, $s),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] dilation $d:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* dilation (1, $d),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] padding same $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* padding same,] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] padding ($before:expr, $after:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* padding (0, 0, $before, $after),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] padding $p:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* padding (0, $p),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] no bias $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* no bias,] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] groups $g:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* groups $g,] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] multiplier $m:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* multiplier $m,] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] output_padding $o:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* output_padding (0, $o),] $($($rest)*)?)
    };
    (@line $written:literal $done:tt $($other:tt)+) => { $crate::window!(@ $written [] [] [] [] [] [] []) };
    (@line $written:literal [$($done:tt)*]) => { $crate::window!(@read $written $($done)*) };

    (@ $written:literal [] $s:tt $d:tt $p:tt $b:tt $c:tt $o:tt kernel ($h:expr, $w:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written [[$h, $w]] $s $d $p $b $c $o $($($rest)*)?)
    };
    (@ $written:literal [] $s:tt $d:tt $p:tt $b:tt $c:tt $o:tt kernel $k:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written [[$k; 2]] $s $d $p $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt [] $d:tt $p:tt $b:tt $c:tt $o:tt stride ($h:expr, $w:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k [[$h, $w]] $d $p $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt [] $d:tt $p:tt $b:tt $c:tt $o:tt stride $s:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k [[$s; 2]] $d $p $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt [] $p:tt $b:tt $c:tt $o:tt dilation ($h:expr, $w:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s [[$h, $w]] $p $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt [] $p:tt $b:tt $c:tt $o:tt dilation $d:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s [[$d; 2]] $p $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt $o:tt padding same $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Same] $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt $o:tt padding ($top:expr, $bottom:expr, $left:expr, $right:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Sides([$top, $bottom, $left, $right])] $b $c $o
            $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt $o:tt padding ($h:expr, $w:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::by_axis([$h, $w])] $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt $o:tt padding $p:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Sides([$p; 4])] $b $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt [] $c:tt $o:tt no bias $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p [false] $c $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt [] $o:tt groups $g:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p $b [$crate::layers::sliding::Channels::Groups($g)] $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt [] $o:tt multiplier $m:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p $b [$crate::layers::sliding::Channels::Multiplier($m)] $o $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt $c:tt [] output_padding ($h:expr, $w:expr $(,)?) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p $b $c [[$h, $w]] $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt $c:tt [] output_padding $o:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p $b $c [[$o; 2]] $($($rest)*)?)
    };
    (@ $written:literal [$k:expr] [$($s:expr)?] [$($d:expr)?] [$($p:expr)?] [$($b:expr)?] [$($c:expr)?] [$($o:expr)?]) => {
        $crate::layers::sliding::Sliding {
            kernel: $k,
            stride: [$(::core::option::Option::Some($s),)? ::core::option::Option::None][0],
            dilation: [$($d,)? [1; 2]][0],
            padding: [$($p,)? $crate::layers::sliding::Padding::Sides([0; 4])][0],
            bias: [$($b,)? true][0],
            channels: [$($c,)? $crate::layers::sliding::Channels::All][0],
            output_padding: [$(::core::option::Option::Some($o),)? ::core::option::Option::None][0],
        }
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt $c:tt $o:tt $($other:tt)*) => {
        ::core::compile_error!(::core::concat!("it is written `", $written, "`, each once, and all but the kernel can be left out"))
    };
}

impl Padding {
    /// As many zeros above as below, and as many on the left as on the right.
    pub const fn by_axis([rows, columns]: [usize; 2]) -> Padding {
        Padding::Sides([rows, rows, columns, columns])
    }
}
