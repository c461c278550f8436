//! The exponential, the logarithm, sine and cosine, and the square root, with the same bits on every target.
//!
//! `core` has none of them, and `libm`'s differ between targets. All but the last are polynomials, evaluated without a fused
//! operation and without a branch, so that the compiler can compute several at once.
//!
//! The polynomials' coefficients are those of Cephes: Stephen L. Moshier, *Cephes Mathematical Library*, 1984–1992,
//! `expf.c`, `logf.c` and `sinf.c`.

use crate::Elem;

/// eˣ, at most 1.5 units in the last place from it; subnormal results are at most 1 unit of their own from it.
///
/// 0 below −104, infinite above 88.73, NaN for NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // n is the integer nearest to x / ln 2: adding and taking away 1.5 · 2²³ rounds
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = if x < -104.0 { -104.0 } else { x };
    let x = if x > 89.0 { 89.0 } else { x };
    let shifted = x * core::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut polynomial = 1.987_569_1e-4;
    for coefficient in [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        polynomial = polynomial * r + coefficient;
    }
    // 2ⁿ in two factors, neither of which is subnormal or infinite
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    let power = |n: i32| f32::from_bits((n.wrapping_add(127) as u32) << 23);
    (polynomial * r * r + r + 1.0) * power(n >> 1) * power(n.wrapping_sub(n >> 1))
}

/// ln x for a normal, positive x, at most 1 unit in the last place of the larger of 1 and the result from it.
///
/// NaN for NaN; infinite for infinity.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const SQRT_HALF: u32 = core::f32::consts::FRAC_1_SQRT_2.to_bits();
    if x.is_nan() || x == f32::INFINITY {
        return x;
    }
    // x = 2ⁿ · m, √½ ≤ m < √2
    let exponent = (x.to_bits().wrapping_sub(SQRT_HALF) as i32) >> 23;
    let m = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23) as u32)) - 1.0;
    let n = exponent as f32;
    let mut polynomial = 7.037_683_6e-2;
    for coefficient in [
        -1.151_461e-1,
        1.167_699_87e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_8e-1,
        2.000_071_4e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        polynomial = polynomial * m + coefficient;
    }
    let square = m * m;
    m + (polynomial * m * square + n * LN_2_LOW - 0.5 * square) + n * LN_2_HIGH
}

/// sin x and cos x, x in radians, each at most 1e-7 from it for |x| ≤ 8192, and from −1 to 1.
///
/// NaN where |x| is larger, infinite or NaN.
#[inline(always)]
pub(crate) fn sin_cos(x: f32) -> (f32, f32) {
    // n is the integer nearest to x / (π / 2): adding and taking away 1.5 · 2²³ rounds
    const ROUND: f32 = 12_582_912.0;
    // π / 2 in three parts: with n the first two have products without rounding
    const HALF_PI: [f32; 3] = [1.570_312_5, 4.837_513e-4, 7.549_79e-8];
    let x = if x.abs() <= 8192.0 { x } else { f32::NAN };
    let shifted = x * core::f32::consts::FRAC_2_PI + ROUND;
    let n = shifted - ROUND;
    let r = x - n * HALF_PI[0] - n * HALF_PI[1] - n * HALF_PI[2];
    let square = r * r;
    let sin = ((-1.951_529_6e-4 * square + 8.332_161e-3) * square - 1.666_665_5e-1) * square * r + r;
    let cos = ((2.443_315_7e-5 * square - 1.388_731_6e-3) * square + 4.166_664_6e-2) * square * square;
    let cos = cos - 0.5 * square + 1.0;
    // a quarter of a turn makes of the sine the cosine, half a turn changes signs
    let quarters = shifted.to_bits();
    let (sin, cos) = if quarters & 1 == 0 { (sin, cos) } else { (cos, -sin) };
    if quarters & 2 == 0 { (sin, cos) } else { (-sin, -cos) }
}

/// √x, the float nearest to it. NaN below 0; −0 is its own root.
///
/// With `std` it is the processor's, which is that float too: IEEE 754 asks for it.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn sqrt(x: f32) -> f32 {
    x.sqrt()
}

#[cfg(not(feature = "std"))]
pub(crate) use integer_sqrt as sqrt;

/// √x without the processor's instruction: x is m · 2ⁿ, n even, and of m · 2²³, below 2⁴⁸, the integer root is found bit by
/// bit.
#[cfg(any(not(feature = "std"), test))]
#[inline]
pub(crate) fn integer_sqrt(x: f32) -> f32 {
    const MANTISSA: u32 = 1 << 23;
    if x == 0.0 || x.is_nan() || x == f32::INFINITY {
        return x;
    }
    if x < 0.0 {
        return f32::NAN;
    }
    if x < f32::MIN_POSITIVE {
        return integer_sqrt(x * 16_777_216.0) * (1.0 / 4096.0); // 2²⁴, 2⁻¹²: exact
    }
    let exponent = (x.to_bits() >> 23) as i32 - 127;
    let mantissa = x.to_bits() & (MANTISSA - 1) | MANTISSA;
    let square = u64::from(mantissa << (exponent & 1)) << 23;
    let mut root = 0u32;
    for bit in (0..24).rev() {
        let larger = root | 1 << bit;
        if u64::from(larger) * u64::from(larger) <= square {
            root = larger;
        }
    }
    // (root + ½)² = root² + root + ¼
    let rest = square - u64::from(root) * u64::from(root);
    root += u32::from(rest > u64::from(root));
    // the root's first bit, 2²³, adds 1 to the exponent
    f32::from_bits(((((exponent >> 1) + 126) as u32) << 23) + root)
}

/// A number whose first bit is 1 if `x` is NaN or infinite: all bits of its exponent are then 1, and adding one to them
/// carries.
///
/// Many are joined by `|`, in vectors on every target, which comparing them, or taking the largest, is not.
#[inline(always)]
pub(crate) fn not_finite(x: f32) -> u32 {
    const EXPONENT: u32 = f32::INFINITY.to_bits();
    const ONE: u32 = f32::MIN_POSITIVE.to_bits();
    (x.to_bits() & EXPONENT) + ONE
}

/// The largest of `values` for each image, NaN passed over. Minus infinity if there are none.
#[inline(always)]
pub(crate) fn maximum<V: Elem>(values: &[V]) -> V {
    let mut max = V::splat(f32::NEG_INFINITY);
    for &value in values {
        max = V::apply([value, max], |[value, max]| if value > max { value } else { max });
    }
    max
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The distance between two neighbouring floats at `x`.
    fn ulp(x: f64) -> f64 {
        let x = (x.abs() as f32).max(f32::MIN_POSITIVE);
        f64::from(f32::from_bits(x.to_bits() + 1)) - f64::from(x)
    }

    #[test]
    fn exp_is_within_its_bound() {
        let mut worst = 0.0f64;
        for step in -1_040_000..=887_300 {
            let x = step as f32 * 1e-4;
            let (is, should) = (f64::from(exp(x)), f64::from(x).exp());
            worst = worst.max((is - should).abs() / ulp(should));
        }
        assert!(worst <= 1.5, "{worst} units");
    }

    #[test]
    fn exp_at_the_ends() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-1e30), 0.0);
        assert_eq!(exp(89.0), f32::INFINITY);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn ln_is_within_its_bound() {
        let mut worst = 0.0f64;
        for bits in (f32::MIN_POSITIVE.to_bits()..f32::INFINITY.to_bits()).step_by(1009) {
            let x = f32::from_bits(bits);
            let (is, should) = (f64::from(ln(x)), f64::from(x).ln());
            worst = worst.max((is - should).abs() / ulp(should.abs().max(1.0)));
        }
        assert!(worst <= 1.0, "{worst} units");
        assert_eq!(ln(1.0), 0.0);
        assert!(ln(f32::NAN).is_nan());
        assert_eq!(ln(f32::INFINITY), f32::INFINITY);
    }

    #[test]
    fn sin_and_cos_are_within_their_bound() {
        let mut worst = 0.0f64;
        let close = (-400_000..=400_000).map(|n| n as f32 * 1e-4);
        let far = (0..2_000_000).map(|n| n as f32 * 0.004_096 - 4096.0 * ((n % 2) as f32));
        let quarters = (-5215..=5215).map(|n| n as f32 * core::f32::consts::FRAC_PI_2);
        let all = (0..8192.0f32.to_bits()).step_by(1009).map(f32::from_bits);
        for x in close.chain(far).chain(quarters).chain(all) {
            let ((sin, cos), x) = (sin_cos(x), f64::from(x));
            worst = worst.max((f64::from(sin) - x.sin()).abs()).max((f64::from(cos) - x.cos()).abs());
            assert!(sin.abs() <= 1.0 && cos.abs() <= 1.0, "{x}");
        }
        assert!(worst <= 1e-7, "{worst:e}");
        assert_eq!(sin_cos(0.0), (0.0, 1.0));
        for x in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 8193.0, f32::MIN] {
            assert!(sin_cos(x).0.is_nan() && sin_cos(x).1.is_nan());
        }
    }

    #[test]
    fn sqrt_is_rounded_to_nearest() {
        use super::integer_sqrt as sqrt;

        // every square of twelve bits and its neighbours, and numbers of every size
        let squares = (1..4096u32).map(|n| (n * n) as f32);
        let around = squares.flat_map(|square| (square.to_bits() - 1..=square.to_bits() + 1).map(f32::from_bits));
        for x in around.chain((1..f32::INFINITY.to_bits()).step_by(997).map(f32::from_bits)) {
            assert_eq!(sqrt(x).to_bits(), x.sqrt().to_bits(), "{x:e}");
        }
        for bits in [0, 1, 2, 3, 0x007f_ffff, 0x0080_0000, 0x3f7f_ffff, 0x3fff_ffff, 0x407f_ffff, 0x7f7f_ffff] {
            assert_eq!(sqrt(f32::from_bits(bits)).to_bits(), f32::from_bits(bits).sqrt().to_bits(), "{bits:#x}");
        }
        assert_eq!(sqrt(-0.0).to_bits(), (-0.0f32).to_bits());
        assert_eq!(sqrt(f32::INFINITY), f32::INFINITY);
        assert!(sqrt(f32::NAN).is_nan() && sqrt(-1e-40).is_nan() && sqrt(f32::NEG_INFINITY).is_nan());
    }

    #[test]
    fn maximum_is_the_largest() {
        assert_eq!(maximum(&[1.0, 3.0, 2.0]), 3.0);
        assert_eq!(maximum::<f32>(&[]), f32::NEG_INFINITY);
    }
}
