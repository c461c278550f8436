//! The dense layer.

use crate::kernels::dense;
use crate::{Array, Arrays, Elem, Layer, LeBytes, Nested, Parameters, Vector, Zero};

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
pub struct Linear<const I: usize, const O: usize> {
    /// `weight[i][o]`: from input `i` to output `o`.
    pub weight: [[f32; O]; I],
    /// `bias[o]`
    pub bias: [f32; O],
}

impl<const I: usize, const O: usize> Layer for Linear<I, O> {
    type Input = Vector<I>;
    type Output = Vector<O>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const MULTIPLY_ACCUMULATES: usize = I * O;

    fn infer<V: Elem>(&self, x: &[V; I], _: &mut (), y: &mut [V; O]) {
        dense::forward(x, &self.weight, &self.bias, y);
    }

    fn backward<V: Elem>(
        &self,
        x: &[V; I],
        _: &mut (),
        _: &[V; O],
        dy: &[V; O],
        gradient: &mut Self,
        dx: Option<&mut [V; I]>,
    ) {
        dense::weight_gradient(x, dy, &mut gradient.weight, &mut gradient.bias);
        if let Some(dx) = dx {
            dense::input_gradient(dy, &self.weight, dx);
        }
    }
}

impl<const I: usize, const O: usize> Linear<I, O> {
    /// The layer whose parameters are the next of `bytes`.
    pub const fn from_le(bytes: &mut LeBytes) -> Self {
        Linear { weight: bytes.matrix(), bias: bytes.array() }
    }
}

impl<const I: usize, const O: usize> Zero for Linear<I, O> {
    const ZERO: Self = Linear { weight: Zero::ZERO, bias: Zero::ZERO };
}

impl<const I: usize, const O: usize> Parameters for Linear<I, O> {
    const ARRAYS: Arrays = Arrays::Own(&[Array::new("weight", &[O, I]).stored(&[1, 0]), Array::new("bias", &[O])]);

    fn values(&self, index: usize) -> &[f32] {
        match index {
            0 => self.weight.flat(),
            1 => &self.bias,
            _ => &[],
        }
    }

    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        match index {
            0 => self.weight.flat_mut(),
            1 => &mut self.bias,
            _ => &mut [],
        }
    }
}

#[doc(hidden)] // the check that `network!` makes of a line
#[macro_export]
macro_rules! linear {
    ($o:expr $(,)?) => {
        $crate::check::linear(CONST_CNN_LAYER, CONST_CNN_FORMER, $o)
    };
    ($($other:tt)*) => {
        compile_error!("it is written `linear(O)`, O values")
    };
}
