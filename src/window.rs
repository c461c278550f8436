//! Windows as types: which places of an image a kernel meets, and how many windows there are.

use crate::Zero;

/// A window that slides over an image: the kernel of a convolution, or what a pooling layer sees at once.
///
/// Implemented by [`Square`], the same along rows and columns, and [`Window`], which has all ten numbers.
///
/// ```
/// use const_cnn::{SlidingWindow, Square, Window};
///
/// /// How many rows and columns a window gives of 28 and 28.
/// fn gives<Win: SlidingWindow>() -> [usize; 2] {
///     [Win::ROWS.output(28), Win::COLUMNS.output(28)]
/// }
/// assert_eq!(gives::<Square<3, 2, 1>>(), [14, 14]);
/// assert_eq!(gives::<Window<1, 5>>(), [28, 24]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a window; a layer slides a `Square<K, S, P>` or a `Window<KH, KW, ..>`"
)]
pub trait SlidingWindow: 'static {
    /// One `T` for each tap, row by row: `[[T; KW]; KH]`.
    type Of<T: Zero + Copy>: Zero + Copy;

    /// The window from top to bottom: how many rows it has, how far apart.
    const ROWS: Axis;

    /// The window from left to right.
    const COLUMNS: Axis;
}

/// A window of `K` rows and columns, in steps of `S`, with `P` zeros around the image on each side.
///
/// ```
/// use const_cnn::{Conv2d, Image, Parameters, Square};
/// // 3 × 3, in steps of 2, with a border of zeros
/// type Conv = Conv2d<Image<1, 28, 28>, Image<8, 14, 14>, Square<3, 2, 1>>;
/// assert_eq!(Conv::COUNT, 8 * 9 + 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Square<const K: usize, const S: usize = 1, const P: usize = 0>;

impl<const K: usize, const S: usize, const P: usize> SlidingWindow for Square<K, S, P> {
    type Of<T: Zero + Copy> = [[T; K]; K];
    const ROWS: Axis = Axis { kernel: K, stride: S, dilation: 1, padding: [P, P] };
    const COLUMNS: Axis = Self::ROWS;
}

/// A window of `KH` rows and `KW` columns, in steps of `SH` and `SW`; its rows `DH` apart and its columns `DW`, which
/// is called dilation; with `TOP`, `BOTTOM`, `LEFT` and `RIGHT` zeros on the four sides of the image.
///
/// ```
/// use const_cnn::{Conv2d, Image, Layer, Window};
///
/// // two pixels of a row, of which one may be the zero to the left of the image
/// type Pair = Window<1, 2, 1, 1, 1, 1, 0, 0, 1, 0>;
/// type Sums = Conv2d<Image<1, 1, 3>, Image<1, 1, 3>, Pair>;
/// let sums = Sums { weight: [[[[1.0]]; 2]], bias: [0.0] };
/// let mut y = [[[0.0]; 3]];
/// sums.infer(&[[[1.0], [2.0], [3.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[1.0], [3.0], [5.0]]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window<
    const KH: usize,
    const KW: usize,
    const SH: usize = 1,
    const SW: usize = 1,
    const DH: usize = 1,
    const DW: usize = 1,
    const TOP: usize = 0,
    const BOTTOM: usize = 0,
    const LEFT: usize = 0,
    const RIGHT: usize = 0,
>;

#[rustfmt::skip]
impl<
    const KH: usize, const KW: usize, const SH: usize, const SW: usize, const DH: usize, const DW: usize,
    const TOP: usize, const BOTTOM: usize, const LEFT: usize, const RIGHT: usize,
> SlidingWindow for Window<KH, KW, SH, SW, DH, DW, TOP, BOTTOM, LEFT, RIGHT>
{
    type Of<T: Zero + Copy> = [[T; KW]; KH];
    const ROWS: Axis = Axis { kernel: KH, stride: SH, dilation: DH, padding: [TOP, BOTTOM] };
    const COLUMNS: Axis = Axis { kernel: KW, stride: SW, dilation: DW, padding: [LEFT, RIGHT] };
}

/// A window along one axis, rows or columns.
///
/// ```
/// use const_cnn::{Axis, SlidingWindow, Square};
/// let axis = Axis { kernel: 3, stride: 2, dilation: 1, padding: [1, 1] };
/// assert_eq!(Square::<3, 2, 1>::ROWS, axis);
/// assert_eq!((axis.extent(), axis.padded(28), axis.output(28)), (Some(3), Some(30), 14));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// How many taps there are.
    pub kernel: usize,
    /// How far the next window is.
    pub stride: usize,
    /// How far the next tap is.
    pub dilation: usize,
    /// How many zeros are before and after the image.
    pub padding: [usize; 2],
}

impl Axis {
    /// How many places there are from the first tap to the last, both counted: (K − 1) D + 1. None when there is no tap,
    /// and when that is more than a `usize` holds.
    pub const fn extent(self) -> Option<usize> {
        let Some(steps) = self.kernel.checked_sub(1) else { return None };
        let Some(last) = steps.checked_mul(self.dilation) else { return None };
        last.checked_add(1)
    }

    /// How many places `n` values and the padding are. None when that is more than a `usize` holds.
    pub const fn padded(self, n: usize) -> Option<usize> {
        let Some(before) = n.checked_add(self.padding[0]) else { return None };
        before.checked_add(self.padding[1])
    }

    /// How many windows there are along `n` values: ⌊(n + padding − (K − 1) D − 1) / S⌋ + 1.
    ///
    /// 0 when there is none: without values, taps or steps, and where the window is larger than the padded image.
    ///
    /// ```
    /// use const_cnn::Axis;
    /// let axis = Axis { kernel: 3, stride: 2, dilation: 1, padding: [0, 1] };
    /// assert_eq!((axis.output(8), axis.output(1)), (4, 0));
    /// assert_eq!(Axis { padding: [usize::MAX; 2], ..axis }.output(8), 0);
    /// ```
    pub const fn output(self, n: usize) -> usize {
        if n == 0 || self.stride == 0 || self.dilation == 0 {
            return 0;
        }
        let (Some(padded), Some(extent)) = (self.padded(n), self.extent()) else { return 0 };
        if padded < extent { 0 } else { (padded - extent) / self.stride + 1 }
    }

    /// How many windows there are where the last one may end behind the padding, which PyTorch calls `ceil_mode`: one more than
    /// [`output`](Axis::output) where places are left over, if it starts before the padding behind the values.
    ///
    /// ```
    /// use const_cnn::Axis;
    /// let axis = Axis { kernel: 3, stride: 2, dilation: 1, padding: [0, 0] };
    /// assert_eq!((axis.output(8), axis.output_up(8), axis.output_up(7)), (3, 4, 3));
    /// ```
    pub const fn output_up(self, n: usize) -> usize {
        if n == 0 || self.stride == 0 || self.dilation == 0 {
            return 0;
        }
        let (Some(padded), Some(extent)) = (self.padded(n), self.extent()) else { return 0 };
        let Some(reach) = padded.checked_add(self.stride - 1) else { return 0 };
        if reach < extent {
            return 0;
        }
        let more = (reach - extent) / self.stride;
        // `more` windows are before the last; one that starts behind the values is none
        if more * self.stride >= n + self.padding[0] { more } else { more + 1 }
    }

    /// How many values a transposed convolution gives for `n`: as many as `n` windows cover, (n − 1) S + (K − 1) D + 1, less the
    /// padding, and `more` at the end.
    ///
    /// 0 where there are none, and where a number is 0 or they are too large.
    ///
    /// ```
    /// use const_cnn::Axis;
    /// let axis = Axis { kernel: 3, stride: 2, dilation: 1, padding: [1, 1] };
    /// assert_eq!((axis.transposed(4, 0), axis.transposed(4, 1)), (7, 8));
    /// assert_eq!((axis.output(7), axis.output(8)), (4, 4));
    /// ```
    pub const fn transposed(self, n: usize, more: usize) -> usize {
        if n == 0 || self.stride == 0 || self.dilation == 0 {
            return 0;
        }
        let (Some(extent), Some(steps)) = (self.extent(), (n - 1).checked_mul(self.stride)) else { return 0 };
        let (Some(covered), Some(padding)) = (steps.checked_add(extent), self.padding[0].checked_add(self.padding[1]))
        else {
            return 0;
        };
        let Some(covered) = covered.checked_add(more) else { return 0 };
        covered.saturating_sub(padding)
    }

    /// The window with the padding that TensorFlow calls `SAME`: there are ⌈n / S⌉ windows, and the least padding that
    /// they need, of which the odd one is after the image.
    ///
    /// Where a number is 0 or they are too large the padding is 0: there is then no such window.
    ///
    /// ```
    /// use const_cnn::Axis;
    /// let axis = Axis { kernel: 3, stride: 2, dilation: 1, padding: [0, 0] };
    /// assert_eq!((axis.same(8).padding, axis.same(8).output(8)), ([0, 1], 4));
    /// assert_eq!((axis.same(7).padding, axis.same(7).output(7)), ([1, 1], 4));
    /// ```
    pub const fn same(self, n: usize) -> Axis {
        let mut total = 0;
        if n > 0
            && self.stride > 0
            && let Some(extent) = self.extent()
            && let Some(needed) = ((n - 1) / self.stride * self.stride).checked_add(extent)
        {
            total = needed.saturating_sub(n);
        }
        Axis { padding: [total / 2, total - total / 2], ..self }
    }

    /// The place that a window's tap meets; off the image it is too large, where it would be negative since it wraps
    /// around.
    ///
    /// ```
    /// use const_cnn::Axis;
    /// let axis = Axis { kernel: 3, stride: 2, dilation: 1, padding: [1, 1] };
    /// assert_eq!([axis.index(0, 0), axis.index(0, 1), axis.index(1, 0)], [usize::MAX, 0, 1]);
    /// ```
    #[inline(always)]
    pub const fn index(self, window: usize, tap: usize) -> usize {
        (window * self.stride + tap * self.dilation).wrapping_sub(self.padding[0])
    }

    /// How many taps of a window meet the places from `start` on and before `end`, in the padded image.
    #[inline(always)]
    pub(crate) const fn taps(self, window: usize, start: usize, end: usize) -> usize {
        self.taps_before(window, end) - self.taps_before(window, start)
    }

    /// How many taps of a window are before a place of the padded image.
    #[inline(always)]
    const fn taps_before(self, window: usize, place: usize) -> usize {
        let taps = place.saturating_sub(window * self.stride).div_ceil(self.dilation);
        if taps < self.kernel { taps } else { self.kernel }
    }

    /// Whether each of the first windows along `n` values has a tap on one of them, which windows in the padding have not.
    pub(crate) const fn meets(self, n: usize, windows: usize) -> bool {
        let (before, mut at) = (self.padding[0], 0);
        while at < windows {
            if self.taps(at, before, before + n) == 0 {
                return false;
            }
            at += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All windows of small numbers, along up to nine values.
    fn each(mut check: impl FnMut(Axis, usize)) {
        for n in 1..10 {
            for kernel in 1..5 {
                for stride in 1..4 {
                    for dilation in 1..4 {
                        for padding in [[0, 0], [0, 1], [1, 0], [2, 2], [3, 1], [0, 5]] {
                            check(Axis { kernel, stride, dilation, padding }, n);
                        }
                    }
                }
            }
        }
    }

    /// The places of each window's taps, in the padded image.
    fn windows(axis: Axis, n: usize) -> impl Iterator<Item = impl DoubleEndedIterator<Item = usize> + Clone> {
        let taps = move |start| (0..axis.kernel).map(move |tap| start + tap * axis.dilation);
        let end = n + axis.padding[0] + axis.padding[1];
        (0..).step_by(axis.stride).map(taps).take_while(move |taps| taps.clone().next_back() < Some(end))
    }

    #[test]
    fn windows_are_counted() {
        each(|axis, n| assert_eq!(axis.output(n), windows(axis, n).count(), "{axis:?} along {n}"));
        each(|axis, n| {
            let inside = axis.padding[0]..axis.padding[0] + n;
            let meet = windows(axis, n).all(|mut taps| taps.any(|place| inside.contains(&place)));
            assert_eq!(axis.meets(n, axis.output(n)), meet, "{axis:?} along {n}");
            for (window, taps) in windows(axis, n).enumerate() {
                let count = taps.filter(|place| inside.contains(place)).count();
                assert_eq!(axis.taps(window, inside.start, inside.end), count, "{axis:?} along {n}");
            }
        });
    }

    /// PyTorch's rule, in its own words: round up, and take away a window that starts in the padding behind.
    #[test]
    fn windows_are_rounded_up() {
        each(|axis, n| {
            let last = (n + axis.padding[0] + axis.padding[1]) as i64 - axis.extent().unwrap() as i64;
            let stride = axis.stride as i64;
            let mut windows = (last + stride - 1).div_euclid(stride) + 1;
            if (windows - 1) * stride >= (n + axis.padding[0]) as i64 {
                windows -= 1;
            }
            assert_eq!(axis.output_up(n) as i64, windows.max(0), "{axis:?} along {n}");
        });
    }

    #[test]
    fn where_there_is_no_window_there_are_none() {
        let axis = Axis { kernel: 3, stride: 1, dilation: 1, padding: [1, 1] };
        let max = usize::MAX;
        for none in [
            Axis { kernel: 0, ..axis },
            Axis { kernel: 11, ..axis },
            Axis { kernel: max, ..axis },
            Axis { kernel: max, dilation: max, ..axis },
            Axis { stride: 0, ..axis },
            Axis { dilation: 0, ..axis },
            Axis { dilation: max, ..axis },
            Axis { padding: [max, 0], ..axis },
            Axis { padding: [0, max], ..axis },
            Axis { padding: [max, max], ..axis },
        ] {
            assert_eq!((none.output(8), none.output_up(8)), (0, 0), "{none:?}");
        }
        assert_eq!((axis.output(0), axis.output(max)), (0, 0));
        assert_eq!((axis.output_up(0), axis.output_up(max)), (0, 0));
        assert_eq!(Axis { stride: max, ..axis }.output(8), 1);
        assert_eq!(Axis { kernel: max, padding: [0, 0], ..axis }.output(max), 1);
    }

    #[test]
    fn a_transposed_convolution_gives_what_its_windows_cover() {
        each(|axis, n| {
            let more = axis.stride - 1;
            for values in [axis.transposed(n, 0), axis.transposed(n, more)] {
                // of fewer values than padding nothing is left
                let covered = (n - 1) * axis.stride + axis.extent().unwrap();
                let is_left = covered + more > axis.padding[0] + axis.padding[1];
                assert!(values == 0 || axis.output(values) == n, "{axis:?} of {n}");
                assert!(values > 0 || !is_left || covered <= axis.padding[0] + axis.padding[1], "{axis:?} of {n}");
            }
        });
        let axis = Axis { kernel: 2, stride: 1, dilation: 1, padding: [0, 0] };
        let max = usize::MAX;
        assert_eq!(axis.transposed(max, 0) + axis.transposed(2, max) + axis.transposed(0, 1), 0);
        assert_eq!(Axis { stride: max, ..axis }.transposed(3, 0), 0);
        assert_eq!(Axis { padding: [max, max], ..axis }.transposed(3, 0), 0);
        assert_eq!(Axis { kernel: 0, ..axis }.transposed(3, 0), 0);
    }

    #[test]
    fn same_is_the_least_padding() {
        each(|axis, n| {
            let same = axis.same(n);
            let [before, after] = same.padding;
            assert_eq!(same.output(n), n.div_ceil(axis.stride), "{axis:?} along {n}");
            assert!(before == after || before + 1 == after, "{same:?}");
            // with one less there are fewer windows
            if after > 0 {
                let less = Axis { padding: [before, after - 1], ..axis };
                assert!(less.output(n) < same.output(n), "{same:?} along {n}");
            }
        });
        let none = Axis { kernel: 0, stride: 0, dilation: usize::MAX, padding: [3, 4] };
        let large = Axis { kernel: usize::MAX, stride: 1, ..none };
        assert_eq!((none.same(8).padding, large.same(8).padding, none.same(0).padding), ([0, 0], [0, 0], [0, 0]));
    }
}
