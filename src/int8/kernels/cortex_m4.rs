//! The kernels for a Cortex-M4 or another processor with its DSP instructions: the same bits as the plain ones.
//!
//! What is computed with them: convolutions that are not in groups, depthwise ones of 3 × 3 taps with stride 1 or 2, dense layers, sums,
//! the mean of all places, the largest of four channels at a time. What is baked depends on sizes alone; outputs whose
//! weights, biases or multipliers are out of the bounds of the fast [requantisation](dsp) are marked, and computed as in the
//! plain kernels.

use core::ops::Range;

use super::dsp::{
    self, CHANNEL, Fours, PAIR, POINTS, Places, Stretches, Summand, conv_pairs, conv_sums, depthwise_rows,
    depthwise_strided, linear_fours, narrow_fours, widen,
};
use super::{Room, parts, parts_mut, rest};
use crate::int8::arithmetic::{Multiplier, clamp};
use crate::int8::source::Source;
use crate::int8::window_sizes::WindowSizes;

/// The words before those of the outputs: the zero points of input and output, the least and the largest output; flags.
const HEAD: usize = 5;

/// Flags: there are ties below the zero point; some outputs are marked.
const TIES: i32 = 1;
const MARKS: i32 = 2;

/// The mark of an output, among its e.
const MARK: i32 = 1 << 8;

/// The most bytes that a copy of an image with its padding, or of a few of its channels, takes where less would do.
const COPY: usize = 1024;

/// Writes the head, without marks.
const fn bake_head(layer: &Source, words: &mut [i32]) {
    let zero = layer.output.zero_point as i32;
    words[0] = layer.input.zero_point as i32;
    words[1] = zero;
    words[2] = layer.bounds.0 as i32;
    words[3] = layer.bounds.1 as i32;
    words[4] = if (layer.bounds.0 as i32) < zero { TIES } else { 0 };
}

/// An output's bias with the input's zero point in it, and the words q, c and e; marked, q, the shift and the mark.
///
/// `bound` is what its sum has to be below for the loop.
const fn bake_output(layer: &Source, f: usize, count: usize, bound: i64) -> (i32, [i32; 3]) {
    let (mut sum, mut sum_of_sizes, mut n, mut mixes) = (0i64, 0i64, 0, true);
    while n < count {
        let weight = layer.weight(f * count + n) as i64;
        mixes &= weight > -128 || bound != FIRST; // 256 · a + b is a half word then
        sum += weight;
        sum_of_sizes += weight.abs();
        n += 1;
    }
    let bias = layer.bias(f) as i64 - layer.input.zero_point as i64 * sum;
    let Multiplier { q, s } = layer.multiplier(f);
    let is_fast = mixes && bias.abs() + 128 * sum_of_sizes < bound && -24 < s && s < 0;
    let e = -s;
    let last = if is_fast { [q, (1 << (e - 1)) + ((layer.output.zero_point as i32) << e), e] } else { [q, s, MARK] };
    (bias as i32, last)
}

/// Adds a weight to its half of a mixed word: 256 · a + b, of which b takes one from a where it is negative.
const fn mix(word: i32, weight: i8, is_upper: bool, is_first: bool) -> i32 {
    let shift = if is_upper { 16 } else { 0 };
    let weight = if is_first { (weight as i32) << 8 } else { weight as i32 };
    let half = (word >> shift).wrapping_add(weight) & 0xffff;
    word & !(0xffff << shift) | half << shift
}

/// The bounds of sums: of the first of two outputs, and of any.
const FIRST: i64 = 1 << 23;
const ANY: i64 = 1 << 30;

/// What an output is, of its sum, where it is marked.
#[inline(always)]
fn general(sum: i32, bias: i32, [q, s]: [i32; 2], zero: i32) -> i8 {
    clamp(Multiplier { q, s }.times(sum.wrapping_add(bias)).saturating_add(zero), -128, 127)
}

/// Bounds what was computed without bounds.
#[inline(always)]
fn bound([low, high]: [i32; 2], y: &mut [i8]) {
    if low > -128 || high < 127 {
        for y in y {
            *y = clamp(*y as i32, low, high);
        }
    }
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

/// Whether the output has the sizes of the input.
const fn keeps_sizes(sizes: &WindowSizes) -> bool {
    sizes.outputs == sizes.channels && sizes.output[0] == sizes.input[0] && sizes.output[1] == sizes.input[1]
}

/// How a convolution goes over its image: by patches of `rows` times `parts` stretches of `run` values, at four points at a time.
///
/// They are read from the image itself, or from a copy, with their padding, of the rows that `band` rows of the output need.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conv {
    rows: usize,
    parts: usize,
    run: usize,
    /// How far apart stretches begin, of two rows and of the same; patches, of neighbours and of two rows of the output.
    step: usize,
    part_step: usize,
    apart: usize,
    row_step: usize,
    is_direct: bool,
    /// The values before the first patch of the copy, before those of the image, and from one row to the next.
    lead: usize,
    left: usize,
    pitch: usize,
    /// How many rows of the output are computed from one copy, and how many rows that has.
    band: usize,
    copied: usize,
    stride: usize,
    /// The padding above the image, its rows, and the values of each.
    top: usize,
    input: usize,
    line: usize,
    /// The rows of the output, their columns, and their channels.
    height: usize,
    width: usize,
    outputs: usize,
}

impl Conv {
    /// The words of a patch.
    #[inline(always)]
    const fn words(&self) -> usize {
        self.rows * self.parts * self.run / 2
    }
}

/// How a convolution goes over its image, if there [is](has_conv) a loop for it.
pub(crate) const fn conv_plan(sizes: &WindowSizes, is_small: bool) -> Conv {
    let WindowSizes { channels, input, outputs, output, kernel, stride, dilation, padding, .. } = *sizes;
    let (parts, values) = if dilation[1] == 1 { (1, kernel[1] * channels) } else { (kernel[1], channels) };
    let run = values.next_multiple_of(4);
    let mut reach = [0; 2];
    let mut n = 0;
    while n < 2 {
        reach[n] = (output[n] - 1) * stride[n] + (kernel[n] - 1) * dilation[n] + 1;
        n += 1;
    }
    let is_inside = padding[0][0] == 0 && padding[1][0] == 0 && reach[0] <= input[0] && reach[1] <= input[1];
    let is_direct = is_inside && run == values;
    // of a copy, where the image's rows begin at words
    let lead = if is_direct { 0 } else { (padding[1][0] * channels).wrapping_neg() % 4 };
    let pitch = if is_direct { input[1] * channels } else { (lead + reach[1] * channels).next_multiple_of(4) };
    let band = if is_direct || !is_small && reach[0] * pitch <= COPY {
        output[0]
    } else if output[1].is_multiple_of(POINTS) || output[1] > 4 * POINTS {
        1
    } else {
        min(if output[1].is_multiple_of(2) { 2 } else { 4 }, output[0])
    };
    Conv {
        rows: kernel[0],
        parts,
        run,
        step: dilation[0] * pitch,
        part_step: dilation[1] * channels,
        apart: stride[1] * channels,
        row_step: stride[0] * pitch,
        is_direct,
        lead,
        left: lead + padding[1][0] * channels,
        pitch,
        band,
        copied: (band - 1) * stride[0] + (kernel[0] - 1) * dilation[0] + 1,
        stride: stride[0],
        top: padding[0][0],
        input: input[0],
        line: input[1] * channels,
        height: output[0],
        width: output[1],
        outputs,
    }
}

/// What a convolution needs.
pub(crate) const fn conv_room(how: &Conv) -> Room {
    let copy = if how.is_direct { 0 } else { (how.copied * how.pitch + 3).next_multiple_of(4) };
    let (whole, last) = (how.band * how.width, how.height % how.band * how.width);
    let has_rest = !whole.is_multiple_of(POINTS) || !last.is_multiple_of(POINTS);
    let rest = if has_rest { POINTS * how.outputs } else { 0 };
    let words = HEAD + how.outputs.div_ceil(2) * (how.words() + PAIR);
    Room { words, bytes: 0, scratch: 4 * POINTS * how.words() + copy + rest }
}

/// Whether there is a loop for a convolution.
pub(crate) const fn has_conv(sizes: &WindowSizes) -> bool {
    sizes.group == sizes.channels
        && sizes.channels * sizes.kernel[0] * sizes.kernel[1] * sizes.output[0] * sizes.output[1] > 0
        && sizes.outputs > 0
}

/// Whether a convolution can write where it reads: each row is copied, or each point part of a patch, before it is written.
const fn is_conv_in_place(sizes: &WindowSizes) -> bool {
    has_conv(sizes)
        && keeps_sizes(sizes)
        && sizes.stride[0] == 1
        && sizes.padding[0][0] <= (sizes.kernel[0] - 1) * sizes.dilation[0]
}

/// Bakes a convolution: the outputs two by two.
pub(crate) const fn bake_conv(sizes: &WindowSizes, layer: &Source, words: &mut [i32], _: &mut [i8]) {
    let how = conv_plan(sizes, false);
    bake_head(layer, words);
    let (taps, channels, [_, kw]) = (sizes.kernel[0] * sizes.kernel[1], sizes.channels, sizes.kernel);
    let (count, stride) = (taps * channels, how.words() + PAIR);
    let mut f = 0;
    while f < sizes.outputs {
        let (at, is_first) = (HEAD + f / 2 * stride, f.is_multiple_of(2));
        let mut n = 0;
        while n < count {
            // PyTorch's order is channel, row, column
            let (channel, row, column) = (n / taps, n % taps / kw, n % kw);
            let stretch = if how.parts == 1 { row } else { row * kw + column };
            let value = stretch * how.run + if how.parts == 1 { column * channels } else { 0 } + channel;
            let word = at + 2 + value / 4 * 2 + value % 2;
            words[word] = mix(words[word], layer.weight(f * count + n), value % 4 >= 2, is_first);
            n += 1;
        }
        let (bias, last) = bake_output(layer, f, count, if is_first { FIRST } else { ANY });
        let [q, c, e] = last;
        if e == MARK {
            words[4] |= MARKS;
        }
        words[at + if is_first { 0 } else { 1 }] = bias;
        let end = at + 2 + how.words() + if is_first { 0 } else { 3 };
        words[end] = q;
        words[end + 1] = c;
        words[end + 2] = e;
        f += 1;
    }
    mix_biases(words, stride, how.words());
}

/// Of each two outputs that are not marked, makes the first bias 256 · bias a + bias b.
const fn mix_biases(words: &mut [i32], stride: usize, weights: usize) {
    let mut at = HEAD;
    while at + stride <= words.len() {
        let last = at + 2 + weights;
        if words[last + 2] != MARK && words[last + 5] != MARK {
            words[at] = words[at].wrapping_shl(8).wrapping_add(words[at + 1]);
        }
        at += stride;
    }
}

/// A convolution by patches of [`POINTS`] points. Without an `x` it writes where it reads.
#[inline(never)]
pub(crate) fn conv(how: &Conv, words: &[i32], _: &[i8], x: &[i8], scratch: &mut [i8], y: &mut [i8]) {
    let Some((&[input_zero, zero, low, high, flags], stream)) = words.split_first_chunk::<HEAD>() else { return };
    let Some((buffer, rest)) = dsp::words_of(scratch).split_at_mut_checked(POINTS * how.words()) else { return };
    let (buffer, rest) = (buffer.as_chunks_mut().0, dsp::bytes_of(rest));
    let copied = if how.is_direct { 0 } else { (how.copied * how.pitch + 3).next_multiple_of(4) };
    let Some((copy, rest)) = rest.split_at_mut_checked(copied) else { return };
    let (ties, is_fast) = (flags & TIES != 0, flags & MARKS == 0 && how.outputs.is_multiple_of(2));
    copy.fill(input_zero as i8);
    for first_row in (0..how.height).step_by(how.band.max(1)) {
        if !how.is_direct {
            pad(how, input_zero as i8, first_row, if x.is_empty() { y } else { x }, copy);
        }
        let count = how.band.min(how.height - first_row) * how.width;
        let mut place = (0, 0);
        for first in (0..count).step_by(POINTS) {
            let points = POINTS.min(count - first);
            let from = match how.is_direct {
                false => &*copy,
                true if x.is_empty() => &*y,
                true => x,
            };
            place = gather(how, from, place, points, buffer);
            let Some(y) = y.get_mut((first_row * how.width + first) * how.outputs..) else { return };
            let tile = if points == POINTS { &mut *y } else { &mut *rest };
            if is_fast {
                conv_pairs(stream, buffer, how.outputs, ties, tile);
            } else {
                slow(stream, buffer, how.outputs, ties, zero, tile);
            }
            if points < POINTS {
                for (y, &value) in y.iter_mut().zip(&*rest) {
                    *y = value; // of fewer points, the last of the band
                }
            }
        }
    }
    bound([low, high], y);
}

/// Copies the rows that a band meets, those that the band before it met from its copy. (What it works on is not to stay on the stack.)
#[inline(never)]
fn pad(how: &Conv, zero: i8, first_row: usize, x: &[i8], copy: &mut [i8]) {
    let (pitch, moved) = (how.pitch, how.band * how.stride);
    let kept = if first_row == 0 { 0 } else { how.copied.saturating_sub(moved) };
    let first = (first_row * how.stride).wrapping_sub(how.top);
    for n in 0..how.copied {
        if n < kept {
            if let Some((to, from)) = copy.split_at_mut_checked((n + moved) * pitch)
                && let (Some(to), Some(from)) = (to.get_mut(n * pitch..), from.get(..pitch))
                && let Some(to) = to.get_mut(..pitch)
            {
                to.copy_from_slice(from);
            }
            continue;
        }
        let Some(to) = copy.get_mut(n * pitch + how.left..(n + 1) * pitch) else { return };
        let (row, inside) = (first.wrapping_add(n), how.line.min(to.len()));
        let Some(to) = to.get_mut(..inside) else { return };
        if row < how.input
            && let Some(from) = x.get(row * how.line..).and_then(|x| x.get(..inside))
        {
            to.copy_from_slice(from);
        } else {
            to.fill(zero);
        }
    }
}

/// Widens the patches of points one after the other, of which the first is in a row and a column of the band. Returns the place
/// behind them.
#[inline(always)]
fn gather(
    how: &Conv,
    x: &[i8],
    (mut row, mut column): (usize, usize),
    points: usize,
    buffer: &mut [[u32; POINTS]],
) -> (usize, usize) {
    let mut point = 0;
    while point < points {
        let neighbours = point..(point + how.width - column).min(points);
        let at = how.lead + row * how.row_step + column * how.apart;
        let x = x.get(at..).unwrap_or(&[]);
        if how.parts == 1 {
            let stretches = Stretches { count: how.rows, run: how.run, step: how.step };
            widen(x, stretches, neighbours.clone(), how.apart, buffer);
        } else {
            gather_parts(how, x, neighbours.clone(), buffer);
        }
        (point, column) = (neighbours.end, column + neighbours.len());
        if column == how.width {
            (row, column) = (row + 1, 0);
        }
    }
    (row, column)
}

/// Widens the patches of neighbours whose taps are apart: one stretch after the other.
#[inline(never)]
fn gather_parts(how: &Conv, x: &[i8], points: Range<usize>, buffer: &mut [[u32; POINTS]]) {
    let stretch = Stretches { count: 1, run: how.run, step: 0 };
    let mut stretches = parts_mut(buffer, how.run / 2);
    for row in 0..how.rows {
        for part in 0..how.parts {
            let Some(buffer) = stretches.next() else { return };
            let x = x.get(row * how.step + part * how.part_step..).unwrap_or(&[]);
            widen(x, stretch, points.clone(), how.apart, buffer);
        }
    }
}

/// A tile in which some outputs are marked, or their number is odd.
#[inline(never)]
fn slow(stream: &[i32], buffer: &[[u32; POINTS]], outputs: usize, ties: bool, zero: i32, y: &mut [i8]) {
    let stride = buffer.len() + PAIR;
    let is_fast = |pair: &[i32], n: usize| {
        let marks = [stride - 4, stride - 1].map(|at| pair.get(at).is_none_or(|&e| e == MARK));
        2 * n + 1 < outputs && marks == [false; 2]
    };
    for (n, pair) in parts(stream, stride).enumerate() {
        if is_fast(pair, n) {
            conv_pairs(pair, buffer, outputs, ties, y.get_mut(2 * n..).unwrap_or(&mut []));
            continue;
        }
        let (Some((&[first, second], rest)), Some(&last)) = (pair.split_first_chunk::<2>(), pair.last_chunk::<6>())
        else {
            return;
        };
        let sums = conv_sums(rest, buffer);
        // biases are mixed unless either is marked
        let is_mixed = last[2] != MARK && last[5] != MARK;
        let biases = [if is_mixed { first.wrapping_sub(second) >> 8 } else { first }, second];
        for (o, sums) in sums.iter().enumerate() {
            let [Some(&q), Some(&c), Some(&e), Some(&bias)] =
                [last.get(3 * o), last.get(3 * o + 1), last.get(3 * o + 2), biases.get(o)]
            else {
                continue;
            };
            // of one that is not marked, e says the shift
            let s = if e == MARK { c } else { -e };
            for (point, &sum) in sums.iter().enumerate() {
                if 2 * n + o < outputs
                    && let Some(y) = y.get_mut(point * outputs + 2 * n + o)
                {
                    *y = general(sum, bias, [q, s], zero);
                }
            }
        }
    }
}

/// What a dense layer needs.
pub(crate) const fn linear_room(inputs: usize, outputs: usize) -> Room {
    let (x, fours) = (inputs.div_ceil(4), outputs.div_ceil(4));
    Room { words: HEAD + fours * (4 * x + 2 * PAIR), bytes: 0, scratch: 8 * x }
}

/// Whether there is more than one way: loops that copy and widen what they work on, and others.
pub(crate) const HAS_WAYS: bool = true;

/// Whether there is a loop for a dense layer that needs nothing for itself.
pub(crate) const fn has_narrow(inputs: usize) -> bool {
    inputs > 0 && inputs.is_multiple_of(4)
}

/// Bakes a dense layer: the outputs four by four.
pub(crate) const fn bake_linear(inputs: usize, layer: &Source, words: &mut [i32], _: &mut [i8]) {
    bake_head(layer, words);
    let stride = 4 * inputs.div_ceil(4) + 2 * PAIR;
    let mut f = 0;
    while f < layer.outputs {
        let (at, is_first) = (HEAD + f / 4 * stride, f.is_multiple_of(2));
        let mut n = 0;
        while n < inputs {
            let word = at + 4 + n / 4 * 4 + f % 4 / 2 * 2 + n % 2;
            words[word] = mix(words[word], layer.weight(f * inputs + n), n % 4 >= 2, is_first);
            n += 1;
        }
        let (bias, last) = bake_output(layer, f, inputs, if is_first { FIRST } else { ANY });
        let [q, c, e] = last;
        if e == MARK {
            words[4] |= MARKS;
        }
        words[at + f % 4] = bias;
        let end = at + stride - 12 + f % 4 * 3;
        words[end] = q;
        words[end + 1] = c;
        words[end + 2] = e;
        f += 1;
    }
    if words[4] & MARKS == 0 {
        let mut at = HEAD;
        while at + stride <= words.len() {
            words[at] = words[at].wrapping_shl(8).wrapping_add(words[at + 1]);
            words[at + 2] = words[at + 2].wrapping_shl(8).wrapping_add(words[at + 3]);
            at += stride;
        }
    }
}

/// A dense layer, whose inputs are widened first.
#[inline(never)]
pub(crate) fn linear(words: &[i32], _: &[i8], x: &[i8], scratch: &mut [i8], y: &mut [i8]) {
    let wide = dsp::words_of(scratch).as_chunks_mut::<2>().0;
    widen_all(x, wide);
    let Some(wide) = wide.get(..x.len().div_ceil(4)) else { return };
    fours_of(words, x, y, |stream, ties, y| linear_fours(stream, wide, ties, y));
}

/// A dense layer, whose inputs are widened for each four outputs anew.
#[inline(never)]
pub(crate) fn narrow(words: &[i32], _: &[i8], x: &[i8], y: &mut [i8]) {
    fours_of(words, x, y, |stream, ties, y| narrow_fours(stream, x.as_chunks().0, ties, y));
}

/// A dense layer, by fours of outputs.
#[inline(always)]
fn fours_of(words: &[i32], x: &[i8], y: &mut [i8], fours: impl Fn(&[i32], bool, &mut [i8])) {
    let Some((&[_, zero, low, high, flags], stream)) = words.split_first_chunk::<HEAD>() else { return };
    let stride = 4 * x.len().div_ceil(4) + 2 * PAIR;
    if flags & MARKS != 0 {
        for (y, stream) in y.chunks_mut(4).zip(parts(stream, stride)) {
            marked(stream, x, zero, y);
        }
    } else {
        let ties = flags & TIES != 0;
        fours(stream, ties, y);
        let whole = y.len() & !3;
        if let Some(y) = y.get_mut(whole..)
            && !y.is_empty()
        {
            let mut four = [0; 4];
            fours(stream.get(whole / 4 * stride..).unwrap_or(&[]), ties, &mut four);
            for (y, &four) in y.iter_mut().zip(&four) {
                *y = four;
            }
        }
    }
    bound([low, high], y);
}

/// Widens values, and zeros behind them, to words of four each.
#[inline(never)]
fn widen_all(x: &[i8], wide: &mut [[u32; 2]]) {
    let (fours, rest) = x.as_chunks::<4>();
    for (wide, &four) in wide.iter_mut().zip(fours) {
        *wide = widened(four);
    }
    if !rest.is_empty()
        && let Some(wide) = wide.get_mut(fours.len())
    {
        let mut four = [0; 4];
        for (four, &x) in four.iter_mut().zip(rest) {
            *four = x;
        }
        *wide = widened(four);
    }
}

/// Four values as two words.
#[inline(always)]
fn widened(four: [i8; 4]) -> [u32; 2] {
    let word = word(four);
    [dsp::sxtab16(0, word), dsp::sxtab16_odd(0, word)]
}

/// Four outputs of a dense layer of which some are marked.
#[inline(never)]
fn marked(stream: &[i32], x: &[i8], zero: i32, y: &mut [i8]) {
    let Some(last) = stream.last_chunk::<12>() else { return };
    for (o, (y, &[q, c, e])) in y.iter_mut().zip(last.as_chunks::<3>().0).enumerate() {
        let mut sum = 0i32;
        for (n, &x) in x.iter().enumerate() {
            let Some(&word) = stream.get(4 + n / 4 * 4 + o / 2 * 2 + n % 2) else { return };
            let half = if n % 4 >= 2 { word >> 16 } else { word };
            let b = half as i8;
            let weight = if o % 2 == 0 { (half.wrapping_sub(b as i32) >> 8) as i8 } else { b };
            sum = sum.wrapping_add(x as i32 * weight as i32);
        }
        let s = if e == MARK { c } else { -e };
        *y = general(sum, stream.get(o).copied().unwrap_or(0), [q, s], zero);
    }
}

/// Whether there is a loop for a depthwise convolution.
pub(crate) const fn has_depthwise(sizes: &WindowSizes) -> bool {
    let WindowSizes { channels, outputs, output, kernel, stride, dilation, .. } = *sizes;
    kernel[0] == 3
        && kernel[1] == 3
        && stride[0] == stride[1]
        && (stride[0] == 1 || stride[0] == 2)
        && dilation[0] == 1
        && dilation[1] == 1
        && outputs == channels
        && channels >= 4
        && output[0] * output[1] > 0
}

/// How a convolution whose groups are single channels goes over its image: four channels at a time, which are copied to planes of
/// pairs of rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depthwise {
    /// The columns of a plane.
    width: usize,
    /// How many rows of the output are computed from them, and how many rows of pairs that needs.
    band: usize,
    pairs: usize,
    stride: usize,
    channels: usize,
    /// The padding above and before the image, its rows, the values of each, and how many columns the planes have of it.
    top: usize,
    left: usize,
    input: usize,
    line: usize,
    inside: usize,
    /// The rows and columns of the output.
    height: usize,
    columns: usize,
}

/// How a convolution whose groups are single channels goes over its image, if there [is](has_depthwise) a loop for it.
pub(crate) const fn depthwise_plan(sizes: &WindowSizes, is_small: bool) -> Depthwise {
    if is_depthwise_in_place(sizes, is_small) { banded(sizes, sizes.output[0]) } else { in_bands(sizes, is_small) }
}

const fn in_bands(sizes: &WindowSizes, is_small: bool) -> Depthwise {
    let (rows, stride) = (sizes.output[0], sizes.stride[0]);
    let width = (sizes.output[1] - 1) * stride + 3;
    let fit = (if is_small { 0 } else { COPY / (16 * width) }).saturating_sub(1);
    let [fit, least] = if stride == 1 { [2 * fit, 8] } else { [fit, 4] };
    // bands of the same size, but that of two rows' pairs
    let bands = rows.div_ceil(if fit > least { fit } else { least });
    banded(sizes, min(rows, rows.div_ceil(bands).next_multiple_of(2)))
}

const fn banded(sizes: &WindowSizes, band: usize) -> Depthwise {
    let WindowSizes { channels, input, output, stride: [stride, _], padding, .. } = *sizes;
    let width = (output[1] - 1) * stride + 3;
    Depthwise {
        width,
        band,
        pairs: if stride == 1 { band.div_ceil(2) + 1 } else { band + 1 },
        stride,
        channels,
        top: padding[0][0],
        left: padding[1][0],
        input: input[0],
        line: input[1] * channels,
        inside: min(input[1], width.saturating_sub(padding[1][0])),
        height: output[0],
        columns: output[1],
    }
}

/// What a convolution needs whose groups are single channels.
pub(crate) const fn depthwise_room(how: &Depthwise) -> Room {
    Room { words: HEAD + CHANNEL * how.channels, bytes: 0, scratch: 16 * how.pairs * how.width }
}

/// Whether a convolution can write where it reads.
pub(crate) const fn is_in_place(sizes: &WindowSizes, is_small: bool) -> bool {
    is_conv_in_place(sizes) || is_depthwise_in_place(sizes, is_small)
}

/// Whether one can whose groups are single channels, as four are copied before they are written; and needs less that way.
const fn is_depthwise_in_place(sizes: &WindowSizes, is_small: bool) -> bool {
    if !has_depthwise(sizes) || !keeps_sizes(sizes) || !sizes.channels.is_multiple_of(4) {
        return false;
    }
    let len = sizes.channels * sizes.output[0] * sizes.output[1];
    let [whole, bands] = [banded(sizes, sizes.output[0]), in_bands(sizes, is_small)];
    depthwise_room(&whole).scratch <= len + depthwise_room(&bands).scratch
}

/// Bakes a convolution whose groups are single channels.
pub(crate) const fn bake_depthwise(sizes: &WindowSizes, layer: &Source, words: &mut [i32], _: &mut [i8]) {
    bake_head(layer, words);
    // as SXTB16 gives pairs of rows: columns 0 and 1, then 2 and the last row's first two
    const ORDER: [usize; 9] = [0, 1, 3, 4, 2, 6, 5, 7, 8];
    let mut c = 0;
    while c < sizes.outputs {
        let at = HEAD + CHANNEL * c;
        let (bias, last) = bake_output(layer, c, 9, ANY);
        words[at] = bias;
        words[at + 1] = last[0];
        words[at + 2] = last[1];
        words[at + 3] = last[2];
        if last[2] == MARK {
            words[4] |= MARKS;
        }
        let mut n = 0;
        while n < 9 {
            words[at + 4 + n / 4] |= (layer.weight(9 * c + ORDER[n]) as u8 as i32) << (n % 4 * 8);
            n += 1;
        }
        c += 1;
    }
}

/// A convolution whose groups are single channels. Without an `x` it writes where it reads.
#[inline(never)]
pub(crate) fn depthwise(how: &Depthwise, words: &[i32], _: &[i8], x: &[i8], scratch: &mut [i8], y: &mut [i8]) {
    let &Depthwise { width, channels, stride, columns, left, inside, .. } = how;
    let Some((&[input_zero, zero, low, high, flags], baked)) = words.split_first_chunk::<HEAD>() else { return };
    let plane = how.pairs * width;
    let Some(all) = dsp::words_of(scratch).get_mut(..4 * plane) else { return };
    let channels_of = baked.as_chunks::<CHANNEL>().0;
    let fill = input_zero as u32 & 0xffff | (input_zero as u32) << 16;
    for row in parts_mut(all, width) {
        for (column, word) in row.iter_mut().enumerate() {
            if column < left || column >= left + inside {
                *word = fill;
            }
        }
    }
    for first_row in (0..how.height).step_by(how.band.max(1)) {
        let places = Places { rows: how.band.min(how.height - first_row), columns, step: channels, width };
        let top = (first_row * stride).wrapping_sub(how.top);
        let fours =
            Fours { rows: how.input, line: how.line, channels, top, columns: inside, left, pairs: how.pairs, width };
        for four in (0..channels).step_by(4) {
            let first = four.min(channels.saturating_sub(4));
            let from = if x.is_empty() { &*y } else { x };
            dsp::planes(from.get(first..).unwrap_or(&[]), fours, [input_zero as i8; 4], all);
            let (Some(four), Some(y)) = (
                channels_of.get(first..).and_then(|rest| rest.first_chunk::<4>()),
                y.get_mut(first_row * columns * channels + first..),
            ) else {
                return;
            };
            let ties = flags & TIES != 0;
            if stride == 1 {
                depthwise_rows(all, plane, four, MARK, ties, places, y);
            } else {
                depthwise_strided(all, plane, four, MARK, ties, places, y);
            }
            if flags & MARKS == 0 {
                continue;
            }
            for (n, (plane, channel)) in parts(all, plane).zip(four).enumerate() {
                if channel[3] == MARK {
                    marked_channel(plane, channel, zero, stride, places, y.get_mut(n..).unwrap_or(&mut []));
                }
            }
        }
    }
    bound([low, high], y);
}

/// A channel that is marked.
#[inline(never)]
fn marked_channel(
    plane: &[u32],
    &[bias, q, s, _, first, second, third]: &[i32; CHANNEL],
    zero: i32,
    stride: usize,
    Places { rows, columns, step, width }: Places,
    y: &mut [i8],
) {
    let [[a, b, c, d], [e, f, g, h], [k, ..]] = [first.to_le_bytes(), second.to_le_bytes(), third.to_le_bytes()];
    let taps = [[a, b, e], [c, d, g], [f, h, k]];
    for i in 0..rows {
        for j in 0..columns {
            let mut sum = 0i32;
            for (u, row) in taps.iter().enumerate() {
                for (v, &tap) in row.iter().enumerate() {
                    let (row, column) = (i * stride + u, j * stride + v);
                    let word = plane.get(row / 2 * width + column).copied().unwrap_or(0);
                    let value = if row % 2 == 0 { word as i16 } else { (word >> 16) as i16 };
                    sum = sum.wrapping_add(value as i32 * (tap as i8 as i32));
                }
            }
            if let Some(y) = y.get_mut((i * columns + j) * step) {
                *y = general(sum, bias, [q, s], zero);
            }
        }
    }
}

/// Adds `x`, of the scale `a`, to `y`, of the scale `b`.
#[inline(never)]
pub(crate) fn add(words: &[i32], x: &[i8], y: &mut [i8]) {
    let Some(&[qa, sa, qb, sb, q, s, za, zb, zero, low, high]) = words.first_chunk::<{ rest::ADD_WORDS }>() else {
        return;
    };
    if !(-24 < s && s < 0 && sa <= 0 && sb <= 0) {
        return rest::add(words, x, y);
    }
    // a multiplier of 1/2 has no second rounding: twice the product, halved, is the same
    let summand = |q: i32, s: i32, zero: i32| {
        let left = if s == 0 { 22 } else { 21 };
        Summand { factor: 1 << left, offset: -(zero << left), q, e: (-s).clamp(1, 31) as u32 }
    };
    let c = (1 << (-s - 1)) + (zero << -s);
    dsp::sum([summand(qa, sa, za), summand(qb, sb, zb)], [q, c, -s], low < zero, x, y);
    bound([low, high], y);
}

/// Whether there is a loop for the largest values: four channels at a time.
pub(crate) const fn has_max_pool(sizes: &WindowSizes) -> bool {
    sizes.channels.is_multiple_of(4)
}

/// The taps of a window that are in the image, along an axis: where the first lies, how far apart they are, and how many.
struct Taps {
    first: usize,
    apart: usize,
    count: usize,
}

#[inline(always)]
fn taps(sizes: &WindowSizes, axis: usize, window: usize, pitch: usize) -> Taps {
    let (dilation, size) = (sizes.dilation[axis], sizes.input[axis]);
    let mut first = (window * sizes.stride[axis]).wrapping_sub(sizes.padding[axis][0]);
    let (mut count, mut place) = (0, first);
    for _ in 0..sizes.kernel[axis] {
        // they are neighbours: before the first one in the image there is none
        if place < size {
            count += 1;
        } else if count == 0 {
            first = place.wrapping_add(dilation);
        }
        place = place.wrapping_add(dilation);
    }
    Taps { first: first.wrapping_mul(pitch), apart: dilation * pitch, count }
}

/// The largest value of each window.
#[inline(never)]
pub(crate) fn max_pool(sizes: &WindowSizes, x: &[i8], y: &mut [i8]) {
    let fours = sizes.channels / 4;
    let (x, mut points) = (x.as_chunks::<4>().0, parts_mut(y.as_chunks_mut::<4>().0, fours));
    for i in 0..sizes.output[0] {
        let rows = taps(sizes, 0, i, sizes.input[1] * fours);
        for j in 0..sizes.output[1] {
            let Some(y) = points.next() else { return };
            let columns = taps(sizes, 1, j, fours);
            let x = x.get(rows.first.wrapping_add(columns.first)..).unwrap_or(&[]);
            dsp::largest(x, [rows.count, columns.count], [rows.apart, columns.apart], y);
        }
    }
}

/// Four values as a word.
#[inline(always)]
fn word([a, b, c, d]: [i8; 4]) -> u32 {
    u32::from_le_bytes([a as u8, b as u8, c as u8, d as u8])
}

/// Whether there is a loop for means: of all places at once, whose sums are halves.
pub(crate) const fn has_avg_pool(sizes: &WindowSizes) -> bool {
    let WindowSizes { channels, input: [h, w], output, kernel, dilation, padding, .. } = *sizes;
    let is_global = output[0] == 1
        && output[1] == 1
        && kernel[0] == h
        && kernel[1] == w
        && dilation[0] == 1
        && dilation[1] == 1
        && padding[0][0] + padding[0][1] + padding[1][0] + padding[1][1] == 0;
    is_global && channels.is_multiple_of(4) && h * w > 0 && h * w < 256
}

/// The mean of each window, to the nearest whole number, ties away from zero.
#[inline(never)]
pub(crate) fn avg_pool(sizes: &WindowSizes, _: bool, _: &[i32], x: &[i8], y: &mut [i8]) {
    let (fours, count) = (sizes.channels / 4, (sizes.input[0] * sizes.input[1]) as i32);
    let mean = |sum: i16| {
        let sum = sum as i32;
        let half = if sum > 0 { count / 2 } else { -(count / 2) };
        (sum + half).checked_div(count).unwrap_or(0) as i8
    };
    for (c, y) in y.as_chunks_mut::<4>().0.iter_mut().enumerate().take(fours) {
        let (mut even, mut odd) = (0, 0);
        for &x in x.as_chunks::<4>().0.get(c..).unwrap_or(&[]).iter().step_by(fours.max(1)) {
            (even, odd) = (dsp::sxtab16(even, word(x)), dsp::sxtab16_odd(odd, word(x)));
        }
        *y = [mean(even as i16), mean(odd as i16), mean((even >> 16) as i16), mean((odd >> 16) as i16)];
    }
}
