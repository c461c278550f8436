//! The rectified linear unit with a leak.

use super::activation::activation;
use crate::{Activation, Function, Number, Operator};

/// Maps each value to itself, or to `SLOPE` times itself where it is negative.
///
/// y = x where x > 0, and `SLOPE` · x elsewhere
///
/// In [`network!`](crate::network!): `leaky_relu`, whose slope is PyTorch's, 0.01, or `leaky_relu(0.1)`. The type holds its bits.
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g where x > 0, and `SLOPE` · g elsewhere: at 0 too.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, LeakyRelu, Vector, Zero};
/// let mut y = [0.0; 2];
/// LeakyRelu::<Vector<2>>::ZERO.infer(&[-100.0, 2.0], &mut (), &mut y);
/// assert_eq!(y, [-1.0, 2.0]);
/// ```
pub type LeakyRelu<X, const SLOPE: u32 = { DEFAULT.to_bits() }> = Activation<leaky_relu<SLOPE>, X>;

activation! { leaky_relu[SLOPE = DEFAULT] }

impl<const SLOPE: u32> Function for leaky_relu<SLOPE> {
    const OF_Y: bool = f32::from_bits(SLOPE) >= 0.0; // or y has another sign than x
    const OPERATOR: Operator = Operator { name: "leaky_relu", numbers: &[("slope", Number::Real(SLOPE))] };

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x > 0.0 { x } else { f32::from_bits(SLOPE) * x }
    }

    #[inline(always)]
    fn derivative(at: f32) -> f32 {
        if at > 0.0 { 1.0 } else { f32::from_bits(SLOPE) }
    }
}

/// The slope that is not written.
const DEFAULT: f32 = 0.01;

/// The type of a [`LeakyRelu`] from what it takes: `leaky_relu!([C, H, W] => SLOPE)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{LeakyRelu, Vector, Zero, leaky_relu};
/// let layer: leaky_relu!([8] => 0.1) = LeakyRelu::<Vector<8>, { 0.1f32.to_bits() }>::ZERO;
/// ```
#[macro_export]
macro_rules! leaky_relu {
    (@numbers) => { $crate::layers::activation::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::LeakyRelu<$crate::shape!($x), { $n.number.to_bits() }> };
    ([$($size:expr),+] => $number:expr) => {
        $crate::leaky_relu!(@type
            $crate::leaky_relu!($number).after($crate::Former::by_hand(&[$($size),+])), (), $crate::leaky_relu!($number))
    };
    ($number:expr $(,)?) => {
        $crate::layers::activation::Numbers { layer: "leaky_relu", called: "slope", number: $number }
    };
    ($($other:tt)*) => { compile_error!("it is written `leaky_relu`, or `leaky_relu(0.1)`, by the slope of negative values") };
}

/// The macro alone: the word has the same name.
mod with_number {
    pub use leaky_relu;
}
pub use with_number::leaky_relu;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        check::<leaky_relu, 3>([-2.0, 0.0, 3.0], [-0.02, 0.0, 3.0], [0.01, 0.01, 1.0]);
        check::<leaky_relu<{ (-0.5f32).to_bits() }>, 3>([-2.0, 0.0, 3.0], [1.0, 0.0, 3.0], [-0.5, -0.5, 1.0]);
        check::<leaky_relu<0>, 3>([-2.0, 0.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 1.0]);
    }
}
