//! Where the taps of a kernel meet the input.

use crate::{Axis, SlidingWindow};

/// Which input position a tap of an output position meets.
#[derive(Clone, Copy)]
pub struct Taps {
    /// The window from top to bottom.
    pub rows: Axis,
    /// The window from left to right.
    pub columns: Axis,
    /// Whether the input is the output of the convolution, and the other way round.
    pub transposed: bool,
}

/// The taps of a layer: a constant, which what a closure captures is not.
pub const fn taps<Win: SlidingWindow>(transposed: bool) -> Taps {
    Taps { rows: Win::ROWS, columns: Win::COLUMNS, transposed }
}

impl Taps {
    /// How far apart the output positions of a row are that meet all their inputs with the same taps.
    #[inline(always)]
    pub const fn step(self) -> usize {
        if self.transposed { self.columns.stride } else { 1 }
    }

    /// The row of the input that a row of taps meets; off the map it is too large, where it would be negative since it
    /// wraps around.
    #[inline(always)]
    pub fn row(self, output: usize, tap: usize) -> usize {
        self.index(self.rows, output, tap)
    }

    /// As [`row`](Taps::row), the column.
    #[inline(always)]
    pub fn column(self, output: usize, tap: usize) -> usize {
        self.index(self.columns, output, tap)
    }

    /// As [`column`](Taps::column), to count on from: one that is before the map wraps around. None where the stride does
    /// not divide.
    #[inline(always)]
    pub const fn first_column(self, output: usize, tap: usize) -> Option<usize> {
        let Axis { stride, dilation, padding: [left, _], .. } = self.columns;
        if !self.transposed {
            return Some(self.columns.index(output, tap));
        }
        let (position, stride) = ((output + left) as isize - (tap * dilation) as isize, stride as isize);
        if position.rem_euclid(stride) == 0 { Some(position.div_euclid(stride) as usize) } else { None }
    }

    /// How far apart the columns are that one tap meets of outputs which are [`step`](Taps::step) apart.
    #[inline(always)]
    pub const fn apart(self) -> usize {
        if self.transposed { 1 } else { self.columns.stride }
    }

    #[inline(always)]
    fn index(self, axis: Axis, output: usize, tap: usize) -> usize {
        if !self.transposed {
            return axis.index(output, tap);
        }
        let position = (output + axis.padding[0]).wrapping_sub(tap * axis.dilation);
        if position.is_multiple_of(axis.stride) { position / axis.stride.max(1) } else { usize::MAX }
    }
}
