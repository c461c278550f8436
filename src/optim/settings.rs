//! What all rules have in common.

use crate::Error;

/// Learning rate, weight decay and clipping, which stand once for all rules; see [`Optimizer`](crate::Optimizer).
///
/// ```
/// use const_cnn::{Adam, Optimizer, Settings};
/// let plain = Settings::new(0.01)?; // for a rule of one's own
/// assert_eq!((plain.learning_rate(), plain.weight_decay()), (0.01, 0.0));
/// // of any rule
/// let mut adam = Adam::new(0.01)?.with_weight_decay(1e-4)?;
/// assert_eq!(adam.settings().weight_decay(), 1e-4);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    learning_rate: f32,
    weight_decay: f32,
    clip: Clip,
}

/// What is done to a gradient before a step.
///
/// ```
/// use const_cnn::{Clip, Linear, Optimizer, Sgd, Zero};
/// let sgd = Sgd::new(1.0, 0.0)?.with_clip(Clip::Norm(1.0))?;
/// let gradient = Linear::<1, 1> { weight: [[-3.0]], bias: [-4.0] }; // its norm is 5
/// let mut dense = Linear::ZERO;
/// sgd.step(0, &mut Zero::ZERO, &mut dense, &gradient)?;
/// assert_eq!((dense.weight, dense.bias), ([[0.6]], [0.8]));
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// Nothing.
    None,
    /// Where the norm over all arrays, √(Σ g²), is above this, all of it is made smaller to have this norm.
    Norm(f32),
    /// Each number is brought between minus this and this.
    Value(f32),
}

impl Settings {
    /// A learning rate, that of a batch's mean loss; no weight decay, no clipping.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when it is below 0, NaN or infinite.
    #[inline]
    pub const fn new(learning_rate: f32) -> Result<Settings, Error> {
        Settings { learning_rate: 0.0, weight_decay: 0.0, clip: Clip::None }.with_learning_rate(learning_rate)
    }

    /// The learning rate.
    #[inline]
    pub const fn learning_rate(&self) -> f32 {
        self.learning_rate
    }

    /// The weight decay.
    #[inline]
    pub const fn weight_decay(&self) -> f32 {
        self.weight_decay
    }

    /// The clipping.
    #[inline]
    pub const fn clip(&self) -> Clip {
        self.clip
    }

    pub(super) const fn with_learning_rate(mut self, learning_rate: f32) -> Result<Settings, Error> {
        self.learning_rate = learning_rate;
        at_least_0("learning rate", learning_rate, self)
    }

    pub(super) const fn with_weight_decay(mut self, weight_decay: f32) -> Result<Settings, Error> {
        self.weight_decay = weight_decay;
        at_least_0("weight decay", weight_decay, self)
    }

    pub(super) const fn with_clip(mut self, clip: Clip) -> Result<Settings, Error> {
        self.clip = clip;
        match clip {
            Clip::Norm(found) | Clip::Value(found) if found.is_nan() || found <= 0.0 => {
                Err(Error::Setting { name: "bound of a gradient", expected: "above 0", found })
            }
            _ => Ok(self),
        }
    }
}

const fn at_least_0(name: &'static str, found: f32, settings: Settings) -> Result<Settings, Error> {
    if found >= 0.0 && found.is_finite() {
        Ok(settings)
    } else {
        Err(Error::Setting { name, expected: "that is finite and at least 0", found })
    }
}

/// Refuses a number that is not from 0 to below 1.
pub(crate) const fn below_1(name: &'static str, found: f32) -> Result<f32, Error> {
    if found >= 0.0 && found < 1.0 {
        Ok(found)
    } else {
        Err(Error::Setting { name, expected: "from 0 to below 1", found })
    }
}

/// Refuses a number that is not above 0, or infinite.
pub(super) const fn above_0(name: &'static str, found: f32) -> Result<f32, Error> {
    if found > 0.0 && found.is_finite() {
        Ok(found)
    } else {
        Err(Error::Setting { name, expected: "that is finite and above 0", found })
    }
}
