//! The exponential linear unit.

use super::activation::activation;
use crate::{Activation, Function, Number, Operator, math};

/// Maps each value to itself, or where it is negative to one that is above −`ALPHA`.
///
/// y = x where x > 0, and `ALPHA` · (eˣ − 1) elsewhere
///
/// In [`network!`](crate::network!): `elu`, whose alpha is 1, or `elu(0.5)`. The type holds its bits.
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g where x > 0, and `ALPHA` · eˣ · g elsewhere, which is (y + `ALPHA`) · g
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Elu, Vector, Zero};
/// let mut y = [0.0; 3];
/// Elu::<Vector<3>>::ZERO.infer(&[-20.0, 0.0, 2.0], &mut (), &mut y);
/// assert_eq!(y, [-1.0, 0.0, 2.0]);
/// ```
///
/// D.-A. Clevert, T. Unterthiner, S. Hochreiter (2016), *Fast and accurate deep network learning by exponential linear
/// units*.
pub type Elu<X, const ALPHA: u32 = { DEFAULT.to_bits() }> = Activation<elu<ALPHA>, X>;

activation! { elu[ALPHA = DEFAULT] }

impl<const ALPHA: u32> Function for elu<ALPHA> {
    const OF_Y: bool = f32::from_bits(ALPHA) >= 0.0; // or y has another sign than x
    const OPERATOR: Operator = Operator { name: "elu", numbers: &[("alpha", Number::Real(ALPHA))] };

    #[inline(always)]
    fn value(x: f32) -> f32 {
        if x > 0.0 { x } else { f32::from_bits(ALPHA) * math::exp_m1(x) }
    }

    #[inline(always)]
    fn derivative(at: f32) -> f32 {
        let alpha = f32::from_bits(ALPHA);
        let below = if Self::OF_Y { at + alpha } else { alpha * math::exp(at) };
        if at > 0.0 { 1.0 } else { below }
    }
}

/// The alpha that is not written.
const DEFAULT: f32 = 1.0;

/// The type of a [`Elu`] from what it takes: `elu!([C, H, W] => ALPHA)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{Elu, Vector, Zero, elu};
/// let layer: elu!([8] => 0.5) = Elu::<Vector<8>, { 0.5f32.to_bits() }>::ZERO;
/// ```
#[macro_export]
macro_rules! elu {
    (@numbers) => { $crate::layers::activation::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::Elu<$crate::shape!($x), { $n.number.to_bits() }> };
    ([$($size:expr),+] => $number:expr) => {
        $crate::elu!(@type
            $crate::elu!($number).after($crate::Former::by_hand(&[$($size),+])), (), $crate::elu!($number))
    };
    ($number:expr $(,)?) => {
        $crate::layers::activation::Numbers { layer: "elu", called: "alpha", number: $number }
    };
    ($($other:tt)*) => { compile_error!("it is written `elu`, or `elu(0.5)`, by how far below 0 it goes") };
}

/// The macro alone: the word has the same name.
mod with_number {
    pub use elu;
}
pub use with_number::elu;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::activation::tests::check;

    #[test]
    fn by_hand() {
        let ln_2 = 2f32.ln();
        check::<elu, 4>([-100.0, -ln_2, 0.0, 3.0], [-1.0, -0.5, 0.0, 3.0], [0.0, 0.5, 1.0, 1.0]);
        check::<elu<{ (-0.5f32).to_bits() }>, 3>([-ln_2, 0.0, 3.0], [0.25, 0.0, 3.0], [-0.25, -0.5, 1.0]);
    }
}
