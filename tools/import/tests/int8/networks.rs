//! The networks of the tests.

use crate::file::{Model, Weights};

const USUAL: Weights = Weights { per_tensor: false, bias: true, less: 1.0 };

/// Padding, bounds of either kind, sums and concatenations of several scales, pools, an image that is flattened.
pub fn blocks() -> Model {
    let mut model = Model::new(&[1, 7, 6, 3], (0.02, -5));
    let pads = model.ints(&[4, 2], &[0, 0, 1, 1, 1, 1, 0, 0]);
    let padded = model.op("PAD", &[model.input, pads], &[1, 9, 8, 3], None, |_| ());
    let gives: (&[usize], _) = (&[1, 4, 3, 8], (0.025, -128));
    let x = model.weighted("CONV_2D", padded, (&[8, 3, 3, 3], 0), gives, USUAL, |op| {
        (op.stride, op.activation) = ([2, 2], 1);
    });
    let gives: (&[usize], _) = (&[1, 4, 3, 8], (0.04, -100));
    let x = model.weighted("DEPTHWISE_CONV_2D", x, (&[1, 3, 3, 8], 3), gives, USUAL, |op| {
        (op.same, op.activation) = (true, 3);
    });
    let gives: (&[usize], _) = (&[1, 4, 3, 6], (0.05, 10));
    let x = model.weighted("CONV_2D", x, (&[6, 1, 1, 8], 0), gives, USUAL, |_| ());
    let gives: (&[usize], _) = (&[1, 4, 3, 6], (0.11, -20));
    let per_tensor = Weights { per_tensor: true, ..USUAL };
    let y = model.weighted("CONV_2D", x, (&[6, 3, 3, 6], 0), gives, per_tensor, |op| op.same = true);
    let sum = model.op("ADD", &[x, y], &[1, 4, 3, 6], Some((0.06, -90)), |op| op.activation = 1);
    // three branches, of which two are put in the scale of all
    let all = (0.05, -70);
    let a = model.op("MAX_POOL_2D", &[sum], &[1, 4, 3, 6], None, |op| (op.kernel, op.same) = ([2, 2], true));
    let a = model.op("QUANTIZE", &[a], &[1, 4, 3, 6], Some(all), |_| ());
    let gives: (&[usize], _) = (&[1, 4, 3, 4], (0.03, -128));
    let b = model.weighted("CONV_2D", sum, (&[4, 1, 1, 6], 0), gives, USUAL, |op| op.activation = 1);
    let b = model.op("QUANTIZE", &[b], &[1, 4, 3, 4], Some(all), |_| ());
    let gives: (&[usize], _) = (&[1, 4, 3, 2], all);
    let dilated = Weights { bias: false, ..USUAL };
    let c = model.weighted("CONV_2D", sum, (&[2, 3, 2, 6], 0), gives, dilated, |op| {
        (op.same, op.dilation) = (true, [2, 1]);
    });
    let x = model.op("CONCATENATION", &[a, b, c], &[1, 4, 3, 12], Some(all), |op| op.axis = 3);
    let x = model.op("AVERAGE_POOL_2D", &[x], &[1, 2, 2, 12], None, |op| {
        (op.kernel, op.stride, op.same) = ([3, 2], [2, 2], true);
    });
    let x = model.op("RESHAPE", &[x], &[1, 48], None, |_| ());
    let shape = model.ints(&[2], &[1, 48]);
    model.ops.last_mut().expect("it is there").inputs.push(shape as i32);
    let gives: (&[usize], _) = (&[1, 10], (0.09, -128));
    let x = model.weighted("FULLY_CONNECTED", x, (&[10, 48], 0), gives, per_tensor, |op| op.activation = 1);
    let x = model.weighted("FULLY_CONNECTED", x, (&[5, 10], 0), (&[1, 5], (0.05, 12)), USUAL, |_| ());
    model.op("SOFTMAX", &[x], &[1, 5], Some((1.0 / 256.0, -128)), |_| ());
    model
}

/// A sequence, which the file makes an image of one row for each layer.
pub fn sequence() -> Model {
    let mut model = Model::new(&[1, 12, 5], (0.03, 4));
    let one = model.ints(&[1], &[1]);
    let x = model.op("EXPAND_DIMS", &[model.input, one], &[1, 1, 12, 5], None, |_| ());
    let gives: (&[usize], _) = (&[1, 1, 8, 6], (0.05, -60));
    let x = model.weighted("CONV_2D", x, (&[6, 1, 3, 5], 0), gives, USUAL, |op| {
        (op.dilation, op.activation) = ([1, 2], 1);
    });
    let x = model.op("MAX_POOL_2D", &[x], &[1, 1, 4, 6], None, |op| (op.kernel, op.stride) = ([1, 2], [1, 2]));
    let gives: (&[usize], _) = (&[1, 1, 4, 12], (0.05, 3));
    let x = model.weighted("DEPTHWISE_CONV_2D", x, (&[1, 1, 3, 12], 3), gives, USUAL, |op| op.same = true);
    let x = model.op("RELU", &[x], &[1, 1, 4, 12], None, |_| ());
    // the same values in another scale, and in another again
    let x = model.op("QUANTIZE", &[x], &[1, 1, 4, 12], Some((0.03, -31)), |_| ());
    let x = model.op("RELU", &[x], &[1, 1, 4, 12], Some((0.041, -77)), |_| ());
    let shape = model.ints(&[2], &[1, 48]);
    let x = model.op("RESHAPE", &[x, shape], &[1, 48], None, |_| ());
    let weights = Weights { per_tensor: true, bias: false, ..USUAL };
    model.weighted("FULLY_CONNECTED", x, (&[7, 48], 0), (&[1, 7], (0.1, -3)), weights, |_| ());
    model
}

/// Along time, without padding, as a wake word is found; and channels whose weights are nothing, so that sums are large
/// and what they are multiplied with is small.
pub fn stream() -> Model {
    let mut model = Model::new(&[1, 14, 1, 5], (1.0 / 255.0, -128));
    let plain = Weights { bias: false, ..USUAL };
    let gives: (&[usize], _) = (&[1, 12, 1, 5], (0.02, -3));
    let x = model.weighted("DEPTHWISE_CONV_2D", model.input, (&[1, 3, 1, 5], 3), gives, plain, |_| ());
    let gives: (&[usize], _) = (&[1, 12, 1, 9], (0.024, -128));
    let x = model.weighted("CONV_2D", x, (&[9, 1, 1, 5], 0), gives, USUAL, |op| op.activation = 1);
    let conv = model.ops.last().expect("it is there").clone();
    let [weight, bias] = [1, 2].map(|n| conv.inputs[n] as usize);
    let ratio = 0.024 / 0.02; // of the scales
    for (f, (factor, sum)) in
        [(2f32.powi(-31) * 1.9, 1 << 30), (2f32.powi(-28), 1_073_700_000), (2f32.powi(-33), 1 << 30), (1e-30, 7)]
            .into_iter()
            .enumerate()
    {
        model.tensors[weight].scales[f] = factor * ratio;
        model.tensors[bias].data[f] = if f == 1 { -sum } else { sum };
        model.tensors[bias].scales[f] = factor * ratio * 0.02;
    }
    model.tensors[bias].data[1] = 1_073_700_000;
    let gives: (&[usize], _) = (&[1, 8, 1, 9], (0.03, 1));
    let x = model.weighted("DEPTHWISE_CONV_2D", x, (&[1, 5, 1, 9], 3), gives, plain, |_| ());
    let gives: (&[usize], _) = (&[1, 1, 1, 6], (0.03, -128));
    let x = model.weighted("CONV_2D", x, (&[6, 8, 1, 9], 0), gives, USUAL, |op| op.activation = 1);
    let shape = model.ints(&[2], &[-1, 6]);
    let x = model.op("RESHAPE", &[x, shape], &[1, 6], None, |_| ());
    let x = model.weighted("FULLY_CONNECTED", x, (&[4, 6], 0), (&[1, 4], (0.06, 20)), USUAL, |_| ());
    model.op("SOFTMAX", &[x], &[1, 4], Some((1.0 / 256.0, -128)), |_| ());
    model
}

/// A mean that has a scale of its own.
pub fn mean() -> Model {
    let mut model = Model::new(&[1, 5, 5, 2], (0.02, 7));
    let gives: (&[usize], _) = (&[1, 3, 3, 6], (0.05, -20));
    let x = model.weighted("CONV_2D", model.input, (&[6, 3, 3, 2], 0), gives, USUAL, |_| ());
    let axes = model.ints(&[2], &[1, 2]);
    let x = model.op("MEAN", &[x, axes], &[1, 6], Some((0.013, 4)), |_| ());
    model.weighted("FULLY_CONNECTED", x, (&[9, 6], 0), (&[1, 9], (0.05, 3)), USUAL, |_| ());
    model
}
