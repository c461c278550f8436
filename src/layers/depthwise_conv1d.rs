//! Depthwise convolution of a sequence: each channel has kernels of its own.

use crate::Conv1d;
use crate::layers::bias::Biased;
use crate::layers::groups::Grouped;

/// Maps a sequence to a sequence, by `M` kernels of its own for each channel.
///
/// y\[c·M + m\]\[i\] = b\[c·M + m\] + Σ_k w\[c·M + m\]\[k\] · x\[c\]\[i·S+k·D−BEFORE\], zero outside the sequence
///
/// It is a [`Conv1d`] of as many groups as channels, with its shapes, gradients and memory: the weight has PyTorch's dimensions
/// C·M 1 K and is `[[[[f32; C·M]; 1]; K]; 1]` in memory.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, depthwise_conv1d};
///
/// // of the first channel sums of two, of the second differences
/// let mut conv = <depthwise_conv1d!([2, 3] => kernel 2)>::ZERO;
/// conv.weight = [[[[1.0, -1.0]], [[1.0, 1.0]]]];
/// let mut y = [[0.0; 2]; 2];
/// conv.infer(&[[1.0, 1.0], [2.0, 4.0], [3.0, 9.0]], &mut (), &mut y);
/// assert_eq!(y, [[3.0, 3.0], [5.0, 5.0]]);
/// ```
pub type DepthwiseConv1d<X, Y, Win, B = Biased> = Conv1d<X, Y, Win, B, Grouped<1>>;

/// The type of a [`DepthwiseConv1d`] from what it takes: `depthwise_conv1d!([C, L] => kernel K, ..)`, as in
/// `depthwise_conv1d(kernel K, stride S, dilation D, padding P, multiplier M, no bias)`.
///
/// All but the kernel may be left out; the multiplier is then 1. The numbers of the window are written as those of
/// [`conv1d!`](crate::conv1d!).
///
/// ```
/// use const_cnn::{DepthwiseConv1d, Sequence, Window, depthwise_conv1d};
/// type Conv = DepthwiseConv1d<Sequence<2, 8>, Sequence<6, 6>, Window<1, 3>>;
/// let conv: depthwise_conv1d!([2, 8] => kernel 3, multiplier 3) =
///     Conv { weight: [[[[0.0; 6]; 1]; 3]], bias: [0.0; 6] };
/// ```
#[macro_export]
macro_rules! depthwise_conv1d {
    (@numbers) => { $crate::layers::depthwise_conv2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after_rank($former, "depthwise_conv1d", 2) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::DepthwiseConv1d<
            $crate::Sequence<{ $x.sizes[0] }, { $x.sizes[1] }>,
            $crate::Sequence<{ $y.sizes[0] }, { $y.sizes[1] }>,
            $crate::window!(@type $x, $n.window),
            <() as $crate::layers::bias::HasBias<{ $n.window.bias }>>::Bias,
        >
    };
    ([$c:expr, $l:expr] => $($numbers:tt)+) => {
        <$crate::depthwise_conv1d!(
            @type
            $crate::Dims::new(&[$c, $l]),
            $crate::depthwise_conv1d!($($numbers)+).window.outputs(
                $crate::Dims::new(&[$c, $l]), $crate::depthwise_conv1d!($($numbers)+).channels($c)
            ),
            $crate::depthwise_conv1d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::depthwise_conv1d!(
                @gives $crate::depthwise_conv1d!($($numbers)+), $crate::Former::by_hand(&[$c, $l])
            ).rank == 2
        }>>::Layer
    };
    ($($window:tt)*) => {
        $crate::layers::depthwise_conv2d::Numbers {
            window: $crate::window!(
                @line "depthwise_conv1d(kernel K, stride S, dilation D, padding P, multiplier M, no bias)" [] $($window)*
            ),
        }
    };
}

pub use depthwise_conv1d;
