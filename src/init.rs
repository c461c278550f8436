//! How parameters are drawn before training.

use rand::Rng;
use rand_distr::{Distribution, Normal, Uniform};

use crate::parameters::indices;
use crate::{Error, Parameters};

/// How parameters are drawn: of a whole network, or of one of its layers.
///
/// Without it training stays where it is: [from `ZERO`](crate::Trainer#starting-values) a network of several layers does
/// not learn.
///
/// For an array `weight`, *fan in* is how many of its numbers lead to one output, and *fan out* how many lead from one
/// input, kernel positions counted: I and O for a dense layer, C·K·K and F·K·K for a convolution. The rules that use
/// them are for weights; they set biases to 0, but for [`FanIn`](Init::FanIn). An array of one dimension counts as a bias,
/// whatever its name. Arrays that [begin at a number](crate::Array::start), such as those of a
/// [`BatchNorm`](crate::BatchNorm), are set to it and not drawn.
///
/// Numbers are drawn in the order in which parameters are written, so a seed gives the same network on every machine, if
/// the generator does: `rand::rngs::Xoshiro256PlusPlus` does, `SmallRng` and `StdRng` do not promise it.
///
/// ```
/// use const_cnn::{Init, Linear, Zero};
/// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
/// let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
/// let mut dense = Linear::<64, 10>::ZERO;
/// Init::FanIn.draw(&mut dense, &mut rng)?;
/// assert!(dense.weight.as_flattened().iter().all(|w| w.abs() <= 1.0 / 8.0));
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// Sources: X. Glorot, Y. Bengio (2010), *Understanding the difficulty of training deep feedforward neural networks*;
/// K. He, X. Zhang, S. Ren, J. Sun (2015), *Delving deep into rectifiers*.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// N(mean, std²), weights and biases.
    Normal {
        /// The mean.
        mean: f32,
        /// The standard deviation.
        std: f32,
    },
    /// U(low, high), weights and biases.
    Uniform {
        /// The least value.
        low: f32,
        /// The largest value.
        high: f32,
    },
    /// U(−1/√fan_in, 1/√fan_in), weights and biases: PyTorch's default for dense and convolution layers.
    FanIn,
    /// N(0, 2/fan_in), for layers before a ReLU.
    KaimingNormal,
    /// U(−√(6/fan_in), √(6/fan_in)), for layers before a ReLU.
    KaimingUniform,
    /// N(0, 2/(fan_in + fan_out)).
    XavierNormal,
    /// U(−√(6/(fan_in + fan_out)), √(6/(fan_in + fan_out))).
    XavierUniform,
}

impl Init {
    /// Draws all of `parameters`.
    ///
    /// # Errors
    ///
    /// [`Error::Setting`] when a mean, a standard deviation or a bound is not finite, a standard deviation is negative or
    /// so large that a draw could overflow, or `low` is not below `high`; the parameters are then as they were.
    pub fn draw<P: Parameters>(self, parameters: &mut P, rng: &mut impl Rng) -> Result<(), Error> {
        self.check()?;
        let mut fan_in = 1;
        for index in indices::<P>() {
            let Some(array) = P::ARRAYS.get(index) else { break };
            if let Some(start) = array.start() {
                parameters.values_mut(index).fill(start);
                continue;
            }
            if !array.is_learned() {
                continue; // what a layer holds stays as it is
            }
            let is_weight = array.dims().len() > 1;
            let kernel: usize = array.dims().iter().skip(2).product();
            let mut fan_out = 1;
            if let [to, from, ..] = *array.dims() {
                // a bias, which follows its layer's weights, has their fan in
                (fan_in, fan_out) = (from * kernel, to * kernel);
            }
            let values = parameters.values_mut(index);
            let draw: Draw = match self {
                Init::Normal { mean, std } => Draw::normal(mean, std)?,
                Init::Uniform { low, high } => Draw::uniform(low, high)?,
                Init::FanIn => Draw::symmetric(1.0, fan_in)?,
                _ if !is_weight => {
                    values.fill(0.0);
                    continue;
                }
                Init::KaimingNormal => Draw::normal(0.0, root(2.0, fan_in))?,
                Init::KaimingUniform => Draw::symmetric(6.0, fan_in)?,
                Init::XavierNormal => Draw::normal(0.0, root(2.0, fan_in + fan_out))?,
                Init::XavierUniform => Draw::symmetric(6.0, fan_in + fan_out)?,
            };
            for n in 0..values.len() {
                if let Some(value) = values.get_mut(array.layout.position(n)) {
                    *value = draw.sample(rng);
                }
            }
        }
        Ok(())
    }

    fn check(self) -> Result<(), Error> {
        match self {
            Init::Normal { mean, std } => Draw::normal(mean, std).map(|_| ()),
            Init::Uniform { low, high } => Draw::uniform(low, high).map(|_| ()),
            _ => Ok(()),
        }
    }
}

enum Draw {
    Normal(Normal<f32>),
    Uniform(Uniform<f32>),
    /// Twice what is drawn, where the span of the bounds is more than an `f32` holds.
    TwiceUniform(Uniform<f32>),
}

impl Draw {
    fn normal(mean: f32, std: f32) -> Result<Draw, Error> {
        let wrong_mean = |expected| Error::Setting { name: "mean", expected, found: mean };
        let wrong_std = |expected| Error::Setting { name: "standard deviation", expected, found: std };
        let range = "that is finite and at least 0";
        // no draw lies farther from the mean than this
        let farthest = 16.0 * std;
        if !mean.is_finite() {
            Err(wrong_mean("that is finite"))
        } else if !(std >= 0.0 && std.is_finite()) {
            Err(wrong_std(range))
        } else if !farthest.is_finite() {
            Err(wrong_std("with which all draws are finite"))
        } else if !(mean.abs() + farthest).is_finite() {
            Err(wrong_mean("with which all draws are finite"))
        } else {
            Normal::new(mean, std).map(Draw::Normal).map_err(|_| wrong_std(range))
        }
    }

    fn uniform(low: f32, high: f32) -> Result<Draw, Error> {
        let wrong = |name, expected, found| Error::Setting { name, expected, found };
        let not_above = wrong("upper bound", "above the lower one", high);
        if !low.is_finite() {
            return Err(wrong("lower bound", "that is finite", low));
        }
        if !high.is_finite() {
            return Err(wrong("upper bound", "that is finite", high));
        }
        if low >= high {
            return Err(not_above);
        }
        let draw = if (high - low).is_finite() {
            Uniform::new_inclusive(low, high).map(Draw::Uniform)
        } else {
            Uniform::new_inclusive(0.5 * low, 0.5 * high).map(Draw::TwiceUniform)
        };
        draw.map_err(|_| not_above)
    }

    /// U(−√(numerator/fan), √(numerator/fan))
    fn symmetric(numerator: f32, fan: usize) -> Result<Draw, Error> {
        let bound = root(numerator, fan);
        Draw::uniform(-bound, bound)
    }

    fn sample(&self, rng: &mut impl Rng) -> f32 {
        match self {
            Draw::Normal(normal) => normal.sample(rng),
            Draw::Uniform(uniform) => uniform.sample(rng),
            Draw::TwiceUniform(uniform) => 2.0 * uniform.sample(rng),
        }
    }
}

/// √(numerator / fan), to the last bit or so: `core` has no square root.
fn root(numerator: f32, fan: usize) -> f32 {
    let square = f64::from(numerator) / fan.max(1) as f64;
    let mut root = f64::from_bits((square.to_bits() >> 1) + (1023 << 51));
    for _ in 0..6 {
        root = 0.5 * (root + square / root);
    }
    root as f32
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::*;
    use crate::{Conv2d, Image, Nested, Zero};

    type Conv = Conv2d<Image<4, 8, 8>, Image<64, 6, 6>, crate::Square<3>>;

    fn drawn(init: Init) -> Conv {
        let mut conv = Conv::ZERO;
        init.draw(&mut conv, &mut Xoshiro256PlusPlus::seed_from_u64(1)).unwrap();
        conv
    }

    /// Mean, standard deviation and largest magnitude.
    fn statistics(values: &[f32]) -> (f32, f32, f32) {
        let n = values.len() as f32;
        let mean = values.iter().sum::<f32>() / n;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
        (mean, root(variance, 1), values.iter().fold(0.0, |m, v| m.max(v.abs())))
    }

    #[test]
    fn weights_have_the_spread_of_their_rule() {
        // fan in 4 · 9 = 36, fan out 64 · 9 = 576
        let bound = |square: f32| root(square, 1);
        let cases = [
            (Init::Normal { mean: 0.0, std: 2.0 }, 2.0, f32::MAX),
            (Init::Uniform { low: -3.0, high: 3.0 }, bound(3.0), 3.0),
            (Init::FanIn, bound(1.0 / 36.0 / 3.0), bound(1.0 / 36.0)),
            (Init::KaimingNormal, bound(2.0 / 36.0), f32::MAX),
            (Init::KaimingUniform, bound(2.0 / 36.0), bound(6.0 / 36.0)),
            (Init::XavierNormal, bound(2.0 / 612.0), f32::MAX),
            (Init::XavierUniform, bound(2.0 / 612.0), bound(6.0 / 612.0)),
        ];
        for (init, std, largest) in cases {
            let (mean, found, max) = statistics(drawn(init).weight.flat());
            // 2304 numbers: the mean is within 4 standard errors, the deviation within 10 %
            assert!(mean.abs() < 4.0 * std / 48.0, "{init:?}: mean {mean}");
            assert!((found / std - 1.0).abs() < 0.1, "{init:?}: {found}, expected {std}");
            assert!(max <= largest, "{init:?}: {max} > {largest}");
        }
    }

    #[test]
    fn biases_are_zero_or_drawn() {
        assert_eq!(drawn(Init::KaimingNormal).bias, [0.0; 64]);
        let (_, std, max) = statistics(&drawn(Init::FanIn).bias);
        assert!(std > 0.05 && max <= 1.0 / 6.0);
    }

    #[test]
    fn settings_out_of_range_change_nothing() {
        let mut conv = drawn(Init::FanIn);
        let before = conv.clone();
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
        for init in [
            Init::Normal { mean: 0.0, std: -1.0 },
            Init::Normal { mean: f32::NAN, std: 1.0 },
            Init::Normal { mean: 0.0, std: f32::INFINITY },
            Init::Uniform { low: 1.0, high: 0.0 },
            Init::Uniform { low: 0.0, high: f32::NAN },
        ] {
            assert!(matches!(init.draw(&mut conv, rng), Err(Error::Setting { .. })), "{init:?}");
        }
        assert_eq!(conv, before);
    }

    #[test]
    fn what_is_wrong_is_what_is_named() {
        let normal = |mean, std| Init::Normal { mean, std };
        let uniform = |low, high| Init::Uniform { low, high };
        let (mut conv, std) = (Conv::ZERO, "standard deviation");
        for (init, name, expected, found) in [
            (normal(f32::NAN, 1.0), "mean", "that is finite", f32::NAN),
            (normal(f32::INFINITY, f32::NAN), "mean", "that is finite", f32::INFINITY),
            (normal(0.0, -1.0), std, "that is finite and at least 0", -1.0),
            (normal(0.0, f32::NAN), std, "that is finite and at least 0", f32::NAN),
            (normal(3e38, f32::INFINITY), std, "that is finite and at least 0", f32::INFINITY),
            (normal(0.0, 1e38), std, "with which all draws are finite", 1e38),
            (normal(3e38, 1e37), "mean", "with which all draws are finite", 3e38),
            (uniform(f32::NAN, 1.0), "lower bound", "that is finite", f32::NAN),
            (uniform(f32::NEG_INFINITY, f32::NAN), "lower bound", "that is finite", f32::NEG_INFINITY),
            (uniform(0.0, f32::NAN), "upper bound", "that is finite", f32::NAN),
            (uniform(0.0, f32::INFINITY), "upper bound", "that is finite", f32::INFINITY),
            (uniform(1.0, 1.0), "upper bound", "above the lower one", 1.0),
            (uniform(0.0, -0.0), "upper bound", "above the lower one", -0.0),
            (uniform(3e38, -3e38), "upper bound", "above the lower one", -3e38),
        ] {
            let error = init.draw(&mut conv, &mut Xoshiro256PlusPlus::seed_from_u64(1)).unwrap_err();
            // as text, which NaN is equal in
            assert_eq!(error.to_string(), Error::Setting { name, expected, found }.to_string(), "{init:?}");
        }
    }

    #[test]
    fn a_span_that_overflows_is_drawn() {
        for (low, high) in [(-3e38, 3e38), (f32::MIN, f32::MAX), (-3e38, 1e38), (0.5 * f32::MIN, 0.5 * f32::MAX)] {
            let conv = drawn(Init::Uniform { low, high });
            let values: &[f32] = conv.weight.flat();
            assert!(values.iter().all(|value| (low..=high).contains(value)));
            // an eighth of 2304 numbers is 288, within 5 standard errors of 16
            let (low, high) = (f64::from(low), f64::from(high));
            for n in 0..8 {
                let is_in = |&&value: &&f32| ((f64::from(value) - low) / (high - low) * 8.0) as usize == n;
                let count = values.iter().filter(is_in).count();
                assert!((208..=368).contains(&count), "{low} to {high}, eighth {n}: {count}");
            }
        }
    }

    #[test]
    fn root_is_the_square_root() {
        for n in 1..2000 {
            assert_eq!(root(n as f32, 7), (f64::from(n) / 7.0).sqrt() as f32);
        }
    }
}
