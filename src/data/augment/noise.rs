//! Noise.

use super::Augment;
use crate::{Error, Nested, Random, Shape};

/// Adds to each value a number from the normal distribution of mean 0 and this standard deviation.
///
/// y = x + σ · n
///
/// ```
/// use const_cnn::{Data, Dataset, Noise, Vector};
/// let data = Dataset::<Vector<2>>::new(&[[0.0, 1.0]], &[3])?.augmented(Noise(0.1))?;
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise(pub f32);

impl<X: Shape> Augment<X> for Noise {
    fn check(&self) -> Result<(), Error> {
        if self.0 >= 0.0 && self.0.is_finite() {
            return Ok(());
        }
        let expected = "that is finite and at least 0";
        Err(Error::Setting { name: "standard deviation of noise", expected, found: self.0 })
    }

    fn augment(&self, random: &mut Random, image: &mut X::Of<f32>) {
        for value in image.flat_mut() {
            *value += self.0 * random.normal();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vector;

    #[test]
    fn it_has_its_mean_and_its_deviation() {
        let mut image = [2.0; 10_000];
        Augment::<Vector<10_000>>::augment(&Noise(0.5), &mut Random::new(0, 0, 0), &mut image);
        let mean = image.iter().sum::<f32>() / 10_000.0;
        let variance = image.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / 10_000.0;
        assert!((mean - 2.0).abs() < 0.02 && (variance - 0.25).abs() < 0.015, "{mean} {variance}");
    }

    #[test]
    fn a_deviation_out_of_range_is_refused() {
        let check = |deviation| Augment::<Vector<1>>::check(&Noise(deviation));
        assert_eq!((check(0.0), check(3.0)), (Ok(()), Ok(())));
        for found in [-0.1, f32::NAN, f32::INFINITY] {
            assert!(matches!(check(found), Err(Error::Setting { found: f, .. }) if f.to_bits() == found.to_bits()));
        }
    }
}
