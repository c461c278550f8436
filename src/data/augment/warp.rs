//! Images that are shifted, turned and scaled.

use super::Augment;
use crate::math::{sin_cos, toward};
use crate::{Error, Image, Random, Sequence};

/// Shifts, turns and scales an image at random, all in one, so that its pixels are interpolated once; shifts and stretches a
/// sequence.
///
/// y\[p\] = x\[R(−α) · (p − centre − shift) / scale + centre\]
///
/// Between pixels values are interpolated linearly along both axes; beyond the edges all are 0, or [what is
/// said](Warp::outside). Each of shift, angle and scale is drawn from its range, all equally likely.
///
/// ```
/// use const_cnn::{Data, Dataset, Image, Noise, Warp};
/// let data = Dataset::<Image<1, 8, 8>>::new(&[[[[0.5]; 8]; 8]], &[3])?;
/// // up to one pixel each way, 10 degrees, a tenth
/// let data = data.augmented(Warp::NONE.shift(1.0).rotate(10.0).scale(0.9, 1.1))?;
/// let data = data.augmented(Noise(0.05))?; // and then some noise
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warp {
    shift: f32,
    degrees: f32,
    smallest: f32,
    largest: f32,
    outside: f32,
}

impl Warp {
    /// Nothing is changed.
    pub const NONE: Warp = Warp { shift: 0.0, degrees: 0.0, smallest: 1.0, largest: 1.0, outside: 0.0 };

    /// The same, shifted by up to so many pixels along each axis, either way.
    pub const fn shift(mut self, pixels: f32) -> Warp {
        self.shift = pixels;
        self
    }

    /// The same, turned about the centre by up to so many degrees, either way; at most 180.
    pub const fn rotate(mut self, degrees: f32) -> Warp {
        self.degrees = degrees;
        self
    }

    /// The same, what is seen made larger or smaller about the centre by a factor from `smallest` to `largest`.
    pub const fn scale(mut self, smallest: f32, largest: f32) -> Warp {
        (self.smallest, self.largest) = (smallest, largest);
        self
    }

    /// The same, with another value than 0 beyond the edges.
    pub const fn outside(mut self, value: f32) -> Warp {
        self.outside = value;
        self
    }

    fn check(&self) -> Result<(), Error> {
        let &Warp { shift, degrees, smallest, largest, outside } = self;
        for (name, expected, found, fits) in [
            ("shift", "that is finite and at least 0", shift, shift >= 0.0 && shift.is_finite()),
            ("rotation", "from 0 to 180", degrees, (0.0..=180.0).contains(&degrees)),
            ("smallest scale", "above 0", smallest, smallest > 0.0),
            ("largest scale", "that is finite and at least the smallest", largest, largest >= smallest && largest.is_finite()),
            ("value outside", "that is finite", outside, outside.is_finite()),
        ] {
            if !fits {
                return Err(Error::Setting { name, expected, found });
            }
        }
        Ok(())
    }

    /// What is drawn for one image.
    #[inline]
    fn draw(&self, random: &mut Random) -> Drawn {
        let mut within = |bound: f32| bound * random.between(-1.0, 1.0);
        let (down, across, degrees) = (within(self.shift), within(self.shift), within(self.degrees));
        let (sin, cos) = sin_cos(degrees * (core::f32::consts::PI / 180.0));
        let scale = random.between(self.smallest, self.largest);
        Drawn { down, across, sin: sin / scale, cos: cos / scale }
    }
}

/// What has been drawn: a shift, and the way back from a turn and a scale.
struct Drawn {
    down: f32,
    across: f32,
    sin: f32,
    cos: f32,
}

/// The two places between which `at` lies, and the share of the second.
#[inline]
fn neighbours(at: f32) -> ([usize; 2], f32) {
    // one more than the place: what lies before the first is at 0, and 0 − 1 is no place
    let above = if at > -1.0 { (at + 1.0).min(1e9) } else { 0.0 };
    let first = above as usize;
    ([first.wrapping_sub(1), first], above - first as f32)
}

/// The values between those of two neighbours; where there are none, all are `outside`.
#[inline]
fn between<const C: usize>([a, b]: [Option<&[f32; C]>; 2], share: f32, outside: f32) -> [f32; C] {
    let beyond = [outside; C];
    let (a, b) = (a.unwrap_or(&beyond), b.unwrap_or(&beyond));
    core::array::from_fn(|c| toward(a[c], b[c], share))
}

impl<const C: usize, const H: usize, const W: usize> Augment<Image<C, H, W>> for Warp {
    fn check(&self) -> Result<(), Error> {
        self.check()
    }

    fn augment(&self, random: &mut Random, image: &mut [[[f32; C]; W]; H]) {
        let Drawn { down, across, sin, cos } = self.draw(random);
        let (middle, centre) = (0.5 * (H as f32 - 1.0), 0.5 * (W as f32 - 1.0));
        let from = *image;
        for (i, row) in image.iter_mut().enumerate() {
            for (j, pixel) in row.iter_mut().enumerate() {
                let (y, x) = (i as f32 - middle - down, j as f32 - centre - across);
                let (rows, share) = neighbours(cos * y + sin * x + middle);
                let (columns, part) = neighbours(cos * x - sin * y + centre);
                let along = rows.map(|row| {
                    let row = from.get(row);
                    between(columns.map(|column| row.and_then(|row| row.get(column))), part, self.outside)
                });
                *pixel = between(along.each_ref().map(Some), share, self.outside);
            }
        }
    }
}

impl<const C: usize, const L: usize> Augment<Sequence<C, L>> for Warp {
    fn check(&self) -> Result<(), Error> {
        if self.degrees != 0.0 {
            let expected = "of 0, since a sequence does not turn";
            return Err(Error::Setting { name: "rotation", expected, found: self.degrees });
        }
        self.check()
    }

    fn augment(&self, random: &mut Random, sequence: &mut [[f32; C]; L]) {
        let Drawn { across, cos, .. } = self.draw(random);
        let centre = 0.5 * (L as f32 - 1.0);
        let from = *sequence;
        for (n, values) in sequence.iter_mut().enumerate() {
            let (places, share) = neighbours(cos * (n as f32 - centre - across) + centre);
            *values = between(places.map(|place| from.get(place)), share, self.outside);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    type Of<const H: usize, const W: usize> = [[[f32; 1]; W]; H];

    #[test]
    fn what_lies_between_finite_numbers_is_finite() {
        let (low, high, infinite) = ([-3e38], [3e38], [f32::INFINITY]);
        assert_eq!(between([Some(&low), Some(&high)], 0.0, 0.0), low);
        assert_eq!(between([Some(&low), Some(&high)], 0.5, 0.0), [0.0]);
        assert_eq!(between([Some(&low), None], 0.25, f32::MAX)[0], 0.75 * -3e38 + 0.25 * f32::MAX);
        assert_eq!(between([Some(&low), Some(&infinite)], 0.0, 0.0), low);
    }

    fn image<const H: usize, const W: usize>() -> Of<H, W> {
        core::array::from_fn(|i| core::array::from_fn(|j| [((7 * i + 3 * j) % 11) as f32 + 1.0]))
    }

    fn warped<const H: usize, const W: usize>(warp: Warp, place: usize) -> (Drawn, Of<H, W>) {
        let mut warped = image::<H, W>();
        Augment::<Image<1, H, W>>::augment(&warp, &mut Random::new(0, 0, place), &mut warped);
        (warp.draw(&mut Random::new(0, 0, place)), warped)
    }

    /// The equation, in f64, of a pixel of the image that lies in a plane of `outside`.
    fn expected<const H: usize, const W: usize>(drawn: &Drawn, outside: f64, i: usize, j: usize) -> f64 {
        let Drawn { down, across, sin, cos } = drawn;
        let [down, across, sin, cos] = [down, across, sin, cos].map(|&x| f64::from(x));
        let (middle, centre) = ((H as f64 - 1.0) / 2.0, (W as f64 - 1.0) / 2.0);
        let (y, x) = (i as f64 - middle - down, j as f64 - centre - across);
        let (y, x) = (cos * y + sin * x + middle, cos * x - sin * y + centre);
        let at = |i: f64, j: f64| {
            let is_inside = i >= 0.0 && j >= 0.0 && i < H as f64 && j < W as f64;
            if is_inside { f64::from(image::<H, W>()[i as usize][j as usize][0]) } else { outside }
        };
        let mut sum = 0.0;
        for (a, of_a) in [(y.floor(), 1.0 - (y - y.floor())), (y.floor() + 1.0, y - y.floor())] {
            for (b, of_b) in [(x.floor(), 1.0 - (x - x.floor())), (x.floor() + 1.0, x - x.floor())] {
                sum += of_a * of_b * at(a, b);
            }
        }
        sum
    }

    #[test]
    fn it_is_its_equation() {
        fn check<const H: usize, const W: usize>(warp: Warp) {
            for place in 0..50 {
                let (drawn, warped) = warped::<H, W>(warp, place);
                for i in 0..H {
                    for j in 0..W {
                        let expected = expected::<H, W>(&drawn, f64::from(warp.outside), i, j);
                        assert!((f64::from(warped[i][j][0]) - expected).abs() < 1e-4, "{warp:?} {place} {i} {j}");
                    }
                }
            }
        }
        for warp in [
            Warp::NONE.shift(1.5),
            Warp::NONE.rotate(180.0),
            Warp::NONE.scale(0.5, 2.0).outside(-3.0),
            Warp::NONE.shift(20.0).rotate(30.0).scale(0.1, 0.9).outside(2.0),
        ] {
            check::<8, 8>(warp);
            check::<5, 9>(warp);
            check::<1, 1>(warp);
        }
    }

    #[test]
    fn settings_at_their_ends_give_what_is_finite() {
        for warp in [
            Warp::NONE.shift(f32::MAX).rotate(180.0).scale(f32::from_bits(1), f32::MAX),
            Warp::NONE.shift(1e-45).rotate(1e-45).scale(f32::from_bits(1), f32::from_bits(1)),
            Warp::NONE.shift(f32::MAX).rotate(7.0).scale(f32::MAX, f32::MAX),
        ] {
            for place in 0..100 {
                assert!(warped::<4, 3>(warp, place).1.as_flattened().iter().all(|[value]| value.is_finite()));
            }
        }
    }

    #[test]
    fn none_changes_nothing() {
        for place in 0..10 {
            assert_eq!(warped::<6, 5>(Warp::NONE, place).1, image::<6, 5>());
        }
    }

    #[test]
    fn ranges_are_filled() {
        let drawn = |place| Warp::NONE.shift(2.0).rotate(90.0).scale(1.0, 4.0).draw(&mut Random::new(0, 0, place));
        let (mut least, mut most) = ([f32::MAX; 4], [f32::MIN; 4]);
        for place in 0..2000 {
            let Drawn { down, across, sin, cos } = drawn(place);
            let scale = 1.0 / crate::math::sqrt(sin * sin + cos * cos);
            for (n, x) in [down, across, sin * scale, scale].into_iter().enumerate() {
                (least[n], most[n]) = (least[n].min(x), most[n].max(x));
            }
        }
        for (n, (low, high)) in [(-2.0, 2.0), (-2.0, 2.0), (-1.0, 1.0), (1.0, 4.0)].into_iter().enumerate() {
            assert!((least[n] - low).abs() < 0.02 && (most[n] - high).abs() < 0.02, "{n}: {least:?} {most:?}");
        }
    }

    #[test]
    fn a_sequence_is_shifted_and_stretched() {
        let from: [[f32; 2]; 9] = core::array::from_fn(|n| [n as f32, 10.0 * n as f32]);
        let warp = Warp::NONE.shift(3.0).scale(0.5, 2.0).outside(-1.0);
        for place in 0..50 {
            let mut warped = from;
            Augment::<Sequence<2, 9>>::augment(&warp, &mut Random::new(0, 0, place), &mut warped);
            let Drawn { across, cos, .. } = warp.draw(&mut Random::new(0, 0, place));
            for (n, values) in warped.iter().enumerate() {
                // of a ramp each value is its place
                let at = cos * (n as f32 - 4.0 - across) + 4.0;
                if (0.0..=8.0).contains(&at) {
                    assert!((values[0] - at).abs() < 1e-4 && (values[1] - 10.0 * at).abs() < 1e-3);
                } else if !(-1.0..=9.0).contains(&at) {
                    assert_eq!(*values, [-1.0; 2]);
                }
            }
        }
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        for (warp, name) in [
            (Warp::NONE.shift(-1.0), "shift"),
            (Warp::NONE.shift(f32::INFINITY), "shift"),
            (Warp::NONE.rotate(181.0), "rotation"),
            (Warp::NONE.rotate(f32::NAN), "rotation"),
            (Warp::NONE.scale(0.0, 1.0), "smallest scale"),
            (Warp::NONE.scale(1.1, 1.0), "largest scale"),
            (Warp::NONE.scale(1.0, f32::NAN), "largest scale"),
            (Warp::NONE.outside(f32::NAN), "value outside"),
        ] {
            let error = Augment::<Image<1, 2, 2>>::check(&warp);
            assert!(matches!(error, Err(Error::Setting { name: n, .. }) if n == name), "{error:?}");
            assert!(Augment::<Sequence<1, 2>>::check(&warp).is_err());
        }
        let turned = Augment::<Sequence<1, 2>>::check(&Warp::NONE.rotate(5.0));
        assert_eq!(turned.unwrap_err().to_string(), "expected a rotation of 0, since a sequence does not turn, found 5");
    }

}
