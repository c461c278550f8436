//! What a layer computes, as a value: what a network is for those who do not go by its types.

use crate::{Dims, Shape, SlidingWindow};

/// What a layer computes, as [`Layer::OPERATION`](crate::Layer::OPERATION) states it: a tree, as a network is.
///
/// Its [int8 form](crate::Int8) is computed from it.
#[derive(Clone, Copy, Debug)]
pub enum Operation {
    /// Something else, that only the layer's own passes say.
    Unknown,
    /// y = x, as it lies in memory.
    Nothing,
    /// Lines one after the other.
    Lines(&'static [Stage]),
    /// Branches side by side, whose channels are put one behind the other.
    Branches(&'static [Stage]),
    /// y = block(x) + shortcut(x)
    Sum {
        /// The block.
        block: &'static Stage,
        /// The way around it.
        shortcut: &'static Stage,
    },
    /// A convolution. Its first array is the weight; the second, if it has one, the bias.
    Conv(WindowSizes),
    /// A dense layer. Its arrays are those of a convolution.
    Linear,
    /// The largest value of each window.
    MaxPool(WindowSizes),
    /// The mean of each window.
    AvgPool {
        /// The window.
        window: WindowSizes,
        /// Whether padding counts.
        counts: bool,
    },
    /// y = min(max(x, low), high)
    Clamp {
        /// The least value.
        low: f32,
        /// The largest one.
        high: f32,
    },
    /// The same values in the same order of channel, row and column, which lie elsewhere in memory.
    Reorder {
        /// The channels of the input, which are last in memory.
        from: usize,
        /// Those of the output.
        to: usize,
    },
    /// The chances of classes.
    Softmax,
}

/// A layer in an [`Operation`].
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// The layer's name.
    pub name: &'static str,
    /// What it computes.
    pub operation: Operation,
    /// The dimensions of what it gives: `[C, H, W]`, `[C, L]` or `[N]`.
    pub dims: &'static [usize],
    /// How many values it takes.
    pub input: usize,
    /// How many values it gives.
    pub output: usize,
    /// How many arrays of parameters it has.
    pub arrays: usize,
}

/// A window that slides over an image, with the image's sizes before and after. A sequence is an image of one row.
///
/// In memory channels are last, `x[h][w][c]`, `y[i][j][f]`. Of a convolution in groups each output channel is a sum over
/// `group` input channels, neighbours; without, over all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSizes {
    /// C, the channels of the input.
    pub channels: usize,
    /// H and W of the input.
    pub input: [usize; 2],
    /// F, the channels of the output.
    pub outputs: usize,
    /// OH and OW of the output.
    pub output: [usize; 2],
    /// A, the channels of a group.
    pub group: usize,
    /// KH and KW.
    pub kernel: [usize; 2],
    /// SH and SW.
    pub stride: [usize; 2],
    /// DH and DW.
    pub dilation: [usize; 2],
    /// The padding at the top and the bottom, and at the left and the right.
    pub padding: [[usize; 2]; 2],
}

impl WindowSizes {
    /// No window.
    pub(crate) const NONE: WindowSizes = WindowSizes {
        channels: 0,
        input: [0; 2],
        outputs: 0,
        output: [0; 2],
        group: 0,
        kernel: [0; 2],
        stride: [0; 2],
        dilation: [0; 2],
        padding: [[0; 2]; 2],
    };

    /// The window of a layer over images or sequences, whose output channels are sums over `group` channels.
    pub const fn of<X: Shape, Y: Shape, Win: SlidingWindow>(group: usize) -> WindowSizes {
        let (x, y) = (Dims::of::<X>().as_image(), Dims::of::<Y>().as_image());
        let (rows, columns) = (Win::ROWS, Win::COLUMNS);
        WindowSizes {
            channels: x.sizes[0],
            input: [x.sizes[1], x.sizes[2]],
            outputs: y.sizes[0],
            output: [y.sizes[1], y.sizes[2]],
            group,
            kernel: [rows.kernel, columns.kernel],
            stride: [rows.stride, columns.stride],
            dilation: [rows.dilation, columns.dilation],
            padding: [rows.padding, columns.padding],
        }
    }

    /// The window that is the whole of an image, or of a sequence.
    pub const fn whole<X: Shape>() -> WindowSizes {
        let channels = X::DIMS[0];
        let places = match X::LEN.checked_div(channels) {
            Some(places) => places,
            None => 0,
        };
        WindowSizes {
            channels,
            input: [1, places],
            outputs: channels,
            output: [1, 1],
            group: 1,
            kernel: [1, places],
            stride: [1; 2],
            dilation: [1; 2],
            padding: [[0; 2]; 2],
        }
    }
}
