//! Int8 networks against an oracle in `i64`, which goes by what layers compute and knows nothing of plans, kernels or memory.

use const_cnn::int8;
use const_cnn::operation::{Operation, WindowSizes, len};
use const_cnn::{Entry, Error, Fold, Form, Int8, Layer, Layout, Network, Quantized, Row, Shape, Zero, network};
#[cfg(feature = "std")]
use const_cnn::{Nested, Parameters, Range, quantize};

#[allow(dead_code)] // the kernels' tests draw bytes, too
#[path = "../src/int8/kernels/rules.rs"]
mod rules;

use rules::{Draw, times};

network! {
    /// What the digits network has.
    struct Small: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1, no bias),
        norm1: batch_norm,
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
        softmax: softmax,
    }
}

network! {
    /// Blocks in blocks, of channels that are no multiples of four.
    struct Blocks: [3, 7, 5] => [4] {
        first: conv2d(5, kernel 3, stride 2, padding (0, 1, 1, 2)),
        relu: relu6,
        plain: residual { conv: conv2d(5, kernel 3, padding 1), relu: relu, again: conv2d(5, kernel 1, no bias) },
        relu_plain: relu,
        both: residual {
            inner: residual { dw: depthwise_conv2d(kernel 3, padding 1), drop: dropout(0.5) },
            pw: conv2d(6, kernel 1),
        } shortcut {
            relu: relu,
            pw: conv2d(6, kernel 1),
            act: relu,
        },
        sides: concat {
            itself {},
            pool { pool: max_pool2d(3, stride 1, padding 1) },
            two { a: conv2d(4, kernel 1), relu: relu, b: conv2d(3, kernel 2, padding (1, 0, 0, 1), groups 1) },
        },
        relu_sides: relu6,
        mean: global_avg_pool,
        dense: linear(4, no bias),
        relu_last: relu,
    }
}

network! {
    struct Grouped: [6, 9, 9] => [12] {
        relu: relu,
        conv: conv2d(8, kernel 3, dilation 2, padding 2, groups 2),
        pool: avg_pool2d(3, stride 2, padding 1),
        relu_pool: relu,
        more: depthwise_conv2d(kernel 2, multiplier 3),
        pool2: avg_pool2d(2, stride 2, padding 1, ceil, no count),
        largest: global_max_pool,
        dense: linear(12),
        shape: reshape([3, 2, 2]),
        conv2: conv2d(3, kernel 1, groups 3),
        relu2: relu,
        flatten: flatten,
    }
}

network! {
    struct Along: [4, 30] => [3, 2] {
        conv: conv1d(6, kernel 5, stride 2, padding same),
        relu: relu,
        dw: depthwise_conv1d(kernel 3, dilation 2, padding (4, 0)),
        pool: max_pool1d(2),
        mean: avg_pool1d(2, padding 1),
        pw: conv1d(12, kernel 1, groups 2),
        reshape: reshape([48]),
        dense: linear(6),
        shape: reshape([3, 2]),
        relu_last: relu,
    }
}

network! {
    /// A block whose output is alive no sooner than its last line writes it, and branches that wait for others.
    struct Places: [4, 2, 3] => [12, 2, 3] {
        inverted: residual {
            expand: conv2d(12, kernel 1),
            relu1: relu6,
            dw: depthwise_conv2d(kernel 3, padding 1),
            relu2: relu6,
            project: conv2d(4, kernel 1),
        },
        sides: concat {
            small { conv: conv2d(4, kernel 1) },
            large { a: conv2d(20, kernel 1), b: conv2d(8, kernel 1), c: conv2d(8, kernel 1) },
        },
        around: residual { conv: conv2d(12, kernel 1) } shortcut { a: conv2d(4, kernel 1), b: conv2d(12, kernel 1) },
    }
}

network! {
    /// Nothing that writes anew before the last line, and one network in another.
    struct Inner: [5] => [5] { relu: relu, drop: dropout(0.1) }
}

network! {
    struct Outer: [5] => [3] {
        relu: relu,
        inner: Inner,
        dense: linear(3),
        drop: dropout(0.1),
        chances: softmax,
    }
}

/// How int8 values stand for real ones.
#[derive(Clone, Copy, Debug)]
struct Scale {
    scale: f32,
    zero: i64,
}

/// Values in the order of channel, row and column.
#[derive(Clone)]
struct Values {
    q: Vec<i64>,
    scale: Scale,
}

/// The bytes of a network, which are drawn as they are needed, and what it gives.
struct Oracle {
    bytes: Vec<u8>,
    draw: Draw,
    is_extreme: bool,
    /// What has a scale of its own: how many outputs and weights.
    entries: Vec<(usize, usize)>,
    /// What each layer gives, with its name.
    given: Vec<(&'static str, Vec<i64>)>,
}

impl Oracle {
    fn scale(&mut self, around: f32) -> Scale {
        let zero = if self.draw.range(0, 1) == 0 { -128 } else { self.draw.range(-128, 127) };
        let scale = around * (0.5 + self.draw.range(0, 1000) as f32 / 1000.0);
        self.bytes.extend(scale.to_le_bytes());
        self.bytes.extend((zero as i32).to_le_bytes());
        Scale { scale, zero }
    }

    fn lines(&mut self, stages: &[Row], mut x: Values) -> Values {
        for stage in stages {
            x = self.stage(stage, x);
            self.given.push((stage.name, x.q.clone()));
        }
        x
    }

    fn stage(&mut self, stage: &Row, mut x: Values) -> Values {
        match stage.operation {
            Operation::Nothing | Operation::Reorder { .. } => x, // the order of channel, row, column is the same
            Operation::Lines => self.lines(stage.rows, x),
            Operation::Conv(n) => {
                let count = n.group * n.kernel[0] * n.kernel[1];
                self.weighted(x, n.outputs, count, |f, x, zero, w| conv(&n, f, x, zero, w))
            }
            Operation::Dense => self.weighted(x, len(stage.output), len(stage.input), |_, x, zero, w| {
                vec![x.iter().zip(w).map(|(x, w)| (x - zero) * w).sum()]
            }),
            Operation::Sum => {
                let [block, shortcut] = stage.rows else { panic!("a block and a way around it") };
                let (b, a) = (self.stage(block, x.clone()), self.stage(shortcut, x));
                self.entries.push((0, 0));
                let scale = self.scale(a.scale.scale.max(b.scale.scale));
                let twice = 2.0 * (a.scale.scale as f64).max(b.scale.scale as f64);
                let real = |q: i64, of: Scale| times((q - of.zero) << 20, of.scale as f64 / twice);
                let m = twice / (2f64.powi(20) * scale.scale as f64);
                let sum = |(&a_q, &b_q): (&i64, &i64)| {
                    (times(real(a_q, a.scale) + real(b_q, b.scale), m) + scale.zero).clamp(-128, 127)
                };
                Values { q: a.q.iter().zip(&b.q).map(sum).collect(), scale }
            }
            Operation::Branches => {
                let branches = stage.rows;
                self.entries.push((0, 0));
                let scale = self.scale(x.scale.scale);
                let mut all = Vec::new();
                for branch in branches {
                    let part = self.stage(branch, x.clone());
                    let m = part.scale.scale as f64 / scale.scale as f64;
                    all.extend(part.q.iter().map(|q| (times(q - part.scale.zero, m) + scale.zero).clamp(-128, 127)));
                }
                Values { q: all, scale }
            }
            Operation::MaxPool(n) => {
                let largest = |found: &[i64], _: usize, _: usize| found.iter().max().copied().unwrap_or(-128);
                Values { q: pool(&n, &x.q, largest), ..x }
            }
            Operation::AvgPool { window, counts } => {
                let zero = x.scale.zero;
                let mean = |found: &[i64], padded: usize, _: usize| {
                    let (sum, n) = (found.iter().sum::<i64>(), found.len() as i64);
                    let padding = padded as i64 - n;
                    let (s, n) = if counts { (sum + padding * zero, n + padding) } else { (sum, n) };
                    if s > 0 { (s + n / 2) / n } else { (s - n / 2) / n }
                };
                Values { q: pool(&window, &x.q, mean), ..x }
            }
            Operation::Clamp { low, high } => {
                let (low, high) = (f32::from_bits(low), f32::from_bits(high));
                let bound = |x: f32, of: Scale| {
                    if x.is_infinite() { 1000.0 } else { (x / of.scale).round() + of.zero as f32 }
                };
                let (low, high) = (bound(low, x.scale) as i64, bound(high, x.scale) as i64);
                for q in &mut x.q {
                    *q = (*q).clamp(low.clamp(-128, 127), high.clamp(-128, 127));
                }
                x
            }
            Operation::Chances => {
                let scale = Scale { scale: 1.0 / 256.0, zero: -128 };
                Values { q: softmax(&x.q, x.scale.scale), scale }
            }
            Operation::Unknown => panic!("{} has no int8 form", stage.name),
        }
    }

    /// A layer with weights: `sums` of an output over its weights.
    fn weighted(
        &mut self,
        x: Values,
        outputs: usize,
        count: usize,
        sums: impl Fn(usize, &[i64], i64, &[i64]) -> Vec<i64>,
    ) -> Values {
        self.entries.push((outputs, outputs * count));
        let around = x.scale.scale * if self.draw.range(0, 3) == 0 { 3.0 } else { 0.7 };
        let scale = self.scale(around);
        let usual = 90.0 / (73.0 * 73.0 * (count as f64).sqrt());
        let mut of_weights = Vec::new();
        for _ in 0..outputs {
            let factor = if self.is_extreme { 2f64.powi(self.draw.range(-35, 6) as i32) } else { usual };
            let factor = factor * (0.7 + self.draw.range(0, 999) as f64 / 1000.0);
            of_weights.push((factor * scale.scale as f64 / x.scale.scale as f64) as f32);
        }
        let most = if self.is_extreme { 1 << 30 } else { 10_000 };
        let biases: Vec<i64> = (0..outputs).map(|_| self.draw.range(-most, most)).collect();
        let weights: Vec<i64> = (0..outputs * count).map(|_| self.draw.range(-127, 127)).collect();
        self.bytes.extend(of_weights.iter().flat_map(|scale| scale.to_le_bytes()));
        self.bytes.extend(biases.iter().flat_map(|&bias| (bias as i32).to_le_bytes()));
        self.bytes.extend(weights.iter().map(|&weight| weight as i8 as u8));
        let mut q = Vec::new();
        for f in 0..outputs {
            let m = x.scale.scale as f64 * of_weights[f] as f64 / scale.scale as f64;
            for sum in sums(f, &x.q, x.scale.zero, &weights[f * count..][..count]) {
                q.push((times(sum + biases[f], m) + scale.zero).clamp(-128, 127));
            }
        }
        Values { q, scale }
    }
}

/// The place that a tap meets along an axis, if it is in the image.
fn place(n: &WindowSizes, axis: usize, window: usize, tap: usize) -> Option<usize> {
    let at = (window * n.stride[axis] + tap * n.dilation[axis]).checked_sub(n.padding[axis][0])?;
    (at < n.input[axis]).then_some(at)
}

fn conv(n: &WindowSizes, f: usize, x: &[i64], zero: i64, w: &[i64]) -> Vec<i64> {
    let (first, [h, wide]) = (f / (n.outputs / (n.channels / n.group)) * n.group, n.input);
    let mut y = Vec::new();
    for i in 0..n.output[0] {
        for j in 0..n.output[1] {
            let mut sum = 0;
            for a in 0..n.group {
                for u in 0..n.kernel[0] {
                    for v in 0..n.kernel[1] {
                        if let (Some(row), Some(column)) = (place(n, 0, i, u), place(n, 1, j, v)) {
                            let x = x[((first + a) * h + row) * wide + column];
                            sum += (x - zero) * w[(a * n.kernel[0] + u) * n.kernel[1] + v];
                        }
                    }
                }
            }
            y.push(sum);
        }
    }
    y
}

/// `of` the values of each window, how many there are with padding, and how many taps.
fn pool(n: &WindowSizes, x: &[i64], of: impl Fn(&[i64], usize, usize) -> i64) -> Vec<i64> {
    let [h, w] = n.input;
    let mut y = Vec::new();
    let padded = |axis: usize, window: usize| {
        let end = n.padding[axis][0] + n.input[axis] + n.padding[axis][1];
        (0..n.kernel[axis]).filter(|tap| window * n.stride[axis] + tap * n.dilation[axis] < end).count()
    };
    for c in 0..n.channels {
        for i in 0..n.output[0] {
            for j in 0..n.output[1] {
                let mut found = Vec::new();
                for u in 0..n.kernel[0] {
                    for v in 0..n.kernel[1] {
                        if let (Some(row), Some(column)) = (place(n, 0, i, u), place(n, 1, j, v)) {
                            found.push(x[(c * h + row) * w + column]);
                        }
                    }
                }
                y.push(of(&found, padded(0, i) * padded(1, j), n.kernel[0] * n.kernel[1]));
            }
        }
    }
    y
}

/// A softmax by real numbers. Those of fixed point are at most 1 off, and it is theirs to be compared with the rules.
fn softmax(x: &[i64], scale: f32) -> Vec<i64> {
    let largest = *x.iter().max().unwrap();
    let e: Vec<f64> = x.iter().map(|x| ((x - largest) as f64 * scale as f64).exp()).collect();
    let sum: f64 = e.iter().sum();
    e.iter().map(|e| ((256.0 * e / sum).round() as i64 - 128).clamp(-128, 127)).collect()
}

/// Where the `n`-th value in the order of channel, row and column lies, channels being last.
fn layout(dims: &'static [usize]) -> Layout {
    match dims {
        [_, _, _] => Layout::new(dims).stored(&[1, 2, 0]),
        [_, _] => Layout::new(dims).stored(&[1, 0]),
        _ => Layout::new(dims),
    }
}

/// Networks that are drawn, usual and extreme ones, give what the oracle gives, line by line.
fn agrees<N, F, const W: usize, const B: usize, const A: usize, const S: usize>(alive: usize)
where
    N: Network + Fold<Folded = F>,
    F: Network<Input = N::Input, Output = N::Output> + Form<Net = Quantized<F, W, B, A>>,
    F: Form<int8::Small, Net = Quantized<F, W, B, S, int8::Small>>,
{
    let lines = F::ROWS;
    let ends_in_softmax = lines.iter().any(|line| matches!(line.operation, Operation::Chances));
    let mut nets = 0;
    for seed in 0..40 {
        let (entries, given) = (Vec::new(), Vec::new());
        let mut oracle = Oracle { bytes: Vec::new(), draw: Draw(seed), is_extreme: seed % 2 == 1, entries, given };
        let scale = oracle.scale(0.05);
        let q: Vec<i64> = (0..N::Input::LEN).map(|_| oracle.draw.range(-128, 127)).collect();
        let expected = oracle.lines(lines, Values { q: q.clone(), scale });

        let found: Vec<Entry> = Int8::<N>::entries().collect();
        let sizes: Vec<_> = found.iter().map(|entry| (entry.outputs, entry.weights)).collect();
        assert_eq!((Int8::<N>::SOURCE_BYTES, sizes), (oracle.bytes.len(), oracle.entries.clone()));
        let mut net = Int8::<N>::ZERO;
        net.read_le(&oracle.bytes).unwrap();
        let mut arena = Int8::<N>::arena();
        for (n, &q) in q.iter().enumerate() {
            net.image_in(&mut arena)[N::Input::LAYOUT.position(n)] = q as i8;
        }
        let mut shown = arena.clone();
        let y = net.infer_in(&mut arena).to_vec();
        // asked to be small, made from the same bytes, it gives the same
        let mut small = Int8::<N, int8::Small>::ZERO;
        small.read_le(&oracle.bytes).unwrap();
        let (mut own, image) = (Int8::<N, int8::Small>::arena(), net.image_in(&mut shown).to_vec());
        small.image_in(&mut own).copy_from_slice(&image);
        assert_eq!(small.infer_in(&mut own), y);
        for (n, &expected) in expected.q.iter().enumerate() {
            let far = (y[N::Output::LAYOUT.position(n)] as i64 - expected).abs();
            assert!(far <= i64::from(ends_in_softmax), "seed {seed}: {y:?}, expected {:?}", expected);
        }
        // each step is what the line of its name gives, or the bound after it
        net.activations(&mut shown, |path, dims, values| {
            let layout = layout(dims);
            let values: Vec<i64> = (0..values.len()).map(|n| values[layout.position(n)] as i64).collect();
            let near = |(a, b): (&i64, &i64)| (a - b).abs() <= i64::from(ends_in_softmax);
            let is = |given: &[i64]| given.len() == values.len() && given.iter().zip(&values).all(near);
            // branches are shown before all are there
            let is_found = path == ["sides"] || oracle.given.iter().any(|(_, given)| is(given));
            assert!(is_found, "seed {seed}: {path:?} gives {values:?}");
        });
        nets += 1;
    }
    assert_eq!((nets, Int8::<N>::ARENA_BYTES), (40, alive));
    assert!(Int8::<N, int8::Small>::ARENA_BYTES <= alive);
}

#[test]
fn networks_are_those_of_the_oracle() {
    agrees::<Small, _, _, _, _, _>(512 + 128);
    agrees::<Blocks, _, _, _, _, _>(56 + 64 + 136);
    agrees::<Grouped, _, _, _, _, _>(488 + 648);
    agrees::<Along, _, _, _, _, _>(120 + 92);
    agrees::<Outer, _, _, _, _, _>(8 + 4);
    // as in float, a value being a byte: the second branch's lines, while what the first gives waits
    agrees::<Places, _, _, _, _, _>(6 * (4 + 20 + 8));
    assert_eq!(Places::ALIVE, 6 * (4 + 20 + 8));
}

#[test]
fn bytes_that_are_none_are_refused_and_nothing_changes() {
    let mut oracle =
        Oracle { bytes: Vec::new(), draw: Draw(7), is_extreme: false, entries: Vec::new(), given: Vec::new() };
    let scale = oracle.scale(0.05);
    let lines = Outer::ROWS;
    oracle.lines(lines, Values { q: vec![1, 2, 3, 4, 5], scale });
    let bytes = oracle.bytes;
    let mut net = Int8::<Outer>::from_le_bytes(&bytes);
    let mut arena = Int8::<Outer>::arena();
    net.image_in(&mut arena).copy_from_slice(&[1, 2, 3, 4, 5]);
    let before = net.infer_in(&mut arena).to_vec();

    let expected = bytes.len();
    assert_eq!(net.read_le(&bytes[1..]), Err(Error::Bytes { expected, found: expected - 1 }));
    let mut refused = |at: usize, word: [u8; 4], name| {
        let mut other = bytes.clone();
        other[at..at + 4].copy_from_slice(&word);
        let error = net.read_le(&other).unwrap_err();
        assert!(matches!(error, Error::Setting { name: found, .. } if found == name), "{error}");
    };
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        refused(0, scale.to_le_bytes(), "scale");
        refused(8, scale.to_le_bytes(), "scale");
        refused(20, scale.to_le_bytes(), "scale"); // of the second output's weights
    }
    refused(4, 128i32.to_le_bytes(), "zero point");
    refused(12, (-129i32).to_le_bytes(), "zero point");

    net.image_in(&mut arena).copy_from_slice(&[1, 2, 3, 4, 5]);
    assert_eq!(net.infer_in(&mut arena), before);
}

/// What is alive at once is what the float network's plan says, a value being a byte.
#[test]
fn an_arena_holds_what_is_alive_at_once() {
    network! {
        struct Wide: [4, 8, 8] => [12, 8, 8] {
            a: conv2d(8, kernel 3, padding 1),
            relu: relu,
            b: residual { c: conv2d(8, kernel 3, padding 1), relu: relu, d: conv2d(8, kernel 1) },
            e: conv2d(4, kernel 1),
            f: conv2d(12, kernel 1),
        }
    }
    assert_eq!((Int8::<Wide>::ARENA_BYTES, Wide::ALIVE), (3 * 8 * 64, 3 * 8 * 64));
    assert_eq!(
        size_of::<Int8<Small>>() - 16,
        Small::ZERO.fold().dense.bias.len() * 4 * 3 + 3 * 4 * (8 + 16) + 3 * 16 + 12 + 1864
    );
}

/// The walk over steps in float gives what the network's own passes give: so each layer says truly what it computes.
#[test]
#[cfg(feature = "std")]
fn quantized_networks_are_near_the_float_ones() {
    near::<Small, _, _, _, _>(1, 0.02);
    near::<Blocks, _, _, _, _>(2, 0.06);
    near::<Grouped, _, _, _, _>(3, 0.04);
    near::<Along, _, _, _, _>(4, 0.06);
    near::<Outer, _, _, _, _>(5, 0.03);
}

/// A drawn network is quantised, and is off by a share of what it gives.
#[cfg(feature = "std")]
fn near<N, F, const W: usize, const B: usize, const A: usize>(seed: u64, share: f32)
where
    N: Network + Fold<Folded = F> + Parameters,
    F: Network<Input = N::Input, Output = N::Output> + Form<Net = Quantized<F, W, B, A>> + Fold + Send,
{
    let (mut net, mut draw) = (N::ZERO, Draw(seed));
    let mut real = |around: f32| around * (draw.range(-1000, 1000) as f32 / 1000.0);
    for index in 0..N::ARRAYS.len() {
        let array = N::ARRAYS.get(index).unwrap();
        let fan: usize = array.dims().iter().skip(1).product();
        for value in net.values_mut(index) {
            *value = match array.name() {
                "variance" => 1.0 + real(0.5),
                _ => real(if array.dims().len() > 1 { 1.7 / (fan as f32).sqrt() } else { 0.3 }),
            };
        }
    }
    let mut images = Vec::new();
    for _ in 0..50 {
        let values: Vec<f32> = (0..N::Input::LEN).map(|_| real(1.0)).collect();
        images.push(N::image(&values).unwrap());
    }
    for range in [Range::MinMax, Range::Percentile(100.0), Range::SquaredError] {
        let quantized = quantize(&net, &images, range).unwrap();
        let (mut far, mut size) = (0.0f32, 0.0f32);
        let mut arena = Int8::<N>::arena();
        for image in &images {
            let (expected, found) = (net.output(image), quantized.net.output(image, &mut arena));
            for (expected, found) in expected.flat().iter().zip(found.flat()) {
                far += (expected - found).powi(2);
                size += expected.powi(2);
            }
        }
        let found = (far / size).sqrt();
        assert!(found < share, "{} {range:?}: {found}\n{quantized}", N::NAME);
        assert!(found > 0.0, "{}: as near as that it is not int8", N::NAME);
        // what was measured of each layer, and of the image, is near too, and there is a row for each
        let rows = &quantized.layers;
        let names = std::iter::once("image".into()).chain(Int8::<N>::entries().map(|entry| entry.path.join(".")));
        assert_eq!(rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>(), names.collect::<Vec<String>>());
        assert!(rows.iter().all(|row| row.error <= 2.0 * share * row.size && row.size > 0.0), "{quantized}");
        assert_eq!(quantized.to_string().lines().count(), rows.len() + 1);
        let again = Int8::<N>::from_le_bytes(&quantized.bytes);
        assert_eq!(again.output(&images[0], &mut arena).flat(), quantized.net.output(&images[0], &mut arena).flat());
    }
}

network! {
    /// Two layers, of which the first may give nothing but 0.
    struct Dead: [2] => [2] { hidden: linear(3), relu: relu, dense: linear(2) }
}

#[test]
#[cfg(feature = "std")]
fn what_a_dead_layer_leaves_is_quantized() {
    let mut net = Dead::ZERO;
    net.hidden.bias = [-1.0; 3];
    net.dense.weight = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    for bias in [1.0, 5.0, 1e5, 1e9] {
        net.dense.bias = [bias, -bias];
        let quantized = quantize(&net, &[[0.5, 0.25]], Range::MinMax).unwrap();
        let y = quantized.net.output(&[0.5, 0.25], &mut Int8::<Dead>::arena());
        for (y, expected) in y.into_iter().zip(net.dense.bias) {
            assert!((y / expected - 1.0).abs() < 0.01, "{bias}: {y}");
        }
    }
}

#[test]
#[cfg(feature = "std")]
fn what_cannot_be_quantized_is_refused() {
    let net = Outer::ZERO;
    let refused = |images: &[[f32; 5]], range| quantize(&net, images, range).err();
    assert_eq!(refused(&[], Range::MinMax), Some(Error::Empty));
    let nan = refused(&[[0.0; 5], [0.0, 1.0, f32::NAN, 0.0, 0.0]], Range::MinMax);
    assert!(matches!(nan, Some(Error::NotFinite { index: 1, .. })), "{nan:?}");
    for percent in [0.0, -1.0, 100.1, f32::NAN] {
        let error = refused(&[[1.0; 5]], Range::Percentile(percent));
        assert!(matches!(error, Some(Error::Setting { name: "percentile", .. })), "{error:?}");
    }
    let mut wild = Outer::ZERO;
    wild.dense.bias[1] = f32::INFINITY;
    assert!(matches!(quantize(&wild, &[[1.0; 5]], Range::MinMax), Err(Error::NotFinite { index: 0, .. })));
    // weights of 0 and one image of 0
    let zeros = quantize(&net, &[[0.0; 5]], Range::SquaredError).unwrap();
    assert_eq!(zeros.net.output(&[0.0; 5], &mut Int8::<Outer>::arena()), [85.0 / 256.0; 3]);
}

network! {
    /// A layer with weights that takes chances, and a bound after it.
    struct AfterChances: [4] => [3] { soft: softmax, dense: linear(4), relu: relu, last: linear(3) }
}

network! {
    struct ChancesBeside: [4] => [8] { sides: concat { a { soft: softmax }, b {} } }
}

network! {
    struct ChancesBehind: [4] => [8] { sides: concat { a {}, b { soft: softmax } } }
}

network! {
    struct ChancesAround: [4] => [2] {
        sum: residual { dense: linear(4) } shortcut { soft: softmax },
        mix: residual { soft: softmax },
        again: softmax,
        dense: linear(2, no bias),
    }
}

network! {
    struct ChancesOfPixels: [3, 2, 2] => [2, 2, 2] {
        flat: flatten,
        soft: softmax,
        shape: reshape([3, 2, 2]),
        pool: max_pool2d(2, stride 1, padding (0, 1, 1, 0)),
        conv: conv2d(2, kernel 1),
    }
}

#[test]
#[cfg(feature = "std")]
fn what_takes_chances_is_quantized() {
    near::<AfterChances, _, _, _, _>(6, 0.03);
    near::<ChancesBeside, _, _, _, _>(7, 0.03);
    near::<ChancesBehind, _, _, _, _>(8, 0.03);
    near::<ChancesAround, _, _, _, _>(9, 0.03);
    near::<ChancesOfPixels, _, _, _, _>(10, 0.03);
}

/// The entries are all that the bytes are made of, whatever a layer takes.
#[test]
fn entries_do_not_end_at_what_takes_chances() {
    fn found<N, F, const W: usize, const B: usize, const A: usize>() -> Vec<(String, Option<usize>)>
    where
        N: Network + Fold<Folded = F>,
        F: Form<Net = Quantized<F, W, B, A>>,
    {
        let entries: Vec<Entry> = Int8::<N>::entries().collect();
        let bytes: usize = entries.iter().map(|entry| 8 + 8 * entry.outputs + entry.weights).sum();
        assert_eq!(8 + bytes, Int8::<N>::SOURCE_BYTES, "{}", N::NAME);
        entries.iter().map(|entry| (entry.path.join("."), entry.input)).collect()
    }
    let owned = |of: &[(&str, Option<usize>)]| -> Vec<_> { of.iter().map(|&(name, at)| (name.into(), at)).collect() };
    assert_eq!(found::<AfterChances, _, _, _, _>(), owned(&[("dense", None), ("last", Some(8))]));
    assert_eq!(found::<ChancesBeside, _, _, _, _>(), owned(&[("sides", None)]));
    assert_eq!(found::<ChancesBehind, _, _, _, _>(), owned(&[("sides", Some(0))]));
    let around = owned(&[("sum.dense", Some(0)), ("sum", None), ("mix", Some(64)), ("dense", None)]);
    assert_eq!(found::<ChancesAround, _, _, _, _>(), around);
    assert_eq!(found::<ChancesOfPixels, _, _, _, _>(), owned(&[("conv", None)]));
}

#[test]
#[cfg(feature = "std")]
fn numbers_that_are_none_are_refused_whatever_bounds_them() {
    network! {
        struct Bounded: [1, 3, 3] => [2] {
            conv: conv2d(2, kernel 2, no bias),
            norm: batch_norm,
            relu: relu,
            pool: max_pool2d(2),
            more: conv2d(2, kernel 1),
            relu6: relu6,
            flatten: flatten,
            hidden: linear(2),
            dense: linear(2),
        }
    }
    let usual = || {
        let mut net = Bounded::ZERO;
        (0..Bounded::ARRAYS.len()).for_each(|index| net.values_mut(index).fill(0.5));
        net
    };
    let image = [[[[1.0f32], [0.5], [-0.25]]; 3]];
    assert!(quantize(&usual(), &image, Range::MinMax).is_ok());
    let mut refused = 0;
    for index in 0..Bounded::ARRAYS.len() {
        let array = Bounded::ARRAYS.get(index).unwrap();
        let infinity: &[f32] = if array.name() == "variance" { &[-1.0] } else { &[f32::INFINITY, f32::NEG_INFINITY] };
        for &bad in [f32::NAN].iter().chain(infinity) {
            let mut wild = usual();
            wild.values_mut(index)[0] = bad;
            let found = quantize(&wild, &image, Range::SquaredError).err();
            let Some(Error::NotFinite { index: 0, value }) = found else {
                panic!("{bad} in {}: {found:?}", array.name());
            };
            assert!(!value.is_finite() && (bad.is_finite() || bad.is_infinite() || value.is_nan()), "{bad}: {value}");
            refused += 1;
        }
    }
    assert_eq!(refused, 3 * Bounded::ARRAYS.len() - 1);
    // finite weights whose sums are none on the way
    let mut wild = usual();
    for value in wild.conv.weight.flat_mut() {
        *value = 3e38;
    }
    let image = [[[[2.0], [-2.0], [2.0]], [[-2.0], [2.0], [-2.0]], [[2.0], [-2.0], [2.0]]]];
    wild.norm.weight = [1.0; 2];
    wild.norm.variance = [1.0; 2];
    let found = quantize(&wild, &image, Range::MinMax).err();
    assert!(matches!(found, Some(Error::NotFinite { index: 0, value }) if value.is_nan()), "{found:?}");
}

/// 127 · 255 · 66311 is an `i32`, and one input more is too much.
#[test]
#[cfg(feature = "std")]
fn sums_that_no_i32_holds_are_refused() {
    network! {
        struct Long: [66311] => [1] { dense: linear(1) }
    }
    network! {
        struct Longer: [66312] => [1] { dense: linear(1), relu: relu }
    }
    let is_refused = |found: Option<Error>, sign: f32| {
        let Some(Error::Setting { name: "sum of products", expected, found }) = found else { return false };
        expected == "from -2147483648 to 2147483647" && found * sign >= 2147483648.0
    };
    let mut net = Long::boxed();
    let images = vec![[1.0; 66311]];
    for sign in [1.0, -1.0] {
        net.dense.weight.flat_mut().fill(sign);
        net.dense.bias = [0.05 * sign];
        let quantized = quantize(&*net, &images, Range::MinMax).unwrap();
        let y = quantized.net.output(&images[0], &mut Int8::<Long>::arena());
        assert!((y[0] * sign / 66311.0 - 1.0).abs() < 0.01, "{y:?}");
        net.dense.bias = [0.06 * sign];
        assert!(is_refused(quantize(&*net, &images, Range::MinMax).err(), sign));
    }
    let mut net = Longer::boxed();
    net.dense.weight.flat_mut().fill(1.0);
    let image = vec![[1.0; 66312]];
    assert!(is_refused(quantize(&*net, &image, Range::MinMax).err(), 1.0));
    // of both signs they are far from it
    net.dense.weight.flat_mut().iter_mut().step_by(2).for_each(|w| *w = -0.5);
    assert!(quantize(&*net, &image, Range::MinMax).is_ok());
}
