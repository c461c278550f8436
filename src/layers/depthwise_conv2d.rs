//! Depthwise convolution: each channel has kernels of its own.

use crate::layers::bias::Biased;
use crate::layers::groups::Grouped;
use crate::layers::sliding::{Has, Sliding};
use crate::{Conv2d, Dims, Former};

/// Maps an image to an image, by `M` kernels of its own for each channel.
///
/// y\[c·M + m\]\[i\]\[j\] = b\[c·M + m\] + Σ_u Σ_v w\[c·M + m\]\[u\]\[v\] · x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\], zero
/// outside the image
///
/// It is a [`Conv2d`] of as many groups as channels, with its shapes, gradients and memory: the weight has PyTorch's dimensions
/// C·M 1 KH KW and is `[[[[f32; C·M]; 1]; KW]; KH]` in memory.
///
/// # Example
///
/// ```
/// use const_cnn::{DepthwiseConv2d, Image, Layer, Square};
///
/// // kernels of one pixel, two for each of the two channels
/// type Four = DepthwiseConv2d<Image<2, 1, 1>, Image<4, 1, 1>, Square<1>>;
/// let conv = Four { weight: [[[[1.0, 10.0, 2.0, 20.0]]]], bias: [0.0, 0.0, 0.0, 0.5] };
/// let mut y = [[[0.0; 4]; 1]; 1];
/// conv.infer(&[[[3.0, 4.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[3.0, 30.0, 8.0, 80.5]]]);
/// ```
///
/// # Compile-time checks
///
/// ```
/// # use const_cnn::{DepthwiseConv2d, Image, Layer, Square, Zero};
/// type Right = DepthwiseConv2d<Image<2, 4, 4>, Image<6, 2, 2>, Square<3>>;
/// Right::ZERO.infer(&[[[0.0; 2]; 4]; 4], &mut (), &mut [[[0.0; 6]; 2]; 2]);
/// ```
///
/// ```compile_fail,E0080
/// # use const_cnn::{DepthwiseConv2d, Image, Layer, Square, Zero};
/// // as many kernels for each of the 2 channels
/// type Wrong = DepthwiseConv2d<Image<2, 4, 4>, Image<5, 2, 2>, Square<3>>;
/// Wrong::ZERO.infer(&[[[0.0; 2]; 4]; 4], &mut (), &mut [[[0.0; 5]; 2]; 2]);
/// ```
pub type DepthwiseConv2d<X, Y, Win, B = Biased> = Conv2d<X, Y, Win, B, Grouped<1>>;

/// The numbers of `depthwise_conv2d(kernel K, ..)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// Its window, whether it has a bias, and how many kernels each channel has.
    pub window: Sliding,
}

impl Numbers {
    /// How many channels it gives for `channels`.
    pub const fn channels(self, channels: usize) -> usize {
        channels.saturating_mul(self.window.multiplier())
    }

    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        self.after_rank(former, "depthwise_conv2d", 3)
    }

    /// As [`after`](Numbers::after), of the `layer` that takes a sequence if the rank is 2.
    #[track_caller]
    pub const fn after_rank(self, former: Former, layer: &str, rank: usize) -> Dims {
        let channels = self.channels(former.takes(layer, rank).sizes[0]);
        self.window.only(former, layer, Has { bias: true, multiplier: true, ..Has::WINDOW });
        let [kh, kw] = self.window.kernel;
        let dims = self.window.over_rank(former, layer, channels, rank);
        former.gives(layer, dims, Dims::new(&[channels, kh, kw]).len())
    }
}

/// The type of a [`DepthwiseConv2d`] from what it takes: `depthwise_conv2d!([C, H, W] => kernel K, ..)`, as in
/// `depthwise_conv2d(kernel K, stride S, dilation D, padding P, multiplier M, no bias)`.
///
/// All but the kernel may be left out; the multiplier is then 1. The numbers of the window are written as those of
/// [`conv2d!`](crate::conv2d!).
///
/// ```
/// use const_cnn::{DepthwiseConv2d, Image, Square, depthwise_conv2d};
/// type Conv = DepthwiseConv2d<Image<2, 8, 8>, Image<6, 6, 6>, Square<3>>;
/// let conv: depthwise_conv2d!([2, 8, 8] => kernel 3, multiplier 3) =
///     Conv { weight: [[[[0.0; 6]; 1]; 3]; 3], bias: [0.0; 6] };
/// ```
#[macro_export]
macro_rules! depthwise_conv2d {
    (@numbers) => { $crate::layers::depthwise_conv2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::DepthwiseConv2d<
            $crate::Image<{ $x.sizes[0] }, { $x.sizes[1] }, { $x.sizes[2] }>,
            $crate::Image<{ $y.sizes[0] }, { $y.sizes[1] }, { $y.sizes[2] }>,
            $crate::window!(@type $x, $n.window),
            <() as $crate::layers::bias::HasBias<{ $n.window.bias }>>::Bias,
        >
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::depthwise_conv2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::depthwise_conv2d!($($numbers)+).window.outputs(
                $crate::Dims::new(&[$c, $h, $w]), $crate::depthwise_conv2d!($($numbers)+).channels($c)
            ),
            $crate::depthwise_conv2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::depthwise_conv2d!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    ($($window:tt)*) => {
        $crate::layers::depthwise_conv2d::Numbers {
            window: $crate::window!(
                @read "depthwise_conv2d(kernel K, stride S, dilation D, padding P, multiplier M, no bias)" $($window)*
            ),
        }
    };
}

pub use depthwise_conv2d;
