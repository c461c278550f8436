//! How a gradient changes the parameters: one file a rule, and what all rules have in common.

pub(crate) mod settings;

pub use settings::{Clip, Settings};

/// The rules, a line each: the file, and what it exports.
macro_rules! rules {
    ($($file:ident: $($name:ident),+;)+) => {
        $(
            mod $file;
            pub use $file::{$($name),+};
        )+
    };
}

rules! {
    adagrad: Adagrad;
    adam: Adam;
    adam_w: AdamW;
    amsgrad: AmsGrad;
    rms_prop: RmsProp;
    sgd: Sgd;
}

#[cfg(feature = "parallel")]
use std::vec::Vec;

#[cfg(feature = "parallel")]
use rayon::prelude::*;

use crate::math::{flushed, not_finite, sqrt};
use crate::parameters::{indices, is_learned};
use crate::{Error, Parameters, Zero};

/// How many numbers of an array are worked on at a time: those of four parts and their sum are in a thread's nearest caches.
pub(crate) const CHUNK: usize = 4096;

/// A rule that changes a parameter by its gradient: a function of one number.
///
/// [`update`](Optimizer::update) says what becomes of a parameter and of what is kept for it. All else stands here once, for
/// every rule: arrays and which of them are learned, [`Settings`] such as the learning rate, weight decay and clipping,
/// looking ahead, and threads. What is kept, and what weight decay shrinks, becomes 0 where it would be subnormal.
///
/// | rule | keeps | for w and its gradient g, in step t = 1, 2, …, with the learning rate r |
/// |---|---|---|
/// | [`Sgd`] | v | v ← momentum · v + (1 − dampening) · g, w ← w − r · v; Nesterov's: w ← w − r · (g + momentum · v) |
/// | [`Adam`] | m, v | m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − r · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε) |
/// | [`AdamW`] | m, v | w ← w − r · decay · w, then as Adam |
/// | [`AmsGrad`] | m, v, u | as Adam, u ← max(u, v) in place of v |
/// | [`RmsProp`] | s, v | s ← α·s + (1 − α)·g², v ← momentum · v + g / (√s + ε), w ← w − r · v |
/// | [`Adagrad`] | s | s ← s + g², w ← w − r · g / (√s + ε) |
///
/// ```
/// use const_cnn::{Keeps, Optimizer, Settings, Sgd, Trainer, Zero, network};
///
/// /// w ← w − learning_rate · sign(v), v ← 0.9 · v + 0.1 · g
/// #[derive(Clone, Copy)]
/// struct SignOfMomentum(Settings);
///
/// impl Optimizer for SignOfMomentum {
///     type Keeps = Keeps<1>; // numbers for each parameter, 0 at first
///
///     fn settings(&mut self) -> &mut Settings {
///         &mut self.0
///     }
///
///     fn update(&self, w: f32, g: f32, [v]: &mut [f32; 1]) -> f32 {
///         *v = 0.9 * *v + 0.1 * g;
///         w - self.0.learning_rate() * v.signum()
///     }
/// }
///
/// network! {
///     struct Net: [2] => [2] { dense: linear(2) }
/// }
/// let rule = SignOfMomentum(Settings::new(0.01)?).with_weight_decay(1e-4)?;
/// let mut trainer = Trainer::<Net, f32, SignOfMomentum>::ZERO;
/// trainer.step(&mut Net::ZERO, &rule, [([0.0, 1.0], 1)])?;
/// # Ok::<(), const_cnn::Error>(())
/// ```
pub trait Optimizer: Copy + Send + Sync {
    /// How many numbers are kept for each parameter from step to step: `Keeps<2>` for two. They are 0 at first.
    type Keeps: Kept;

    /// Whether weight decay shrinks the weights themselves, as AdamW has it. Otherwise it adds to their gradient.
    const SHRINKS: bool = false;

    /// Where its learning rate, weight decay and clipping lie.
    fn settings(&mut self) -> &mut Settings;

    /// The rule for the step of this number, counted from 0: where what `update` does depends on it.
    #[inline]
    fn at(&self, step: u64) -> Self {
        let _ = step;
        *self
    }

    /// The new parameter after `w`, whose gradient is `g`; changes what is kept for it.
    fn update(&self, w: f32, g: f32, kept: &mut <Self::Keeps as Kept>::Of<f32>) -> f32;

    /// The same rule with another learning rate.
    ///
    /// ```
    /// use const_cnn::{Adam, Clip, Optimizer};
    /// let mut adam = Adam::new(0.1)?.with_learning_rate(0.01)?.with_clip(Clip::Value(1.0))?;
    /// assert_eq!(adam.settings().learning_rate(), 0.01);
    /// assert!(adam.with_learning_rate(f32::NAN).is_err());
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is below 0, NaN or infinite.
    fn with_learning_rate(mut self, rate: f32) -> Result<Self, Error> {
        *self.settings() = self.settings().with_learning_rate(rate)?;
        Ok(self)
    }

    /// The same rule with weight decay: of the arrays that [decay](crate::Array::is_decaying), which are weights but not
    /// biases, every step takes away the share learning_rate · `decay`, or adds `decay` times the weight to its gradient,
    /// [as the rule has it](Optimizer::SHRINKS).
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is below 0, NaN or infinite.
    fn with_weight_decay(mut self, decay: f32) -> Result<Self, Error> {
        *self.settings() = self.settings().with_weight_decay(decay)?;
        Ok(self)
    }

    /// The same rule, which makes a gradient that is too large smaller before each step.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when the bound is not above 0.
    fn with_clip(mut self, clip: Clip) -> Result<Self, Error> {
        *self.settings() = self.settings().with_clip(clip)?;
        Ok(self)
    }

    /// Changes `parameters` by `gradient`, that of the mean loss of a batch; `step` is the number of steps before.
    ///
    /// # Errors
    ///
    /// [`Error::Step`] when a number would become NaN or infinite; nothing is then changed.
    fn step<P: Parameters>(
        &self,
        step: u64,
        state: &mut State<Self, P>,
        parameters: &mut P,
        gradient: &P,
    ) -> Result<(), Error> {
        let scale = scale(*self, gradient);
        let rule = self.at(step);
        // first only look: a step that would end in NaN or infinity is not begun
        for index in indices::<P>() {
            if is_learned::<P>(index) {
                Numbers::new(rule, index, scale, state, parameters, gradient).look()?;
            } else {
                look_at_held(gradient.values(index))?;
            }
        }
        for index in indices::<P>().filter(|&index| is_learned::<P>(index)) {
            Numbers::new(rule, index, scale, state, parameters, gradient).change();
        }
        Ok(())
    }

    /// As [`step`](Optimizer::step), with the same bits and errors, on the threads of rayon's pool.
    #[cfg(feature = "parallel")]
    fn step_parallel<P: Parameters>(
        &self,
        step: u64,
        state: &mut State<Self, P>,
        parameters: &mut P,
        gradient: &P,
    ) -> Result<(), Error> {
        let scale = scale(*self, gradient);
        let rule = self.at(step);
        for index in indices::<P>() {
            if is_learned::<P>(index) {
                let chunks = Numbers::new(rule, index, scale, state, parameters, gradient).chunks();
                let error = chunks.into_par_iter().find_map_first(|mut chunk| chunk.look().err());
                error.map_or(Ok(()), Err)?;
            } else {
                look_at_held(gradient.values(index))?;
            }
        }
        for index in indices::<P>().filter(|&index| is_learned::<P>(index)) {
            let chunks = Numbers::new(rule, index, scale, state, parameters, gradient).chunks();
            chunks.into_par_iter().for_each(|mut chunk| chunk.change());
        }
        Ok(())
    }
}

/// What a rule keeps for parameters `P`: as many values of their own type as it keeps numbers for each.
///
/// ```
/// use const_cnn::{Adam, F32x8, State, Trainer, Zero, network};
/// network! {
///     struct Net: [2] => [2] { logits: linear(2) }
/// }
/// let trainer = Trainer::<Net, F32x8, Adam>::ZERO;
/// let [m, v]: &State<Adam, Net> = &trainer.state; // as in Adam's equation
/// assert_eq!(m.logits.weight, v.logits.weight);
/// ```
pub type State<O, P> = <<O as Optimizer>::Keeps as Kept>::Of<P>;

/// How many numbers a rule keeps for each parameter: at most eight.
///
/// ```
/// use const_cnn::{Adam, Keeps, Kept, Optimizer, Sgd};
/// fn kept<O: Optimizer<Keeps = Keeps<S>>, const S: usize>() -> usize {
///     S
/// }
/// assert_eq!((kept::<Sgd, _>(), kept::<Adam, _>()), (1, 2)); // velocity; m and v
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeps<const S: usize>;

/// What [`Keeps`] says.
///
/// ```
/// use const_cnn::{Adam, Kept, Optimizer};
/// type Kept1 = <<Adam as Optimizer>::Keeps as Kept>::Of<f32>; // of one parameter
/// let adam = Adam::new(0.1)?;
/// let (mut kept, w): (Kept1, f32) = ([0.0; 2], 1.0);
/// let w = adam.at(0).update(w, 0.5, &mut kept);
/// assert!((w - 0.9).abs() < 1e-3); // its first step is as long as the rate
/// assert!((kept[0] - 0.05).abs() < 1e-6); // m = 0.1 · g
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how many numbers a rule keeps",
    note = "it is `Keeps<0>` to `Keeps<8>`"
)]
pub trait Kept {
    /// An array of as many `T`.
    type Of<T: Zero>: Zero + AsRef<[T]> + AsMut<[T]>;

    /// An array of as many slices, which may go to another thread.
    #[doc(hidden)]
    type Slices<'a>: Zero + AsRef<[Slice<'a>]> + AsMut<[Slice<'a>]> + Send;

    /// Calls `next` with each parameter, its gradient and what is kept for it, which give way to what it returns if `CHANGES`.
    #[doc(hidden)]
    fn each<const CHANGES: bool>(
        parameters: &mut [f32],
        gradient: &[f32],
        kept: &mut Self::Slices<'_>,
        next: impl FnMut(f32, f32, Self::Of<f32>) -> (f32, Self::Of<f32>),
    );
}

/// Loops over zipped slices, of which the compiler sees that no index is beyond them, and works on several numbers at once.
macro_rules! keeps {
    ($count:literal: $($slice:ident)*) => {
        impl Kept for Keeps<$count> {
            type Of<T: Zero> = [T; $count];
            type Slices<'a> = [Slice<'a>; $count];

            #[inline(always)]
            fn each<const CHANGES: bool>(
                parameters: &mut [f32],
                gradient: &[f32],
                [$($slice),*]: &mut [Slice<'_>; $count],
                mut next: impl FnMut(f32, f32, [f32; $count]) -> (f32, [f32; $count]),
            ) {
                let numbers = parameters.iter_mut().zip(gradient);
                $(let numbers = numbers.zip($slice.0.iter_mut());)*
                for keeps!(@pattern (w, g), $($slice)*) in numbers {
                    let new = next(*w, *g, [$(*$slice),*]);
                    if CHANGES {
                        (*w, [$(*$slice),*]) = new;
                    }
                }
            }
        }
    };
    (@pattern $inner:pat,) => { $inner };
    (@pattern $inner:pat, $slice:ident $($more:ident)*) => { keeps!(@pattern ($inner, $slice), $($more)*) };
}
keeps!(0:);
keeps!(1: a);
keeps!(2: a b);
keeps!(3: a b c);
keeps!(4: a b c d);
keeps!(5: a b c d e);
keeps!(6: a b c d e f);
keeps!(7: a b c d e f g);
keeps!(8: a b c d e f g h);

/// A slice of numbers; there are none in `ZERO`.
#[doc(hidden)]
pub struct Slice<'a>(&'a mut [f32]);

impl Zero for Slice<'_> {
    const ZERO: Self = Slice(none());
}

const fn none<'a>() -> &'a mut [f32] {
    &mut []
}

/// The numbers of one array, or a part of them, that a rule goes over.
struct Numbers<'a, O: Optimizer> {
    rule: O,
    settings: Settings,
    scale: f32,
    decay: f32,
    parameters: &'a mut [f32],
    kept: <O::Keeps as Kept>::Slices<'a>,
    gradient: &'a [f32],
}

impl<'a, O: Optimizer> Numbers<'a, O> {
    #[inline]
    fn new<P: Parameters>(
        mut rule: O,
        index: usize,
        scale: f32,
        state: &'a mut State<O, P>,
        parameters: &'a mut P,
        gradient: &'a P,
    ) -> Self {
        let mut kept = <O::Keeps as Kept>::Slices::ZERO;
        for (slice, values) in kept.as_mut().iter_mut().zip(state.as_mut()) {
            *slice = Slice(values.values_mut(index));
        }
        let settings = *rule.settings();
        let decay = settings.weight_decay();
        Numbers {
            rule,
            settings,
            scale,
            decay: if decay > 0.0 && P::ARRAYS.is_decaying(index) { decay } else { 0.0 },
            parameters: parameters.values_mut(index),
            kept,
            gradient: gradient.values(index),
        }
    }

    /// The error of a step that would end in NaN or infinity.
    fn look(&mut self) -> Result<(), Error> {
        let mut bits = 0;
        self.each::<false>(|w, kept| {
            bits |= not_finite(w);
            kept.iter().for_each(|&kept| bits |= not_finite(kept));
        });
        if bits.leading_ones() == 0 {
            return Ok(());
        }
        let mut found = 0.0;
        self.each::<false>(|w, kept| {
            for &value in [w].iter().chain(kept) {
                found = if f32::is_finite(found) { value } else { found };
            }
        });
        Err(Error::Step { found })
    }

    /// The step.
    fn change(&mut self) {
        self.each::<true>(|_, _| ());
    }

    /// Shows what becomes of each number, and of what is kept for it; if `CHANGES`, they become that.
    #[inline(always)]
    fn each<const CHANGES: bool>(&mut self, mut see: impl FnMut(f32, &[f32])) {
        let Numbers { rule, settings, scale, decay, ref mut parameters, ref mut kept, gradient } = *self;
        let is_plain = scale == 1.0 && decay == 0.0 && !matches!(settings.clip(), Clip::Value(_));
        O::Keeps::each::<CHANGES>(parameters, gradient, kept, |mut w, mut g, mut kept| {
            if !is_plain {
                g *= scale;
                if let Clip::Value(bound) = settings.clip() {
                    g = if g > bound { bound } else { g };
                    g = if g < -bound { -bound } else { g };
                }
                // without decay a subnormal weight stays
                w = if decay > 0.0 { flushed(w) } else { w };
                if O::SHRINKS {
                    w -= settings.learning_rate() * decay * w;
                } else {
                    g += decay * w;
                }
            }
            let w = rule.update(w, g, &mut kept);
            see(w, kept.as_ref());
            if CHANGES {
                kept.as_mut().iter_mut().for_each(|kept| *kept = flushed(*kept));
            }
            (w, kept)
        });
    }

    /// The numbers in parts of [`CHUNK`], for threads.
    #[cfg(feature = "parallel")]
    fn chunks(self) -> Vec<Numbers<'a, O>> {
        let Numbers { rule, settings, scale, decay, parameters, mut kept, gradient } = self;
        let chunk = |(parameters, gradient)| {
            let mut part = <O::Keeps as Kept>::Slices::ZERO;
            for (part, rest) in part.as_mut().iter_mut().zip(kept.as_mut()) {
                let slice = core::mem::take(&mut rest.0);
                let (first, others) = slice.split_at_mut(slice.len().min(CHUNK));
                (*part, *rest) = (Slice(first), Slice(others));
            }
            Numbers { rule, settings, scale, decay, parameters, kept: part, gradient }
        };
        parameters.chunks_mut(CHUNK).zip(gradient.chunks(CHUNK)).map(chunk).collect()
    }
}

/// What the gradient is multiplied with before the step.
fn scale<O: Optimizer, P: Parameters>(mut rule: O, gradient: &P) -> f32 {
    let Clip::Norm(bound) = rule.settings().clip() else { return 1.0 };
    let (largest, times) = norm(gradient);
    let norm = largest * times;
    match norm > bound {
        true if norm.is_finite() => bound / norm,
        true if largest.is_finite() => bound / largest / times, // the norm alone is beyond what a number holds
        true => bound / norm,
        false => 1.0,
    }
}

/// √(Σ g²) over all that is learned, whatever its size: NaN only where a number of it is, and infinite beyond 3.4 · 10³⁸.
///
/// ```
/// use const_cnn::{Linear, gradient_norm};
/// let gradient = Linear::<1, 1> { weight: [[-3.0]], bias: [4.0] };
/// assert_eq!(gradient_norm(&gradient), 5.0);
/// ```
pub fn gradient_norm<P: Parameters>(gradient: &P) -> f32 {
    let (largest, times) = norm(gradient);
    largest * times
}

/// The largest |g| of all that is learned, and how many times as large √(Σ g²) is.
fn norm<P: Parameters>(gradient: &P) -> (f32, f32) {
    let learned = || indices::<P>().filter(|&index| is_learned::<P>(index)).map(|index| gradient.values(index));
    let mut largest = 0.0_f32;
    for &g in learned().flatten() {
        let g = g.abs();
        largest = if g <= largest { largest } else { g }; // NaN stays
    }
    if largest == 0.0 || !largest.is_finite() {
        return (largest, 1.0);
    }
    // parts, so that small numbers are not lost beside what many others have made
    let mut sum = 0.0;
    for chunk in learned().flat_map(|values| values.chunks(CHUNK)) {
        sum += chunk.iter().map(|g| (g / largest) * (g / largest)).sum::<f32>();
    }
    (largest, sqrt(sum))
}

/// Refuses NaN and infinity in what training is to hold, which no gradient changes.
fn look_at_held(seen: &[f32]) -> Result<(), Error> {
    match seen.iter().find(|value| !value.is_finite()) {
        Some(&found) => Err(Error::Step { found }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::{Adam, AmsGrad, Linear, RmsProp, Sgd};

    #[test]
    fn a_norm_that_overflows_is_clipped_too() {
        let rule = Sgd::new(1.0, 0.0).unwrap().with_clip(Clip::Norm(1.0)).unwrap();
        let (mut dense, gradient) = (Linear::<1, 1>::ZERO, Linear { weight: [[3e38]], bias: [3e38] });
        let mut state = Zero::ZERO;
        assert_eq!(gradient_norm(&gradient), f32::INFINITY);
        rule.step(0, &mut state, &mut dense, &gradient).unwrap();
        for found in [dense.weight[0][0], dense.bias[0]] {
            assert!((found + core::f32::consts::FRAC_1_SQRT_2).abs() < 1e-6, "{found}");
        }
    }

    /// What a rule keeps after a gradient of 1 and then thousands of 0, and what has become of a weight and a bias of 1.
    fn decayed<O: Optimizer>(rule: O) -> (State<O, Linear<1, 1>>, Linear<1, 1>) {
        let (mut dense, mut state) = (Linear::<1, 1> { weight: [[1.0]], bias: [1.0] }, Zero::ZERO);
        for step in 0..5000 {
            let g = if step == 0 { 1.0 } else { 0.0 };
            rule.step(step, &mut state, &mut dense, &Linear { weight: [[g]], bias: [g] }).unwrap();
        }
        (state, dense)
    }

    #[test]
    fn what_decays_becomes_0() {
        fn check<O: Optimizer>(rule: O, kept: &[f32]) {
            let (state, dense) = decayed(rule);
            let found: Vec<f32> = state.as_ref().iter().flat_map(|kept| [kept.weight[0][0], kept.bias[0]]).collect();
            assert_eq!(found, kept);
            assert!(dense.weight[0][0].is_normal() && dense.bias[0].is_normal());
        }
        check(Sgd::new(0.1, 0.9).unwrap(), &[0.0; 2]);
        check(Sgd::new(0.1, 0.5).unwrap().nesterov(), &[0.0; 2]);
        check(Adam::new(0.1).unwrap().betas(0.9, 0.95).unwrap(), &[0.0; 4]);
        check(RmsProp::new(0.1, 0.9).unwrap().alpha(0.9).unwrap(), &[0.0; 4]);
        let largest = 1.0 - 0.95;
        check(AmsGrad(Adam::new(0.1).unwrap().betas(0.9, 0.95).unwrap()), &[0.0, 0.0, 0.0, 0.0, largest, largest]);
    }

    #[test]
    fn weights_that_decay_become_0_too() {
        // 0.9⁵⁰⁰⁰; without a gradient either kind of decay is the same
        for (weight, bias) in [decay(Sgd::new(0.1, 0.0).unwrap()), decay(crate::AdamW::new(0.1).unwrap())] {
            assert_eq!((weight.to_bits(), bias), (0, 1.0));
        }
        fn decay<O: Optimizer>(rule: O) -> (f32, f32) {
            let rule = rule.with_weight_decay(1.0).unwrap();
            let (mut dense, mut state) = (Linear::<1, 1> { weight: [[1.0]], bias: [1.0] }, Zero::ZERO);
            (0..5000).for_each(|step| rule.step(step, &mut state, &mut dense, &Linear::ZERO).unwrap());
            (dense.weight[0][0], dense.bias[0])
        }
    }
}
