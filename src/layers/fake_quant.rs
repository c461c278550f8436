//! Rounding to what int8 can hold, in training.

use core::marker::PhantomData;

use crate::layer::{Input, Output, copy};
use crate::{Context, Elem, Layer, Nested, Operation, Shape, Word, Works, arrays};

/// Rounds values to the steps that int8 has, in training; in evaluation it is nothing.
///
/// y = s · round(x / s), s = (max(x, 0) − min(x, 0)) / 255, max and min over the values of the image; ties to even
///
/// A network learns with it to do without what int8 does not hold: it stands where the [int8 form](crate::Int8) rounds, after the
/// ReLU of a convolution or of a dense layer, or after the layer itself where there is none. Weights are rounded by
/// [`Rounded`](crate::Rounded). In [`network!`](crate::network!): `fake_quant`.
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g: the gradient passes straight through, as if nothing were rounded.
///
/// # Example
///
/// ```
/// use const_cnn::{Context, FakeQuant, Layer, Vector, Zero};
/// let rounds = FakeQuant::<Vector<3>>::ZERO;
/// let (x, mut y) = ([-5.0, 0.11, 250.0], [0.0; 3]);
/// rounds.forward(&Context { trains: true, ..Context::EVALUATION }, &x, &mut (), &mut y);
/// assert_eq!(y, [-5.0, 0.0, 250.0]); // steps of 1
/// ```
///
/// B. Jacob, S. Kligys, B. Chen, M. Zhu, M. Tang, A. Howard, H. Adam, D. Kalenichenko (2018), *Quantization and training of
/// neural networks for efficient integer-arithmetic-only inference*.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeQuant<X>(PhantomData<X>);

impl<X: Shape> Layer for FakeQuant<X> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::Nothing;
    const TRAINS: Works = Works::InPlace;
    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::Nothing;

    fn forward_in_place<V: Elem>(&self, context: &Context, _: &mut (), y: &mut Output<Self, V>) {
        if !context.trains {
            return;
        }
        let y = y.flat_mut();
        for lane in 0..V::LANES {
            let value = |y: &V| y.lanes()[lane];
            let (low, high) = y.iter().map(value).fold((0.0f32, 0.0f32), |(low, high), x| (low.min(x), high.max(x)));
            let step = high / 255.0 - low / 255.0;
            if step > 0.0 {
                for y in y.iter_mut() {
                    let y = &mut y.lanes_mut()[lane];
                    *y = round(*y / step) * step;
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        if let Some(dx) = dx {
            copy(dy.flat(), dx.flat_mut());
        }
    }
}

/// The nearest whole number of what is below 2²² in size, ties to even; NaN stays NaN.
#[inline(always)]
pub(crate) fn round(x: f32) -> f32 {
    const WHOLE: f32 = 12_582_912.0; // 3 · 2²²: next to it floats are whole
    x + WHOLE - WHOLE
}

arrays! { impl[X] FakeQuant<X> = FakeQuant(PhantomData) }

/// How [`FakeQuant`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum fake_quant {}

impl<X: Shape, Flat: Shape> Word<X, Flat> for fake_quant {
    type Layer = FakeQuant<X>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Vector, Zero};

    const TRAINING: Context = Context { trains: true, ..Context::EVALUATION };

    type Four = FakeQuant<Vector<4>>;

    #[test]
    fn each_image_has_its_own_steps() {
        let images = [[0.0; 4], [0.1, 0.2, 0.3, 25.5], [-1.0, -0.501, 0.0, 254.0], [-255.0, -0.4, -0.6, -1.0]];
        let rounded = [[0.0; 4], [0.1, 0.2, 0.3, 25.5], [-1.0, -1.0, 0.0, 254.0], [-255.0, 0.0, -1.0, -1.0]];
        let x: [F32x8; 4] = core::array::from_fn(|n| F32x8(core::array::from_fn(|lane| images[lane % 4][n])));
        let mut eight = [F32x8::ZERO; 4];
        Four::ZERO.forward(&TRAINING, &x, &mut (), &mut eight);
        for lane in 0..8 {
            let (mut y, expected) = ([0.0; 4], rounded[lane % 4]);
            Four::ZERO.forward(&TRAINING, &images[lane % 4], &mut (), &mut y);
            assert_eq!(eight.map(|y| y.0[lane]), y);
            for (y, expected) in y.into_iter().zip(expected) {
                assert!((y - expected).abs() < 1e-5, "{y}, {expected}");
            }
        }
    }

    #[test]
    fn the_gradient_passes_and_evaluation_rounds_nothing() {
        let (x, mut y, mut dx) = ([0.123, f32::NAN, -7.0, 9.0], [0.0; 4], [0.0; 4]);
        Four::ZERO.forward(&Context::EVALUATION, &x, &mut (), &mut y);
        assert_eq!((y[0], y[2], y[3]), (0.123, -7.0, 9.0));
        Four::ZERO.forward(&TRAINING, &x, &mut (), &mut y);
        assert!(y[1].is_nan());
        let dy = [1.0, 2.0, 3.0, 4.0];
        Four::ZERO.backward(&TRAINING, &x, &mut (), &y, &dy, &mut Four::ZERO.clone(), Some(&mut dx));
        assert_eq!(dx, dy);
    }
}
