//! What tests go by, of the kernels and of whole networks (`tests/int8.rs`): numbers that are drawn, and the rounding of the rules.

use std::vec::Vec;

/// A generator of numbers.
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as u32
    }

    /// From `low` to `high`, both counted.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        low + self.next() as i64 % (high - low + 1)
    }

    pub fn bytes(&mut self, count: usize) -> Vec<i8> {
        (0..count).map(|_| self.range(-128, 127) as i8).collect()
    }
}

/// x times a real number, in the two roundings of the rules.
pub fn times(x: i64, m: f64) -> i64 {
    let (mut f, mut s) = (m, 0);
    while f >= 1.0 {
        (f, s) = (f / 2.0, s + 1);
    }
    while f < 0.5 && s > -100 {
        (f, s) = (f * 2.0, s - 1);
    }
    let mut q = (f * 2f64.powi(31) + 0.5).floor() as i64;
    if q == 1 << 31 {
        (q, s) = (1 << 30, s + 1);
    }
    if s < -31 {
        (q, s) = (0, 0);
    }
    let h = (((x as i128) << s.max(0)) * q as i128 + (1 << 30)) >> 31;
    let e = (-s).max(0);
    let r = if e == 0 { h } else { (h + (1 << (e - 1)) - i128::from(h < 0)) >> e };
    r.clamp(-(1 << 40), 1 << 40) as i64
}
