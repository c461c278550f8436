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
    /// Which channels meet.
    pub channels: Channels,
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
}

impl Has {
    /// Nothing else.
    pub const WINDOW: Has = Has { bias: false, groups: false, multiplier: false };
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
    }

    /// How many groups the channels fall into.
    pub const fn groups(self) -> usize {
        if let Channels::Groups(groups) = self.channels { groups } else { 1 }
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

    /// The window along the axes of an image.
    pub const fn axes(self, image: Dims) -> [Axis; 2] {
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
        check_window(former.name, image, self.axes(image));
        self.outputs(image, channels)
    }

    /// As [`over`](Sliding::over), for a pooling layer: each window has a part inside the image.
    #[track_caller]
    pub const fn pool(self, former: Former, layer: &str) -> Dims {
        let image = former.takes(layer, 3);
        let dims = self.over(former, layer, image.sizes[0]);
        self.only(former, layer, Has::WINDOW);
        check_pool(former.name, image, self.axes(image));
        former.gives(layer, dims, 0)
    }
}

/// A window that is slid over an image, along its rows and its columns.
#[track_caller]
const fn check_window(name: &str, image: Dims, axes: [Axis; 2]) {
    let [rows, columns] = axes;
    if rows.kernel == 0 || columns.kernel == 0 || rows.stride == 0 || columns.stride == 0 {
        let sentence = Message::new(name).text(": kernel and stride are at least 1, but are ");
        sentence.pair([rows.kernel, columns.kernel]).text(" and ").pair([rows.stride, columns.stride]).panic();
    }
    if rows.dilation == 0 || columns.dilation == 0 {
        let sentence = Message::new(name).text(": the dilation is at least 1, but is ");
        sentence.pair([rows.dilation, columns.dilation]).panic();
    }
    let (Some(height), Some(width)) = (rows.padded(image.sizes[1]), columns.padded(image.sizes[2])) else {
        Message::new(name).text(": the padding ").padding(axes).text(" is larger than any image").panic()
    };
    if rows.output(image.sizes[1]) == 0 || columns.output(image.sizes[2]) == 0 {
        let sentence = Message::new(name).text(": the kernel ").size(rows.kernel, columns.kernel).dilation(axes);
        let sentence = sentence.text(" does not fit inside the image ").size(height, width);
        sentence.text(" (padding included) of [C, H, W] = ").dims(image).panic();
    }
}

/// A pooling window: each has a part inside the image.
#[track_caller]
const fn check_pool(name: &str, image: Dims, axes: [Axis; 2]) {
    let mut n = 0;
    while n < 2 {
        let (kernel, padding) = (axes[n].kernel, axes[n].padding);
        let largest = if padding[0] > padding[1] { padding[0] } else { padding[1] };
        if largest >= kernel && axes[n].dilation == 1 {
            let sentence = Message::new(name).text(": the padding ").number(largest);
            sentence.text(" is not smaller than the kernel ").number(kernel).panic();
        }
        if !axes[n].meets(image.sizes[n + 1]) {
            let sentence = Message::new(name).text(": a window of the kernel ").size(axes[0].kernel, axes[1].kernel);
            sentence.dilation(axes).text(" lies in the padding ").padding(axes).text(" alone").panic();
        }
        n += 1;
    }
}

const BY_HAND: &str = "a layer written by hand";

/// A window layer whose type was written by hand: its output is what the rule gives.
pub(crate) const fn assert_window<L: Layer, Win: SlidingWindow>() {
    let (input, output, axes) = (Dims::of::<L::Input>(), Dims::of::<L::Output>(), [Win::ROWS, Win::COLUMNS]);
    check_window(BY_HAND, input, axes);
    let rule = Dims::new(&[output.sizes[0], Win::ROWS.output(input.sizes[1]), Win::COLUMNS.output(input.sizes[2])]);
    if !output.same(rule) {
        let sentence = Message::new("a layer from ").dims(input).text(" with kernel ");
        let sentence = sentence.pair([axes[0].kernel, axes[1].kernel]).text(", stride ");
        let sentence = sentence.pair([axes[0].stride, axes[1].stride]).dilation(axes).text(", padding ").padding(axes);
        sentence.text(" gives ").dims(rule).text(", but its type says ").dims(output).panic();
    }
}

/// As [`assert_window`], for pooling.
pub(crate) const fn assert_pool<L: Layer, Win: SlidingWindow>() {
    assert_window::<L, Win>();
    check_pool(BY_HAND, Dims::of::<L::Input>(), [Win::ROWS, Win::COLUMNS]);
}

impl Message {
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

    /// The padding as it is written: `1`, `(1, 2)` by axis, or `(1, 2, 1, 2)` by side.
    const fn padding(self, [rows, columns]: [Axis; 2]) -> Message {
        let ([top, bottom], [left, right]) = (rows.padding, columns.padding);
        if top == bottom && left == right {
            return self.pair([top, left]);
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
/// A number stands for both axes, two in parentheses for rows and columns, and four, of the padding, for the four sides.
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

    (@read $written:literal $($numbers:tt)*) => { $crate::window!(@ $written [] [] [] [] [] [] $($numbers)*) };

    (@ $written:literal [] $s:tt $d:tt $p:tt $b:tt $c:tt kernel ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written [[$h, $w]] $s $d $p $b $c $($($rest)*)?)
    };
    (@ $written:literal [] $s:tt $d:tt $p:tt $b:tt $c:tt kernel $k:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written [[$k; 2]] $s $d $p $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt [] $d:tt $p:tt $b:tt $c:tt stride ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k [[$h, $w]] $d $p $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt [] $d:tt $p:tt $b:tt $c:tt stride $s:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k [[$s; 2]] $d $p $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt [] $p:tt $b:tt $c:tt dilation ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s [[$h, $w]] $p $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt [] $p:tt $b:tt $c:tt dilation $d:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s [[$d; 2]] $p $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt padding same $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Same] $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt padding ($top:expr, $bottom:expr, $left:expr, $right:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Sides([$top, $bottom, $left, $right])] $b $c
            $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt padding ($h:expr, $w:expr) $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::by_axis([$h, $w])] $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt [] $b:tt $c:tt padding $p:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d [$crate::layers::sliding::Padding::Sides([$p; 4])] $b $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt [] $c:tt no bias $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p [false] $c $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt [] groups $g:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p $b [$crate::layers::sliding::Channels::Groups($g)] $($($rest)*)?)
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt [] multiplier $m:expr $(, $($rest:tt)*)?) => {
        $crate::window!(@ $written $k $s $d $p $b [$crate::layers::sliding::Channels::Multiplier($m)] $($($rest)*)?)
    };
    (@ $written:literal [$k:expr] [$($s:expr)?] [$($d:expr)?] [$($p:expr)?] [$($b:expr)?] [$($c:expr)?]) => {
        $crate::layers::sliding::Sliding {
            kernel: $k,
            stride: [$(::core::option::Option::Some($s),)? ::core::option::Option::None][0],
            dilation: [$($d,)? [1; 2]][0],
            padding: [$($p,)? $crate::layers::sliding::Padding::Sides([0; 4])][0],
            bias: [$($b,)? true][0],
            channels: [$($c,)? $crate::layers::sliding::Channels::All][0],
        }
    };
    (@ $written:literal $k:tt $s:tt $d:tt $p:tt $b:tt $c:tt $($other:tt)*) => {
        ::core::compile_error!(::core::concat!("it is written `", $written, "`, each once, and all but the kernel can be left out"))
    };
}

impl Padding {
    /// As many zeros above as below, and as many on the left as on the right.
    pub const fn by_axis([rows, columns]: [usize; 2]) -> Padding {
        Padding::Sides([rows, rows, columns, columns])
    }
}
