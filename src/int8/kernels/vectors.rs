//! Plain loops in the shape that the compiler makes vectors of: products of 16 bits, added in pairs.

use super::plain::{Words, taps};
use super::{parts, parts_mut};
use crate::window_sizes::WindowSizes;

/// The most values of a patch.
const MOST: usize = 2304;

/// A convolution. Each point's patch is widened once, for all outputs. Returns whether patches are small enough for that.
#[inline(always)]
pub(super) fn conv(sizes: &WindowSizes, words: &Words, weights: &[i8], x: &[i8], y: &mut [i8]) -> bool {
    let ([height, width], group) = (sizes.output, sizes.group);
    let count = sizes.kernel[0] * sizes.kernel[1] * group;
    let groups = sizes.channels.checked_div(group).unwrap_or(0);
    let outputs = sizes.outputs.checked_div(groups).unwrap_or(0); // of a group
    let (mut patch, mut points) = ([0; MOST], parts_mut(y, sizes.outputs));
    let Some(patch) = patch.get_mut(..count.next_multiple_of(STEP)) else { return false };
    for i in 0..height {
        for j in 0..width {
            let Some(y) = points.next() else { break };
            let mut weights = weights;
            for (g, (y, channels)) in parts_mut(y, outputs).zip(parts(words.outputs, outputs)).enumerate() {
                gather(sizes, words.input_zero as i16, [i, j], g * group, x, patch);
                for (y, channel) in y.iter_mut().zip(channels) {
                    *y = words.output(dot(patch, weights), channel);
                    weights = weights.get(count..).unwrap_or(&[]);
                }
            }
        }
    }
    true
}

/// Widens the patch of a point: its values from the `first` channel on, and the zero point where padding is.
#[inline(always)]
fn gather(sizes: &WindowSizes, zero: i16, [i, j]: [usize; 2], first: usize, x: &[i8], patch: &mut [i16]) {
    let WindowSizes { channels, input: [h, w], group, kernel: [_, kw], stride, dilation, padding, .. } = *sizes;
    // neighbours along a row are one stretch
    let (taps, run) = if dilation[1] == 1 && group == channels { (1, kw) } else { (kw, 1) };
    let mut stretches = parts_mut(patch, run * group);
    for u in 0..sizes.kernel[0] {
        let row = (i * stride[0] + u * dilation[0]).wrapping_sub(padding[0][0]);
        for v in 0..taps {
            let Some(to) = stretches.next() else { return };
            let from = (j * stride[1] + v * dilation[1]) as isize - padding[1][0] as isize;
            // the columns of the stretch that are in the image
            let inside = from.max(0).min(w as isize)..(from + run as isize).max(0).min(w as isize);
            let before = ((inside.start - from).max(0) as usize * group).min(to.len());
            let len = if row < h { (inside.end - inside.start).max(0) as usize * group } else { 0 };
            let at =
                (row.wrapping_mul(w).wrapping_add(inside.start as usize)).wrapping_mul(channels).wrapping_add(first);
            let x = x.get(at..).and_then(|x| x.get(..len)).unwrap_or(&[]);
            let Some((padding, to)) = to.split_at_mut_checked(before) else { return };
            padding.fill(zero);
            let Some((to, padding)) = to.split_at_mut_checked(x.len()) else { return };
            for (to, &x) in to.iter_mut().zip(x) {
                *to = x as i16;
            }
            padding.fill(zero);
        }
    }
}

/// How many products are made at a time.
const STEP: usize = 32;

/// The sum of the products of a patch, behind which there are zeros, with as many weights, behind which there may be others.
#[inline(always)]
fn dot(patch: &[i16], weights: &[i8]) -> i32 {
    let sum = |x: &[i16], w: &[i8]| x.iter().zip(w).fold(0, |sum: i32, (&x, &w)| sum.wrapping_add(x as i32 * w as i32));
    let whole = patch.len() & !(STEP - 1);
    match (patch.get(..whole), weights.get(..whole)) {
        (Some(patch), Some(weights)) => sum(patch, weights),
        _ => sum(patch, weights), // the last ones
    }
}

/// How many channels of a convolution are summed up at a time whose groups are single ones.
const SIDE: usize = 8;

/// A convolution whose groups are single channels. Returns whether there are enough of them.
#[inline(always)]
pub(super) fn depthwise(sizes: &WindowSizes, words: &Words, weights: &[i8], x: &[i8], y: &mut [i8]) -> bool {
    let ([height, width], channels) = (sizes.output, sizes.channels);
    if sizes.outputs != channels || channels < SIDE {
        return false;
    }
    let (outside, mut points) = ([words.input_zero as i8; SIDE], parts_mut(y, channels));
    for i in 0..height {
        for j in 0..width {
            let Some(y) = points.next() else { break };
            for first in (0..channels).step_by(SIDE) {
                let first = first.min(channels - SIDE); // the last ones go back
                let mut sums = [0i32; SIDE];
                for (tap, w) in taps(sizes, [i, j]).zip(parts(weights, channels)) {
                    let x = tap.and_then(|place| side(x, place * channels + first)).unwrap_or(&outside);
                    let Some(w) = side(w, first) else { return true };
                    for ((sum, &x), &w) in sums.iter_mut().zip(x).zip(w) {
                        *sum = sum.wrapping_add(x as i32 * w as i32);
                    }
                }
                for ((y, channel), &sum) in y.iter_mut().zip(words.outputs).skip(first).zip(&sums) {
                    *y = words.output(sum, channel);
                }
            }
        }
    }
    true
}

/// So many values from a place on.
#[inline(always)]
fn side(of: &[i8], at: usize) -> Option<&[i8; SIDE]> {
    of.get(at..)?.first_chunk()
}
