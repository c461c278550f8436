//! Batch normalisation.

use crate::element::one_by_one;
use crate::kernels::simd::widest;
use crate::layer::{Input, Output};
use crate::math::{flushed, sqrt};
use crate::shape::assert_channels_last;
use crate::{
    Context, Dims, Elem, Fold, Former, Layer, Nested, Number, Operator, Parameters, Shape, Word, Works, Zero, arrays,
};

/// Maps each channel to mean b and standard deviation w, over a batch: in evaluation by the statistics that training holds.
///
/// y\[c\]\[h\]\[w\] = w\[c\] · (x\[c\]\[h\]\[w\] − μ\[c\]) / √(σ²\[c\] + ε) + b\[c\]
///
/// In evaluation μ and σ² are the layer's `mean` and `variance`. In training they are those of the channel's n values, over
/// the real images of the element; σ² is then the mean square distance from μ. Each batch moves what is held:
///
/// mean ← (1 − m) · mean + m · μ, variance ← (1 − m) · variance + m · σ² · n / (n − 1)
///
/// where a batch has several elements, with what they saw on average, each counted by its images.
///
/// The momentum m is PyTorch's, 0.1; Keras means 1 − m by its 0.99. ε is 1e-5. In [`network!`](crate::network!):
/// `batch_norm`, or `batch_norm(eps 1e-3, momentum 0.01)`, either of which can be left out. The type holds their bits.
///
/// # Its bits depend on the element
///
/// **It is the one layer whose results differ between elements**: eight images at once are a batch of eight, one image at a
/// time is a batch of one. They don't depend on the number of threads. An element with a single value a channel, one image of
/// a vector, has no spread: it is normalised by what is held, which it leaves as it is.
///
/// # Shapes
///
/// Input and output have the shape `X`: an image, a sequence, or a vector, of which each value is a channel. The arrays have a
/// number for each channel.
///
/// # Gradients
///
/// For g = ∂L/∂y, x̂ = (x − μ) / √(σ² + ε), over all values of the channel c:
///
/// - ∂L/∂b = Σ g
/// - ∂L/∂w = Σ g · x̂
/// - ∂L/∂x = w / √(σ² + ε) · (g − ∂L/∂b / n − x̂ · ∂L/∂w / n); where what is held is used, w / √(σ² + ε) · g
///
/// No gradient changes `mean` and `variance`: a value of this type that is a gradient has there how far what was seen lies
/// from what is held.
///
/// # Before training
///
/// [`Init`](crate::Init) sets `weight` and `variance` to 1, `bias` and `mean` to 0, whatever its rule. As all layers', `ZERO`
/// is zeros: it maps everything to 0.
///
/// # Example
///
/// ```
/// use const_cnn::{BatchNorm, Layer, Vector};
/// let norm = BatchNorm::<Vector<2>> {
///     weight: [1.0, 3.0],
///     bias: [0.0, 0.5],
///     mean: [10.0, 0.0],
///     variance: [4.0, 1.0],
/// };
/// let mut y = [0.0; 2];
/// norm.infer(&[12.0, 1.0], &mut (), &mut y);
/// assert!((y[0] - 1.0).abs() < 1e-4 && (y[1] - 3.5).abs() < 1e-4);
/// ```
///
/// S. Ioffe, C. Szegedy (2015), *Batch normalization: accelerating deep network training by reducing internal covariate
/// shift*.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNorm<X: Shape, const EPS: u32 = { EPSILON.to_bits() }, const MOMENTUM: u32 = { HOLDS.to_bits() }> {
    /// `weight[c]`, the factor
    pub weight: X::PerChannel<f32>,
    /// `bias[c]`, the summand
    pub bias: X::PerChannel<f32>,
    /// `mean[c]`, which training holds
    pub mean: X::PerChannel<f32>,
    /// `variance[c]`, which training holds
    pub variance: X::PerChannel<f32>,
}

/// The ε that is not written.
#[doc(hidden)]
pub const EPSILON: f32 = 1e-5;

/// The momentum that is not written.
#[doc(hidden)]
pub const HOLDS: f32 = 0.1;

/// How many channels evaluation has the factors of at once: they lie on the stack.
const BLOCK: usize = 32;

impl<X: Shape, const EPS: u32, const MOMENTUM: u32> BatchNorm<X, EPS, MOMENTUM> {
    /// √(variance + ε)
    fn deviation(variance: f32) -> f32 {
        sqrt(variance + const { f32::from_bits(EPS) })
    }
}

impl<X, const C: usize, const EPS: u32, const MOMENTUM: u32> Layer for BatchNorm<X, EPS, MOMENTUM>
where
    X: Shape<PerChannel<f32> = [f32; C]>,
{
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = BatchNormTape<V, C>;

    const WORKS: Works = Works::InPlace;
    const TRAINS: Works = Works::Apart;
    const READS_Y: bool = false;
    const MIXES_IMAGES: bool = true;
    const OPERATOR: Operator =
        Operator { name: "batch_norm", numbers: &[("eps", Number::Real(EPS)), ("momentum", Number::Real(MOMENTUM))] };

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        const { assert_channels_last::<X>(C) }
        for from in (0..C).step_by(BLOCK) {
            let mut factors = [0.0; BLOCK];
            for (c, factor) in (from..C).zip(&mut factors) {
                *factor = self.weight[c] / Self::deviation(self.variance[c]);
            }
            for y in y.flat_mut().chunks_exact_mut(C) {
                for ((c, y), factor) in (from..C).zip(&mut y[from..]).zip(factors) {
                    *y = (*y - V::splat(self.mean[c])) * V::splat(factor) + V::splat(self.bias[c]);
                }
            }
        }
    }

    fn forward<V: Elem>(
        &self,
        context: &Context,
        x: &Input<Self, V>,
        tape: &mut BatchNormTape<V, C>,
        y: &mut Output<Self, V>,
    ) {
        const { assert_channels_last::<X>(C) }
        (tape.mean, tape.variance) = (self.mean, self.variance);
        if let Some(n) = batch::<X, V>(context) {
            tape.see(x.flat(), context.images::<V>(), n);
        }
        for c in 0..C {
            let deviation = Self::deviation(tape.variance[c]);
            tape.inverse[c] = 1.0 / deviation;
            tape.factor[c] = self.weight[c] / deviation;
        }
        widest(
            #[inline(always)]
            || {
                for (x, y) in x.flat().chunks_exact(C).zip(y.flat_mut().chunks_exact_mut(C)) {
                    for c in 0..C {
                        one_by_one::<V>();
                        y[c] = (x[c] - V::splat(tape.mean[c])) * V::splat(tape.factor[c]) + V::splat(self.bias[c]);
                    }
                }
            },
        );
    }

    fn backward<V: Elem>(
        &self,
        context: &Context,
        x: &Input<Self, V>,
        tape: &mut BatchNormTape<V, C>,
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let BatchNormTape { mean, variance, inverse, factor, sums: [db, dw] } = tape;
        let (images, batch) = (context.images::<V>(), batch::<X, V>(context));
        (*db, *dw) = ([V::ZERO; C], [V::ZERO; C]);
        widest(
            #[inline(always)]
            || {
                for (x, dy) in x.flat().chunks_exact(C).zip(dy.flat().chunks_exact(C)) {
                    for c in 0..C {
                        one_by_one::<V>();
                        db[c] += dy[c];
                        dw[c] += dy[c] * normalised(x[c], mean[c], inverse[c]);
                    }
                }
            },
        );
        for c in 0..C {
            db[c].lanes()[..images].iter().for_each(|db| gradient.bias[c] += db);
            dw[c].lanes()[..images].iter().for_each(|dw| gradient.weight[c] += dw);
        }
        if let Some(n) = batch {
            let (images, unbiased) = (images as f32, n / (n - 1.0));
            for c in 0..C {
                gradient.mean[c] += images * (mean[c] - self.mean[c]);
                gradient.variance[c] += images * (variance[c] * unbiased - self.variance[c]);
            }
        }
        let Some(dx) = dx else { return };
        // by how much ∂L/∂b and ∂L/∂w of the whole element lessen each gradient
        for sum in [&mut *db, &mut *dw].into_iter().flatten() {
            *sum = V::splat(batch.map_or(0.0, |n| total(*sum, images) / n));
        }
        widest(
            #[inline(always)]
            || {
                let values = x.flat().chunks_exact(C).zip(dy.flat().chunks_exact(C));
                for ((x, dy), dx) in values.zip(dx.flat_mut().chunks_exact_mut(C)) {
                    for c in 0..C {
                        one_by_one::<V>();
                        dx[c] = match batch {
                            Some(_) => {
                                (dy[c] - db[c] - normalised(x[c], mean[c], inverse[c]) * dw[c]) * V::splat(factor[c])
                            }
                            None => dy[c] * V::splat(factor[c]),
                        };
                    }
                }
            },
        );
        if images < V::LANES {
            // a lane without an image adds nothing to the parameters of the layers before
            dx.flat_mut().iter_mut().for_each(|dx| dx.lanes_mut()[images..].fill(0.0));
        }
    }

    fn hold(&mut self, seen: &Self) {
        let momentum = const { f32::from_bits(MOMENTUM) };
        for c in 0..C {
            self.mean[c] = flushed(self.mean[c] + momentum * seen.mean[c]);
            self.variance[c] = flushed(self.variance[c] + momentum * seen.variance[c]);
        }
    }
}

/// x with mean 0 and standard deviation 1.
#[inline(always)]
fn normalised<V: Elem>(x: V, mean: f32, inverse: f32) -> V {
    (x - V::splat(mean)) * V::splat(inverse)
}

/// How many values of a channel the statistics are over, in training, if they have a spread.
fn batch<X: Shape, V: Elem>(context: &Context) -> Option<f32> {
    let n = context.images::<V>() * (X::LEN / X::DIMS[0]);
    (context.trains && n > 1).then_some(n as f32)
}

/// The sum over the first `images` lanes, one after the other.
fn total<V: Elem>(sum: V, images: usize) -> f32 {
    sum.lanes()[..images].iter().fold(0.0, |total, lane| total + lane)
}

/// What a [`BatchNorm`] keeps: by what it has normalised each of `C` channels, and sums over them.
///
/// ```
/// use const_cnn::{BatchNorm, BatchNormTape, Image, Layer, Zero};
///
/// // of one image at a time six numbers a channel, however large the image is
/// let tape: <BatchNorm<Image<8, 32, 32>> as Layer>::Tape<f32> = BatchNormTape::ZERO;
/// assert_eq!(size_of_val(&tape), 4 * 6 * 8);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNormTape<V, const C: usize> {
    mean: [f32; C],
    variance: [f32; C],
    inverse: [f32; C],
    factor: [f32; C],
    sums: [[V; C]; 2],
}

impl<V: Elem, const C: usize> Zero for BatchNormTape<V, C> {
    const ZERO: Self = BatchNormTape {
        mean: [0.0; C],
        variance: [0.0; C],
        inverse: [0.0; C],
        factor: [0.0; C],
        sums: [[V::ZERO; C]; 2],
    };
}

impl<V: Elem, const C: usize> BatchNormTape<V, C> {
    /// Mean and variance of the `n` values of each channel.
    ///
    /// The second pass is over the distances from the mean of the first, whose own mean is then what rounding left of it: so
    /// nothing is lost where the mean is large.
    fn see(&mut self, x: &[V], images: usize, n: f32) {
        let [sum, squares] = &mut self.sums;
        (*sum, *squares) = ([V::ZERO; C], [V::ZERO; C]);
        widest(
            #[inline(always)]
            || {
                for x in x.chunks_exact(C) {
                    for c in 0..C {
                        one_by_one::<V>();
                        sum[c] += x[c];
                    }
                }
            },
        );
        for c in 0..C {
            self.mean[c] = total(sum[c], images) / n;
            sum[c] = V::ZERO;
        }
        widest(
            #[inline(always)]
            || {
                for x in x.chunks_exact(C) {
                    for c in 0..C {
                        one_by_one::<V>();
                        let distance = x[c] - V::splat(self.mean[c]);
                        sum[c] += distance;
                        squares[c] += distance * distance;
                    }
                }
            },
        );
        for c in 0..C {
            let left = total(sum[c], images) / n;
            self.mean[c] += left;
            let variance = total(squares[c], images) / n - left * left;
            self.variance[c] = if variance < 0.0 { 0.0 } else { variance };
        }
    }
}

arrays! {
    folds impl[X, const C: usize, const EPS: u32, const MOMENTUM: u32] BatchNorm<X, EPS, MOMENTUM>
    where [X: Shape<PerChannel<f32> = [f32; C]>] {
        weight: [C] from 1.0,
        bias: [C] from 0.0,
        mean: [C] held from 0.0,
        variance: [C] held from 1.0,
    }
}

impl<X, const C: usize, const EPS: u32, const MOMENTUM: u32> Fold for BatchNorm<X, EPS, MOMENTUM>
where
    X: Shape<PerChannel<f32> = [f32; C]>,
{
    type Folded = Self;
    type Absorbed = Self;

    const IS_NORM: bool = true;

    fn fold_into(&self, to: &mut Self) {
        to.copy_from(self);
    }

    fn absorb_into(&self, _: &impl Fold, to: &mut Self) {
        to.copy_from(self);
    }

    fn affine(&self, channel: usize) -> (f32, f32) {
        let factor = self.weight[channel] / Self::deviation(self.variance[channel]);
        (factor, self.bias[channel] - self.mean[channel] * factor)
    }
}

/// How [`BatchNorm`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub struct batch_norm;

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, Flat: Shape> Word<X, Flat> for batch_norm {
    type Layer = BatchNorm<X>;
}

/// The numbers of `batch_norm(eps E, momentum M)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// What is added to the variance.
    pub eps: f32,
    /// How far a batch moves what is held.
    pub momentum: f32,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let dims = former.takes_any("batch_norm");
        if !(self.eps > 0.0 && self.eps.is_finite()) {
            former.says("the eps of batch_norm is a finite number above 0, such as 1e-5").panic();
        }
        if !(self.momentum >= 0.0 && self.momentum <= 1.0) {
            former.says("the momentum of batch_norm is a number from 0 to 1, such as 0.1; Keras' 0.99 is 0.01").panic();
        }
        former.gives("batch_norm", dims, 4 * dims.sizes[0])
    }
}

/// The type of a [`BatchNorm`] from what it takes: `batch_norm!([C, H, W] => eps E, momentum M)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{BatchNorm, Image, Zero, batch_norm};
/// let norm: batch_norm!([8, 4, 4] => eps 1e-3, momentum 0.01) = Zero::ZERO;
/// let default: BatchNorm<Image<8, 4, 4>> =
///     <batch_norm!([8, 4, 4] => eps 1e-5, momentum 0.1)>::ZERO;
/// ```
#[macro_export]
macro_rules! batch_norm {
    (@numbers) => { $crate::layers::batch_norm::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::BatchNorm<$crate::shape!($x), { $n.eps.to_bits() }, { $n.momentum.to_bits() }>
    };
    ([$($size:expr),+] => $($numbers:tt)+) => {
        $crate::batch_norm!(@type
            $crate::batch_norm!($($numbers)+).after($crate::Former::by_hand(&[$($size),+])),
            (),
            $crate::batch_norm!($($numbers)+))
    };
    (eps $eps:expr $(,)?) => { $crate::batch_norm!(eps $eps, momentum $crate::layers::batch_norm::HOLDS) };
    (momentum $momentum:expr $(,)?) => {
        $crate::batch_norm!(eps $crate::layers::batch_norm::EPSILON, momentum $momentum)
    };
    (momentum $momentum:expr, eps $eps:expr $(,)?) => { $crate::batch_norm!(eps $eps, momentum $momentum) };
    (eps $eps:expr, momentum $momentum:expr $(,)?) => {
        $crate::layers::batch_norm::Numbers { eps: $eps, momentum: $momentum }
    };
    ($($other:tt)*) => {
        compile_error!("it is written `batch_norm`, or `batch_norm(eps 1e-5, momentum 0.1)`, either of which can be left out")
    };
}

/// The macro alone: the word has the same name.
mod with_numbers {
    pub use batch_norm;
}
pub use with_numbers::batch_norm;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Image, Sequence, Vector, worst_gradient};

    const TRAINING: Context = Context { trains: true, ..Context::EVALUATION };

    type Two = BatchNorm<Vector<2>, { 1f32.to_bits() }, { 0.5f32.to_bits() }>;

    const TWO: Two = BatchNorm { weight: [2.0, 1.0], bias: [0.5, 0.0], mean: [1.0, 10.0], variance: [3.0, 8.0] };

    /// Of the first channel 3 values that are real and 5 that are not; of the second, which is the first doubled, too.
    fn element() -> [F32x8; 2] {
        let lanes = F32x8([0.0, 3.0, 6.0, 1e30, f32::NAN, 7.0, 7.0, 7.0]);
        [lanes, lanes + lanes]
    }

    #[test]
    fn evaluation_by_hand() {
        let mut y = [0.0; 2];
        TWO.infer(&[5.0, 4.0], &mut (), &mut y);
        // 2 · (5 − 1) / √(3 + 1) + 0.5, (4 − 10) / √(8 + 1)
        assert_eq!(y, [4.5, -2.0]);
        let mut tape = BatchNormTape::ZERO;
        TWO.forward(&Context::EVALUATION, &[5.0, 4.0], &mut tape, &mut y);
        assert_eq!(y, [4.5, -2.0]);
    }

    #[test]
    fn statistics_that_decay_become_0() {
        // of a channel that has died, all of whose values are 0
        let mut norm = TWO;
        for _ in 0..1000 {
            let seen = Two { mean: norm.mean.map(|mean| -mean), variance: norm.variance.map(|v| -v), ..Two::ZERO };
            norm.hold(&seen);
        }
        assert_eq!((norm.mean, norm.variance), ([0.0; 2], [0.0; 2]));
    }

    #[test]
    fn training_by_hand() {
        // the mean square distance of 0, 3, 6 from 3 is 6, and that of their doubles 24
        let context = Context { images: 3, ..TRAINING };
        let (x, mut tape, mut y) = (element(), BatchNormTape::ZERO, [F32x8::ZERO; 2]);
        TWO.forward(&context, &x, &mut tape, &mut y);
        assert_eq!((tape.mean, tape.variance), ([3.0, 6.0], [6.0, 24.0]));
        for (lane, distance) in [-3.0, 0.0, 3.0].into_iter().enumerate() {
            assert_eq!(y[0].0[lane], distance * (2.0 / sqrt(7.0)) + 0.5);
            assert_eq!(y[1].0[lane], 2.0 * distance * (1.0 / 5.0));
        }

        let mut dy = [F32x8([1.0, 2.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0]); 2];
        dy[1] = F32x8([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        let (mut gradient, mut dx) = (Two::ZERO, [F32x8::splat(f32::NAN); 2]);
        TWO.backward(&context, &x, &mut tape, &y, &dy, &mut gradient, Some(&mut dx));
        assert_eq!(gradient.bias, [2.0, 1.0]);
        assert!((gradient.weight[0] - -6.0 / 7f32.sqrt()).abs() < 1e-6 && gradient.weight[1] == 0.0);
        // three times how far the mean 3 is from 1, and 6 · 3/2 from 3; 6 from 10, and 24 · 3/2 from 8
        assert_eq!((gradient.mean, gradient.variance), ([6.0, -12.0], [18.0, 84.0]));
        // of the second: (1, 0, 0 rotated) less its mean, over 5
        let third = 1.0 / 3.0;
        for (lane, expected) in [-third / 5.0, (1.0 - third) / 5.0, -third / 5.0].into_iter().enumerate() {
            assert!((dx[1].0[lane] - expected).abs() < 1e-7, "{:?}", dx[1]);
        }
        assert!(dx.iter().all(|dx| dx.0[3..] == [0.0; 5]), "lanes without an image have a gradient: {dx:?}");

        gradient.scale(1.0 / 3.0);
        let mut held = TWO;
        held.hold(&gradient);
        // half way from 1 to 3, from 10 to 6, from 3 to 9 and from 8 to 36
        assert_eq!((held.mean, held.variance), ([2.0, 8.0], [6.0, 22.0]));
        assert_eq!((held.weight, held.bias), (TWO.weight, TWO.bias));
    }

    #[test]
    fn a_single_value_a_channel_uses_what_is_held_and_leaves_it() {
        let check = |context: Context| {
            let (mut y, mut tape, mut gradient, mut dx) = ([0.0; 2], BatchNormTape::ZERO, Two::ZERO, [f32::NAN; 2]);
            TWO.forward(&context, &[5.0, 4.0], &mut tape, &mut y);
            assert_eq!(y, [4.5, -2.0]);
            TWO.backward(&context, &[5.0, 4.0], &mut tape, &y, &[1.0, 3.0], &mut gradient, Some(&mut dx));
            assert_eq!(dx, [1.0, 1.0]); // 2 / √4 · 1, 1 / √9 · 3
            assert_eq!(gradient, BatchNorm { weight: [2.0, -6.0], bias: [1.0, 3.0], ..Two::ZERO });
            let mut held = TWO;
            held.hold(&gradient);
            assert_eq!(held, TWO);
        };
        check(TRAINING);
        check(Context { images: 1, ..TRAINING });

        let (x, mut tape, mut y) = (element(), BatchNormTape::ZERO, [F32x8::ZERO; 2]);
        TWO.forward(&Context { images: 1, ..TRAINING }, &x, &mut tape, &mut y);
        assert_eq!([y[0].0[0], y[1].0[0]], [-0.5, -10.0 * (1.0 / 3.0)]);
    }

    #[test]
    fn a_large_mean_leaves_the_variance() {
        // 4096 values around a thousand, in steps that a float has there; their variance is that of −1.5, −0.5, 0.5, 1.5
        let x: [[[f32; 1]; 64]; 64] =
            core::array::from_fn(|h| core::array::from_fn(|w| [1000.5 + ((h + w) % 4) as f32]));
        let (mut tape, mut y) = (BatchNormTape::ZERO, [[[0.0; 1]; 64]; 64]);
        let norm = BatchNorm::<Image<1, 64, 64>> { weight: [1.0], bias: [0.0], mean: [0.0], variance: [1.0] };
        norm.forward(&TRAINING, &x, &mut tape, &mut y);
        assert_eq!((tape.mean, tape.variance), ([1002.0], [1.25]));
        let mean = y.as_flattened().iter().map(|y| y[0]).sum::<f32>();
        assert!(mean.abs() < 1e-2, "{mean}");

        // equal values have no spread: they become the bias
        norm.forward(&TRAINING, &[[[1e7]; 64]; 64], &mut tape, &mut y);
        assert_eq!((tape.variance, y), ([0.0], [[[0.0]; 64]; 64]));
    }

    /// A layer whose numbers are all different, and its gradients, in both modes.
    fn check<X, const C: usize>()
    where
        X: Shape<PerChannel<f32> = [f32; C]>,
    {
        let number = |n: usize| ((n * n + 3 * n) % 17) as f32 / 8.0 - 1.0;
        let mut norm = BatchNorm::<X>::ZERO;
        for c in 0..C {
            (norm.weight[c], norm.bias[c]) = (number(c) + 1.5, number(c + 1));
            (norm.mean[c], norm.variance[c]) = (number(c + 2), number(c + 3) + 1.5);
        }
        let (mut x, mut dy) = (X::Of::<f32>::ZERO, X::Of::<f32>::ZERO);
        x.flat_mut().iter_mut().enumerate().for_each(|(n, x)| *x = number(n + n / 17 * 5) * 1.5);
        dy.flat_mut().iter_mut().enumerate().for_each(|(n, dy)| *dy = number(3 * n + 1));
        let worst = worst_gradient(&mut norm, &mut x, &dy, 1.0 / 64.0);
        assert!(worst.error() < 2e-3, "{:?}: {worst}", X::DIMS);
    }

    #[test]
    fn gradients_are_those_of_differences() {
        check::<Image<1, 1, 1>, 1>();
        check::<Image<2, 3, 2>, 2>();
        check::<Image<5, 2, 2>, 5>();
        check::<Image<3, 1, 4>, 3>();
        check::<Sequence<4, 3>, 4>();
        check::<Sequence<1, 7>, 1>();
        check::<Vector<1>, 1>();
        check::<Vector<6>, 6>();
        check::<Vector<33>, 33>(); // one more than evaluation takes at once
    }
}
