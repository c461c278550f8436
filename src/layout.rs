//! Where the values of an array lie in memory, and their order in PyTorch.

/// The dimensions of an array in PyTorch's order, and how it lies in memory.
///
/// ```
/// use const_cnn::{Image, Shape};
/// let layout = Image::<2, 2, 3>::LAYOUT;
/// assert_eq!((layout.dims, layout.len()), (&[2, 2, 3][..], 12));
/// assert!(layout.nesting().eq([2, 3, 2])); // channels are last in memory
/// assert_eq!(layout.position(6), 1); // where channel 1 begins
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// PyTorch's dimensions.
    pub dims: &'static [usize],
    /// The dimensions in their order in memory, the outermost first.
    axes: [usize; Layout::MAX_DIMS],
    /// How far apart in memory two neighbours along each dimension are.
    strides: [usize; Layout::MAX_DIMS],
}

impl Layout {
    /// The largest number of dimensions.
    pub const MAX_DIMS: usize = 6;

    /// An array that lies in memory in PyTorch's order, row by row.
    pub const fn new(dims: &'static [usize]) -> Layout {
        let axes = [0, 1, 2, 3, 4, 5];
        assert!(dims.len() <= Layout::MAX_DIMS, "an array has at most six dimensions");
        Layout { dims, axes, strides: [0; Layout::MAX_DIMS] }.stored(axes.split_at(dims.len()).0)
    }

    /// The same array, lying in memory with the dimensions in the order `axes`, the outermost first.
    ///
    /// An image `[C, H, W]` whose channels are last in memory is `.stored(&[1, 2, 0])`.
    pub const fn stored(mut self, axes: &[usize]) -> Layout {
        assert!(axes.len() == self.dims.len(), "one axis for each dimension");
        let (mut stride, mut n) = (1, axes.len());
        while n > 0 {
            n -= 1;
            self.axes[n] = axes[n];
            self.strides[axes[n]] = stride;
            stride *= self.dims[axes[n]];
        }
        self
    }

    /// The dimensions in their order in memory, the outermost first: those of the nested arrays.
    pub fn nesting(&self) -> impl Iterator<Item = usize> {
        self.axes.into_iter().take(self.dims.len()).filter_map(|axis| self.dims.get(axis).copied())
    }

    /// How many values there are.
    pub const fn len(&self) -> usize {
        let (mut len, mut n) = (1, 0);
        while n < self.dims.len() {
            len *= self.dims[n];
            n += 1;
        }
        len
    }

    /// Whether there are no values.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the values lie in memory in PyTorch's order.
    pub const fn is_in_order(&self) -> bool {
        let (mut stride, mut d) = (1, self.dims.len());
        while d > 0 {
            d -= 1;
            if self.dims[d] > 1 && self.strides[d] != stride {
                return false;
            }
            stride *= self.dims[d];
        }
        true
    }

    /// Whether the first dimension, the channels, is the innermost in memory, and the others lie in their order.
    pub const fn is_channels_last(&self) -> bool {
        let mut stride = if self.dims.is_empty() { 1 } else { self.dims[0] };
        let mut d = self.dims.len();
        while d > 1 {
            d -= 1;
            if self.dims[d] > 1 && self.strides[d] != stride {
                return false;
            }
            stride *= self.dims[d];
        }
        self.dims.is_empty() || self.dims[0] <= 1 || self.strides[0] == 1
    }

    /// Where in memory the value lies that is the `n`-th in PyTorch's order.
    pub const fn position(&self, mut n: usize) -> usize {
        let mut position = 0;
        // `new` has seen that there are no more dimensions; here it shows that no index is out of range
        let mut d = if self.dims.len() < Layout::MAX_DIMS { self.dims.len() } else { Layout::MAX_DIMS };
        while d > 0 {
            d -= 1;
            if self.dims[d] > 0 {
                position += n % self.dims[d] * self.strides[d];
                n /= self.dims[d];
            }
        }
        position
    }

    /// The values of an array that lies in memory as `values`, in PyTorch's order.
    pub fn iter<'a>(&self, values: &'a [f32]) -> Ordered<'a> {
        Ordered { layout: *self, values, next: 0 }
    }
}

/// The values of an array in PyTorch's order, whatever their order in memory.
///
/// ```
/// use const_cnn::{Image, Shape};
/// let image = [1.0, 10.0, 2.0, 20.0, 3.0, 30.0]; // two channels of three pixels
/// let values = Image::<2, 1, 3>::LAYOUT.iter(&image);
/// assert!(values.eq([1.0, 2.0, 3.0, 10.0, 20.0, 30.0]));
/// ```
#[derive(Clone, Debug)]
pub struct Ordered<'a> {
    layout: Layout,
    values: &'a [f32],
    next: usize,
}

impl Iterator for Ordered<'_> {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.next >= self.values.len() {
            return None;
        }
        self.next += 1;
        self.values.get(self.layout.position(self.next - 1)).copied()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.values.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Ordered<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Image, Shape};

    #[test]
    fn layout_finds_channels_last() {
        let layout = Image::<2, 2, 3>::LAYOUT;
        // channel 0 lies at even places, channel 1 at odd ones
        let positions: [usize; 12] = core::array::from_fn(|n| layout.position(n));
        assert_eq!(positions, [0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
    }

    #[test]
    fn layout_counts_its_values() {
        for (dims, len) in [(&[][..], 1), (&[7], 7), (&[2, 3, 4], 24), (&[1, 2, 3, 4, 5, 6], 720), (&[3, 0, 2], 0)] {
            let layout = Layout::new(dims);
            assert_eq!((layout.len(), layout.is_empty()), (len, len == 0), "{dims:?}");
        }
    }

    #[test]
    fn layout_in_pytorch_order_moves_nothing() {
        let layout = Layout::new(&[1, 2, 3, 2, 1, 2]);
        assert!(layout.nesting().eq([1, 2, 3, 2, 1, 2]));
        assert!((0..layout.len()).map(|n| layout.position(n)).eq(0..24));
        assert_eq!(Layout::new(&[4, 5]).stored(&[0, 1]), Layout::new(&[4, 5]));
    }

    #[test]
    fn layout_finds_each_value_by_its_indices() {
        // PyTorch's weight[f][c][u][v] lies at [u][v][c][f]
        let (filters, channels, rows, columns) = (2, 3, 4, 5);
        let layout = Layout::new(&[2, 3, 4, 5]).stored(&[2, 3, 1, 0]);
        assert!(layout.nesting().eq([rows, columns, channels, filters]));
        for f in 0..filters {
            for c in 0..channels {
                for u in 0..rows {
                    for v in 0..columns {
                        let n = ((f * channels + c) * rows + u) * columns + v;
                        let position = ((u * columns + v) * channels + c) * filters + f;
                        assert_eq!(layout.position(n), position, "f {f}, c {c}, u {u}, v {v}");
                    }
                }
            }
        }
    }

    #[test]
    fn layout_knows_its_order() {
        let order = |layout: Layout| (layout.is_in_order(), layout.is_channels_last());
        assert_eq!(order(Image::<2, 3, 4>::LAYOUT), (false, true));
        assert_eq!(order(Image::<1, 3, 4>::LAYOUT), (true, true));
        assert_eq!(order(Image::<5, 1, 1>::LAYOUT), (true, true));
        assert_eq!(order(Layout::new(&[2, 3])), (true, false));
        assert_eq!(order(Layout::new(&[7])), (true, true));
        assert_eq!(order(Layout::new(&[2, 3, 4]).stored(&[2, 1, 0])), (false, false));
    }

    #[test]
    fn layout_without_values_has_no_second_position() {
        let layout = Layout::new(&[3, 0]);
        assert_eq!(layout.position(0), 0);
        assert_eq!(layout.iter(&[]).next(), None);
    }

    #[test]
    fn layout_refuses_axes_that_are_not_its_dimensions() {
        use std::panic::catch_unwind;

        assert!(catch_unwind(|| Layout::new(&[1; 7])).is_err());
        assert!(catch_unwind(|| Layout::new(&[2, 3]).stored(&[0])).is_err());
        assert!(catch_unwind(|| Layout::new(&[2, 3]).stored(&[1, 0, 2])).is_err());
    }

    #[test]
    fn values_come_in_the_order_of_pytorch() {
        let layout = Image::<2, 1, 3>::LAYOUT;
        let mut values = layout.iter(&[1.0, 10.0, 2.0, 20.0, 3.0, 30.0]);
        assert_eq!((values.len(), values.size_hint()), (6, (6, Some(6))));
        assert_eq!((values.next(), values.next()), (Some(1.0), Some(2.0)));
        assert_eq!((values.len(), values.size_hint()), (4, (4, Some(4))));
        assert!(values.by_ref().eq([3.0, 10.0, 20.0, 30.0]));
        assert_eq!((values.len(), values.next(), values.len()), (0, None, 0));
    }
}
