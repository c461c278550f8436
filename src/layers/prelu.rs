//! The rectified linear unit with leaks that are learned.

use crate::layer::{Input, Output};
use crate::shape::assert_channels_last;
use crate::{Context, Elem, Layer, Nested, Operator, Shape, Word, Works, arrays};

/// Maps each value to itself, or where it is negative to its channel's slope times itself.
///
/// y\[c\]\[h\]\[w\] = x\[c\]\[h\]\[w\] where that is above 0, and w\[c\] · x\[c\]\[h\]\[w\] elsewhere
///
/// In [`network!`](crate::network!): `prelu`. [`Init`](crate::Init) sets the slopes to 0.25, whatever its rule.
///
/// # Shapes
///
/// Input and output have the shape `X`: an image, a sequence, or a vector, of which each value is a channel.
///
/// # Gradients
///
/// For g = ∂L/∂y:
///
/// - ∂L/∂w\[c\] = Σ g · x over the channel's values that are at most 0
/// - ∂L/∂x = g where x > 0, and w\[c\] · g elsewhere
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Prelu, Vector};
/// let (prelu, mut y) = (Prelu::<Vector<3>> { weight: [0.25, 0.5, 1.0] }, [0.0; 3]);
/// prelu.infer(&[-4.0, -4.0, 4.0], &mut (), &mut y);
/// assert_eq!(y, [-1.0, -2.0, 4.0]);
/// ```
///
/// K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving deep into rectifiers*.
#[derive(Clone, Debug, PartialEq)]
pub struct Prelu<X: Shape> {
    /// `weight[c]`, the slope
    pub weight: X::PerChannel<f32>,
}

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize> Layer for Prelu<X> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = [V; C];

    const WORKS: Works = Works::InPlace;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator::word("prelu");

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        const { assert_channels_last::<X>(C) }
        for y in y.flat_mut().chunks_exact_mut(C) {
            for c in 0..C {
                y[c] = V::apply([y[c], V::splat(self.weight[c])], |[x, slope]| if x > 0.0 { x } else { slope * x });
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        sums: &mut [V; C],
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        *sums = [V::ZERO; C];
        for (x, dy) in x.flat().chunks_exact(C).zip(dy.flat().chunks_exact(C)) {
            for c in 0..C {
                sums[c] += V::apply([x[c], dy[c]], |[x, dy]| if x > 0.0 { 0.0 } else { dy * x });
            }
        }
        for c in 0..C {
            sums[c].accumulate(&mut gradient.weight[c]);
        }
        let Some(dx) = dx else { return };
        for ((x, dy), dx) in
            x.flat().chunks_exact(C).zip(dy.flat().chunks_exact(C)).zip(dx.flat_mut().chunks_exact_mut(C))
        {
            for c in 0..C {
                let slope = V::splat(self.weight[c]);
                dx[c] = V::apply([x[c], dy[c], slope], |[x, dy, slope]| if x > 0.0 { dy } else { slope * dy });
            }
        }
    }
}

arrays! {
    impl[X, const C: usize] Prelu<X> where [X: Shape<PerChannel<f32> = [f32; C]>] { weight: [C] from 0.25 }
}

/// How [`Prelu`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum prelu {}

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, Flat: Shape> Word<X, Flat> for prelu {
    type Layer = Prelu<X>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Image, Zero};

    #[test]
    fn by_hand() {
        let prelu = Prelu::<Image<2, 1, 2>> { weight: [0.5, -2.0] };
        let (x, mut y) = ([[[-4.0, -1.0], [0.0, 3.0]]], [[[0.0; 2]; 2]]);
        prelu.infer(&x, &mut (), &mut y);
        assert_eq!(y, [[[-2.0, 2.0], [0.0, 3.0]]]);
        let (mut gradient, mut dx) = (Prelu::ZERO, y);
        prelu.backward(
            &Context::EVALUATION,
            &x,
            &mut [0.0; 2],
            &y,
            &[[[1.0, 10.0], [100.0, 1000.0]]],
            &mut gradient,
            Some(&mut dx),
        );
        assert_eq!((gradient.weight, dx), ([-4.0, -10.0], [[[0.5, -20.0], [50.0, 1000.0]]]));
    }
}
