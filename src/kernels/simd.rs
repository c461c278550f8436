//! Which instructions a kernel is compiled for, and the choice at run time. All `unsafe` of the crate is here.
//!
//! A kernel is generic over a token, [`Isa`]. The token [`Base`] is the instruction set that the program is compiled
//! for, and never fuses a multiplication with an addition. With the feature `simd` the token `Fast` does: on x86-64 it is
//! given out where the processor is seen to have AVX2 and FMA, on aarch64 where the program is compiled for NEON.

use crate::F32x8;
use crate::math::at_least;

/// The instructions a kernel is compiled for. Sealed: this module is private.
pub trait Isa: Copy {
    /// a · b + c, lane by lane.
    fn mul_add(self, a: F32x8, b: F32x8, c: F32x8) -> F32x8;

    /// max(x, bound), lane by lane, NaN staying NaN.
    #[inline(always)]
    fn at_least(self, x: F32x8, bound: f32) -> F32x8 {
        at_least(x, bound)
    }

    /// totals\[n\] plus the eight lanes of parts\[n\], one after the other.
    #[inline(always)]
    fn add_lanes(self, mut totals: [f32; 4], parts: [F32x8; 4]) -> [f32; 4] {
        for n in 0..4 {
            for lane in 0..8 {
                totals[n] += parts[n].0[lane];
            }
        }
        totals
    }
}

/// What the program is compiled for: a multiplication, rounded, and an addition.
#[derive(Clone, Copy)]
pub(crate) struct Base;

impl Isa for Base {
    #[inline(always)]
    fn mul_add(self, a: F32x8, b: F32x8, mut c: F32x8) -> F32x8 {
        for lane in 0..8 {
            c.0[lane] += a.0[lane] * b.0[lane];
        }
        c
    }
}

/// Runs a kernel with the best token there is, `$isa`: `$fast` with `Fast`, `$base` with [`Base`]. Their tiles are the
/// [plan](super::plan)'s.
///
/// With the feature `simd` on x86-64, where some processors have AVX2 and some have not, the second choice is `$any`,
/// [`any_shape`](super::any_shape)'s.
///
/// With `Fast` it returns from the function around it: it is that function's last expression.
macro_rules! dispatch {
    (
        $isa:ident => $fast:expr, base => $base:expr, any_shape => $any:expr $(,)?
    ) => {{
        #[cfg(all(
            feature = "simd",
            any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))
        ))]
        if let Some(fast) = $crate::kernels::simd::Fast::detect() {
            return fast.run(
                #[inline(always)]
                |$isa| $fast,
            );
        }
        #[cfg(all(feature = "simd", target_arch = "x86_64"))]
        {
            use $crate::kernels::any_shape::loops;
            $any
        }
        #[cfg(not(all(feature = "simd", target_arch = "x86_64")))]
        {
            let $isa = $crate::kernels::simd::Base;
            $base
        }
    }};
}
pub(crate) use dispatch;

/// Calls `f`, as code for the largest registers there are if it is `#[inline(always)]`. Without a token it fuses nothing: the
/// bits are the same with any.
#[inline(always)]
pub(crate) fn widest<R>(f: impl FnOnce() -> R) -> R {
    #[cfg(all(feature = "simd", target_arch = "x86_64"))]
    if let Some(fast) = Fast::detect() {
        return fast.run(
            #[inline(always)]
            |_| f(),
        );
    }
    f()
}

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
pub(crate) use x86::Fast;

#[cfg(all(feature = "simd", target_arch = "aarch64", target_feature = "neon"))]
pub(crate) use neon::Fast;

#[cfg(all(feature = "simd", target_arch = "x86_64"))]
#[allow(unsafe_code)] // intrinsics, and calls of functions compiled for instructions that were detected
mod x86 {
    use core::arch::x86_64::{
        __cpuid, __cpuid_count, __m128, __m256, _mm_add_ps, _mm256_castps256_ps128, _mm256_extractf128_ps,
        _mm256_fmadd_ps, _mm256_max_ps, _mm256_set1_ps, _mm256_shuffle_ps, _mm256_unpackhi_ps, _mm256_unpacklo_ps,
        _xgetbv,
    };
    use core::mem::transmute;
    use core::sync::atomic::{AtomicU8, Ordering::Relaxed};

    use super::Isa;
    use crate::F32x8;

    /// AVX2 and FMA. Whoever holds one has seen that the processor and the operating system support them.
    #[derive(Clone, Copy)]
    pub(crate) struct Fast(());

    impl Isa for Fast {
        #[inline(always)]
        fn mul_add(self, a: F32x8, b: F32x8, c: F32x8) -> F32x8 {
            // SAFETY: `self` is given out by `detect` alone, so FMA is there. `F32x8` and `__m256` are both 32 bytes,
            // and every bit pattern is a value of both.
            unsafe {
                let [a, b, c] = transmute::<[F32x8; 3], [__m256; 3]>([a, b, c]);
                transmute::<__m256, F32x8>(_mm256_fmadd_ps(a, b, c))
            }
        }

        // written as a comparison, the compiler takes the first layer of DS-CNN apart: 8 → 15 µs
        #[inline(always)]
        fn at_least(self, x: F32x8, bound: f32) -> F32x8 {
            // SAFETY: as above. Where a number is NaN the instruction gives its second operand, which is x.
            unsafe {
                let x = transmute::<F32x8, __m256>(x);
                transmute::<__m256, F32x8>(_mm256_max_ps(_mm256_set1_ps(bound), x))
            }
        }

        #[inline(always)]
        fn add_lanes(self, totals: [f32; 4], parts: [F32x8; 4]) -> [f32; 4] {
            // SAFETY: as above, and `[f32; 4]` and `__m128` are both 16 bytes.
            unsafe {
                let totals = transmute::<[f32; 4], __m128>(totals);
                transmute::<__m128, [f32; 4]>(add_lanes(totals, transmute::<[F32x8; 4], [__m256; 4]>(parts)))
            }
        }
    }

    impl Fast {
        /// The token, where the processor has the instructions.
        #[inline(always)]
        pub(crate) fn detect() -> Option<Fast> {
            const UNKNOWN: u8 = 2;
            static FOUND: AtomicU8 = AtomicU8::new(UNKNOWN);
            let found = match FOUND.load(Relaxed) {
                UNKNOWN => {
                    let found = ask();
                    FOUND.store(found as u8, Relaxed);
                    found
                }
                found => found == 1,
            };
            found.then_some(Fast(()))
        }

        /// Calls `kernel`, as code that may use AVX2 and FMA if it is `#[inline(always)]`.
        #[inline(always)]
        pub(crate) fn run<R>(self, kernel: impl FnOnce(Fast) -> R) -> R {
            // SAFETY: `self` is given out by `detect` alone, so AVX2 and FMA are there.
            unsafe { enabled(self, kernel) }
        }
    }

    #[target_feature(enable = "avx2,fma")]
    fn enabled<R>(fast: Fast, kernel: impl FnOnce(Fast) -> R) -> R {
        kernel(fast)
    }

    /// Adds lane n of four vectors to `totals` with one addition, for each n in turn: the parts, transposed.
    #[inline]
    #[target_feature(enable = "avx2,fma")]
    fn add_lanes(mut totals: __m128, [a, b, c, d]: [__m256; 4]) -> __m128 {
        let (ab_low, ab_high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        let (cd_low, cd_high) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        // the n-th holds lane n of a, b, c and d, and then lane n + 4 of them
        let lanes = [
            _mm256_shuffle_ps::<0b01_00_01_00>(ab_low, cd_low),
            _mm256_shuffle_ps::<0b11_10_11_10>(ab_low, cd_low),
            _mm256_shuffle_ps::<0b01_00_01_00>(ab_high, cd_high),
            _mm256_shuffle_ps::<0b11_10_11_10>(ab_high, cd_high),
        ];
        for lane in lanes {
            totals = _mm_add_ps(totals, _mm256_castps256_ps128(lane));
        }
        for lane in lanes {
            totals = _mm_add_ps(totals, _mm256_extractf128_ps::<1>(lane));
        }
        totals
    }

    /// Asks the processor for AVX2 and FMA, and the operating system whether it keeps the registers they use.
    ///
    /// `extern "C"` says in the signature, which is all that other crates see of it, that it does not unwind.
    #[cold]
    extern "C" fn ask() -> bool {
        const FMA: u32 = 1 << 12;
        const OSXSAVE: u32 = 1 << 27;
        const AVX: u32 = 1 << 28;
        const AVX2: u32 = 1 << 5;
        const NEEDED: u32 = FMA | OSXSAVE | AVX;
        const XMM_AND_YMM: u64 = 0b110;

        #[target_feature(enable = "xsave")]
        fn kept() -> u64 {
            // SAFETY: the extended control register 0 can be read wherever OSXSAVE is set.
            unsafe { _xgetbv(0) }
        }

        __cpuid(0).eax >= 7
            && __cpuid(1).ecx & NEEDED == NEEDED
            && __cpuid_count(7, 0).ebx & AVX2 != 0
            // SAFETY: OSXSAVE is one of the bits that were found in `ecx`.
            && unsafe { kept() } & XMM_AND_YMM == XMM_AND_YMM
    }
}

#[cfg(all(feature = "simd", target_arch = "aarch64", target_feature = "neon"))]
#[allow(unsafe_code)] // vectors of eight seen as two registers
mod neon {
    use core::arch::aarch64::{float32x4_t, vfmaq_f32};
    use core::mem::transmute;

    use super::Isa;
    use crate::F32x8;

    /// NEON, which the whole program is compiled for: there is nothing to detect.
    #[derive(Clone, Copy)]
    pub(crate) struct Fast;

    impl Isa for Fast {
        #[inline(always)]
        fn mul_add(self, a: F32x8, b: F32x8, c: F32x8) -> F32x8 {
            // SAFETY: this module is compiled only where NEON is. `F32x8` and two `float32x4_t` are both 32 bytes, and
            // every bit pattern is a value of both.
            unsafe {
                let [a, b, c] = transmute::<[F32x8; 3], [[float32x4_t; 2]; 3]>([a, b, c]);
                transmute::<[float32x4_t; 2], F32x8>([vfmaq_f32(c[0], a[0], b[0]), vfmaq_f32(c[1], a[1], b[1])])
            }
        }
    }

    impl Fast {
        /// The token.
        #[inline(always)]
        pub(crate) fn detect() -> Option<Fast> {
            Some(Fast)
        }

        /// Calls `kernel`: all code may use NEON.
        #[inline(always)]
        pub(crate) fn run<R>(self, kernel: impl FnOnce(Fast) -> R) -> R {
            kernel(self)
        }
    }
}

#[cfg(all(test, feature = "simd", any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
mod tests {
    use super::{Base, Fast, Isa};
    use crate::F32x8;

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn what_the_processor_has_is_detected() {
        let has = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
        // the second time it is remembered
        assert_eq!([Fast::detect().is_some(), Fast::detect().is_some()], [has; 2]);
    }

    #[cfg(target_arch = "aarch64")]
    #[test]
    fn neon_is_detected() {
        assert!(Fast::detect().is_some());
    }

    #[test]
    fn lanes_are_added_in_order() {
        // 1e8 swallows every 1 until it is taken away: what is left are the lanes after that
        let parts = [(1e8, 0, 2), (1e8, 1, 4), (1e8, 3, 6), (1.0, 0, 7)].map(|(value, at, away)| {
            let mut lanes = [1.0; 8];
            lanes[at] = value;
            lanes[away] = -1e8;
            F32x8(lanes)
        });
        let (totals, expected) = ([2.0, 0.0, -1.0, 1e8], [5.0, 3.0, 1.0, 0.0]);
        assert_eq!(Base.add_lanes(totals, parts), expected);
        if let Some(fast) = Fast::detect() {
            assert_eq!(fast.run(|fast| fast.add_lanes(totals, parts)), expected);
        }
    }

    #[test]
    fn at_least_keeps_nan_and_the_zeros() {
        let x = F32x8([f32::NAN, -1.0, 1.0, -0.0, 0.0, f32::NEG_INFINITY, f32::INFINITY, -1e-45]);
        let expected = |bound: f32| x.0.map(|x| if x < bound { bound } else { x }.to_bits());
        for bound in [0.0, f32::NEG_INFINITY, 0.5] {
            assert_eq!(Base.at_least(x, bound).0.map(f32::to_bits), expected(bound));
            if let Some(fast) = Fast::detect() {
                assert_eq!(fast.run(|fast| fast.at_least(x, bound)).0.map(f32::to_bits), expected(bound));
            }
        }
    }

    #[test]
    fn fast_rounds_once_and_base_twice() {
        // lane n: (1 + m·ε)² = 1 + 2m·ε + m²·ε², whose last term is lost where the product is rounded
        let a = F32x8([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0].map(|m| 1.0 + m * f32::EPSILON));
        let c = F32x8([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0].map(|m| -1.0 - 2.0 * m * f32::EPSILON));
        assert_eq!(Base.mul_add(a, a, c), F32x8([0.0; 8]));
        if let Some(fast) = Fast::detect() {
            let squares = [1.0, 4.0, 9.0, 16.0, 25.0, 36.0, 49.0, 64.0];
            assert_eq!(fast.run(|fast| fast.mul_add(a, a, c)).0, squares.map(|m| m * f32::EPSILON * f32::EPSILON));
        }
    }
}
