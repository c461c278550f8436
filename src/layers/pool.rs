//! What pooling layers share: how their numbers are written in a network, and their rule.

use crate::layers::sliding::{BY_HAND, Has, Sliding, assert_rule, check_window};
use crate::window::Axis;
use crate::{Dims, Former, Layer, Message, Number, SlidingWindow};

/// The numbers of a pooling layer as they are written, `3, stride 2, padding 1, ceil`.
#[doc(hidden)] // `pool!` writes it
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// Its window.
    pub window: Sliding,
    /// Whether the number of windows is rounded up.
    pub ceil: bool,
    /// Whether padding counts in a mean.
    pub counts: bool,
}

impl Pool {
    /// What it gives after an image, or after a sequence; zeros where a rule is broken.
    pub const fn outputs(self, dims: Dims) -> Dims {
        let ([rows, columns], image) = (self.window.axes(dims), dims.as_image());
        let (channels, [height, width]) = (
            image.sizes[0],
            if self.ceil {
                [rows.output_up(image.sizes[1]), columns.output_up(image.sizes[2])]
            } else {
                [rows.output(image.sizes[1]), columns.output(image.sizes[2])]
            },
        );
        if dims.rank == 2 { Dims::new(&[channels, width]) } else { Dims::new(&[channels, height, width]) }
    }

    /// What it gives after `former`: an image (`rank` 3) or a sequence (2).
    #[track_caller]
    pub const fn after(self, former: Former, layer: &str, rank: usize) -> Dims {
        let dims = former.takes(layer, rank);
        let (axes, output) = (self.window.axes(dims), self.outputs(dims));
        check_window(former.name, dims, axes, output);
        self.window.only(former, layer, Has::WINDOW);
        check_pool(former.name, dims, axes, output);
        former.gives(layer, output, 0)
    }

    /// As [`after`](Pool::after), for the largest value, in which padding never counts.
    #[track_caller]
    pub const fn max_after(self, former: Former, layer: &str, rank: usize) -> Dims {
        if !self.counts {
            former.says(layer).text(" has no count to leave out: padding is never the largest").panic();
        }
        self.after(former, layer, rank)
    }
}

/// A pooling window: each has a part inside the image.
#[track_caller]
const fn check_pool(name: &str, dims: Dims, axes: [Axis; 2], output: Dims) {
    let (image, output, is_line) = (dims.as_image(), output.as_image(), dims.rank == 2);
    let mut n = 0;
    while n < 2 {
        let (kernel, padding) = (axes[n].kernel, axes[n].padding);
        let largest = if padding[0] > padding[1] { padding[0] } else { padding[1] };
        if largest >= kernel && axes[n].dilation == 1 {
            let sentence = Message::new(name).text(": the padding ").number(largest);
            sentence.text(" is not smaller than the kernel ").number(kernel).panic();
        }
        if !axes[n].meets(image.sizes[n + 1], output.sizes[n + 1]) {
            let sentence = Message::new(name).text(": a window of the kernel ");
            let sentence = sentence.size([axes[0].kernel, axes[1].kernel], is_line).dilation(axes, is_line);
            sentence.text(" lies in the padding ").padding(axes, is_line).text(" alone").panic();
        }
        n += 1;
    }
}

/// A pooling layer whose type was written by hand: its output is what the rule gives, rounded down or up.
pub(crate) const fn assert_pool<L: Layer, Win: SlidingWindow>() {
    let (input, output, axes) = (Dims::of::<L::Input>(), Dims::of::<L::Output>(), [Win::ROWS, Win::COLUMNS]);
    let (mut rule, mut n) = (input, 0);
    while n < 2 {
        let (size, given) = (input.sizes[n + 1], output.sizes[n + 1]);
        rule.sizes[n + 1] = if given == axes[n].output_up(size) { given } else { axes[n].output(size) };
        n += 1;
    }
    assert_rule(input, output, axes, rule);
    check_pool(BY_HAND, input, axes, output);
}

/// Whether a pooling layer has a window where places are left over, as data.
pub(crate) const fn ceil<L: Layer, Win: SlidingWindow>() -> (&'static str, Number) {
    let (input, output) = (Dims::of::<L::Input>().as_image(), Dims::of::<L::Output>().as_image());
    let is_down =
        output.sizes[1] == Win::ROWS.output(input.sizes[1]) && output.sizes[2] == Win::COLUMNS.output(input.sizes[2]);
    ("ceil", Number::Is(!is_down))
}

/// Reads the numbers of a pooling layer as [`Pool`]: those of a window, `ceil` and `no count`, in any order.
///
/// Over an image it is `pool!(@read image "how it is written" 3, stride 2)`, along a sequence `@read line`.
#[doc(hidden)]
#[macro_export]
macro_rules! pool {
    (@ $way:ident $written:literal [$($done:tt)*] [] $count:tt ceil $(, $($rest:tt)*)?) => {
        $crate::pool!(@ $way $written [$($done)*] [true] $count $($($rest)*)?)
    };
    (@ $way:ident $written:literal [$($done:tt)*] $ceil:tt [] no count $(, $($rest:tt)*)?) => {
        $crate::pool!(@ $way $written [$($done)*] $ceil [false] $($($rest)*)?)
    };
    // the window's, as they are
    (@ $way:ident $written:literal [$($done:tt)*] $ceil:tt $count:tt no $what:ident $(, $($rest:tt)*)?) => {
        $crate::pool!(@ $way $written [$($done)* no $what,] $ceil $count $($($rest)*)?)
    };
    (@ $way:ident $written:literal [$($done:tt)*] $ceil:tt $count:tt padding same $(, $($rest:tt)*)?) => {
        $crate::pool!(@ $way $written [$($done)* padding same,] $ceil $count $($($rest)*)?)
    };
    (@ $way:ident $written:literal [$($done:tt)*] $ceil:tt $count:tt $what:ident ($($n:tt)*) $(, $($rest:tt)*)?) => {
        $crate::pool!(@ $way $written [$($done)* $what ($($n)*),] $ceil $count $($($rest)*)?)
    };
    (@ $way:ident $written:literal [$($done:tt)*] $ceil:tt $count:tt $what:ident $n:expr $(, $($rest:tt)*)?) => {
        $crate::pool!(@ $way $written [$($done)* $what $n,] $ceil $count $($($rest)*)?)
    };
    (@ $way:ident $written:literal [$($done:tt)*] [$($ceil:expr)?] [$($count:expr)?]) => {
        $crate::layers::pool::Pool {
            window: $crate::pool!(@window $way $written $($done)*).or_kernel(),
            ceil: [$($ceil,)? false][0],
            counts: [$($count,)? true][0],
        }
    };
    (@ $way:ident $written:literal $($other:tt)*) => {
        ::core::compile_error!(::core::concat!("it is written `", $written, "`, each once, and all but the kernel can be left out"))
    };
    (@window image $written:literal $($numbers:tt)*) => { $crate::window!(@read $written $($numbers)*) };
    (@window line $written:literal $($numbers:tt)*) => { $crate::window!(@line $written [] $($numbers)*) };
    (@read $way:ident $written:literal $($numbers:tt)+) => { $crate::pool!(@ $way $written [] [] [] kernel $($numbers)+) };
    (@read $way:ident $written:literal) => {
        ::core::compile_error!(::core::concat!("it is written `", $written, "`, where all but K can be left out"))
    };
}
