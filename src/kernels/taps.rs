//! Where the taps of a kernel meet the input.

/// Which input position a tap of an output position meets.
#[derive(Clone, Copy)]
pub struct Taps {
    /// How many there are in a row, and in a column.
    pub kernel: usize,
    /// How far apart the windows are.
    pub stride: usize,
    /// How many zeros are around the input.
    pub padding: usize,
    /// Whether the input is the output of the convolution, and the other way round.
    pub transposed: bool,
}

/// The taps of a layer: a constant, which what a closure captures is not.
pub const fn taps<const K: usize, const S: usize, const P: usize>(transposed: bool) -> Taps {
    Taps { kernel: K, stride: S, padding: P, transposed }
}

impl Taps {
    /// How far apart the output positions are that meet all their inputs with the same taps.
    #[inline(always)]
    pub const fn step(self) -> usize {
        if self.transposed { self.stride } else { 1 }
    }

    /// The position in a row or a column; off the map it is too large, where it would be negative since it wraps around.
    #[inline(always)]
    pub fn index(self, output: usize, tap: usize) -> usize {
        if !self.transposed {
            return (output * self.stride + tap).wrapping_sub(self.padding);
        }
        let position = (output + self.padding).wrapping_sub(tap);
        if position.is_multiple_of(self.stride) { position / self.stride.max(1) } else { usize::MAX }
    }
}
