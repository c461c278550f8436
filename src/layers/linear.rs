//! The dense layer.

use crate::kernels::dense;
use crate::layers::bias::{Bias, Biased, Unbiased};
use crate::{Context, Dims, Elem, Fold, Former, Layer, Operation, Vector, arrays};

/// Maps a vector to a vector, each output a weighted sum of all inputs.
///
/// y\[o\] = b\[o\] + Σ_i w\[o\]\[i\] · x\[i\]
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | I | `[V; I]` |
/// | weight | O I | `[[f32; O]; I]` |
/// | bias | O | `[f32; O]` |
/// | output | O | `[V; O]` |
///
/// # Gradients
///
/// For g = ∂L/∂y:
///
/// - ∂L/∂b\[o\] = g\[o\]
/// - ∂L/∂w\[o\]\[i\] = g\[o\] · x\[i\]
/// - ∂L/∂x\[i\] = Σ_o w\[o\]\[i\] · g\[o\]
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Linear};
/// let dense = Linear::<2, 1> { weight: [[3.0], [4.0]], bias: [0.5] };
/// let mut y = [0.0];
/// dense.infer(&[1.0, 10.0], &mut (), &mut y);
/// assert_eq!(y, [43.5]);
/// ```
///
/// # Memory
///
/// As with [`Conv2d`](crate::Conv2d), the weights begin on a cache line with the feature `simd`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(C, align(64)))]
pub struct Linear<const I: usize, const O: usize, B: Bias = Biased> {
    /// `weight[i][o]`: from input `i` to output `o`.
    pub weight: [[f32; O]; I],
    /// `bias[o]`
    pub bias: B::Of<[f32; O]>,
}

impl<const I: usize, const O: usize, B: Bias> Layer for Linear<I, O, B>
where
    Self: crate::Parameters,
{
    type Input = Vector<I>;
    type Output = Vector<O>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = B::Spare<[f32; O]>;

    const MULTIPLY_ACCUMULATES: usize = I * O;
    const READS_Y: bool = false;
    const BOUNDS: bool = true;
    const OPERATION: Operation = Operation::Linear;

    fn infer<V: Elem>(&self, x: &[V; I], _: &mut (), y: &mut [V; O]) {
        dense::forward(x, &self.weight, B::values(&self.bias), f32::NEG_INFINITY, y);
    }

    fn infer_bounded<V: Elem>(&self, x: &[V; I], _: &mut (), y: &mut [V; O], bound: f32) {
        dense::forward(x, &self.weight, B::values(&self.bias), bound, y);
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &[V; I],
        spare: &mut B::Spare<[f32; O]>,
        _: &[V; O],
        dy: &[V; O],
        gradient: &mut Self,
        dx: Option<&mut [V; I]>,
    ) {
        dense::weight_gradient(x, dy, &mut gradient.weight, B::gradient(&mut gradient.bias, spare));
        if let Some(dx) = dx {
            dense::input_gradient(dy, &self.weight, dx);
        }
    }
}

arrays! {
    folds impl[const I: usize, const O: usize] Linear<I, O> {
        weight: [O, I] => [1, 0] decays,
        bias: [O],
    }
}

arrays! {
    folds impl[const I: usize, const O: usize] Linear<I, O, Unbiased> {
        weight: [O, I] => [1, 0] decays,
    } with { bias: () }
}

/// A normalisation after it is a factor for each output's weights, and one more summand for its bias.
impl<const I: usize, const O: usize, B: Bias> Fold for Linear<I, O, B>
where
    Self: Layer,
{
    type Folded = Self;
    type Absorbed = Linear<I, O>;

    const ABSORBS: bool = true;

    fn fold_into(&self, to: &mut Self) {
        crate::Parameters::copy_from(to, self);
    }

    fn absorb_into(&self, norm: &impl Fold, to: &mut Linear<I, O>) {
        for o in 0..O {
            let (factor, summand) = norm.affine(o);
            for i in 0..I {
                to.weight[i][o] = self.weight[i][o] * factor;
            }
            to.bias[o] = B::values(&self.bias)[o] * factor + summand;
        }
    }
}

/// The numbers of `linear(O)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many values it gives.
    pub outputs: usize,
    /// Whether it has a bias.
    pub bias: bool,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let inputs = former.takes("linear", 1).len();
        former.gives("linear", Dims::new(&[self.outputs]), self.outputs.saturating_mul(inputs))
    }
}

/// How [`Linear`] is written in a network: `linear(O)`, `linear(O, no bias)`.
#[doc(hidden)]
#[macro_export]
macro_rules! linear {
    (@numbers) => { $crate::layers::linear::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::Linear<{ $x.sizes[0] }, { $y.sizes[0] }, <() as $crate::layers::bias::HasBias<{ $n.bias }>>::Bias>
    };
    ($outputs:expr $(,)?) => { $crate::layers::linear::Numbers { outputs: $outputs, bias: true } };
    ($outputs:expr, no bias $(,)?) => { $crate::layers::linear::Numbers { outputs: $outputs, bias: false } };
    ($($other:tt)*) => { ::core::compile_error!("it is written `linear(O)`, O values, or `linear(O, no bias)`") };
}

pub use linear;
