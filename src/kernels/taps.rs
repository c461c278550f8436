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

    /// Whether each output position meets the one input position that is at the same place.
    #[inline(always)]
    pub const fn are_points(self) -> bool {
        const fn is_point(axis: Axis) -> bool {
            matches!(axis, Axis { kernel: 1, stride: 1, padding: [0, 0], .. })
        }
        is_point(self.rows) && is_point(self.columns)
    }

    /// How many output positions of an image of this size are neighbours to the loops: those of a row that are
    /// [`step`](Taps::step) apart, or all of them.
    #[inline(always)]
    pub const fn points(self, [height, width]: [usize; 2]) -> usize {
        if self.are_points() { height * width } else { width.div_ceil(self.step()) }
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

    /// Whether all columns lie on a map of this width that a row of taps meets of `outputs` neighbours, from the output
    /// `from` on to the one `to`.
    #[inline(always)]
    pub const fn are_inside(self, from: usize, to: usize, outputs: usize, width: usize) -> bool {
        let Axis { kernel, stride, dilation, padding: [left, _] } = self.columns;
        if self.transposed && stride > 1 {
            return false; // some taps meet none
        }
        let before = if self.transposed { from + left >= (kernel - 1) * dilation } else { from * stride >= left };
        let (start, len) = self.span(to, outputs);
        before && start <= width && len <= width - start
    }

    /// The columns that a row of taps meets of `outputs` neighbours from `output` on, where
    /// they are neighbours too: the first, which wraps around before the map, and how many there are.
    #[inline(always)]
    pub const fn span(self, output: usize, outputs: usize) -> (usize, usize) {
        let Axis { kernel, stride, dilation, padding: [left, _] } = self.columns;
        let taps = (kernel - 1) * dilation;
        if self.transposed {
            ((output + left).wrapping_sub(taps), taps + outputs)
        } else {
            ((output * stride).wrapping_sub(left), taps + (outputs - 1) * stride + 1)
        }
    }

    /// Which of the columns of a [`span`](Taps::span) a tap meets of its first output.
    #[inline(always)]
    pub const fn offset(self, tap: usize) -> usize {
        (if self.transposed { self.columns.kernel - 1 - tap } else { tap }) * self.columns.dilation
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
