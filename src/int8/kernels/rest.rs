//! The kernels without weights: sums, pools, what moves values, softmax.

use super::{parts, parts_mut};
use crate::int8::arithmetic::{Multiplier, clamp, divide, double, exp, high, reciprocal};
use crate::int8::source::Scale;
use crate::int8::window_sizes::WindowSizes;

/// The words of a sum.
pub(crate) const ADD_WORDS: usize = 11;

/// Bakes a sum of what has the scales `a` and `b`.
///
/// Both are brought to half of the larger scale, with 20 bits of fraction.
pub(crate) const fn bake_add(a: Scale, b: Scale, output: Scale, bounds: (i8, i8), words: &mut [i32]) {
    let larger = if a.scale > b.scale { a.scale } else { b.scale };
    let twice = 2.0 * double(larger);
    let of = [double(a.scale) / twice, double(b.scale) / twice, twice / ((1 << 20) as f64 * double(output.scale))];
    let multipliers = [Multiplier::of(of[0]), Multiplier::of(of[1]), Multiplier::of(of[2])];
    let mut n = 0;
    while n < 3 {
        words[2 * n] = multipliers[n].q;
        words[2 * n + 1] = multipliers[n].s;
        n += 1;
    }
    words[6] = a.zero_point as i32;
    words[7] = b.zero_point as i32;
    words[8] = output.zero_point as i32;
    words[9] = bounds.0 as i32;
    words[10] = bounds.1 as i32;
}

/// Adds `x`, of the scale `a`, to `y`, of the scale `b`.
#[inline]
pub(crate) fn add(words: &[i32], x: &[i8], y: &mut [i8]) {
    let Some(&[qa, sa, qb, sb, q, s, za, zb, zero, low, top]) = words.first_chunk::<ADD_WORDS>() else { return };
    let [a, b, both] = [Multiplier { q: qa, s: sa }, Multiplier { q: qb, s: sb }, Multiplier { q, s }];
    for (y, &x) in y.iter_mut().zip(x) {
        let sum = a.times((x as i32 - za) << 20).wrapping_add(b.times((*y as i32 - zb) << 20));
        *y = clamp(both.times(sum).saturating_add(zero), low, top);
    }
}

/// The words of a branch.
pub(crate) const BRANCH_WORDS: usize = 4;

/// Bakes the change from a branch's scale to that of all branches.
pub(crate) const fn bake_branch(branch: Scale, output: Scale, words: &mut [i32]) {
    let multiplier = Multiplier::of(double(branch.scale) / double(output.scale));
    words[0] = multiplier.q;
    words[1] = multiplier.s;
    words[2] = branch.zero_point as i32;
    words[3] = output.zero_point as i32;
}

/// Writes a branch of `own` channels to those of `y` from the `first` on, of `channels`.
#[inline]
pub(crate) fn branch(words: &[i32], [own, first, channels]: [usize; 3], x: &[i8], y: &mut [i8]) {
    let Some(&[q, s, from, to]) = words.first_chunk::<BRANCH_WORDS>() else { return };
    for (x, y) in parts(x, own).zip(parts_mut(y, channels)) {
        for (y, &x) in y.iter_mut().skip(first).zip(x) {
            *y = clamp(Multiplier { q, s }.times(x as i32 - from).saturating_add(to), -128, 127);
        }
    }
}

/// The words of a bound: the least and the largest value.
pub(crate) const BOUND_WORDS: usize = 2;

/// Bounds values.
#[inline]
pub(crate) fn bound(words: &[i32], y: &mut [i8]) {
    let Some(&[low, high]) = words.first_chunk::<BOUND_WORDS>() else { return };
    for y in y {
        *y = clamp(*y as i32, low, high);
    }
}

/// A window along one axis of an image.
#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    padding: [usize; 2],
}

impl Axis {
    /// Along rows or columns.
    #[inline(always)]
    fn of(sizes: &WindowSizes) -> [Axis; 2] {
        let WindowSizes { input: [h, w], kernel: [kh, kw], stride: [sh, sw], dilation: [dh, dw], .. } = *sizes;
        let [rows, columns] = sizes.padding;
        [
            Axis { size: h, kernel: kh, stride: sh, dilation: dh, padding: rows },
            Axis { size: w, kernel: kw, stride: sw, dilation: dw, padding: columns },
        ]
    }

    /// The places of a window's taps in the padded image.
    #[inline(always)]
    fn taps(self, window: usize) -> impl Iterator<Item = usize> {
        (0..self.kernel).map(move |tap| window * self.stride + tap * self.dilation)
    }

    /// Those in the image.
    #[inline(always)]
    fn inside(self, window: usize) -> impl Iterator<Item = usize> {
        self.taps(window).map(move |place| place.wrapping_sub(self.padding[0])).filter(move |&place| place < self.size)
    }

    /// How many there are that are not behind the padding.
    #[inline(always)]
    fn padded(self, window: usize) -> usize {
        self.taps(window).filter(|&place| place < self.padding[0] + self.size + self.padding[1]).count()
    }
}

/// What a pool makes of each window: `fold` of the channel's values, from `start` on, then `end` of that, their number, and how
/// many there are with padding.
#[inline(always)]
fn pool(
    sizes: &WindowSizes,
    x: &[i8],
    y: &mut [i8],
    start: i32,
    fold: impl Fn(i32, i32) -> i32,
    end: impl Fn(i32, i32, i32) -> i8,
) {
    let ([rows, columns], channels) = (Axis::of(sizes), sizes.channels);
    let mut points = parts_mut(y, channels);
    for i in 0..sizes.output[0] {
        for j in 0..sizes.output[1] {
            let Some(y) = points.next() else { return };
            let padded = (rows.padded(i) * columns.padded(j)) as i32;
            for (c, y) in y.iter_mut().enumerate() {
                let (mut value, mut count) = (start, 0);
                for row in rows.inside(i) {
                    for column in columns.inside(j) {
                        if let Some(&x) = x.get((row * columns.size + column) * channels + c) {
                            value = fold(value, x as i32);
                            count += 1;
                        }
                    }
                }
                *y = end(value, count, padded);
            }
        }
    }
}

/// The largest value of each window.
#[inline]
pub(crate) fn max_pool(sizes: &WindowSizes, x: &[i8], y: &mut [i8]) {
    pool(sizes, x, y, -128, i32::max, |value, _, _| value as i8);
}

/// The mean of each window, to the nearest whole number, ties away from zero. Where padding counts, it is the zero point.
#[inline]
pub(crate) fn avg_pool(sizes: &WindowSizes, counts: bool, words: &[i32], x: &[i8], y: &mut [i8]) {
    let Some(&zero) = words.first() else { return };
    let mean = |sum: i32, found: i32, padded: i32| {
        let (sum, count) = if counts { (sum + (padded - found) * zero, padded) } else { (sum, found) };
        let half = if sum > 0 { count / 2 } else { -(count / 2) };
        sum.saturating_add(half).checked_div(count).unwrap_or(zero) as i8
    };
    pool(sizes, x, y, 0, i32::wrapping_add, mean);
}

/// The same values in the order of channel, row and column, where `from` channels become `to`.
#[inline]
pub(crate) fn reorder([from, to]: [usize; 2], x: &[i8], y: &mut [i8]) {
    // the next place of a channel, or the first of the next channel
    let next = |at: usize, channels: usize| {
        let at = at.wrapping_add(channels);
        if at < x.len() { at } else { at.wrapping_sub(x.len()).wrapping_add(1) }
    };
    let (mut at, mut at_after) = (0, 0);
    for _ in 0..x.len() {
        if let (Some(&x), Some(y)) = (x.get(at), y.get_mut(at_after)) {
            *y = x;
        }
        (at, at_after) = (next(at, from), next(at_after, to));
    }
}

/// The words of a softmax.
pub(crate) const SOFTMAX_WORDS: usize = 3;

/// Bakes a softmax of logits of a scale.
pub(crate) const fn bake_softmax(input: Scale, words: &mut [i32]) {
    let most = i32::MAX as f64;
    let factor = double(input.scale) * (1 << 26) as f64;
    let Multiplier { q, s } = Multiplier::of(if factor < most { factor } else { most });
    words[0] = q;
    words[1] = s;
    // what is further below the largest logit gives 0
    words[2] = if s < 0 { i32::MIN } else { -((31i64 << 26 >> s) as i32) };
}

/// Puts the chances in the place of the logits.
#[inline]
pub(crate) fn softmax(words: &[i32], y: &mut [i8]) {
    let Some(&[q, s, least]) = words.first_chunk::<SOFTMAX_WORDS>() else { return };
    let largest = y.iter().fold(-128, |largest: i32, &y| largest.max(y as i32));
    let exp_of = |y: i8| {
        let below = y as i32 - largest;
        (below >= least).then(|| exp(divide(high(below.wrapping_shl(s.max(0) as u32), q), -s)))
    };
    let sum = y.iter().filter_map(|&y| exp_of(y)).fold(0u32, |sum, e| sum.wrapping_add(divide(e, 12) as u32));
    let zeros = sum.leading_zeros();
    let factor = reciprocal(sum, zeros);
    for y in y {
        let chance = exp_of(*y).map_or(0, |e| divide(high(factor, e), 35 - zeros as i32));
        *y = clamp(chance - 128, -128, 127);
    }
}

/// The least and the largest value, where real numbers are from `low` to `high`.
pub(crate) const fn bounds(scale: Scale, low: f32, high: f32) -> (i8, i8) {
    (bound_at(scale, low), bound_at(scale, high))
}

/// The value of a bound; the end of the range where there is none.
const fn bound_at(scale: Scale, bound: f32) -> i8 {
    if bound.is_infinite() {
        return if bound > 0.0 { 127 } else { -128 };
    }
    scale.quantize(bound)
}
