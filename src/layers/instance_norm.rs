//! Instance normalisation.

use super::norm::{EPSILON, is_epsilon};
use crate::{Dims, Former, GroupNorm, Shape, Word};

/// Maps each channel of an image to mean 0 and standard deviation 1, times w, plus b: a [`GroupNorm`] of groups of one channel.
///
/// y\[c\]\[h\]\[w\] = w\[c\] · (x\[c\]\[h\]\[w\] − μ\[c\]) / √(σ²\[c\] + ε) + b\[c\]
///
/// ε is 1e-5. In [`network!`](crate::network!): `instance_norm`, or `instance_norm(eps 1e-3)`. It is PyTorch's
/// `InstanceNorm2d(C, affine=True)`; without `affine`, w is 1 and b is 0.
///
/// # Shapes
///
/// Input and output have the shape `X`, an image or a sequence, with at least two values in a channel.
///
/// # Example
///
/// ```
/// use const_cnn::{InstanceNorm, Layer, Sequence, Zero};
///
/// let mut norm = InstanceNorm::<Sequence<2, 2>>::ZERO;
/// norm.weight = [1.0, 2.0];
/// let (mut scratch, mut y) = (Zero::ZERO, [[0.0; 2]; 2]);
/// norm.infer(&[[4.0, -7.0], [6.0, -9.0]], &mut scratch, &mut y); // channels are last
/// let expected = [[-1.0, 2.0], [1.0, -2.0]];
/// for (y, expected) in y.iter().flatten().zip(expected.iter().flatten()) {
///     assert!((y - expected).abs() < 1e-4);
/// }
/// ```
///
/// D. Ulyanov, A. Vedaldi, V. Lempitsky (2016), *Instance normalization: the missing ingredient for fast stylization*.
pub type InstanceNorm<X, const EPS: u32 = { EPSILON.to_bits() }> = GroupNorm<X, 1, EPS>;

/// How [`InstanceNorm`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum instance_norm {}

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, Flat: Shape> Word<X, Flat> for instance_norm {
    type Layer = InstanceNorm<X>;

    // of a vector, each value of which is a channel, it would leave nothing but the bias
    const TAKES: usize = if X::DIMS.len() == 1 { 3 } else { 0 };
}

/// The number of `instance_norm(eps E)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// What is added to the variance.
    pub eps: f32,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let dims = former.takes_any("instance_norm");
        if dims.len() == dims.sizes[0] {
            let sentence =
                former.says("instance_norm takes at least 2 values of each channel, but the layer before it gives ");
            sentence.dims(dims).panic();
        }
        if !is_epsilon(self.eps) {
            former.says("the eps of instance_norm is a finite number above 0, such as 1e-5").panic();
        }
        former.gives("instance_norm", dims, 2 * dims.sizes[0])
    }
}

/// The type of an [`InstanceNorm`] from what it takes: `instance_norm!([C, H, W] => eps E)` or `[C, L]`.
///
/// ```
/// use const_cnn::{InstanceNorm, Sequence, Zero, instance_norm};
/// type Norm = InstanceNorm<Sequence<8, 4>, { 1e-3f32.to_bits() }>;
/// let norm: instance_norm!([8, 4] => eps 1e-3) = Norm::ZERO;
/// ```
#[macro_export]
macro_rules! instance_norm {
    (@numbers) => { $crate::layers::instance_norm::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::InstanceNorm<$crate::shape!($x), { $n.eps.to_bits() }> };
    ([$($size:expr),+] => $($numbers:tt)+) => {
        $crate::instance_norm!(@type
            $crate::instance_norm!($($numbers)+).after($crate::Former::by_hand(&[$($size),+])),
            (),
            $crate::instance_norm!($($numbers)+))
    };
    (eps $eps:expr $(,)?) => { $crate::layers::instance_norm::Numbers { eps: $eps } };
    ($($other:tt)*) => { compile_error!("it is written `instance_norm`, or `instance_norm(eps 1e-5)`") };
}

/// The macro alone: the word has the same name.
mod with_numbers {
    pub use instance_norm;
}
pub use with_numbers::instance_norm;
