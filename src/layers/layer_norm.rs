//! Layer normalisation.

use super::norm::{EPSILON, Moments, backward, is_epsilon, normalise};
use crate::layer::{Input, Output};
use crate::{
    Context, Dims, Elem, Fold, Former, Image, Layer, Nested, Number, Operator, Parameters, Sequence, Shape, Vector,
    Word, Works, arrays,
};

/// Maps an image to mean 0 and standard deviation 1 over all of its values, times w, plus b.
///
/// y\[c\]\[h\]\[w\] = w\[c\]\[h\]\[w\] · (x\[c\]\[h\]\[w\] − μ) / √(σ² + ε) + b\[c\]\[h\]\[w\]
///
/// μ is the mean of the image's values, σ² their mean square distance from it: in training as in evaluation, and whatever
/// images are beside it.
///
/// ε is 1e-5. In [`network!`](crate::network!): `layer_norm`, or `layer_norm(eps 1e-3)`. The type holds its bits. It is PyTorch's
/// `LayerNorm([C, H, W])`.
///
/// # Shapes
///
/// Input, output and the arrays have the shape `X`: an image, a sequence or a vector.
///
/// # Gradients
///
/// For g = ∂L/∂y, x̂ = (x − μ) / √(σ² + ε):
///
/// - ∂L/∂b = g, ∂L/∂w = g · x̂
/// - ∂L/∂x = (w · g − mean(w · g) − x̂ · mean(w · g · x̂)) / √(σ² + ε)
///
/// # Before training
///
/// [`Init`](crate::Init) sets `weight` to 1 and `bias` to 0, whatever its rule.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, LayerNorm, Vector};
/// let norm = LayerNorm::<Vector<2>> { weight: [1.0, 2.0], bias: [0.0, 0.5] };
/// let mut y = [0.0; 2];
/// norm.infer(&[30.0, 10.0], &mut (), &mut y);
/// assert!((y[0] - 1.0).abs() < 1e-5 && (y[1] + 1.5).abs() < 1e-5);
/// ```
///
/// J. L. Ba, J. R. Kiros, G. E. Hinton (2016), *Layer normalization*.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerNorm<X: Shape, const EPS: u32 = { EPSILON.to_bits() }> {
    /// The factors; in memory as the values are.
    pub weight: X::Of<f32>,
    /// The summands.
    pub bias: X::Of<f32>,
}

impl<X: Shape, const EPS: u32> LayerNorm<X, EPS> {
    /// Normalises all values, and gives what with.
    fn normalise<V: Elem>(&self, y: &mut [V]) -> Moments<V> {
        let mut kept = [V::ZERO; 2];
        let arrays = [self.weight.flat(), self.bias.flat()];
        normalise(y, const { X::LEN }, const { f32::from_bits(EPS) }, arrays, |_, moments| kept = moments);
        kept
    }
}

impl<X: Shape, const EPS: u32> Layer for LayerNorm<X, EPS>
where
    LayerNorm<X, EPS>: Parameters,
{
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = Moments<V>;

    const WORKS: Works = Works::InPlace;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator { name: "layer_norm", numbers: &[("eps", Number::Real(EPS))] };

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        self.normalise(y.flat_mut());
    }

    fn forward_in_place<V: Elem>(&self, _: &Context, tape: &mut Moments<V>, y: &mut Output<Self, V>) {
        *tape = self.normalise(y.flat_mut());
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        tape: &mut Moments<V>,
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let gradient = [gradient.weight.flat_mut(), gradient.bias.flat_mut()];
        let (values, dx) = ([x.flat(), dy.flat()], dx.map(Nested::flat_mut));
        backward(values, const { X::LEN }, core::slice::from_ref(tape), self.weight.flat(), gradient, dx);
    }
}

arrays! {
    impl[const C: usize, const H: usize, const W: usize, const EPS: u32] LayerNorm<Image<C, H, W>, EPS> {
        weight: [C, H, W] => [1, 2, 0] from 1.0,
        bias: [C, H, W] => [1, 2, 0] from 0.0,
    }
}
arrays! {
    impl[const C: usize, const L: usize, const EPS: u32] LayerNorm<Sequence<C, L>, EPS> {
        weight: [C, L] => [1, 0] from 1.0,
        bias: [C, L] => [1, 0] from 0.0,
    }
}
arrays! {
    impl[const N: usize, const EPS: u32] LayerNorm<Vector<N>, EPS> { weight: [N] from 1.0, bias: [N] from 0.0 }
}

/// How [`LayerNorm`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum layer_norm {}

impl<X: Shape, Flat: Shape> Word<X, Flat> for layer_norm
where
    LayerNorm<X>: Fold,
{
    type Layer = LayerNorm<X>;
}

/// The number of `layer_norm(eps E)`.
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
        let dims = former.takes_any("layer_norm");
        if !is_epsilon(self.eps) {
            former.says("the eps of layer_norm is a finite number above 0, such as 1e-5").panic();
        }
        former.gives("layer_norm", dims, 2 * dims.len())
    }
}

/// The type of a [`LayerNorm`] from what it takes: `layer_norm!([C, H, W] => eps E)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{Image, LayerNorm, Zero, layer_norm};
/// type Norm = LayerNorm<Image<8, 4, 4>, { 1e-3f32.to_bits() }>;
/// let norm: layer_norm!([8, 4, 4] => eps 1e-3) = Norm::ZERO;
/// ```
#[macro_export]
macro_rules! layer_norm {
    (@numbers) => { $crate::layers::layer_norm::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::LayerNorm<$crate::shape!($x), { $n.eps.to_bits() }> };
    ([$($size:expr),+] => $($numbers:tt)+) => {
        $crate::layer_norm!(@type
            $crate::layer_norm!($($numbers)+).after($crate::Former::by_hand(&[$($size),+])),
            (),
            $crate::layer_norm!($($numbers)+))
    };
    (eps $eps:expr $(,)?) => { $crate::layers::layer_norm::Numbers { eps: $eps } };
    ($($other:tt)*) => { compile_error!("it is written `layer_norm`, or `layer_norm(eps 1e-5)`") };
}

/// The macro alone: the word has the same name.
mod with_numbers {
    pub use layer_norm;
}
pub use with_numbers::layer_norm;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Zero, worst_gradient};

    #[test]
    fn by_hand() {
        // the mean is 3, the square distances from it are 6.25, 0.25, 0.25 and 6.25
        let norm = LayerNorm::<Image<2, 1, 2>, { 0.75f32.to_bits() }> {
            weight: [[[1.0, 2.0], [3.0, 4.0]]],
            bias: [[[0.0, 0.5], [0.0, 1.0]]],
        };
        let (x, mut y) = ([[[0.5, 2.5], [3.5, 5.5]]], [[[0.0; 2]; 2]]);
        norm.infer(&x, &mut (), &mut y);
        // √(3.25 + 0.75) is 2
        assert_eq!(y, [[[-1.25, 0.0], [0.75, 6.0]]]);
    }

    #[test]
    fn equal_values_become_the_bias() {
        let norm = LayerNorm::<Vector<3>> { weight: [2.0; 3], bias: [1.0, 2.0, 3.0] };
        let mut y = [F32x8::ZERO; 3];
        norm.infer(&[F32x8([0.0, 1.0, -7.0, 0.1, 3e7, 1e-40, 1e18, -0.3]); 3], &mut (), &mut y);
        assert_eq!(y, [1.0, 2.0, 3.0].map(F32x8::splat));
    }

    #[test]
    fn gradients_are_those_of_differences() {
        let mut norm = LayerNorm::<Sequence<2, 3>> {
            weight: [[1.0, 0.5], [-1.0, 2.0], [0.25, 1.5]],
            bias: [[0.5, 0.0], [0.0, 1.0], [-1.0, 0.0]],
        };
        let mut x = [[0.5, -1.0], [2.0, 0.25], [1.0, -1.5]];
        let worst = worst_gradient(&mut norm, &mut x, &[[1.0, 2.0], [-0.5, 0.75], [0.25, -1.5]], 1.0 / 64.0);
        assert!(worst.error() < 2e-3, "{worst}");
    }
}
