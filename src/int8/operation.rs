//! What a line of the table computes, as far as it has an int8 form.

pub use super::window_sizes::WindowSizes;
use crate::{Number, Row};

/// What a layer computes, by its [operator](crate::Operator): a tree, as a network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Something that has no int8 form.
    Unknown,
    /// y = x, as it lies in memory.
    Nothing,
    /// Lines one after the other.
    Lines(&'static [Row]),
    /// Branches side by side, whose channels are put one behind the other.
    Branches(&'static [Row]),
    /// y = block(x) + shortcut(x)
    Sum {
        /// The block.
        block: &'static Row,
        /// The way around it.
        shortcut: &'static Row,
    },
    /// A convolution. Its first array is the weight; the second, if it has one, the bias.
    Conv(WindowSizes),
    /// A dense layer. Its arrays are those of a convolution.
    Dense,
    /// The largest value of each window.
    MaxPool(WindowSizes),
    /// The mean of each window.
    AvgPool {
        /// The window.
        window: WindowSizes,
        /// Whether padding counts.
        counts: bool,
    },
    /// y = min(max(x, low), high), of the bits of both.
    Clamp {
        /// The least value.
        low: u32,
        /// The largest one.
        high: u32,
    },
    /// The same values in the same order of channel, row and column, which lie elsewhere in memory.
    Reorder {
        /// The channels of the input, which are last in memory.
        from: usize,
        /// Those of the output.
        to: usize,
    },
    /// The chances of classes.
    Chances,
}

/// The window of a layer over images or sequences, whose output channels are sums over `group` channels.
const fn window(row: &Row, group: usize) -> WindowSizes {
    let Some(Number::Axes([rows, columns])) = row.operator.get("window") else { return WindowSizes::NONE };
    let ([channels, h, w], [outputs, oh, ow]) = (image(row.input), image(row.output));
    WindowSizes {
        channels,
        input: [h, w],
        outputs,
        output: [oh, ow],
        group,
        kernel: [rows.kernel, columns.kernel],
        stride: [rows.stride, columns.stride],
        dilation: [rows.dilation, columns.dilation],
        padding: [rows.padding, columns.padding],
    }
}

/// The window that is the whole of an image, or of a sequence.
const fn whole(row: &Row) -> WindowSizes {
    let [channels, h, w] = image(row.input);
    WindowSizes {
        channels,
        input: [1, h * w],
        outputs: channels,
        output: [1, 1],
        group: 1,
        kernel: [1, h * w],
        stride: [1; 2],
        dilation: [1; 2],
        padding: [[0; 2]; 2],
    }
}

/// Channels, height and width: a sequence is an image of one row, a vector one of one point.
const fn image(dims: &[usize]) -> [usize; 3] {
    match *dims {
        [c, h, w] => [c, h, w],
        [c, l] => [c, 1, l],
        [n] => [n, 1, 1],
        _ => [0; 3],
    }
}

/// How many values there are of these dimensions.
pub const fn len(dims: &[usize]) -> usize {
    let (mut len, mut n) = (1, 0);
    while n < dims.len() {
        len *= dims[n];
        n += 1;
    }
    len
}

impl Operation {
    /// What a row computes, by its other fields.
    pub const fn of(row: &Row) -> Operation {
        let operator = &row.operator;
        match operator.name.as_bytes() {
            b"identity" | b"dropout" | b"spatial_dropout" | b"fake_quant" => Operation::Nothing,
            b"chain" => Operation::Lines(row.rows),
            b"concat" => Operation::Branches(row.rows),
            b"residual" => match row.rows {
                [block, shortcut] => Operation::Sum { block, shortcut },
                _ => Operation::Unknown,
            },
            b"conv2d" | b"conv1d" => match operator.get("groups") {
                Some(Number::Integer(groups)) => match row.input[0].checked_div(groups) {
                    Some(group) => Operation::Conv(window(row, group)),
                    None => Operation::Unknown,
                },
                _ => Operation::Unknown,
            },
            b"linear" => Operation::Dense,
            b"max_pool2d" | b"max_pool1d" => Operation::MaxPool(window(row, 1)),
            b"avg_pool2d" | b"avg_pool1d" => Operation::AvgPool {
                window: window(row, 1),
                counts: matches!(operator.get("count"), Some(Number::Is(true))),
            },
            b"global_max_pool" => Operation::MaxPool(whole(row)),
            b"global_avg_pool" => Operation::AvgPool { window: whole(row), counts: true },
            b"relu" => Operation::Clamp { low: 0, high: f32::INFINITY.to_bits() },
            b"relu6" => Operation::Clamp { low: 0, high: 6f32.to_bits() },
            b"flatten" | b"reshape" => Operation::Reorder { from: row.input[0], to: row.output[0] },
            b"softmax" => Operation::Chances,
            _ => Operation::Unknown,
        }
    }
}
