//! Random numbers of one image.

use crate::data::order::mix;
use crate::math::{ln, sin_cos, sqrt};

/// The random numbers by which an image is changed in an epoch: a function of seed, epoch and the image's place, the same on
/// every target.
///
/// They are SplitMix64's: G. Steele, D. Lea, C. Flood (2014), *Fast splittable pseudorandom number generators*.
///
/// ```
/// use const_cnn::Random;
/// let image_3 = |epoch| Random::new(7, epoch, 3);
/// let mut random = image_3(0);
/// assert!((-2.0..2.0).contains(&random.between(-2.0, 2.0)));
/// assert!(random.below(10) < 10);
/// // an epoch can be had again; another has other numbers
/// assert_eq!(image_3(0).bits(), image_3(0).bits());
/// assert_ne!(image_3(0).bits(), image_3(1).bits());
/// ```
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Those of the image at `place` in epoch `epoch` from `seed`.
    #[inline]
    pub const fn new(seed: u64, epoch: u64, place: usize) -> Random {
        Random { state: mix(mix(mix(seed) ^ epoch) ^ place as u64) }
    }

    /// The next 64 bits.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        let bits = mix(self.state);
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        bits
    }

    /// A number from 0 to below 1.
    #[inline]
    pub const fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1 << 24) as f32
    }

    /// A number from `low` to `high`.
    #[inline]
    pub const fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// An index below `len`; 0 if that is 0. Of 2³² and more only the first 2³² − 1 come.
    #[inline]
    pub const fn below(&mut self, len: usize) -> usize {
        let len = if len as u64 > u32::MAX as u64 { u32::MAX as u64 } else { len as u64 };
        (((self.bits() >> 32) * len) >> 32) as usize
    }

    /// Whether something happens that has this probability.
    #[inline]
    pub const fn chance(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// A number from the normal distribution of mean 0 and standard deviation 1; none is beyond 5.8.
    ///
    /// Source: G. Box, M. Muller (1958), *A note on the generation of random normal deviates*.
    #[inline]
    pub fn normal(&mut self) -> f32 {
        let (unit, turn) = (1.0 - self.unit(), self.unit());
        sqrt(-2.0 * ln(unit)) * sin_cos(core::f32::consts::TAU * turn).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_as_they_should_be() {
        const COUNT: usize = 100_000;
        let mut random = Random::new(1, 2, 3);
        let (mut sum, mut squares, mut fourths, mut largest) = (0.0, 0.0, 0.0, 0.0f64);
        for _ in 0..COUNT {
            // held apart from the product, since QEMU 7.2 has the s390x's product of two `f32` as an `f64` wrong
            let x = core::hint::black_box(f64::from(random.normal()));
            (sum, squares, fourths, largest) = (sum + x, squares + x * x, fourths + x.powi(4), largest.max(x.abs()));
        }
        let of = COUNT as f64;
        assert!((sum / of).abs() < 0.012 && (squares / of - 1.0).abs() < 0.02 && (fourths / of - 3.0).abs() < 0.15);
        assert!(largest > 3.5 && largest < 5.8);

        let mut counts = [0_i32; 7];
        (0..COUNT).for_each(|_| counts[random.below(7)] += 1);
        assert!(counts.iter().all(|count| (count - COUNT as i32 / 7).abs() < 500), "{counts:?}");
        assert_eq!((random.below(0), random.below(1)), (0, 0));

        let happened = (0..COUNT).filter(|_| random.chance(0.3)).count() as f64 / of;
        assert!((happened - 0.3).abs() < 0.006);
        assert!(!random.chance(0.0) && random.chance(1.0));
        let between = (0..COUNT).map(move |_| random.between(-2.0, 6.0));
        assert!(between.clone().all(|x| (-2.0..=6.0).contains(&x)));
        assert!((between.map(f64::from).sum::<f64>() / of - 2.0).abs() < 0.03);
    }

    #[test]
    fn each_image_has_its_own() {
        let first = |seed, epoch, place| Random::new(seed, epoch, place).bits();
        let mut all: std::vec::Vec<u64> = (0..1000).map(|n| first(n % 10, n / 10 % 10, n as usize / 100)).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 1000);
    }
}
