//! What layers with a window share: how its numbers are written in a network, and its rule.

use crate::window::Axis;
use crate::{Dims, Former, Layer, Message, SlidingWindow, Square, Window};

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

impl Sliding {
    /// The same, in steps of the kernel's size where no stride is written.
    pub const fn or_kernel(mut self) -> Sliding {
        if self.stride.is_none() {
            self.stride = Some(self.kernel);
        }
        self
    }

    /// The window along the axes of an image, or along a sequence, which is an image of one row.
    pub const fn axes(self, dims: Dims) -> [Axis; 2] {
        let image = dims.as_image();
        let stride = match self.stride {
            Some(stride) => stride,
            None => [1, 1],
        };
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

    /// What a layer gives that slides the window over an image, `channels` of it; zeros where a rule is broken.
    pub const fn outputs(self, image: Dims, channels: usize) -> Dims {
        let [rows, columns] = self.axes(image);
        Dims::new(&[channels, rows.output(image.sizes[1]), columns.output(image.sizes[2])])
    }

    /// What a layer gives that slides the window over what `former` gives, `channels` of it.
    #[track_caller]
    pub const fn over(self, former: Former, layer: &str, channels: usize) -> Dims {
        let image = former.takes(layer, 3);
        let dims = self.outputs(image, channels);
        check_window(former.name, image, self.axes(image), dims);
        dims
    }
}

impl Dims {
    /// The same, a sequence as an image of one row.
    pub const fn as_image(self) -> Dims {
        if self.rank == 2 { Dims::new(&[self.sizes[0], 1, self.sizes[1]]) } else { self }
    }
}

/// A window that is slid over an image, or along a sequence, and gives `output`.
#[track_caller]
pub(crate) const fn check_window(name: &str, dims: Dims, axes: [Axis; 2], output: Dims) {
    let ([rows, columns], is_line) = (axes, dims.rank == 2);
    if rows.kernel == 0 || columns.kernel == 0 || rows.stride == 0 || columns.stride == 0 {
        let sentence = Message::new(name).text(": kernel and stride are at least 1, but are ");
        let sentence = sentence.pair([rows.kernel, columns.kernel], is_line);
        sentence.text(" and ").pair([rows.stride, columns.stride], is_line).panic();
    }
    if rows.dilation == 0 || columns.dilation == 0 {
        let sentence = Message::new(name).text(": the dilation is at least 1, but is ");
        sentence.pair([rows.dilation, columns.dilation], is_line).panic();
    }
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

/// What the sentences say of a layer whose type was written by hand.
pub(crate) const BY_HAND: &str = "a layer written by hand";

/// A window layer whose type was written by hand: its output is what the rule gives.
pub(crate) const fn assert_window<L: Layer, Win: SlidingWindow>() {
    let (input, output, axes) = (Dims::of::<L::Input>(), Dims::of::<L::Output>(), [Win::ROWS, Win::COLUMNS]);
    let rule = [output.sizes[0], axes[0].output(input.sizes[1]), axes[1].output(input.sizes[2])];
    assert_rule(input, output, axes, Dims::new(&rule));
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
            { $n.axes($x)[0].kernel }, { $n.axes($x)[1].kernel },
            { $n.axes($x)[0].stride }, { $n.axes($x)[1].stride },
            { $n.axes($x)[0].dilation }, { $n.axes($x)[1].dilation },
            { $n.axes($x)[0].padding[0] }, { $n.axes($x)[0].padding[1] },
            { $n.axes($x)[1].padding[0] }, { $n.axes($x)[1].padding[1] },
        > as $crate::layers::sliding::Means>::Window
    };

    (@read $written:literal $($numbers:tt)*) => { $crate::window!(@ $written [] [] [] [] [] $($numbers)*) };

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
    (@line $written:literal [$($done:tt)*] padding ($before:expr, $after:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* padding (0, 0, $before, $after),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] padding $p:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* padding (0, $p),] $($($rest)*)?)
    };
    (@line $written:literal [$($done:tt)*] no bias $(, $($rest:tt)*)?) => {
        $crate::window!(@line $written [$($done)* no bias,] $($($rest)*)?)
    };
    (@line $written:literal $done:tt $($other:tt)+) => { $crate::window!(@ $written [] [] [] [] []) };
    (@line $written:literal [$($done:tt)*]) => { $crate::window!(@read $written $($done)*) };

    (@ $written:literal [] $s:tt $d:tt $p:tt $b:tt kernel ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written [[$h, $w]] $s $d $p $b $($($rest)*)?)
    };
    (@ $written:literal [] $s:tt $d:tt $p:tt $b:tt kernel $k:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written [[$k; 2]] $s $d $p $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt [] $d:tt $p:tt $b:tt stride ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k [[$h, $w]] $d $p $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt [] $d:tt $p:tt $b:tt stride $s:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k [[$s; 2]] $d $p $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt [] $p:tt $b:tt dilation ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s [[$h, $w]] $p $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt [] $p:tt $b:tt dilation $d:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s [[$d; 2]] $p $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt padding same $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Same] $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt padding ($top:expr, $bottom:expr, $left:expr, $right:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Sides([$top, $bottom, $left, $right])] $b
            $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt padding ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::by_axis([$h, $w])] $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt padding $p:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Sides([$p; 4])] $b $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt [] no bias $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p [false] $($($rest)*)?)
    };
    (@ $written:literal [$k:expr] [$($s:expr)?] [$($d:expr)?] [$($p:expr)?] [$($b:expr)?]) => {
        $crate::layers::sliding::Sliding {
            kernel: $k,
            stride: [$(::core::option::Option::Some($s),)? ::core::option::Option::None][0],
            dilation: [$($d,)? [1; 2]][0],
            padding: [$($p,)? $crate::layers::sliding::Padding::Sides([0; 4])][0],
            bias: [$($b,)? true][0],
        }
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt $($other:tt)*) => {
        ::core::compile_error!(::core::concat!("it is written `", $written, "`, each once, and all but the kernel can be left out"))
    };
}

impl Padding {
    /// As many zeros above as below, and as many on the left as on the right.
    pub const fn by_axis([rows, columns]: [usize; 2]) -> Padding {
        Padding::Sides([rows, rows, columns, columns])
    }
}
