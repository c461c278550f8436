//! How a gradient changes the parameters: one file a rule, and what all rules have in common.

mod settings;

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
    adam: Adam;
    sgd: Sgd;
}

#[cfg(feature = "parallel")]
use std::vec::Vec;

#[cfg(feature = "parallel")]
use rayon::prelude::*;

use crate::math::{not_finite, sqrt};
use crate::parameters::{indices, is_learned};
use crate::{Error, Parameters, Zero};

/// How many numbers of an array are worked on at a time: those of four parts and their sum are in a thread's nearest caches.
pub(crate) const CHUNK: usize = 4096;

/// A rule that changes a parameter by its gradient: a function of one number.
///
/// [`update`](Optimizer::update) says what becomes of a parameter and of what is kept for it. All else stands here once, for
/// every rule: arrays and which of them are learned, [`Settings`] such as the learning rate, weight decay and clipping,
/// looking ahead, and threads.
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
pub type State<O, P> = <<O as Optimizer>::Keeps as Kept>::Of<P>;

/// How many numbers a rule keeps for each parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keeps<const S: usize>;

/// What [`Keeps`] says.
pub trait Kept {
    /// An array of as many `T`.
    type Of<T: Zero>: Zero + AsRef<[T]> + AsMut<[T]>;

    /// An array of as many slices, which may go to another thread.
    #[doc(hidden)]
    type Slices<'a>: Zero + AsRef<[Slice<'a>]> + AsMut<[Slice<'a>]> + Send;
}

impl<const S: usize> Kept for Keeps<S> {
    type Of<T: Zero> = [T; S];
    type Slices<'a> = [Slice<'a>; S];
}

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

/// What becomes of a number.
struct Step<O> {
    rule: O,
    settings: Settings,
    scale: f32,
    decay: f32,
    /// Whether the gradient is taken as it is.
    is_plain: bool,
}

impl<O: Optimizer> Step<O> {
    /// What becomes of a parameter and of the `n`-th of what is kept.
    #[inline(always)]
    fn next(
        &self,
        mut w: f32,
        mut g: f32,
        slices: &<O::Keeps as Kept>::Slices<'_>,
        n: usize,
    ) -> (f32, <O::Keeps as Kept>::Of<f32>) {
        if !self.is_plain {
            g *= self.scale;
            if let Clip::Value(bound) = self.settings.clip() {
                g = if g > bound { bound } else { g };
                g = if g < -bound { -bound } else { g };
            }
            if O::SHRINKS {
                w -= self.settings.learning_rate() * self.decay * w;
            } else {
                g += self.decay * w;
            }
        }
        let mut kept = <O::Keeps as Kept>::Of::<f32>::ZERO;
        for (kept, slice) in kept.as_mut().iter_mut().zip(slices.as_ref()) {
            *kept = slice.0.get(n).copied().unwrap_or(0.0); // it is there
        }
        (self.rule.update(w, g, &mut kept), kept)
    }
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

    /// How many numbers there are: as many in each slice, which the compiler then knows.
    #[inline(always)]
    fn len(&self) -> usize {
        let len = self.parameters.len().min(self.gradient.len());
        self.kept.as_ref().iter().fold(len, |len, slice| len.min(slice.0.len()))
    }

    /// The first `len` numbers of what is kept.
    #[inline(always)]
    fn cut<'b>(kept: &'b mut <O::Keeps as Kept>::Slices<'a>, len: usize) -> <O::Keeps as Kept>::Slices<'b>
    where
        'a: 'b,
    {
        let mut slices: <O::Keeps as Kept>::Slices<'b> = Zero::ZERO;
        let kept: &'b mut [Slice<'a>] = kept.as_mut();
        let cut: &mut [Slice<'b>] = slices.as_mut();
        for (cut, kept) in cut.iter_mut().zip(kept) {
            let len = len.min(kept.0.len());
            *cut = Slice(&mut kept.0[..len]);
        }
        slices
    }

    /// The error of a step that would end in NaN or infinity.
    fn look(&mut self) -> Result<(), Error> {
        let (step, len, mut bits) = (self.step(), self.len(), 0);
        let (parameters, gradient) = (&self.parameters[..len], &self.gradient[..len]);
        let slices = Self::cut(&mut self.kept, len);
        for n in 0..len {
            let (w, kept) = step.next(parameters[n], gradient[n], &slices, n);
            bits |= not_finite(w);
            kept.as_ref().iter().for_each(|&kept| bits |= not_finite(kept));
        }
        if bits.leading_ones() == 0 {
            return Ok(());
        }
        for n in 0..len {
            let (w, kept) = step.next(parameters[n], gradient[n], &slices, n);
            if let Some(&found) = [w].iter().chain(kept.as_ref()).find(|value| !value.is_finite()) {
                return Err(Error::Step { found });
            }
        }
        Ok(())
    }

    /// The step.
    fn change(&mut self) {
        let (step, len) = (self.step(), self.len());
        let (parameters, gradient) = (&mut self.parameters[..len], &self.gradient[..len]);
        let mut slices = Self::cut(&mut self.kept, len);
        for n in 0..len {
            let (w, kept) = step.next(parameters[n], gradient[n], &slices, n);
            parameters[n] = w;
            for (slice, &kept) in slices.as_mut().iter_mut().zip(kept.as_ref()) {
                if let Some(place) = slice.0.get_mut(n) {
                    *place = kept;
                }
            }
        }
    }

    #[inline(always)]
    fn step(&self) -> Step<O> {
        let Numbers { rule, settings, scale, decay, .. } = *self;
        let is_plain = scale == 1.0 && decay == 0.0 && !matches!(settings.clip(), Clip::Value(_));
        Step { rule, settings, scale, decay, is_plain }
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
    let norm = gradient_norm(gradient);
    if norm > bound { bound / norm } else { 1.0 }
}

/// √(Σ g²) over all that is learned, whatever its size: NaN or infinite only where a number of it is.
pub fn gradient_norm<P: Parameters>(gradient: &P) -> f32 {
    let learned = || indices::<P>().filter(|&index| is_learned::<P>(index)).map(|index| gradient.values(index));
    let mut largest = 0.0_f32;
    for &g in learned().flatten() {
        let g = g.abs();
        largest = if g <= largest { largest } else { g }; // NaN stays
    }
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    // parts, so that small numbers are not lost beside what many others have made
    let mut sum = 0.0;
    for chunk in learned().flat_map(|values| values.chunks(CHUNK)) {
        sum += chunk.iter().map(|g| (g / largest) * (g / largest)).sum::<f32>();
    }
    largest * sqrt(sum)
}

/// Refuses NaN and infinity in what training is to hold, which no gradient changes.
#[inline]
fn look_at_held(seen: &[f32]) -> Result<(), Error> {
    match seen.iter().find(|value| !value.is_finite()) {
        Some(&found) => Err(Error::Step { found }),
        None => Ok(()),
    }
}
