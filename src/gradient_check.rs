//! A layer or a loss of your own compared with its contract: its gradient with differences of what it gives.

use core::fmt;

use crate::layer::{Input, Output};
use crate::losses::Target;
use crate::{Array, Context, Elem, Expected, ExpectedOf, F32x8, Layer, Loss, Nested, Shape, Zero};

/// The place where two numbers that should be equal are farthest apart.
///
/// ```
/// use const_cnn::{GradientDifference, Linear, worst_gradient};
/// let mut dense = Linear::<1, 1> { weight: [[2.0]], bias: [0.5] };
/// let worst = worst_gradient(&mut dense, &mut [0.25], &[1.0], 1.0 / 64.0);
/// println!("{worst}"); // which values, what was found, what was expected
/// assert!(worst.error() < 1e-3);
/// let wrong = GradientDifference { found: 3.0, expected: 2.0, ..worst };
/// assert_eq!(wrong.error(), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDifference {
    /// Which values.
    pub place: Place,
    /// Whether the passes were those of training.
    pub trains: bool,
    /// The place among them as they lie in memory.
    pub index: usize,
    /// What the pass gives.
    pub found: f32,
    /// What it should give.
    pub expected: f32,
}

/// Which values of a layer are compared.
///
/// ```
/// use const_cnn::{Linear, Place, worst_gradient};
/// let mut dense = Linear::<1, 1> { weight: [[2.0]], bias: [0.5] };
/// match worst_gradient(&mut dense, &mut [0.25], &[1.0], 1.0 / 64.0).place {
///     Place::Parameters(array) => println!("look at `backward`, where it adds to {array}"),
///     Place::Input => println!("look at `backward`, where it assigns `dx`"),
///     Place::Output => println!("look at `forward`"),
///     Place::EightAtOnce => println!("look for what mixes lanes"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // there is one of it, and no heap to put it on
pub enum Place {
    /// The gradient of an array of parameters, as differences give it.
    Parameters(Array),
    /// The gradient of the input, as differences give it.
    Input,
    /// What `forward` gives, as `infer` gives it.
    Output,
    /// The output of eight images at once, or the gradient of their input or of the parameters, as one image at a time
    /// gives it.
    EightAtOnce,
}

impl GradientDifference {
    /// How far apart the two are, relative to the larger of 1 and what is expected.
    pub fn error(&self) -> f32 {
        (self.found - self.expected).abs() / self.expected.abs().max(1.0)
    }

    /// The same, of other values.
    fn at(self, place: Place) -> GradientDifference {
        GradientDifference { place, ..self }
    }

    /// The one of the two that is farther apart; NaN is farthest.
    fn or(self, other: GradientDifference) -> GradientDifference {
        if other.error() > self.error() || other.error().is_nan() { other } else { self }
    }
}

impl fmt::Display for GradientDifference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let GradientDifference { index, found, expected, trains, .. } = self;
        match &self.place {
            Place::Parameters(array) => write!(f, "gradient of {array}")?,
            Place::Input => write!(f, "gradient of the input")?,
            Place::Output => write!(f, "forward, against infer,")?,
            Place::EightAtOnce => write!(f, "eight images at once")?,
        }
        write!(f, "{} at {index}: {found}, expected {expected}", if *trains { ", in training," } else { "" })
    }
}

/// Compares a layer with its contract: its backward pass with central differences, for every parameter that is learned and
/// every input, as in evaluation and as in training.
///
/// (D(v + step) − D(v − step)) / 2·step, D = dot(f(x), dy), is near ∂D/∂v where f is smooth within `step`: keep `x` away
/// from kinks. A power of two, such as 1/64, keeps rounding small; expect errors around 1e-3.
///
/// That `backward` adds to the gradient of the parameters and assigns that of the input, that `forward` gives what
/// `infer` gives, and that eight images at once give what each of them gives, is compared too. Where in training a layer
/// [mixes images](Layer::MIXES_IMAGES), five images in an element of eight are compared with differences instead: lanes
/// without an image have no gradient. `layer` and `x` are changed on the way and put back.
///
/// Of [`BatchNorm`](crate::BatchNorm) that compares three passes: evaluation, with the statistics that it holds; one image in
/// training, with its own statistics where it has several values a channel; and five images with theirs. What it holds has no
/// gradient, and is not compared.
///
/// Returns the place with the largest [`error`](GradientDifference::error).
///
/// ```
/// use const_cnn::{Linear, worst_gradient};
/// let mut dense = Linear::<2, 2> { weight: [[1.0, 2.0], [3.0, 4.0]], bias: [0.5, -0.5] };
/// let worst = worst_gradient(&mut dense, &mut [0.3, -2.1], &[1.0, 3.0], 1.0 / 64.0);
/// assert!(worst.error() < 1e-3, "{worst}");
/// ```
pub fn worst_gradient<L: Layer>(
    layer: &mut L,
    x: &mut Input<L, f32>,
    dy: &Output<L, f32>,
    step: f32,
) -> GradientDifference {
    const EVALUATION: Context = Context::EVALUATION;
    const TRAINING: Context = Context { trains: true, ..Context::EVALUATION };
    let (mut forward, mut inferred) = (Output::<L, f32>::ZERO, Output::<L, f32>::ZERO);
    let (mut tape, mut scratch) = (L::Tape::ZERO, L::Scratch::ZERO);
    layer.forward(&EVALUATION, x, &mut tape, &mut forward);
    layer.infer(x, &mut scratch, &mut inferred);
    let mut worst = GradientDifference { place: Place::Output, trains: false, index: 0, found: 0.0, expected: 0.0 };
    for (index, (&found, &expected)) in forward.flat().iter().zip(inferred.flat()).enumerate() {
        worst = worst.or(GradientDifference { index, found, expected, ..worst.at(Place::Output) });
    }
    worst = worst.or(differences::<L, f32>(layer, x, dy, step, &EVALUATION));
    worst = worst.or(eight_at_once(layer, x, dy, &EVALUATION));
    worst = worst.or(differences::<L, f32>(layer, x, dy, step, &TRAINING));
    worst.or(if L::MIXES_IMAGES {
        let (mut xs, dys) = eight(x, dy, IMAGES);
        differences::<L, F32x8>(layer, &mut xs, &dys, step, &Context { images: IMAGES, ..TRAINING })
    } else {
        eight_at_once(layer, x, dy, &TRAINING)
    })
}

/// Compares a loss with its contract: its gradient with central differences, as [`worst_gradient`] does it for a layer, and
/// eight images at once with each of them.
///
/// Returns the place with the largest [`error`](GradientDifference::error).
///
/// ```
/// use const_cnn::{MeanSquaredError, Vector, worst_loss_gradient};
/// let (y, target, step) = ([0.3, -2.1], [1.0, 0.5], 1.0 / 64.0);
/// let worst = worst_loss_gradient::<_, Vector<2>>(&MeanSquaredError, &y, &target, step);
/// assert!(worst.error() < 1e-3, "{worst}");
/// ```
pub fn worst_loss_gradient<L: Loss<Y>, Y: Shape>(
    loss: &L,
    y: &Y::Of<f32>,
    target: &Expected<L, Y>,
    step: f32,
) -> GradientDifference {
    let one = |y: &Y::Of<f32>| {
        let (mut dy, mut of) = (Y::Of::<f32>::ZERO, ExpectedOf::<L, Y, f32>::ZERO);
        dy.flat_mut().fill(f32::NAN); // it is assigned
        L::Target::put::<f32>(target, 0, &mut of);
        (loss.loss(y, &of, &mut dy), dy)
    };
    let mut worst = GradientDifference { place: Place::Input, trains: true, index: 0, found: 0.0, expected: 0.0 };
    let (_, dy) = one(y);
    for index in 0..Y::LEN {
        let mut moved = *y;
        let mut at = |value| {
            moved.flat_mut()[index] = value;
            one(&moved).0
        };
        let value = y.flat()[index];
        let expected = (at(value + step) - at(value - step)) / (2.0 * step);
        worst = worst.or(GradientDifference { index, found: dy.flat()[index], expected, ..worst.at(Place::Input) });
    }

    let (mut of, mut dys) = (ExpectedOf::<L, Y, F32x8>::ZERO, Y::Of::<F32x8>::ZERO);
    let (ys, _): (Y::Of<F32x8>, Y::Of<F32x8>) = eight(y, y, 8);
    (0..8).for_each(|lane| L::Target::put::<F32x8>(target, lane, &mut of));
    let losses = loss.loss(&ys, &of, &mut dys);
    for lane in 0..8 {
        let mut image = *y;
        image.flat_mut().iter_mut().enumerate().for_each(|(n, value)| *value = moved(y.flat(), n, lane));
        let (expected, dy) = one(&image);
        let start = worst.at(Place::EightAtOnce);
        worst = worst.or(GradientDifference { index: 0, found: losses.0[lane], expected, ..start });
        for (index, (dys, &expected)) in dys.flat().iter().zip(dy.flat()).enumerate() {
            worst = worst.or(GradientDifference { index, found: dys.0[lane], expected, ..start });
        }
    }
    worst
}

/// How many images are in an element of eight where a layer mixes them.
const IMAGES: usize = 5;

/// Backward against central differences, for an element of images.
fn differences<L: Layer, V: Elem>(
    layer: &mut L,
    x: &mut Input<L, V>,
    dy: &Output<L, V>,
    step: f32,
    context: &Context,
) -> GradientDifference {
    let passes = passes::<L, V>(layer, x, dy, context);
    let start = GradientDifference { place: Place::Input, trains: context.trains, index: 0, found: 0.0, expected: 0.0 };
    let mut worst = start;
    for n in (0..L::ARRAYS.len()).filter(|&n| L::ARRAYS.is_learned(n)) {
        let Some(array) = L::ARRAYS.get(n) else { break };
        for index in 0..layer.values(n).len() {
            let value = layer.values(n)[index];
            let mut at = |value| {
                layer.values_mut(n)[index] = value;
                dot(layer, x, dy, context)
            };
            let expected = (at(value + step) - at(value - step)) / (2.0 * step);
            layer.values_mut(n)[index] = value;
            let found = passes.gradient.values(n)[index] - BEFORE;
            worst = worst.or(GradientDifference { index, found, expected, ..start.at(Place::Parameters(array)) });
        }
    }
    for index in 0..x.flat().len() {
        for lane in 0..V::LANES {
            let value = x.flat()[index].lanes()[lane];
            let mut at = |value| {
                x.flat_mut()[index].lanes_mut()[lane] = value;
                dot(layer, x, dy, context)
            };
            let expected = (at(value + step) - at(value - step)) / (2.0 * step);
            x.flat_mut()[index].lanes_mut()[lane] = value;
            let found = passes.dx.flat()[index].lanes()[lane];
            worst = worst.or(GradientDifference { index, found, expected, ..start });
        }
    }
    worst
}

/// The values of an image, each moved on by `lane` places.
fn moved(values: &[f32], index: usize, lane: usize) -> f32 {
    values[(index + lane) % values.len()]
}

/// An element of `images` images, the values of each moved on by one place. In lanes without an image are copies of the first,
/// whose gradients are 0.
fn eight<X: Nested<f32>, Xs: Nested<F32x8> + Zero, Y: Nested<f32>, Ys: Nested<F32x8> + Zero>(
    x: &X,
    dy: &Y,
    images: usize,
) -> (Xs, Ys) {
    let (mut xs, mut dys) = (Xs::ZERO, Ys::ZERO);
    for lane in 0..8 {
        let (is_there, of) = if lane < images { (true, lane) } else { (false, 0) };
        for (index, value) in xs.flat_mut().iter_mut().enumerate() {
            value.0[lane] = moved(x.flat(), index, of);
        }
        for (index, value) in dys.flat_mut().iter_mut().enumerate() {
            value.0[lane] = if is_there { moved(dy.flat(), index, of) } else { 0.0 };
        }
    }
    (xs, dys)
}

/// Eight images at once, and one after the other.
fn eight_at_once<L: Layer>(layer: &L, x: &Input<L, f32>, dy: &Output<L, f32>, context: &Context) -> GradientDifference {
    let (xs, dys) = eight(x, dy, 8);
    let eight = passes::<L, F32x8>(layer, &xs, &dys, context);

    let mut worst =
        GradientDifference { place: Place::EightAtOnce, trains: context.trains, index: 0, found: 0.0, expected: 0.0 };
    let mut add = |index, found, expected| {
        worst = worst.or(GradientDifference { index, found, expected, ..worst.at(Place::EightAtOnce) });
    };
    let (mut one_x, mut one_dy, mut sum) = (*x, *dy, L::ZERO);
    for lane in 0..8 {
        for (index, value) in one_x.flat_mut().iter_mut().enumerate() {
            *value = moved(x.flat(), index, lane);
        }
        for (index, value) in one_dy.flat_mut().iter_mut().enumerate() {
            *value = moved(dy.flat(), index, lane);
        }
        let one = passes::<L, f32>(layer, &one_x, &one_dy, &Context { first: context.first + lane, ..*context });
        for (index, (eight, &one)) in eight.y.flat().iter().zip(one.y.flat()).enumerate() {
            add(index, eight.0[lane], one);
        }
        for (index, (eight, &one)) in eight.dx.flat().iter().zip(one.dx.flat()).enumerate() {
            add(index, eight.0[lane], one);
        }
        for n in 0..L::ARRAYS.len() {
            for (sum, one) in sum.values_mut(n).iter_mut().zip(one.gradient.values(n)) {
                *sum += one - BEFORE;
            }
        }
    }
    for n in 0..L::ARRAYS.len() {
        for (index, (eight, &one)) in eight.gradient.values(n).iter().zip(sum.values(n)).enumerate() {
            add(index, eight - BEFORE, one);
        }
    }
    worst
}

/// What the gradient of every parameter is before a backward pass adds to it.
const BEFORE: f32 = 1.0;

/// What the training passes of a layer give.
struct Passes<L: Layer, V: Elem> {
    y: Output<L, V>,
    gradient: L,
    dx: Input<L, V>,
}

/// Runs forward and backward on buffers that are not clean.
fn passes<L: Layer, V: Elem>(layer: &L, x: &Input<L, V>, dy: &Output<L, V>, context: &Context) -> Passes<L, V> {
    let mut passes = Passes { y: Output::<L, V>::ZERO, gradient: L::ZERO, dx: Input::<L, V>::ZERO };
    let mut tape = L::Tape::<V>::ZERO;
    passes.y.flat_mut().fill(V::splat(f32::NAN));
    passes.dx.flat_mut().fill(V::splat(f32::NAN));
    for n in 0..L::ARRAYS.len() {
        passes.gradient.values_mut(n).fill(BEFORE);
    }
    layer.forward(context, x, &mut tape, &mut passes.y);
    layer.backward(context, x, &mut tape, &passes.y, dy, &mut passes.gradient, Some(&mut passes.dx));
    passes
}

/// dot(f(x), dy), over the images that are there
fn dot<L: Layer, V: Elem>(layer: &L, x: &Input<L, V>, dy: &Output<L, V>, context: &Context) -> f32 {
    let mut y = Output::<L, V>::ZERO;
    if context.trains {
        let mut tape = L::Tape::ZERO;
        layer.forward(context, x, &mut tape, &mut y);
    } else {
        let mut scratch = L::Scratch::ZERO;
        layer.infer(x, &mut scratch, &mut y);
    }
    let products = y.flat().iter().zip(dy.flat()).map(|(&y, &dy)| y * dy);
    products.map(|product| product.lanes()[..context.images::<V>()].iter().sum::<f32>()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Arrays, Conv2d, Image, Parameters, Vector};

    #[test]
    fn a_right_backward_pass_passes() {
        let mut conv = Conv2d::<Image<1, 3, 2>, Image<2, 2, 1>, crate::Square<2>> {
            weight: [[[[0.5, -1.0]], [[2.0, 0.25]]], [[[1.0, 1.5]], [[-0.5, 3.0]]]],
            bias: [0.5, 1.0],
        };
        let before = conv.clone();
        let mut x = [[[1.0], [2.0]], [[-1.0], [0.5]], [[0.25], [-3.0]]];
        let worst = worst_gradient(&mut conv, &mut x, &[[[1.0, -2.0]], [[0.5, 1.0]]], 1.0 / 64.0);
        assert!(worst.error() < 1e-3, "{worst}");
        assert_eq!(conv, before);
    }

    /// y = factor · x, with a mistake in one of its passes.
    #[derive(Clone, Copy, PartialEq)]
    enum Mistake {
        None,
        Factor,
        AssignsGradient,
        AddsToInput,
        OtherForward,
        FirstImageOnly,
    }

    struct Scaled {
        factor: [f32; 1],
        mistake: Mistake,
    }

    impl Zero for Scaled {
        const ZERO: Self = Scaled { factor: [0.0], mistake: Mistake::None };
    }

    impl Parameters for Scaled {
        const ARRAYS: Arrays = Arrays::Own(&[Array::new("factor", &[1])]);

        fn values(&self, _: usize) -> &[f32] {
            &self.factor
        }

        fn values_mut(&mut self, _: usize) -> &mut [f32] {
            &mut self.factor
        }
    }

    impl Layer for Scaled {
        type Input = Vector<2>;
        type Output = Vector<2>;
        type Scratch<V: Elem> = ();
        type Tape<V: Elem> = ();

        fn infer<V: Elem>(&self, x: &[V; 2], _: &mut (), y: &mut [V; 2]) {
            *y = x.map(|x| x * V::splat(self.factor[0]));
        }

        fn forward<V: Elem>(&self, _: &Context, x: &[V; 2], _: &mut (), y: &mut [V; 2]) {
            self.infer(x, &mut (), y);
            if self.mistake == Mistake::OtherForward {
                y[1] += V::splat(1.0);
            }
        }

        fn backward<V: Elem>(
            &self,
            _: &Context,
            x: &[V; 2],
            _: &mut (),
            _: &[V; 2],
            dy: &[V; 2],
            gradient: &mut Self,
            dx: Option<&mut [V; 2]>,
        ) {
            if self.mistake == Mistake::AssignsGradient {
                gradient.factor = [0.0];
            }
            (x[0] * dy[0] + x[1] * dy[1]).accumulate(&mut gradient.factor[0]);
            let Some(dx) = dx else { return };
            let factor = V::splat(if self.mistake == Mistake::Factor { 1.0 } else { self.factor[0] });
            for n in 0..2 {
                let d = match self.mistake {
                    Mistake::AddsToInput => dx[n] + dy[n] * factor,
                    Mistake::FirstImageOnly => V::splat((dy[n] * factor).lanes()[0]),
                    _ => dy[n] * factor,
                };
                dx[n] = d;
            }
        }
    }

    #[test]
    fn each_mistake_is_found() {
        let worst = |mistake| {
            let mut layer = Scaled { factor: [3.0], mistake };
            worst_gradient(&mut layer, &mut [0.5, 3.0], &[1.0, 2.0], 1.0 / 64.0)
        };
        assert!(worst(Mistake::None).error() < 1e-5, "{}", worst(Mistake::None));
        for mistake in [
            Mistake::Factor,
            Mistake::AssignsGradient,
            Mistake::AddsToInput,
            Mistake::OtherForward,
            Mistake::FirstImageOnly,
        ] {
            let worst = worst(mistake);
            assert!(worst.error() > 0.1 || worst.error().is_nan(), "{worst}");
        }
        assert_eq!(std::format!("{}", worst(Mistake::OtherForward)), "forward, against infer, at 1: 10, expected 9");
        assert_eq!(worst(Mistake::FirstImageOnly).place, Place::EightAtOnce);
        assert_eq!(worst(Mistake::Factor).place, Place::Input);
    }
}
