//! What TensorFlow Lite for Microcontrollers gives for a network, operator by operator, in wide integers: channels last,
//! from the tensors of the file.

use crate::file::{Model, Op, Scale};

/// A positive real number as q · 2^(s − 31).
fn multiplier(m: f64) -> (i128, i32) {
    let (mut f, mut s) = (m, 0);
    while f >= 1.0 {
        (f, s) = (f / 2.0, s + 1);
    }
    while f < 0.5 {
        (f, s) = (f * 2.0, s - 1);
    }
    let mut q = (f * 2f64.powi(31) + 0.5).floor() as i128;
    if q == 1 << 31 {
        (q, s) = (1 << 30, s + 1);
    }
    if s < -31 { (0, 0) } else { (q, s) }
}

/// Divided by 2^e, ties away from zero.
fn divide(x: i128, e: i32) -> i128 {
    if e <= 0 { x } else { (x + (1 << (e - 1)) - i128::from(x < 0)) >> e }
}

fn high(a: i128, b: i128) -> i128 {
    (a * b + (1 << 30)) >> 31
}

fn times(x: i128, (q, s): (i128, i32)) -> i128 {
    divide(high(x << s.max(0), q), -s)
}

/// The least and the largest value.
fn bounds(activation: u8, (scale, zero_point): Scale) -> (i128, i128) {
    let at = |x: f32| i128::from(zero_point) + (x / scale).round() as i128;
    match activation {
        1 => (at(0.0).max(-128), 127),
        3 => (at(0.0).max(-128), at(6.0).min(127)),
        _ => (-128, 127),
    }
}

/// The zeros before an axis.
fn before(op: &Op, size: usize, kernel: usize, output: usize, axis: usize) -> i64 {
    let reach = (output - 1) * op.stride[axis] + (kernel - 1) * op.dilation[axis] + 1;
    if op.same { reach.saturating_sub(size) as i64 / 2 } else { 0 }
}

/// All values of a window along rows and columns, with the tap each is under.
fn window(op: &Op, x: [usize; 2], y: [usize; 2], kernel: [usize; 2], at: [usize; 2]) -> Vec<([usize; 2], [usize; 2])> {
    let mut met = Vec::new();
    for u in 0..kernel[0] {
        for v in 0..kernel[1] {
            let place = |axis: usize, tap: usize| {
                (at[axis] * op.stride[axis] + tap * op.dilation[axis]) as i64
                    - before(op, x[axis], kernel[axis], y[axis], axis)
            };
            let (row, column) = (place(0, u), place(1, v));
            if (0..x[0] as i64).contains(&row) && (0..x[1] as i64).contains(&column) {
                met.push(([row as usize, column as usize], [u, v]));
            }
        }
    }
    met
}

/// What each operator of a network gives for an image, by tensor, channels last.
pub fn values(model: &Model, image: &[i8]) -> Vec<Vec<i8>> {
    let mut values: Vec<Vec<i128>> = vec![Vec::new(); model.tensors.len()];
    values[model.input] = image.iter().map(|&q| i128::from(q)).collect();
    for op in &model.ops {
        values[op.output] = run(model, op, &values);
    }
    let int8 = |q: i128| i8::try_from(q).expect("a value of int8");
    values.into_iter().map(|values| values.into_iter().map(int8).collect()).collect()
}

fn run(model: &Model, op: &Op, values: &[Vec<i128>]) -> Vec<i128> {
    let input = op.inputs[0] as usize;
    let (x, to) = (&values[input], &model.tensors[op.output].dims);
    let (from, given) = (model.scale(input), model.scale(op.output));
    let dims = &model.tensors[input].dims;
    let (zero, zero_given) = (i128::from(from.1), i128::from(given.1));
    let (low, top) = bounds(op.activation, given);
    let end = |value: i128| (value + zero_given).clamp(low, top);
    match op.name {
        "CONV_2D" | "DEPTHWISE_CONV_2D" | "FULLY_CONNECTED" => {
            let weight = &model.tensors[op.inputs[1] as usize];
            let bias = op.inputs.get(2).and_then(|&bias| usize::try_from(bias).ok());
            let bias = bias.map(|bias| &model.tensors[bias].data);
            let is_depthwise = op.name == "DEPTHWISE_CONV_2D";
            // a dense layer is a kernel of one tap on an image of one point
            let (image, points, kernel) = match op.name {
                "FULLY_CONNECTED" => ([1, 1], [1, 1], [1, 1]),
                _ => ([dims[1], dims[2]], [to[1], to[2]], [weight.dims[1], weight.dims[2]]),
            };
            let (channels, outputs) = (x.len() / (image[0] * image[1]), *to.last().expect("channels"));
            let group = if is_depthwise { 1 } else { weight.data.len() / (outputs * kernel[0] * kernel[1]) };
            let mut y = Vec::new();
            for i in 0..points[0] {
                for j in 0..points[1] {
                    let met = window(op, image, points, kernel, [i, j]);
                    for f in 0..outputs {
                        let first = f / (outputs * group / channels) * group;
                        let mut sum = bias.map_or(0, |bias| i128::from(bias[f]));
                        for &([row, column], [u, v]) in &met {
                            for a in 0..group {
                                let w = if is_depthwise {
                                    weight.data[(u * kernel[1] + v) * outputs + f]
                                } else {
                                    weight.data[((f * kernel[0] + u) * kernel[1] + v) * group + a]
                                };
                                let value = x[(row * image[1] + column) * channels + first + a] - zero;
                                sum += value * i128::from(w);
                            }
                        }
                        assert!(i32::try_from(sum).is_ok(), "sums are of 32 bits");
                        let scale = weight.scales[f % weight.scales.len()];
                        y.push(end(times(sum, multiplier(f64::from(from.0) * f64::from(scale) / f64::from(given.0)))));
                    }
                }
            }
            y
        }
        "ADD" => {
            let other = op.inputs[1] as usize;
            let (b, twice) = (model.scale(other), 2.0 * f64::from(from.0.max(model.scale(other).0)));
            let parts = [from, b].map(|(scale, zero)| (multiplier(f64::from(scale) / twice), i128::from(zero)));
            let all = multiplier(twice / (f64::from(1 << 20) * f64::from(given.0)));
            let part = |value: i128, n: usize| times((value - parts[n].1) << 20, parts[n].0);
            x.iter().zip(&values[other]).map(|(&x, &y)| end(times(part(x, 0) + part(y, 1), all))).collect()
        }
        "QUANTIZE" => {
            let multiplier = multiplier(f64::from(from.0) / f64::from(given.0));
            x.iter().map(|&x| end(times(x - zero, multiplier))).collect()
        }
        "AVERAGE_POOL_2D" | "MAX_POOL_2D" => {
            let (image, points, channels) = ([dims[1], dims[2]], [to[1], to[2]], dims[3]);
            let mut y = Vec::new();
            for n in 0..points[0] * points[1] {
                let met = window(op, image, points, op.kernel, [n / points[1], n % points[1]]);
                for c in 0..channels {
                    let met = met.iter().map(|([row, column], _)| x[(row * image[1] + column) * channels + c]);
                    let (sum, count) = (met.clone().sum::<i128>(), met.clone().count() as i128);
                    let mean = (sum + if sum > 0 { count / 2 } else { -(count / 2) }) / count;
                    let value = if op.name == "MAX_POOL_2D" { met.max().expect("a value") } else { mean };
                    y.push(value.clamp(low, top));
                }
            }
            y
        }
        "CONCATENATION" => {
            let parts: Vec<(&Vec<i128>, usize)> = op
                .inputs
                .iter()
                .map(|&tensor| {
                    let tensor = tensor as usize;
                    (&values[tensor], *model.tensors[tensor].dims.last().expect("channels"))
                })
                .collect();
            let points = x.len() / parts[0].1;
            (0..points)
                .flat_map(|n| parts.iter().flat_map(move |(part, c)| part[n * c..(n + 1) * c].to_vec()))
                .collect()
        }
        "PAD" => {
            let pads = &model.tensors[op.inputs[1] as usize].data;
            let (top, left) = (pads[2] as usize, pads[4] as usize);
            let mut y = vec![zero; to.iter().product()];
            for (n, &value) in x.iter().enumerate() {
                let (point, c) = (n / dims[3], n % dims[3]);
                let (row, column) = (point / dims[2] + top, point % dims[2] + left);
                y[(row * to[2] + column) * dims[3] + c] = value;
            }
            y
        }
        "RELU" => {
            let multiplier = multiplier(f64::from(from.0) / f64::from(given.0));
            x.iter().map(|&x| end(times(x - zero, multiplier)).max(zero_given)).collect()
        }
        "RESHAPE" | "SQUEEZE" | "EXPAND_DIMS" => x.clone(),
        "MEAN" => {
            // the ratio of the scales, in 31 bits, over the count
            let (channels, (q, s)) = (dims[dims.len() - 1], multiplier(f64::from(from.0) / f64::from(given.0)));
            let count = x.len() / channels;
            let shift = count.ilog2() as i32;
            let factor = ((q << shift) / count as i128, s - shift);
            let sum = |c: usize| x.iter().skip(c).step_by(channels).map(|x| x - zero).sum::<i128>();
            (0..channels).map(|c| end(times(sum(c), factor))).collect()
        }
        "SOFTMAX" => softmax(x, from.0),
        other => panic!("{other}"),
    }
}

/// Chances in steps of 1/256 from −128 on, in fixed point.
fn softmax(x: &[i128], scale: f32) -> Vec<i128> {
    let (q, s) = multiplier((f64::from(scale) * 2f64.powi(26)).min(2f64.powi(31) - 1.0));
    let least = -((31.0 * 2f64.powi(26) / 2f64.powi(s)).floor() as i128);
    let largest = *x.iter().max().expect("a value");
    let exp_of = |x: i128| {
        let below = x - largest;
        (below >= least).then(|| exp(high(below << s, q)))
    };
    let sum: i128 = x.iter().filter_map(|&x| exp_of(x)).map(|e| divide(e, 12)).sum();
    let zeros = (sum as u32).leading_zeros() as i32;
    let factor = {
        let half = (sum << zeros) >> 1;
        let mut w = 1_515_870_810 + high(half, -1_010_580_540);
        for _ in 0..3 {
            w += high(w, (1 << 29) - high(half, w)) << 2;
        }
        (w << 1).min((1 << 31) - 1)
    };
    let chance = |x: i128| exp_of(x).map_or(0, |e| divide(high(factor, e), 12 - zeros + 23));
    x.iter().map(|&x| (chance(x) - 128).clamp(-128, 127)).collect()
}

/// eᶻ of 31 bits of fraction, z ≤ 0 having 26.
fn exp(z: i128) -> i128 {
    if z == 0 {
        return (1 << 31) - 1;
    }
    let u = (z & ((1 << 24) - 1)) - (1 << 24);
    let v = (u << 5) + (1 << 28);
    let v2 = high(v, v);
    let (v3, v4) = (high(v2, v), high(v2, v2));
    let p = divide(high(divide(v4, 2) + v3, 715_827_883) + v2, 1);
    let mut e = 1_895_147_668 + high(1_895_147_668, v + p);
    for (bit, factor) in (24..).zip([1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242])
    {
        if (u - z) >> bit & 1 == 1 {
            e = high(e, factor);
        }
    }
    e
}
