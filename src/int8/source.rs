//! The quantisation of a network as bytes in a plain order, before they are baked.

use super::arithmetic::{Multiplier, clamp, double, round};

/// How int8 values stand for real numbers: `scale` · (q − `zero_point`).
///
/// ```
/// use const_cnn::Scale;
///
/// let scale = Scale { scale: 0.5, zero_point: -100 };
/// assert_eq!([0.0, 1.2, 1e9].map(|x| scale.quantize(x)), [-100, -98, 127]);
/// assert_eq!(scale.real(-98), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// What a step of 1 stands for.
    pub scale: f32,
    /// What stands for 0.
    pub zero_point: i8,
}

impl Scale {
    /// Of the chances that a softmax gives: from 0 to 255/256.
    pub const SOFTMAX: Scale = Scale { scale: 1.0 / 256.0, zero_point: -128 };

    /// The bytes of a scale: an f32, and the zero point as an i32.
    pub(crate) const BYTES: usize = 8;

    /// The scale by which values from `low` to `high`, and 0, have the whole range of int8.
    ///
    /// ```
    /// use const_cnn::Scale;
    /// let scale = Scale::of_range(-1.0, 3.0);
    /// assert_eq!((scale.scale, scale.zero_point), (4.0 / 255.0, -64));
    /// assert_eq!([-1.0, 0.0, 9.0].map(|x| scale.quantize(x)), [-128, -64, 127]);
    /// ```
    pub const fn of_range(low: f32, high: f32) -> Scale {
        let (low, high) = (low.min(0.0), high.max(0.0));
        let scale = (high / 255.0 - low / 255.0).max(f32::MIN_POSITIVE);
        Scale { scale, zero_point: clamp(round(-128.0 - low / scale), -128, 127) }
    }

    /// The nearest value; of a number out of the range, the end of it.
    pub const fn quantize(&self, x: f32) -> i8 {
        clamp(round(x / self.scale).saturating_add(self.zero_point as i32), -128, 127)
    }

    /// What a value stands for.
    pub const fn real(&self, q: i8) -> f32 {
        self.scale * (q as i32 - self.zero_point as i32) as f32
    }

    /// The scale that is written at a place of `bytes`.
    pub(crate) const fn read(bytes: &[u8], at: usize) -> Scale {
        Scale { scale: float(bytes, at), zero_point: int(bytes, at + 4) as i8 }
    }
}

/// The `i32` at a place of `bytes`.
pub(crate) const fn int(bytes: &[u8], at: usize) -> i32 {
    i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The `f32` at a place of `bytes`.
pub(crate) const fn float(bytes: &[u8], at: usize) -> f32 {
    f32::from_bits(int(bytes, at) as u32)
}

/// A layer with weights, in the plain order: what its kernel is baked from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// All bytes of the network.
    pub(crate) bytes: &'a [u8],
    /// Where those of the layer begin, after the scale of its output: scales of the weights, biases, weights.
    pub(crate) at: usize,
    /// How many outputs, or channels of them, it has.
    pub(crate) outputs: usize,
    /// Of what it takes.
    pub(crate) input: Scale,
    /// Of what it gives.
    pub(crate) output: Scale,
    /// The least and the largest value that it gives.
    pub(crate) bounds: (i8, i8),
}

impl Source<'_> {
    /// The `n`-th weight, in PyTorch's order.
    pub const fn weight(&self, n: usize) -> i8 {
        self.bytes[self.at + 8 * self.outputs + n] as i8
    }

    /// The bias of an output.
    pub const fn bias(&self, f: usize) -> i32 {
        int(self.bytes, self.at + 4 * self.outputs + 4 * f)
    }

    /// What the sums of an output are multiplied with: the scales of input and weights, over the output's.
    pub const fn multiplier(&self, f: usize) -> Multiplier {
        let weights = float(self.bytes, self.at + 4 * f);
        Multiplier::of(double(self.input.scale) * double(weights) / double(self.output.scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_zero_and_is_held() {
        for (low, high) in [(0.0, 6.0), (-3.0, 0.0), (2.0, 5.0), (-7.0, -1.0), (-1.5, 2.5), (0.0, 0.0), (-1e-30, 1e30)]
        {
            let scale = Scale::of_range(low, high);
            assert_eq!(scale.real(scale.quantize(0.0)), 0.0);
            for x in [low, high] {
                let far = (scale.real(scale.quantize(x)) - x).abs();
                assert!(far <= 0.5001 * scale.scale, "{low} {high} {x}: {far}");
            }
        }
        assert_eq!(Scale::of_range(0.0, 255.0), Scale { scale: 1.0, zero_point: -128 });
    }
}
