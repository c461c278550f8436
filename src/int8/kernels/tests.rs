//! Each kernel against the rules as they are written down, in `i64` and by index, over a grid of sizes.

use std::vec;
use std::vec::Vec;

use super::*;
use crate::int8::source::{Scale, Source};
use crate::int8::window_sizes::WindowSizes;

/// A generator of numbers.
pub(crate) struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as u32
    }

    /// From `low` to `high`, both counted.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        low + self.next() as i64 % (high - low + 1)
    }

    pub fn bytes(&mut self, count: usize) -> Vec<i8> {
        (0..count).map(|_| self.range(-128, 127) as i8).collect()
    }
}

/// x times a real number, in the two roundings of the rules.
fn times(x: i64, m: f64) -> i64 {
    let (mut f, mut s) = (m, 0);
    while f >= 1.0 {
        (f, s) = (f / 2.0, s + 1);
    }
    while f < 0.5 && s > -100 {
        (f, s) = (f * 2.0, s - 1);
    }
    let mut q = (f * 2f64.powi(31) + 0.5).floor() as i64;
    if q == 1 << 31 {
        (q, s) = (1 << 30, s + 1);
    }
    if s < -31 {
        (q, s) = (0, 0);
    }
    let h = (((x as i128) << s.max(0)) * q as i128 + (1 << 30)) >> 31;
    let e = (-s).max(0);
    let r = if e == 0 { h } else { (h + (1 << (e - 1)) - i128::from(h < 0)) >> e };
    r.clamp(-(1 << 40), 1 << 40) as i64
}

/// A layer with weights: its bytes in the plain order, and what they are.
struct Layer {
    bytes: Vec<u8>,
    scales: Vec<f32>,
    biases: Vec<i32>,
    weights: Vec<i8>,
    input: Scale,
    output: Scale,
    bounds: (i8, i8),
}

impl Layer {
    /// `count` weights for each output. If it is extreme its multipliers are anything, and its biases large.
    fn draw(draw: &mut Draw, outputs: usize, count: usize, is_extreme: bool) -> Layer {
        let input = Scale { scale: 0.02, zero_point: draw.range(-128, 127) as i8 };
        let zero_point = if draw.next().is_multiple_of(2) { -128 } else { draw.range(-128, 127) as i8 };
        let output = Scale { scale: 0.03, zero_point };
        let usual = 100.0 / (73.0 * 73.0 * (count as f64).sqrt());
        let (mut scales, mut biases) = (Vec::new(), Vec::new());
        for _ in 0..outputs {
            let factor = if is_extreme { 2f64.powi(draw.range(-34, 9) as i32) } else { usual };
            let factor = factor * (0.6 + draw.range(0, 1000) as f64 / 1000.0);
            scales.push((factor * output.scale as f64 / input.scale as f64) as f32);
            let most = if is_extreme { 1 << 30 } else { 20_000 };
            biases.push(draw.range(-most, most) as i32);
        }
        let weights: Vec<i8> = (0..outputs * count).map(|_| draw.range(-127, 127) as i8).collect();
        let mut bytes: Vec<u8> = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
        bytes.extend(biases.iter().flat_map(|bias| bias.to_le_bytes()));
        bytes.extend(weights.iter().map(|&weight| weight as u8));
        let bounds = [(-128, 127), (output.zero_point, 127), (-100, 90)][draw.range(0, 2) as usize];
        Layer { bytes, scales, biases, weights, input, output, bounds }
    }

    fn source(&self) -> Source<'_> {
        let (input, output, bounds) = (self.input, self.output, self.bounds);
        Source { bytes: &self.bytes, at: 0, outputs: self.scales.len(), input, output, bounds }
    }

    /// What output `f` is, of the sum of its products.
    fn output(&self, f: usize, sum: i64) -> i8 {
        let m = self.input.scale as f64 * self.scales[f] as f64 / self.output.scale as f64;
        let y = times(sum + self.biases[f] as i64, m) + self.output.zero_point as i64;
        y.clamp(self.bounds.0 as i64, self.bounds.1 as i64) as i8
    }
}

/// Runs a kernel with slices of the sizes that it asks for.
fn with_room(room: Room, bake: impl FnOnce(&mut [i32], &mut [i8]), pass: impl FnOnce(&[i32], &[i8], &mut [i8])) {
    #[repr(align(4))]
    struct Aligned([i8; 1 << 14]);
    let (mut words, mut bytes, mut scratch) = (vec![0; room.words], Aligned([0; 1 << 14]), Aligned([77; 1 << 14]));
    bake(&mut words, &mut bytes.0[..room.bytes]);
    pass(&words, &bytes.0[..room.bytes], &mut scratch.0[..room.scratch]);
}

/// The windows of a grid: small images, and all that can be said of a window.
fn windows(mut check: impl FnMut(WindowSizes)) {
    let channels = [(1, 1, 1), (1, 3, 1), (3, 4, 3), (4, 5, 4), (6, 4, 3), (8, 8, 8), (5, 16, 5)];
    let depthwise = [(3, 3, 1), (4, 4, 1), (2, 6, 1), (5, 5, 1), (19, 19, 1), (3, 9, 1)];
    let images = [[1, 7], [5, 5], [6, 4], [7, 3]];
    let kernels = [[1, 1], [3, 3], [1, 3], [2, 1], [4, 2], [3, 5]];
    let paddings = [[[0, 0], [0, 0]], [[1, 1], [1, 1]], [[0, 1], [2, 0]], [[2, 3], [1, 2]]];
    for (channels, outputs, group) in channels.into_iter().chain(depthwise) {
        for input in images {
            for kernel in kernels {
                for padding in paddings {
                    for (stride, dilation) in [([1, 1], [1, 1]), ([2, 2], [1, 1]), ([1, 3], [2, 1]), ([2, 1], [1, 2])] {
                        let output = [0, 1].map(|n| {
                            let size: usize = input[n] + padding[n][0] + padding[n][1];
                            size.checked_sub((kernel[n] - 1) * dilation[n] + 1).map_or(0, |rest| rest / stride[n] + 1)
                        });
                        if output[0] * output[1] > 0 {
                            check(WindowSizes {
                                channels,
                                input,
                                outputs,
                                output,
                                group,
                                kernel,
                                stride,
                                dilation,
                                padding,
                            });
                        }
                    }
                }
            }
        }
    }
}

/// The value that a tap of a window meets, or none in the padding: its place in the image.
fn place(n: &WindowSizes, [i, j]: [usize; 2], [u, v]: [usize; 2]) -> Option<usize> {
    let row = (i * n.stride[0] + u * n.dilation[0]).checked_sub(n.padding[0][0]).filter(|&row| row < n.input[0])?;
    let column =
        (j * n.stride[1] + v * n.dilation[1]).checked_sub(n.padding[1][0]).filter(|&column| column < n.input[1])?;
    Some(row * n.input[1] + column)
}

fn points(n: &WindowSizes) -> impl Iterator<Item = [usize; 2]> {
    let [rows, columns] = n.output;
    (0..rows).flat_map(move |i| (0..columns).map(move |j| [i, j]))
}

fn taps(n: &WindowSizes) -> impl Iterator<Item = [usize; 2]> {
    let [rows, columns] = n.kernel;
    (0..rows).flat_map(move |u| (0..columns).map(move |v| [u, v]))
}

#[test]
fn convolutions_are_those_of_the_rules() {
    let (mut draw, mut count) = (Draw(1), 0);
    windows(|n| {
        let taps_of = n.kernel[0] * n.kernel[1];
        let layer = Layer::draw(&mut draw, n.outputs, n.group * taps_of, count % 3 == 2);
        let x = draw.bytes(n.input[0] * n.input[1] * n.channels);
        let mut expected = Vec::new();
        for point in points(&n) {
            for f in 0..n.outputs {
                let first = f / (n.outputs / (n.channels / n.group)) * n.group;
                let mut sum = 0;
                for tap in taps(&n) {
                    let Some(place) = place(&n, point, tap) else { continue };
                    for a in 0..n.group {
                        let w = layer.weights[((f * n.group + a) * n.kernel[0] + tap[0]) * n.kernel[1] + tap[1]];
                        let x = x[place * n.channels + first + a] as i64;
                        sum += (x - layer.input.zero_point as i64) * w as i64;
                    }
                }
                expected.push(layer.output(f, sum));
            }
        }
        let mut y = vec![55; expected.len()];
        with_room(
            plain::conv_room(&n),
            |words, bytes| plain::bake_conv(&n, &layer.source(), words, bytes),
            |words, bytes, scratch| plain::conv(&n, words, bytes, &x, scratch, &mut y),
        );
        assert_eq!(y, expected, "{n:?}");
        if n.group == 1 {
            let mut y = vec![55; expected.len()];
            with_room(
                plain::depthwise_room(&n),
                |words, bytes| plain::bake_depthwise(&n, &layer.source(), words, bytes),
                |words, bytes, scratch| plain::depthwise(&n, words, bytes, &x, scratch, &mut y),
            );
            assert_eq!(y, expected, "depthwise {n:?}");
        }
        count += 1;
    });
    assert!(count > 3000, "{count}");
}

#[test]
fn dense_layers_are_those_of_the_rules() {
    let mut draw = Draw(2);
    for inputs in [1, 2, 3, 4, 7, 8, 64, 129] {
        for outputs in [1, 2, 3, 4, 5, 12, 17] {
            for is_extreme in [false, true] {
                let layer = Layer::draw(&mut draw, outputs, inputs, is_extreme);
                let x = draw.bytes(inputs);
                let zero = layer.input.zero_point as i64;
                let sum = |f: usize| -> i64 {
                    (0..inputs).map(|i| (x[i] as i64 - zero) * layer.weights[f * inputs + i] as i64).sum()
                };
                let expected: Vec<i8> = (0..outputs).map(|f| layer.output(f, sum(f))).collect();
                let mut y = vec![55; outputs];
                with_room(
                    chosen::linear_room(inputs, outputs),
                    |words, bytes| chosen::bake_linear(inputs, &layer.source(), words, bytes),
                    |words, bytes, scratch| chosen::linear(words, bytes, &x, scratch, &mut y),
                );
                assert_eq!(y, expected, "{inputs} {outputs}");
            }
        }
    }
}

#[test]
fn pools_are_those_of_the_rules() {
    let (mut draw, mut count) = (Draw(3), 0);
    windows(|n| {
        let channels = n.channels;
        if n.group != 1 || n.outputs != channels {
            return;
        }
        let x = draw.bytes(n.input[0] * n.input[1] * channels);
        let zero = draw.range(-128, 127);
        let mut expected = [vec![], vec![], vec![]];
        for point in points(&n) {
            for c in 0..channels {
                let places: Vec<_> = taps(&n).map(|tap| place(&n, point, tap)).collect();
                let found: Vec<i64> = places.iter().flatten().map(|place| x[place * channels + c] as i64).collect();
                let mean = |sum: i64, count: usize| {
                    let count = count as i64;
                    (if sum > 0 { (sum + count / 2) / count } else { (sum - count / 2) / count }) as i8
                };
                let (sum, all) = (found.iter().sum::<i64>(), n.kernel[0] * n.kernel[1]);
                expected[0].push(found.iter().max().map_or(-128, |&largest| largest as i8));
                expected[1].push(if found.is_empty() { zero as i8 } else { mean(sum, found.len()) });
                expected[2].push(mean(sum + (all - found.len()) as i64 * zero, all));
            }
        }
        let mut y = vec![55; expected[0].len()];
        chosen::max_pool(&n, &x, &mut y);
        assert_eq!(y, expected[0], "{n:?}");
        chosen::avg_pool(&n, false, &[zero as i32], &x, &mut y);
        assert_eq!(y, expected[1], "{n:?}");
        chosen::avg_pool(&n, true, &[zero as i32], &x, &mut y);
        assert_eq!(y, expected[2], "{n:?}");
        count += 1;
    });
    assert!(count > 1000, "{count}");
}

#[test]
fn a_window_behind_the_padding_does_not_count() {
    // three values and a window of two, one more than fits
    let n = WindowSizes {
        channels: 1,
        input: [1, 3],
        outputs: 1,
        output: [1, 2],
        group: 1,
        kernel: [1, 2],
        stride: [1, 2],
        dilation: [1, 1],
        padding: [[0, 0], [0, 0]],
    };
    let mut y = [0; 2];
    chosen::avg_pool(&n, true, &[-128], &[1, 4, 7], &mut y);
    assert_eq!(y, [3, 7]); // 2.5, away from zero
}

#[test]
fn sums_and_branches_are_those_of_the_rules() {
    let mut draw = Draw(4);
    let pairs: Vec<(i8, i8)> = (-128..=127).flat_map(|a| (-128..=127).step_by(5).map(move |b| (a, b))).collect();
    for _ in 0..60 {
        let mut scale = || Scale {
            scale: 2f32.powi(draw.range(-9, 3) as i32) * (1.0 + draw.range(0, 999) as f32 / 999.0),
            zero_point: draw.range(-128, 127) as i8,
        };
        let [a, mut b, output] = [scale(), scale(), scale()];
        if draw.next().is_multiple_of(4) {
            b.scale = a.scale;
        }
        let bounds = [(-128, 127), (output.zero_point, 127)][draw.range(0, 1) as usize];
        let mut words = [0; rest::ADD_WORDS];
        rest::bake_add(a, b, output, bounds, &mut words);
        let x: Vec<i8> = pairs.iter().map(|pair| pair.0).collect();
        let mut y: Vec<i8> = pairs.iter().map(|pair| pair.1).collect();
        chosen::add(&words, &x, &mut y);

        let twice = 2.0 * (a.scale as f64).max(b.scale as f64);
        let [of_a, of_b] = [a, b].map(|of| of.scale as f64 / twice);
        let of_sum = twice / (2f64.powi(20) * output.scale as f64);
        let real = |q: i8, of: Scale, m: f64| times((q as i64 - of.zero_point as i64) << 20, m);
        for (&(p, q), y) in pairs.iter().zip(y) {
            let sum = times(real(p, a, of_a) + real(q, b, of_b), of_sum) + output.zero_point as i64;
            assert_eq!(y as i64, sum.clamp(bounds.0 as i64, bounds.1 as i64), "{p} {q} {a:?} {b:?} {output:?}");
        }

        let mut words = [0; rest::BRANCH_WORDS];
        rest::bake_branch(a, output, &mut words);
        let mut y = vec![99; 5 * x.len() / 2];
        rest::branch(&words, [2, 1, 5], &x, &mut y);
        for (x, y) in x.chunks_exact(2).zip(y.chunks_exact(5)) {
            let m = a.scale as f64 / output.scale as f64;
            let of =
                |q: i8| (times(q as i64 - a.zero_point as i64, m) + output.zero_point as i64).clamp(-128, 127) as i8;
            assert_eq!(y, [99, of(x[0]), of(x[1]), 99, 99]);
        }
        rest::bake_branch(a, a, &mut words);
        let mut same = vec![0; x.len()];
        rest::branch(&words, [1, 0, 1], &x, &mut same);
        assert_eq!(same, x);
    }
}

/// The softmax of the rules.
fn softmax(x: &[i8], scale: f32) -> Vec<i8> {
    let hm = |a: i64, b: i64| (a * b + (1 << 30)) >> 31;
    let rd = |x: i64, e: u32| if e == 0 { x } else { (x + (1 << (e - 1)) - i64::from(x < 0)) >> e };
    let m = (scale as f64 * 2f64.powi(26)).min(2f64.powi(31) - 1.0);
    let s = m.log2().floor() as i32 + 1;
    let q = (m / 2f64.powi(s) * 2f64.powi(31) + 0.5).floor() as i64;
    let least = -((31.0 * 2f64.powi(26) / 2f64.powi(s)).floor() as i64);
    let largest = *x.iter().max().unwrap() as i64;
    let exp = |z: i64| {
        if z == 0 {
            return (1 << 31) - 1;
        }
        let u = (z & ((1 << 24) - 1)) - (1 << 24);
        let v = (u << 5) + (1 << 28);
        let v2 = hm(v, v);
        let (v3, v4) = (hm(v2, v), hm(v2, v2));
        let p = rd(hm(rd(v4, 2) + v3, 715827883) + v2, 1);
        let mut e = 1895147668 + hm(1895147668, v + p);
        let factors = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];
        for (bit, factor) in (24..31).zip(factors) {
            if (u - z) >> bit & 1 == 1 {
                e = hm(e, factor);
            }
        }
        e
    };
    let below = |x: i8| x as i64 - largest;
    let e_of = |x: i8| (below(x) >= least).then(|| exp(hm(below(x) << s, q)));
    let t: i64 = x.iter().filter_map(|&x| e_of(x)).map(|e| rd(e, 12)).sum();
    let k = (t as u32).leading_zeros();
    let g = (t << k) - (1 << 31);
    let b = (g + (1 << 31)) >> 1;
    let mut w = 1515870810 + hm(b, -1010580540);
    for _ in 0..3 {
        w += hm(w, (1 << 29) - hm(b, w)) << 2;
    }
    let r = (w << 1).min((1 << 31) - 1);
    x.iter()
        .map(|&x| e_of(x).map_or(-128, |e| (rd(hm(r, e), (12 - k as i32 + 23) as u32) - 128).clamp(-128, 127) as i8))
        .collect()
}

#[test]
fn softmaxes_are_those_of_the_rules() {
    let mut draw = Draw(5);
    let scales = [0.0001, 0.003, 0.015, 0.14, 0.166, 0.17, 0.5, 1.0, 3.7, 31.0, 64.0, 1000.0];
    for scale in scales {
        let mut words = [0; rest::SOFTMAX_WORDS];
        rest::bake_softmax(Scale { scale, zero_point: 3 }, &mut words);
        for count in [1, 2, 3, 10, 12, 100] {
            for _ in 0..50 {
                let range = draw.range(0, 127);
                let x: Vec<i8> = (0..count).map(|_| draw.range(-range - 1, range) as i8).collect();
                let mut y = x.clone();
                rest::softmax(&words, &mut y);
                assert_eq!(y, softmax(&x, scale), "{scale} {x:?}");
            }
        }
    }
}

#[test]
fn values_are_reordered_and_bounded() {
    // channels 1 2 and 3 4 and 5 6, of two places
    let (x, mut y) = ([1, 3, 5, 2, 4, 6], [0; 6]);
    rest::reorder([3, 6], &x, &mut y);
    assert_eq!(y, [1, 2, 3, 4, 5, 6]);
    rest::reorder([3, 2], &x, &mut y);
    assert_eq!(y, [1, 4, 2, 5, 3, 6]);
    rest::bound(&[2, 5], &mut y);
    assert_eq!(y, [2, 4, 2, 5, 3, 5]);
    assert_eq!(rest::bounds(Scale { scale: 0.05, zero_point: -100 }, 0.0, 6.0), (-100, 20));
    assert_eq!(rest::bounds(Scale { scale: 0.05, zero_point: 100 }, f32::NEG_INFINITY, 6.0), (-128, 127));
}
