//! From logits to the chances of the classes.

use crate::kernels::simd::widest;
use crate::math::{exp, maximum};
use crate::{Context, Elem, Layer, Operation, Probabilities, Shape, Vector, Word, Works, arrays};

/// Maps logits to the chances of the classes.
///
/// y\[o\] = exp(x\[o\] − m) / Σ_k exp(x\[k\] − m), m = max_k x\[k\]
///
/// A network that is to be trained ends in logits, without this layer: the loss contains it.
///
/// # Shapes
///
/// From `Vector<N>` to [`Probabilities<N>`].
///
/// # Gradients
///
/// ∂L/∂x\[o\] = y\[o\] · (g\[o\] − Σ_k g\[k\] · y\[k\])
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Softmax};
/// let mut y = [0.0; 2];
/// Softmax::<2>.infer(&[1000.0, 1000.0], &mut (), &mut y);
/// assert_eq!(y, [0.5, 0.5]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Softmax<const N: usize>;

impl<const N: usize> Layer for Softmax<N> {
    type Input = Vector<N>;
    type Output = Probabilities<N>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::InPlace;
    const READS_X: bool = false;
    const OPERATION: Operation = Operation::Softmax;

    fn infer_in_place<V: Elem>(&self, y: &mut [V; N]) {
        softmax_in_place(y);
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &[V; N],
        _: &mut (),
        y: &[V; N],
        dy: &[V; N],
        _: &mut Self,
        dx: Option<&mut [V; N]>,
    ) {
        let Some(dx) = dx else { return };
        let mut dot = V::ZERO;
        for o in 0..N {
            dot += dy[o] * y[o];
        }
        for o in 0..N {
            dx[o] = y[o] * (dy[o] - dot);
        }
    }
}

arrays! { impl[const N: usize] Softmax<N> = Softmax }

/// How [`Softmax`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum softmax {}

impl<X: Shape, const N: usize> Word<X, Vector<N>> for softmax {
    type Layer = Softmax<N>;

    const TAKES: usize = 1;
}

/// Puts the softmax of `y` in its place, and returns Σ_k exp(y\[k\] − m) and m.
#[inline(always)]
pub(crate) fn softmax_in_place<V: Elem>(y: &mut [V]) -> (V, V) {
    widest(
        #[inline(always)]
        || {
            let max = maximum(y);
            let mut sum = V::ZERO;
            for y in y.iter_mut() {
                *y = exp(*y - max);
                sum += *y;
            }
            for y in y {
                *y = *y / sum;
            }
            (sum, max)
        },
    )
}
