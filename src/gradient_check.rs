//! A backward pass compared with differences of the forward pass: for a layer of your own.

use core::fmt;

use crate::layer::{Input, Output};
use crate::{Array, Layer, Nested, Zero};

/// The place where a backward pass is farthest from central differences of the forward pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDifference {
    /// The array of parameters, or `None` for the input.
    pub array: Option<Array>,
    /// The place in that array as it lies in memory.
    pub index: usize,
    /// What the backward pass gives.
    pub backward: f32,
    /// What the forward pass gives, by differences.
    pub forward: f32,
}

impl GradientDifference {
    /// How far apart the two are, relative to the larger of 1 and what the forward pass gives.
    pub fn error(&self) -> f32 {
        (self.backward - self.forward).abs() / self.forward.abs().max(1.0)
    }
}

impl fmt::Display for GradientDifference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.array {
            Some(array) => write!(f, "{array}")?,
            None => write!(f, "input")?,
        }
        let GradientDifference { index, backward, forward, .. } = self;
        write!(f, " at {index}: backward gives {backward}, differences give {forward}")
    }
}

/// Compares a layer's backward pass with central differences, for every parameter and every input.
///
/// (D(v + step) − D(v − step)) / 2·step, D = dot(f(x), dy), is near ∂D/∂v where f is smooth within `step`. A power of
/// two, such as 1/64, keeps rounding small. Numbers are `f32`: expect errors around 1e-3, and keep `x` away from kinks.
/// `layer` and `x` are changed on the way and put back.
///
/// Returns the place with the largest [`error`](GradientDifference::error); an error of NaN counts as the largest.
///
/// ```
/// use const_cnn::{Linear, worst_gradient};
/// let mut dense = Linear::<2, 2> { weight: [[1.0, 2.0], [3.0, 4.0]], bias: [0.5, -0.5] };
/// let worst = worst_gradient(&mut dense, &mut [0.25, -2.0], &[1.0, 3.0], 1.0 / 64.0);
/// assert!(worst.error() < 1e-3, "{worst}");
/// ```
pub fn worst_gradient<L: Layer>(
    layer: &mut L,
    x: &mut Input<L, f32>,
    dy: &Output<L, f32>,
    step: f32,
) -> GradientDifference {
    let mut tape = L::Tape::<f32>::ZERO;
    let (mut y, mut dx) = (Output::<L, f32>::ZERO, Input::<L, f32>::ZERO);
    let mut gradient = L::ZERO;
    layer.forward(x, &mut tape, &mut y);
    layer.backward(x, &mut tape, &y, dy, &mut gradient, Some(&mut dx));

    let mut worst = GradientDifference { array: None, index: 0, backward: 0.0, forward: 0.0 };
    let mut add = |found: GradientDifference| {
        if found.error() > worst.error() || found.error().is_nan() {
            worst = found;
        }
    };
    for n in 0..L::ARRAYS.len() {
        for index in 0..layer.values(n).len() {
            let value = layer.values(n)[index];
            let mut at = |value| {
                layer.values_mut(n)[index] = value;
                dot(layer, x, dy)
            };
            let forward = (at(value + step) - at(value - step)) / (2.0 * step);
            layer.values_mut(n)[index] = value;
            let backward = gradient.values(n)[index];
            add(GradientDifference { array: L::ARRAYS.get(n), index, backward, forward });
        }
    }
    for (index, &backward) in dx.flat().iter().enumerate() {
        let value = x.flat()[index];
        let mut at = |value| {
            x.flat_mut()[index] = value;
            dot(layer, x, dy)
        };
        let forward = (at(value + step) - at(value - step)) / (2.0 * step);
        x.flat_mut()[index] = value;
        add(GradientDifference { array: None, index, backward, forward });
    }
    worst
}

/// dot(f(x), dy)
fn dot<L: Layer>(layer: &L, x: &Input<L, f32>, dy: &Output<L, f32>) -> f32 {
    let (mut scratch, mut y) = (L::Scratch::<f32>::ZERO, Output::<L, f32>::ZERO);
    layer.infer(x, &mut scratch, &mut y);
    y.flat().iter().zip(dy.flat()).map(|(y, dy)| y * dy).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Conv2d, Elem, Image, Parameters, Vector};

    #[test]
    fn a_right_backward_pass_passes() {
        let mut conv = Conv2d::<Image<1, 3, 2>, Image<2, 2, 1>, 2> {
            weight: [[[[0.5, -1.0]], [[2.0, 0.25]]], [[[1.0, 1.5]], [[-0.5, 3.0]]]],
            bias: [0.5, 1.0],
        };
        let before = conv.clone();
        let mut x = [[[1.0], [2.0]], [[-1.0], [0.5]], [[0.25], [-3.0]]];
        let worst = worst_gradient(&mut conv, &mut x, &[[[1.0, -2.0]], [[0.5, 1.0]]], 1.0 / 64.0);
        assert!(worst.error() < 1e-3, "{worst}");
        assert_eq!(conv, before);
    }

    /// y = x², whose backward pass forgets the 2.
    struct Square;

    impl Zero for Square {
        const ZERO: Self = Square;
    }

    impl Parameters for Square {}

    impl Layer for Square {
        type Input = Vector<2>;
        type Output = Vector<2>;
        type Scratch<V: Elem> = ();
        type Tape<V: Elem> = ();

        fn infer<V: Elem>(&self, x: &[V; 2], _: &mut (), y: &mut [V; 2]) {
            *y = [x[0] * x[0], x[1] * x[1]];
        }

        fn backward<V: Elem>(
            &self,
            x: &[V; 2],
            _: &mut (),
            _: &[V; 2],
            dy: &[V; 2],
            _: &mut Self,
            dx: Option<&mut [V; 2]>,
        ) {
            if let Some(dx) = dx {
                *dx = [x[0] * dy[0], x[1] * dy[1]];
            }
        }
    }

    #[test]
    fn a_wrong_backward_pass_is_found() {
        let worst = worst_gradient(&mut Square, &mut [0.0, 3.0], &[1.0, 1.0], 1.0 / 64.0);
        assert_eq!((worst.index, worst.backward, worst.forward), (1, 3.0, 6.0));
        assert_eq!(std::format!("{worst}"), "input at 1: backward gives 3, differences give 6");
    }
}
