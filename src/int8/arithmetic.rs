//! The integer rules: a sum times a real number, as TensorFlow Lite for Microcontrollers rounds it.

/// A positive real number as q · 2^(s − 31), where q is 2³⁰ to 2³¹ − 1, or 0.
///
/// ```
/// use const_cnn::Multiplier;
///
/// let third = Multiplier::of(1.0 / 3.0);
/// assert_eq!((third.q, third.s), (1_431_655_765, -1));
/// assert_eq!([9, -9, 11].map(|sum| third.times(sum)), [3, -3, 4]);
/// assert_eq!(third.times(10), 4); // ⅔ of 10 is nearly 7, the half of that nearly 4
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplier {
    /// The factor.
    pub q: i32,
    /// The shift to the left, −31 to 31.
    pub s: i32,
}

impl Multiplier {
    /// The nearest to `m`, which is finite and not negative; 0 where it is below 2⁻³².
    pub const fn of(m: f64) -> Multiplier {
        let bits = m.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as i32;
        if exponent == 0 {
            return Multiplier { q: 0, s: 0 }; // 0, or far below 2⁻³²
        }
        // m = mantissa · 2⁻⁵³ · 2^s, the first factor being 1/2 to 1
        let (mantissa, mut s) = ((bits & ((1 << 52) - 1)) | (1 << 52), exponent - 1022);
        let mut q = (mantissa + (1 << 21)) >> 22;
        if q == 1 << 31 {
            (q, s) = (1 << 30, s + 1);
        }
        match s {
            ..-31 => Multiplier { q: 0, s: 0 },
            32.. => Multiplier { q: i32::MAX, s: 31 }, // any sum but 0 is then out of the range of int8
            _ => Multiplier { q: q as i32, s },
        }
    }

    /// `sum` times the number, in two roundings: the product to a whole number, ties upwards; a shift to the right, ties away
    /// from zero. Where 2^s times the sum is no `i32`, the nearest is taken: either is out of the range of int8.
    #[inline(always)]
    pub const fn times(self, sum: i32) -> i32 {
        let product = if self.s > 0 { shifted(sum, self.s) } else { sum };
        divide(high(product, self.q), -self.s)
    }
}

/// x · 2^s, or the nearest `i32`.
#[inline(always)]
const fn shifted(x: i32, s: i32) -> i32 {
    let wide = (x as i64) << (s & 31);
    if wide > i32::MAX as i64 {
        i32::MAX
    } else if wide < i32::MIN as i64 {
        i32::MIN
    } else {
        wide as i32
    }
}

/// a · b / 2³¹, to the nearest whole number, ties upwards.
#[inline(always)]
pub(crate) const fn high(a: i32, b: i32) -> i32 {
    ((a as i64 * b as i64 + (1 << 30)) >> 31) as i32
}

/// x / 2^e, to the nearest whole number, ties away from zero; x where e is 0 or below.
#[inline(always)]
pub(crate) const fn divide(x: i32, e: i32) -> i32 {
    if e <= 0 {
        return x;
    }
    let e = if e > 62 { 62 } else { e };
    ((x as i64 + (1 << (e - 1)) - (x < 0) as i64) >> e) as i32
}

/// The nearest of `low` to `high` to a value.
#[inline(always)]
pub(crate) const fn clamp(value: i32, low: i32, high: i32) -> i8 {
    let value = if value < low { low } else { value };
    (if value > high { high } else { value }) as i8
}

/// A positive float as a double, put together from its bits: of one whose bytes were just read, rustc 1.96 for s390x converts others.
pub(crate) const fn double(x: f32) -> f64 {
    let bits = x.to_bits() as u64;
    let (exponent, fraction) = (bits >> 23 & 0xff, bits & 0x7f_ffff);
    if exponent == 0 {
        return fraction as f64 * f64::from_bits((1023 - 149) << 52); // below the normal ones
    }
    f64::from_bits((exponent + 1023 - 127) << 52 | fraction << 29)
}

/// The nearest whole number, ties away from zero; of what is no `i32`, the nearest that is.
pub(crate) const fn round(x: f32) -> i32 {
    let whole = x as i32;
    let rest = x - whole as f32;
    if rest >= 0.5 {
        whole.saturating_add(1)
    } else if rest <= -0.5 {
        whole.saturating_sub(1)
    } else {
        whole
    }
}

/// eᶻ as 31 bits of fraction, z ≤ 0 having 26.
#[inline]
pub(crate) fn exp(z: i32) -> i32 {
    if z >= 0 {
        return i32::MAX;
    }
    // z is a part in −1/4 ..= 0 without the upper end, and quarters, each bit of which is a factor
    let part = (z & ((1 << 24) - 1)) - (1 << 24);
    let quarters = part.wrapping_sub(z);
    let v = (part << 5) + (1 << 28); // plus 1/8
    let v2 = high(v, v);
    let (v3, v4) = (high(v2, v), high(v2, v2));
    let p = divide(high(divide(v4, 2) + v3, 715_827_883) + v2, 1); // 1/3
    const E_8: i32 = 1_895_147_668; // e^(−1/8)
    let mut e = E_8 + high(E_8, v + p);
    for (bit, factor) in (24..).zip([1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242])
    {
        if quarters >> bit & 1 != 0 {
            e = high(e, factor);
        }
    }
    e
}

/// 1 / (1 + g) as 31 bits of fraction, for `sum` = (1 + g) · 2^(31 − zeros), by Newton's method from 48/17 − 32/17 · (1 + g)/2.
#[inline]
pub(crate) fn reciprocal(sum: u32, zeros: u32) -> i32 {
    let half = (sum.wrapping_shl(zeros) >> 1) as i32; // (1 + g) / 2
    let mut w = 1_515_870_810i32.wrapping_add(high(half, -1_010_580_540));
    for _ in 0..3 {
        w = w.wrapping_add(high(w, (1i32 << 29).wrapping_sub(high(half, w))).wrapping_shl(2));
    }
    shifted(w, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules in 128 bits.
    fn rule(sum: i32, q: i32, s: i32) -> i128 {
        let h = (((sum as i128) << s.max(0)) * q as i128 + (1 << 30)) >> 31;
        let e = (-s).max(0);
        if e == 0 { h } else { (h + (1 << (e - 1)) - i128::from(h < 0)) >> e }
    }

    #[test]
    fn a_sum_is_multiplied_as_the_rules_say() {
        let sums = [0, 1, 2, 3, 5, 100, 127, 128, 12_345, 86_730, 1 << 24, 1_073_741_952, i32::MAX];
        let factors = [0, 1 << 30, (1 << 30) + 1, 1_431_655_765, i32::MAX - 1, i32::MAX];
        for sum in sums.into_iter().flat_map(|sum| [sum, -sum, !sum]) {
            for q in factors {
                for s in -31..=31 {
                    let (found, expected) = (Multiplier { q, s }.times(sum), rule(sum, q, s));
                    let is_same = found as i128 == expected;
                    let are_both_out = (found as i128).signum() == expected.signum() && found.abs() >= 1 << 29;
                    assert!(is_same || s > 0 && are_both_out, "{sum} {q} {s}: {found}, {expected}");
                }
            }
        }
        // a tie in either rounding
        assert_eq!([3, -3, 1, -1].map(|sum| Multiplier { q: 1 << 30, s: 0 }.times(sum)), [2, -1, 1, 0]);
        assert_eq!([6, -6, 2, -2].map(|sum| Multiplier { q: 1 << 30, s: -1 }.times(sum)), [2, -2, 1, -1]);
    }

    #[test]
    fn a_real_number_becomes_a_multiplier() {
        let cases = [
            (1.0, 1 << 30, 1),
            (0.5, 1 << 30, 0),
            (0.75, 3 << 29, 0),
            (1.0 - 2f64.powi(-32), 1 << 30, 1),
            (1.0 - 2f64.powi(-31), i32::MAX, 0),
            (2f64.powi(-32), 1 << 30, -31),
            (2f64.powi(-33), 0, 0),
            (0.0, 0, 0),
            (f64::MIN_POSITIVE / 2.0, 0, 0),
            (2f64.powi(30), 1 << 30, 31),
            (2f64.powi(31), i32::MAX, 31),
            (1.5 * 2f64.powi(-5), 3 << 29, -4),
        ];
        for (m, q, s) in cases {
            assert_eq!(Multiplier::of(m), Multiplier { q, s }, "{m:e}");
        }
        // by the definition, in doubles
        let mut m = 1e-9;
        while m < 1e8 {
            let (mut f, mut s) = (m, 0);
            while f >= 1.0 {
                (f, s) = (f / 2.0, s + 1);
            }
            while f < 0.5 {
                (f, s) = (f * 2.0, s - 1);
            }
            let q = (f * 2f64.powi(31) + 0.5).floor();
            let Multiplier { q: found, s: shift } = Multiplier::of(m);
            assert_eq!((found as f64, shift), (q, s), "{m:e}");
            m *= 1.037;
        }
    }

    #[test]
    fn exponential_and_reciprocal_are_near() {
        for n in 0..2000 {
            let z = -n * 1_040_000;
            let (found, expected) = (exp(z) as f64 / 2f64.powi(31), (z as f64 / 2f64.powi(26)).exp());
            // the series is cut before (1/8)⁵ / 120
            assert!((found - expected).abs() < 3e-7, "{z}: {found}, {expected}");
        }
        for sum in (1 << 19..i32::MAX).step_by(97_003) {
            let zeros = sum.leading_zeros();
            let expected = 2f64.powi(31 - zeros as i32) / sum as f64;
            let found = reciprocal(sum as u32, zeros) as f64 / 2f64.powi(31);
            assert!((found - expected).abs() < 1e-8, "{sum}: {found}, {expected}");
        }
    }

    #[test]
    fn a_float_is_made_a_double() {
        for x in [1.0, 0.1, 3e-5, f32::MAX, f32::MIN_POSITIVE, 1e-40, 1e-45, 0.0, 12_345.678] {
            assert_eq!(double(x), x as f64);
        }
    }

    #[test]
    fn rounding_is_away_from_zero() {
        let cases = [(0.5, 1), (-0.5, -1), (2.5, 3), (0.49999997, 0), (1e20, i32::MAX), (-1e20, i32::MIN), (-1.4, -1)];
        for (x, whole) in cases {
            assert_eq!(round(x), whole, "{x}");
        }
    }
}
