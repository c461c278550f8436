//! The sizes of a layer with a window.

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
}
