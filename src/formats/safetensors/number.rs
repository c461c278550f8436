//! Numbers as they lie in a file.

/// How many bits a number of a type has; nothing, where the format has no such type.
pub(super) fn bits(name: &str) -> Option<usize> {
    Some(match name {
        "F4" => 4,
        "F6_E2M3" | "F6_E3M2" => 6,
        "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" | "F8_E8M0" | "F8_E4M3FNUZ" | "F8_E5M2FNUZ" => 8,
        "U16" | "I16" | "F16" | "BF16" => 16,
        "U32" | "I32" | "F32" => 32,
        "U64" | "I64" | "F64" | "C64" => 64,
        _ => return None,
    })
}

/// Whether numbers of a type are read.
pub(super) fn is_read(name: &str) -> bool {
    matches!(name, "F32" | "F16" | "BF16" | "F64")
}

/// The `n`-th number of `bytes`, which are of a type that [is read](is_read).
pub(super) fn number(name: &str, bytes: &[u8], n: usize) -> Option<f32> {
    match name {
        "F32" => bytes.as_chunks().0.get(n).map(|bytes| f32::from_le_bytes(*bytes)),
        "F16" => bytes.as_chunks().0.get(n).map(|bytes| half(u16::from_le_bytes(*bytes))),
        "BF16" => bytes.as_chunks().0.get(n).map(|bytes| f32::from_bits(u32::from(u16::from_le_bytes(*bytes)) << 16)),
        "F64" => bytes.as_chunks().0.get(n).map(|bytes| rounded(u64::from_le_bytes(*bytes))),
        _ => None,
    }
}

/// The number whose bits, as IEEE's binary16, are `bits`: exactly.
fn half(bits: u16) -> f32 {
    const SCALE: f32 = f32::from_bits((127 + 127 - 15) << 23); // exponents count from 15 there, from 127 here
    let (sign, rest) = (u32::from(bits & 0x8000) << 16, u32::from(bits & 0x7fff) << 13);
    let magnitude =
        if bits & 0x7c00 == 0x7c00 { f32::INFINITY.to_bits() | rest } else { (f32::from_bits(rest) * SCALE).to_bits() };
    f32::from_bits(sign | magnitude)
}

/// The `f32` nearest to the number whose bits, as an `f64`, are `bits`, of two the even one. In integers: firmware has no
/// `f64`.
fn rounded(bits: u64) -> f32 {
    const FRACTION: u32 = 52 - 23; // bits that `f32` does not have
    let (sign, exponent, fraction) = ((bits >> 63) as u32, (bits >> 52) as u32 & 0x7ff, bits & ((1 << 52) - 1));
    let magnitude = match exponent {
        0x7ff => f32::INFINITY.to_bits() | u32::from(fraction != 0) << 22,
        // of the `f32` that are normal; a carry goes into the exponent, and from the largest to infinity
        897..=1150 => ((exponent - 897) << 23) + (1 << 23) + nearest(fraction, FRACTION),
        1151.. => f32::INFINITY.to_bits(),
        // subnormal: the bits are how many times 2⁻¹⁴⁹ it is
        _ => nearest(fraction | 1 << 52, FRACTION + (897 - exponent)),
    };
    f32::from_bits(sign << 31 | magnitude)
}

/// `n` / 2^`shift`, rounded to the nearest integer, of two the even one. `n` has at most 53 bits.
fn nearest(n: u64, shift: u32) -> u32 {
    if shift > 54 {
        return 0;
    }
    let (below, half) = (n & ((1 << shift) - 1), 1 << (shift - 1));
    let floor = (n >> shift) as u32;
    floor + u32::from(below > half || below == half && floor % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_by_hand() {
        for (bits, expected) in [
            (0x0000, 0.0f32),
            (0x8000, -0.0),
            (0x0001, 5.960_464_5e-8), // 2⁻²⁴
            (0x83ff, -6.097_555e-5),  // −1023 · 2⁻²⁴
            (0x0400, 6.103_515_6e-5), // 2⁻¹⁴
            (0x3c00, 1.0),
            (0x3c01, 1.000_976_6),
            (0xc500, -5.0),
            (0x7bff, 65504.0),
            (0x7c00, f32::INFINITY),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half(bits).to_bits(), expected.to_bits(), "{bits:x}");
        }
        assert!((0x7c01..0x8000).chain(0xfc01..=0xffff).all(|bits| half(bits).is_nan()));
    }

    #[test]
    fn all_halves_are_their_sum_of_powers() {
        for bits in 0..0x7c00u16 {
            let (exponent, fraction) = (i32::from(bits >> 10), f64::from(bits & 0x3ff));
            let expected = match exponent {
                0 => fraction * 2f64.powi(-24),
                _ => (1024.0 + fraction) * 2f64.powi(exponent - 25),
            };
            assert_eq!(f64::from(half(bits)), expected, "{bits:x}");
            assert_eq!(half(bits | 0x8000), -half(bits), "{bits:x}");
        }
    }

    #[test]
    fn an_f64_is_rounded_as_the_language_does() {
        let mut numbers = std::vec![0.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, f64::INFINITY];
        for exponent in 870..1155u64 {
            // at, beside and between two `f32`, odd and even
            for high in [0, 1, 2, 3, 0x3f_ffff, 0x40_0000, 0x7f_fffe, 0x7f_ffff] {
                for low in [0, 1, (1 << 28) - 1, 1 << 28, (1 << 28) + 1, (1 << 29) - 1] {
                    numbers.push(f64::from_bits((exponent << 52) | (high << 29) | low));
                }
            }
            for cut in 0..52 {
                numbers.push(f64::from_bits((exponent << 52) | (1 << cut)));
                numbers.push(f64::from_bits((exponent << 52) | ((1 << cut) - 1)));
            }
        }
        for x in numbers.into_iter().flat_map(|x| [x, -x]) {
            assert_eq!(rounded(x.to_bits()).to_bits(), (x as f32).to_bits(), "{x:e}");
        }
        assert!(rounded(f64::NAN.to_bits()).is_nan() && rounded(0xfff0_0000_0000_0001).is_nan());
    }

    #[test]
    fn numbers_of_each_type_lie_one_after_the_other() {
        let bytes = |numbers: [&[u8]; 2]| numbers.concat();
        for (name, bytes) in [
            ("F32", bytes([&1.5f32.to_le_bytes(), &(-2.0f32).to_le_bytes()])),
            ("F64", bytes([&1.5f64.to_le_bytes(), &(-2.0f64).to_le_bytes()])),
            ("F16", bytes([&[0x00, 0x3e], &[0x00, 0xc0]])),
            ("BF16", bytes([&[0xc0, 0x3f], &[0x00, 0xc0]])),
        ] {
            let number = |n| number(name, &bytes, n);
            assert_eq!([number(0), number(1), number(2)], [Some(1.5), Some(-2.0), None], "{name}");
            assert_eq!(bits(name), Some(4 * bytes.len()));
            assert!(is_read(name));
        }
        assert_eq!(number("I64", &[0; 8], 0), None);
        assert!(["I64", "U8", "C64", "F8_E4M3", "f32", ""].into_iter().all(|name| !is_read(name)));
        assert!(["f32", "", "F31", "F32 "].into_iter().all(|name| bits(name).is_none()));
    }
}
