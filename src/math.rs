//! Functions of the values of an element, with the same bits on every target and for either element.
//!
//! `core` has none of them, and `libm`'s differ between targets. These are polynomials and the four operations, evaluated
//! without a fused operation and without a branch, so that the compiler computes several at once. They take an `f32`, or an
//! [`F32x8`](crate::F32x8) lane by lane, and are what a layer of one's own needs without `std`.
//!
//! ```
//! use const_cnn::{Elem, F32x8, math};
//! assert_eq!(math::exp(0.0), 1.0);
//! assert_eq!(math::tanh(F32x8::splat(-20.0)), F32x8::splat(-1.0));
//! ```
//!
//! # Bounds
//!
//! How far a result is at most from the true value, in units in the last place of the true value; of a subnormal value the
//! unit is 2⁻¹⁴⁹. Tests hold the bounds against double precision, over all exponents.
//!
//! | function | bound | where it has no finite value |
//! |---|---|---|
//! | [`exp`] | 1.5 | infinite above 88.73 |
//! | [`exp_m1`] | 2 | the same |
//! | [`ln`] | 1 of the larger of 1 and the result | −∞ at 0, NaN below |
//! | [`ln_1p`] | 2 | −∞ at −1, NaN below |
//! | [`tanh`] | 2.5 | |
//! | [`sigmoid`] | 2.5 | |
//! | [`softplus`] | 2.5 | |
//! | [`erf`] | 1.5 | |
//! | [`sqrt`] | ½: the float nearest to it | NaN below 0 |
//!
//! NaN gives NaN, whose sign and payload are the processor's.
//!
//! The coefficients of `exp` and `ln` are those of Cephes: Stephen L. Moshier, *Cephes Mathematical Library*, 1984–1992,
//! `expf.c` and `logf.c`. Those of `erf` are Chebyshev's interpolation.

use crate::Elem;

/// 1.5 · 2²³: adding it and taking it away rounds to an integer.
const ROUND: f32 = 12_582_912.0;

/// ln 2 in two parts, the first of so few bits that its multiples are exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// e^r − 1 and n, where x = n · ln 2 + r, |r| ≤ ½ ln 2; |x| is at most 104.
#[inline(always)]
fn reduced(x: f32) -> (f32, i32) {
    let shifted = x * core::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2[0] - n * LN_2[1];
    let polynomial = polynomial(r, 1.987_569_1e-4, [1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5]);
    (polynomial * r * r + r, shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32)
}

/// `first` · xᴺ + .. + the last of the others.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, first: f32, others: [f32; N]) -> f32 {
    let mut sum = first;
    for coefficient in others {
        sum = sum * x + coefficient;
    }
    sum
}

/// 2ⁿ, n from −126 to 127.
#[inline(always)]
fn power(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// x, but `low` below it and `high` above it. NaN stays.
#[inline(always)]
fn clamped(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

/// eˣ
///
/// ```
/// use const_cnn::math::exp;
/// assert_eq!((exp(0.0_f32), exp(-200.0_f32)), (1.0, 0.0));
/// assert!((exp(1.0_f32) - std::f32::consts::E).abs() < 1e-6);
/// assert_eq!(exp(89.0_f32), f32::INFINITY);
/// ```
#[inline(always)]
pub fn exp<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| {
        let (q, n) = reduced(clamped(x, -104.0, 89.0));
        // 2ⁿ in two factors, neither of which is subnormal or infinite
        (q + 1.0) * power(n >> 1) * power(n.wrapping_sub(n >> 1))
    })
}

/// eˣ − 1, which is near x where x is near 0.
///
/// ```
/// use const_cnn::math::{exp, exp_m1};
/// assert_eq!(exp_m1(1e-10_f32), 1e-10);
/// assert_eq!(exp(1e-10_f32) - 1.0, 0.0); // all of it is lost
/// ```
#[inline(always)]
pub fn exp_m1<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| if x > 20.0 { exp(x) } else { exp_m1_to_20(x) })
}

/// eˣ − 1, where x is at most 20.
#[inline(always)]
fn exp_m1_to_20(x: f32) -> f32 {
    let (q, n) = reduced(clamped(x, -20.0, 20.0));
    let y = q * power(n) + (power(n) - 1.0);
    if x == 0.0 { x } else { y }
}

/// ln x
///
/// ```
/// use const_cnn::math::ln;
/// assert_eq!((ln(1.0_f32), ln(0.0_f32)), (0.0, f32::NEG_INFINITY));
/// assert!((ln(std::f32::consts::E) - 1.0).abs() < 1e-6);
/// assert!(ln(-1.0_f32).is_nan());
/// ```
#[inline(always)]
pub fn ln<V: Elem>(x: V) -> V {
    const SQRT_HALF: u32 = core::f32::consts::FRAC_1_SQRT_2.to_bits();
    V::apply([x], |[x]| {
        // a subnormal number becomes normal
        let is_small = x < f32::MIN_POSITIVE;
        let bits = (if is_small { x * 16_777_216.0 } else { x }).to_bits();
        // x = 2ⁿ · m, √½ ≤ m < √2
        let exponent = (bits.wrapping_sub(SQRT_HALF) as i32) >> 23;
        let m = f32::from_bits(bits.wrapping_sub((exponent << 23) as u32)) - 1.0;
        let n = exponent as f32 - if is_small { 24.0 } else { 0.0 };
        let polynomial = polynomial(
            m,
            7.037_683_6e-2,
            [
                -1.151_461e-1,
                1.167_699_87e-1,
                -1.242_014_1e-1,
                1.424_932_3e-1,
                -1.666_805_8e-1,
                2.000_071_4e-1,
                -2.499_999_4e-1,
                3.333_333e-1,
            ],
        );
        let square = m * m;
        let y = m + (polynomial * m * square + n * LN_2[1] - 0.5 * square) + n * LN_2[0];
        let y = if x < f32::INFINITY { y } else { x };
        let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
        if x < 0.0 { f32::NAN } else { y }
    })
}

/// sin x and cos x, x in radians, each at most 1e-7 from it for |x| ≤ 8192, and from −1 to 1.
///
/// NaN where |x| is larger, infinite or NaN. The coefficients are those of Cephes' `sinf.c`.
#[inline(always)]
pub(crate) fn sin_cos(x: f32) -> (f32, f32) {
    // π / 2 in three parts: with n the first two have products without rounding
    const HALF_PI: [f32; 3] = [1.570_312_5, 4.837_513e-4, 7.549_79e-8];
    let x = if x.abs() <= 8192.0 { x } else { f32::NAN };
    let shifted = x * core::f32::consts::FRAC_2_PI + ROUND;
    let n = shifted - ROUND; // the integer nearest to x / (π / 2)
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

/// ln(1 + x), which is near x where x is near 0.
///
/// ```
/// use const_cnn::math::{ln, ln_1p};
/// assert_eq!(ln_1p(1e-10_f32), 1e-10);
/// assert_eq!(ln(1.0 + 1e-10_f32), 0.0); // all of it is lost
/// ```
#[inline(always)]
pub fn ln_1p<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| {
        // ln(u + c) with what rounding has taken from u
        let u = 1.0 + x;
        let c = x - (u - 1.0);
        let y = ln(u) + c / u;
        let y = if u > 0.0 && u < f32::INFINITY { y } else { ln(u) };
        if u == 1.0 { x } else { y }
    })
}

/// The hyperbolic tangent.
///
/// ```
/// use const_cnn::math::tanh;
/// assert_eq!((tanh(20.0_f32), tanh(-20.0_f32)), (1.0, -1.0));
/// assert!((tanh(0.5_f32) - 0.462_117_16).abs() < 1e-6);
/// ```
#[inline(always)]
pub fn tanh<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| {
        let t = exp_m1_to_20(2.0 * x.abs());
        (t / (t + 2.0)).copysign(x)
    })
}

/// The logistic function, 1 / (1 + e⁻ˣ).
///
/// ```
/// use const_cnn::{F32x8, math::sigmoid};
/// assert_eq!(sigmoid(F32x8([0.0; 8])), F32x8([0.5; 8]));
/// assert_eq!((sigmoid(-200.0_f32), sigmoid(200.0_f32)), (0.0, 1.0));
/// ```
#[inline(always)]
pub fn sigmoid<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| {
        let e = exp(-x.abs());
        (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
    })
}

/// ln(1 + eˣ)
///
/// ```
/// use const_cnn::math::softplus;
/// assert!((softplus(0.0_f32) - std::f32::consts::LN_2).abs() < 1e-6);
/// assert_eq!(softplus(100.0_f32), 100.0); // and not infinite
/// ```
#[inline(always)]
pub fn softplus<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| (if x > 0.0 { x } else { 0.0 }) + ln_1p(exp(-x.abs())))
}

/// The error function, 2/√π · ∫₀ˣ exp(−t²) dt.
///
/// ```
/// use const_cnn::math::erf;
/// // the share of a normal distribution that is within one standard deviation
/// assert!((erf(0.5_f32.sqrt()) - 0.682_689_5).abs() < 1e-6);
/// assert_eq!(erf(-4.0_f32), -1.0);
/// ```
#[inline(always)]
pub fn erf<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| {
        let a = clamped(x.abs(), 0.0, 4.0);
        // erf(a)/a − 1 as a polynomial of a²
        let near = polynomial(
            a * a,
            7.875_875e-5,
            [-8.016_864e-4, 5.189_087e-3, -2.685_421_1e-2, 1.128_359_4e-1, -3.761_262_6e-1, 1.283_791_7e-1],
        );
        // −ln(1 − erf(a))/a
        let far = polynomial(
            a,
            -2.166_180_5e-7,
            [
                3.236_754_5e-6,
                -1.584_388_4e-6,
                -3.316_854_4e-4,
                3.835_511_4e-3,
                -2.433_230_5e-2,
                1.070_225_2e-1,
                6.346_172_7e-1,
                1.128_792_8,
            ],
        );
        let y = if a < 1.0 { a + a * near } else { 1.0 - exp(-(a * far)) };
        y.copysign(x)
    })
}

/// √x; −0 is its own root.
///
/// With `std` it is the processor's, which is the float nearest to it too: IEEE 754 asks for it. Without, it is a loop over
/// bits.
///
/// ```
/// use const_cnn::math::sqrt;
/// assert_eq!((sqrt(2.25_f32), sqrt(2.0)), (1.5, std::f32::consts::SQRT_2));
/// assert!(sqrt(-1.0_f32).is_nan());
/// ```
#[inline(always)]
pub fn sqrt<V: Elem>(x: V) -> V {
    V::apply([x], |[x]| {
        #[cfg(feature = "std")]
        let root = x.sqrt();
        #[cfg(not(feature = "std"))]
        let root = integer_sqrt(x);
        root
    })
}

/// √x without the processor's instruction: x is m · 2ⁿ, n even, and of m · 2²³, below 2⁴⁸, the integer root is found bit by
/// bit.
#[cfg(any(not(feature = "std"), test))]
#[inline]
fn integer_sqrt(x: f32) -> f32 {
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

/// `x`, or 0 where it is subnormal: some processors compute with those a hundred times as slowly, and what decays would stay
/// among them for ever.
#[inline(always)]
pub(crate) fn flushed(x: f32) -> f32 {
    if x.to_bits() & f32::INFINITY.to_bits() == 0 { 0.0 } else { x }
}

/// max(x, bound), NaN staying NaN.
#[inline(always)]
pub(crate) fn at_least<V: Elem>(x: V, bound: f32) -> V {
    V::apply([x], |[x]| if x < bound { bound } else { x })
}

/// The number a share of the way from `a` to `b`: `a` where the share is 0, and never beyond both where they are finite.
#[inline(always)]
pub(crate) fn toward(a: f32, b: f32, share: f32) -> f32 {
    let difference = b - a;
    if share == 0.0 {
        a
    } else if difference.is_finite() {
        a + share * difference
    } else {
        (1.0 - share) * a + share * b
    }
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
    use crate::F32x8;

    /// The distance between two neighbouring floats at `x`.
    fn ulp(x: f64) -> f64 {
        let x = (x.abs() as f32).clamp(f32::MIN_POSITIVE, f32::from_bits(f32::MAX.to_bits() - 1));
        f64::from(f32::from_bits(x.to_bits() + 1)) - f64::from(x)
    }

    /// Numbers of every exponent and both signs, 1678 of each.
    fn everywhere() -> impl Iterator<Item = f32> {
        (0..f32::INFINITY.to_bits()).step_by(4999).flat_map(|bits| [f32::from_bits(bits), -f32::from_bits(bits)])
    }

    /// How far `f` is from `exact` at most, in units of it; what is no finite float is equal.
    fn worst(f: fn(f32) -> f32, exact: fn(f64) -> f64, at: impl Iterator<Item = f32>) -> f64 {
        let mut worst = 0.0f64;
        for x in at {
            let (is, should) = (f64::from(f(x)), exact(f64::from(x)));
            if !(should as f32).is_finite() {
                assert!(is == f64::from(should as f32) || is.is_nan() && should.is_nan(), "{x:e}: {is}");
                continue;
            }
            let error = (is - should).abs() / ulp(should);
            worst = worst.max(error);
        }
        worst
    }

    /// `f` is within `bound` units over all exponents, and where it bends; NaN stays; lanes are as one value.
    #[track_caller]
    fn check(f: fn(f32) -> f32, lanes: fn(F32x8) -> F32x8, exact: fn(f64) -> f64, bound: f64) {
        let bends = (-262_500..=262_500).map(|step| step as f32 * 4e-4);
        let worst = worst(f, exact, everywhere().chain(bends));
        assert!(worst <= bound, "{worst} units");
        assert!(f(f32::NAN).is_nan() && f(-f32::NAN).is_nan());
        let eight = F32x8([-0.0, 0.3, -1.7, 5.0, 1e-40, -30.0, f32::INFINITY, 1e9]);
        for (one, eight) in eight.0.iter().zip(lanes(eight).0) {
            assert!(f(*one).to_bits() == eight.to_bits() || eight.is_nan() && f(*one).is_nan(), "{one}");
        }
    }

    /// By its series, and from 2.5 on by its continued fraction.
    fn exact_erf(x: f64) -> f64 {
        let a = x.abs();
        let erf = if a < 2.5 {
            let (mut term, mut sum) = (a, a);
            for n in 1..60 {
                term *= -a * a / f64::from(n);
                sum += term / f64::from(2 * n + 1);
            }
            sum * core::f64::consts::FRAC_2_SQRT_PI
        } else {
            let fraction = (1..60).rev().fold(a, |rest, n| a + 0.5 * f64::from(n) / rest);
            1.0 - (-a * a).exp() / fraction * 0.5 * core::f64::consts::FRAC_2_SQRT_PI
        };
        erf.copysign(x)
    }

    #[test]
    fn exp_is_within_its_bound() {
        check(exp, exp, f64::exp, 1.5);
    }

    #[test]
    fn exp_m1_is_within_its_bound() {
        check(exp_m1, exp_m1, f64::exp_m1, 2.0);
    }

    #[test]
    fn ln_is_within_its_bound() {
        let mut worst = 0.0f64;
        for x in everywhere().filter(|&x| x > 0.0).chain((1..4_000_000).map(|step| step as f32 * 1e-6)) {
            let (is, should) = (f64::from(ln(x)), f64::from(x).ln());
            worst = worst.max((is - should).abs() / ulp(should.abs().max(1.0)));
        }
        assert!(worst <= 1.0, "{worst} units");
        check(ln, ln, f64::ln, f64::INFINITY);
    }

    #[test]
    fn ln_1p_is_within_its_bound() {
        check(ln_1p, ln_1p, f64::ln_1p, 2.0);
    }

    #[test]
    fn tanh_is_within_its_bound() {
        check(tanh, tanh, f64::tanh, 2.5);
    }

    #[test]
    fn sigmoid_is_within_its_bound() {
        check(sigmoid, sigmoid, |x| 1.0 / (1.0 + (-x).exp()), 2.5);
    }

    #[test]
    fn softplus_is_within_its_bound() {
        check(softplus, softplus, |x| x.max(0.0) + (-x.abs()).exp().ln_1p(), 2.5);
    }

    #[test]
    fn erf_is_within_its_bound() {
        check(erf, erf, exact_erf, 1.5);
    }

    #[test]
    fn sqrt_is_within_its_bound() {
        check(sqrt, sqrt, f64::sqrt, 0.5);
    }

    /// What is equal for all of them on every target: run on others by `tests/targets.sh unit`.
    #[test]
    fn bits_are_the_same_on_every_target() {
        let functions: [fn(f32) -> f32; 9] = [exp, exp_m1, ln, ln_1p, tanh, sigmoid, softplus, erf, sqrt];
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for x in everywhere().step_by(101) {
            for y in functions.map(|f| f(x)).into_iter().filter(|y| !y.is_nan()) {
                hash = (hash ^ u64::from(y.to_bits())).wrapping_mul(0x100_0000_01b3);
            }
        }
        assert_eq!(hash, 0x6422_6a97_eb84_b3ea, "{hash:#x}");
    }

    #[test]
    fn at_the_ends() {
        assert_eq!((exp(0.0), exp(f32::NEG_INFINITY), exp(-1e30)), (1.0, 0.0, 0.0));
        assert_eq!((exp(89.0), exp(f32::INFINITY)), (f32::INFINITY, f32::INFINITY));
        assert_eq!((exp_m1(f32::NEG_INFINITY), exp_m1(f32::INFINITY)), (-1.0, f32::INFINITY));
        assert_eq!((ln(1.0), ln(0.0), ln(-0.0)), (0.0, f32::NEG_INFINITY, f32::NEG_INFINITY));
        assert_eq!(ln(f32::INFINITY), f32::INFINITY);
        assert!(ln(-1e-45).is_nan() && ln(f32::NEG_INFINITY).is_nan());
        assert_eq!((ln_1p(-1.0), ln_1p(f32::INFINITY)), (f32::NEG_INFINITY, f32::INFINITY));
        assert!(ln_1p(-1.000_000_1).is_nan() && ln_1p(f32::NEG_INFINITY).is_nan());
        assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)), (1.0, -1.0));
        assert_eq!((erf(f32::INFINITY), erf(f32::NEG_INFINITY)), (1.0, -1.0));
        assert_eq!((sigmoid(f32::INFINITY), sigmoid(f32::NEG_INFINITY), sigmoid(0.0)), (1.0, 0.0, 0.5));
        assert_eq!((softplus(f32::INFINITY), softplus(f32::NEG_INFINITY)), (f32::INFINITY, 0.0));
        for f in [exp_m1, ln_1p, tanh, erf, sqrt] as [fn(f32) -> f32; 5] {
            assert_eq!([f(0.0).to_bits(), f(-0.0).to_bits()], [0, 1 << 31]);
        }
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
