//! The kernels as plain loops, for any target.
//!
//! Words are the zero points of input and output and the least and largest output, then for each output the bias with the
//! input's zero point in it, and its multiplier. So the sums are of the values as they are; where padding is, of the zero point.

#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) use super::rest::{add, avg_pool, max_pool};
use super::{Room, parts, parts_mut};
use crate::int8::arithmetic::{Multiplier, clamp};
use crate::int8::source::Source;
use crate::int8::window_sizes::WindowSizes;

/// How many words there are before those of the outputs.
const HEAD: usize = 4;

/// How many words an output has.
const CHANNEL: usize = 3;

/// How a convolution goes over its image: by its sizes alone.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) type Conv = WindowSizes;
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) type Depthwise = WindowSizes;

/// Whether there is a loop for a convolution: for any.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn has_conv(_: &WindowSizes) -> bool {
    true
}

/// Whether there is a loop for a convolution whose groups are single channels: for any.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn has_depthwise(_: &WindowSizes) -> bool {
    true
}

/// Whether a convolution can write where it reads: none can.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn is_in_place(_: &WindowSizes, _: bool) -> bool {
    false
}

/// How a convolution goes over its image.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn conv_plan(sizes: &WindowSizes, _: bool) -> Conv {
    *sizes
}

/// How one does whose groups are single channels.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn depthwise_plan(sizes: &WindowSizes, _: bool) -> Depthwise {
    *sizes
}

/// Whether there is more than one way: all loops do without room for themselves.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const HAS_WAYS: bool = false;

/// Whether there is another loop for a dense layer, without room for itself: there is one alone.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn has_narrow(_: usize) -> bool {
    false
}

/// A dense layer without room for itself.
#[cfg(not(all(feature = "simd", dsp)))]
#[inline]
pub(crate) fn narrow(words: &[i32], bytes: &[i8], x: &[i8], y: &mut [i8]) {
    linear(words, bytes, x, &mut [], y);
}

/// Whether there is a loop for the largest values: for any.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn has_max_pool(_: &WindowSizes) -> bool {
    true
}

/// Whether there is a loop for means: for any.
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) const fn has_avg_pool(_: &WindowSizes) -> bool {
    true
}

/// What a convolution needs.
pub(crate) const fn conv_room(sizes: &WindowSizes) -> Room {
    let [kh, kw] = sizes.kernel;
    Room { words: HEAD + CHANNEL * sizes.outputs, bytes: sizes.outputs * kh * kw * sizes.group, scratch: 0 }
}

/// What a convolution needs whose groups are single channels.
pub(crate) const fn depthwise_room(sizes: &WindowSizes) -> Room {
    conv_room(sizes)
}

/// What a dense layer needs.
pub(crate) const fn linear_room(inputs: usize, outputs: usize) -> Room {
    Room { words: HEAD + CHANNEL * outputs, bytes: inputs * outputs, scratch: 0 }
}

/// Writes the words, and each output's `count` weights, of which the `n`-th goes to `place(f, n)`.
macro_rules! bake {
    ($layer:ident, $words:ident, $bytes:ident, $count:expr, |$f:ident, $n:ident| $place:expr) => {{
        $words[0] = $layer.input.zero_point as i32;
        $words[1] = $layer.output.zero_point as i32;
        $words[2] = $layer.bounds.0 as i32;
        $words[3] = $layer.bounds.1 as i32;
        let (count, mut $f) = ($count, 0);
        while $f < $layer.outputs {
            let (mut sum, mut $n) = (0i32, 0);
            while $n < count {
                let weight = $layer.weight($f * count + $n);
                $bytes[$place] = weight;
                sum = sum.wrapping_add(weight as i32);
                $n += 1;
            }
            let (at, multiplier) = (HEAD + CHANNEL * $f, $layer.multiplier($f));
            $words[at] = $layer.bias($f).wrapping_sub(($layer.input.zero_point as i32).wrapping_mul(sum));
            $words[at + 1] = multiplier.q;
            $words[at + 2] = multiplier.s;
            $f += 1;
        }
    }};
}

/// Bakes a convolution: of each output the weights by tap, the channels of a tap side by side.
pub(crate) const fn bake_conv(sizes: &WindowSizes, layer: &Source, words: &mut [i32], bytes: &mut [i8]) {
    let (taps, group) = (sizes.kernel[0] * sizes.kernel[1], sizes.group);
    bake!(layer, words, bytes, taps * group, |f, n| f * taps * group + n % taps * group + n / taps);
}

/// Bakes a convolution whose groups are single channels: of each tap the outputs side by side.
pub(crate) const fn bake_depthwise(sizes: &WindowSizes, layer: &Source, words: &mut [i32], bytes: &mut [i8]) {
    bake!(layer, words, bytes, sizes.kernel[0] * sizes.kernel[1], |f, n| n * layer.outputs + f);
}

/// Bakes a dense layer: as it is.
pub(crate) const fn bake_linear(inputs: usize, layer: &Source, words: &mut [i32], bytes: &mut [i8]) {
    bake!(layer, words, bytes, inputs, |f, n| f * inputs + n);
}

/// What the words say: what all outputs share, and the outputs.
struct Words<'a> {
    input_zero: i32,
    output_zero: i32,
    low: i32,
    high: i32,
    outputs: &'a [[i32; CHANNEL]],
}

#[inline(always)]
fn read(words: &[i32]) -> Option<Words<'_>> {
    let (&[input_zero, output_zero, low, high], outputs) = words.split_first_chunk::<HEAD>()?;
    Some(Words { input_zero, output_zero, low, high, outputs: outputs.as_chunks().0 })
}

impl Words<'_> {
    /// What an output is, of the sum of its products.
    #[inline(always)]
    fn output(&self, sum: i32, &[bias, q, s]: &[i32; CHANNEL]) -> i8 {
        let value = Multiplier { q, s }.times(sum.wrapping_add(bias));
        clamp(value.saturating_add(self.output_zero), self.low, self.high)
    }
}

#[inline(always)]
fn dot(x: &[i8], w: &[i8]) -> i32 {
    x.iter().zip(w).fold(0, |sum: i32, (&x, &w)| sum.wrapping_add(x as i32 * w as i32))
}

/// The places of the taps of a window: the value each one meets, by its place in the image, or none in the padding.
#[inline(always)]
fn taps(sizes: &WindowSizes, [i, j]: [usize; 2]) -> impl Iterator<Item = Option<usize>> {
    let WindowSizes { input: [h, w], kernel: [kh, kw], stride, dilation, padding, .. } = *sizes;
    let (row, column) = (i * stride[0], j * stride[1]);
    (0..kh).flat_map(move |u| {
        let y = (row + u * dilation[0]).wrapping_sub(padding[0][0]);
        (0..kw).map(move |v| {
            let x = (column + v * dilation[1]).wrapping_sub(padding[1][0]);
            (y < h && x < w).then(|| y * w + x)
        })
    })
}

/// A convolution.
#[inline]
pub(crate) fn conv(sizes: &WindowSizes, words: &[i32], bytes: &[i8], x: &[i8], _: &mut [i8], y: &mut [i8]) {
    let (Some(words), [kh, kw]) = (read(words), sizes.kernel) else { return };
    let (group, count) = (sizes.group, kh * kw * sizes.group);
    let groups = sizes.channels.checked_div(group).unwrap_or(0);
    let outputs = sizes.outputs.checked_div(groups).unwrap_or(0); // of a group
    let mut points = parts_mut(y, sizes.outputs);
    for i in 0..sizes.output[0] {
        for j in 0..sizes.output[1] {
            let Some(y) = points.next() else { return };
            let channels = parts(words.outputs, outputs).zip(parts(bytes, outputs * count));
            for (g, (y, (channels, weights))) in parts_mut(y, outputs).zip(channels).enumerate() {
                for ((y, channel), weights) in y.iter_mut().zip(channels).zip(parts(weights, count)) {
                    let mut sum = 0i32;
                    for (tap, w) in taps(sizes, [i, j]).zip(parts(weights, group)) {
                        let x = tap.and_then(|place| x.get(place * sizes.channels + g * group..));
                        sum = sum.wrapping_add(match x {
                            Some(x) => dot(x, w),
                            None => w.iter().fold(0, |sum: i32, &w| sum + w as i32).wrapping_mul(words.input_zero),
                        });
                    }
                    *y = words.output(sum, channel);
                }
            }
        }
    }
}

/// How many outputs are summed up at a time.
const SIDE: usize = 16;

/// A convolution whose groups are single channels, each of which has as many outputs.
#[inline]
pub(crate) fn depthwise(sizes: &WindowSizes, words: &[i32], bytes: &[i8], x: &[i8], _: &mut [i8], y: &mut [i8]) {
    let Some(words) = read(words) else { return };
    let (channels, outputs) = (sizes.channels, sizes.outputs);
    let multiplier = outputs.checked_div(channels).unwrap_or(0);
    let mut points = parts_mut(y, outputs);
    for i in 0..sizes.output[0] {
        for j in 0..sizes.output[1] {
            let Some(y) = points.next() else { return };
            for first in (0..outputs).step_by(SIDE) {
                let mut sums = [0i32; SIDE];
                for (tap, w) in taps(sizes, [i, j]).zip(parts(bytes, outputs)) {
                    let Some(w) = w.get(first..) else { return };
                    let x = tap.and_then(|place| x.get(place * channels..));
                    match x {
                        Some(x) if multiplier == 1 => {
                            let Some(x) = x.get(first..) else { return };
                            for ((sum, &w), &x) in sums.iter_mut().zip(w).zip(x) {
                                *sum = sum.wrapping_add(x as i32 * w as i32);
                            }
                        }
                        Some(x) => {
                            for ((sum, &w), f) in sums.iter_mut().zip(w).zip(first..) {
                                let Some(&x) = f.checked_div(multiplier).and_then(|c| x.get(c)) else { return };
                                *sum = sum.wrapping_add(x as i32 * w as i32);
                            }
                        }
                        None => {
                            for (sum, &w) in sums.iter_mut().zip(w) {
                                *sum = sum.wrapping_add(words.input_zero * w as i32);
                            }
                        }
                    }
                }
                let ends = y.iter_mut().zip(words.outputs).skip(first);
                for ((y, channel), &sum) in ends.zip(&sums) {
                    *y = words.output(sum, channel);
                }
            }
        }
    }
}

/// A dense layer.
#[inline]
pub(crate) fn linear(words: &[i32], bytes: &[i8], x: &[i8], _: &mut [i8], y: &mut [i8]) {
    let Some(words) = read(words) else { return };
    for ((y, channel), w) in y.iter_mut().zip(words.outputs).zip(parts(bytes, x.len())) {
        *y = words.output(dot(x, w), channel);
    }
}
