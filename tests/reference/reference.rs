//! PyTorch's values: what it gives for single layers, and five steps of training; `tests/data/README.md` says what they are.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

use std::collections::BTreeSet;

use common::{assert_close, passes, passes_in, set, wide};
use const_cnn::{
    Array, BatchNorm, Context, Elem, Elu, F32x8, Gelu, GeluTanh, GlobalAvgPool, GlobalMaxPool, HardSigmoid, HardSwish,
    Image, InstanceNorm, Layer, LayerNorm, LeakyRelu, Linear, Logits, Network, Parameters, Prelu, Relu, Relu6,
    Sequence, Sgd, Shape, Sigmoid, Silu, Softmax, Softplus, Tanh, Trainer, Vector, Zero, avg_pool1d, avg_pool2d,
    conv_transpose2d, conv1d, conv2d, crop, depthwise_conv1d, depthwise_conv2d, group_norm, instance_norm, max_pool1d,
    max_pool2d, network, pad2d, softmax_cross_entropy, upsample,
};
use safetensors::{Dtype, SafeTensors};
use serde_json::Value;

/// |a − b| ≤ 1e-5 · max(1, largest |b| of the tensor)
const TOLERANCE: f64 = 1e-5;

/// A test for each case of a file: the check of its group, its name, and the type that it is a case of.
macro_rules! cases {
    ($file:ident $($op:ident by $check:ident { $($case:ident: $type:ty,)+ })+) => {
        mod $file {
            use super::*;

            static TENSORS: &[u8] = include_bytes!(concat!("../data/", stringify!($file), ".safetensors"));

            $(
                mod $op {
                    use super::*;

                    $(
                        #[test]
                        fn $case() {
                            $check::<$type, f32>(TENSORS, stringify!($op), name(stringify!($case)));
                            $check::<$type, F32x8>(TENSORS, stringify!($op), name(stringify!($case)));
                        }
                    )+
                }
            )+

            #[test]
            fn every_case_is_tested() {
                let json = include_str!(concat!("../data/", stringify!($file), ".json"));
                every_case(stringify!($file), json, &[$($((stringify!($op), name(stringify!($case)))),+),+]);
            }
        }
    };
}

cases! {
    ops
    conv2d by layer {
        k1_s1_p0: conv2d!([3, 7, 9] => 4, kernel 1),
        k1_s1_p1: conv2d!([3, 7, 9] => 4, kernel 1, padding 1),
        k1_s1_p2: conv2d!([3, 7, 9] => 4, kernel 1, padding 2),
        k1_s2_p0: conv2d!([3, 7, 9] => 4, kernel 1, stride 2),
        k1_s2_p1: conv2d!([3, 7, 9] => 4, kernel 1, stride 2, padding 1),
        k1_s2_p2: conv2d!([3, 7, 9] => 4, kernel 1, stride 2, padding 2),
        k1_s3_p0: conv2d!([3, 7, 9] => 4, kernel 1, stride 3),
        k1_s3_p1: conv2d!([3, 7, 9] => 4, kernel 1, stride 3, padding 1),
        k1_s3_p2: conv2d!([3, 7, 9] => 4, kernel 1, stride 3, padding 2),
        k3_s1_p0: conv2d!([3, 7, 9] => 4, kernel 3),
        k3_s1_p1: conv2d!([3, 7, 9] => 4, kernel 3, padding 1),
        k3_s1_p2: conv2d!([3, 7, 9] => 4, kernel 3, padding 2),
        k3_s2_p0: conv2d!([3, 7, 9] => 4, kernel 3, stride 2),
        k3_s2_p1: conv2d!([3, 7, 9] => 4, kernel 3, stride 2, padding 1),
        k3_s2_p2: conv2d!([3, 7, 9] => 4, kernel 3, stride 2, padding 2),
        k3_s3_p0: conv2d!([3, 7, 9] => 4, kernel 3, stride 3),
        k3_s3_p1: conv2d!([3, 7, 9] => 4, kernel 3, stride 3, padding 1),
        k3_s3_p2: conv2d!([3, 7, 9] => 4, kernel 3, stride 3, padding 2),
        k5_s1_p0: conv2d!([3, 7, 9] => 4, kernel 5),
        k5_s1_p1: conv2d!([3, 7, 9] => 4, kernel 5, padding 1),
        k5_s1_p2: conv2d!([3, 7, 9] => 4, kernel 5, padding 2),
        k5_s2_p0: conv2d!([3, 7, 9] => 4, kernel 5, stride 2),
        k5_s2_p1: conv2d!([3, 7, 9] => 4, kernel 5, stride 2, padding 1),
        k5_s2_p2: conv2d!([3, 7, 9] => 4, kernel 5, stride 2, padding 2),
        k5_s3_p0: conv2d!([3, 7, 9] => 4, kernel 5, stride 3),
        k5_s3_p1: conv2d!([3, 7, 9] => 4, kernel 5, stride 3, padding 1),
        k5_s3_p2: conv2d!([3, 7, 9] => 4, kernel 5, stride 3, padding 2),
        article_8x8_k3: conv2d!([1, 8, 8] => 1, kernel 3),
        one_pixel_k3_p1: conv2d!([2, 1, 1] => 2, kernel 3, padding 1),
        no_bias: conv2d!([3, 6, 5] => 4, kernel 3, padding 1),
        many_channels: conv2d!([17, 5, 6] => 19, kernel 3, padding 1),
        one_output: windowed!(Conv2d [2, 3, 4] => 3, [3, 4]),
        kernel_3x5: windowed!(Conv2d [2, 7, 9] => 3, [3, 5, 1, 1, 1, 1, 1, 1, 2, 2]),
        kernel_1x3_stride_2x1: windowed!(Conv2d [2, 7, 9] => 3, [1, 3, 2, 1, 1, 1, 0, 0, 1, 1]),
        kernel_5x1_pad_2x0_stride_1x3: windowed!(Conv2d [2, 7, 9] => 3, [5, 1, 1, 3, 1, 1, 2, 2, 0, 0]),
        even_kernel_2x4: windowed!(Conv2d [2, 7, 9] => 3, [2, 4, 2, 2, 1, 1, 1, 1, 1, 1]),
        dilation2: windowed!(Conv2d [3, 9, 8] => 4, [3, 3, 1, 1, 2, 2]),
        dilation2_s2_p2: windowed!(Conv2d [3, 9, 8] => 4, [3, 3, 2, 2, 2, 2, 2, 2, 2, 2]),
        dilation_3x1: windowed!(Conv2d [2, 9, 8] => 3, [3, 3, 1, 1, 3, 1, 1, 1, 1, 1]),
        groups2: conv2d!([4, 6, 7] => 6, kernel 3, padding 1, groups 2),
        groups2_s2_dilation2: conv2d!([4, 8, 9] => 6, kernel 3, stride 2, dilation 2, padding 2, groups 2),
        groups2_k1: conv2d!([4, 5, 6] => 4, kernel 1, groups 2),
        depthwise: depthwise_conv2d!([5, 6, 7] => kernel 3, padding 1),
        depthwise_multiplier2_s2: depthwise_conv2d!([3, 7, 8] => kernel 3, stride 2, padding 1, multiplier 2),
        depthwise_k5_dilation2: depthwise_conv2d!([4, 11, 10] => kernel 5, dilation 2, padding 2),
    }
    maxpool2d by layer {
        k2_s2: max_pool2d!([3, 6, 8] => 2),
        k2_s2_odd: max_pool2d!([3, 7, 9] => 2),
        k3_s2_p1: max_pool2d!([3, 7, 8] => 3, stride 2, padding 1),
        k3_s1: max_pool2d!([2, 6, 5] => 3, stride 1),
        k3_s1_p1: max_pool2d!([2, 5, 5] => 3, stride 1, padding 1),
        ties: max_pool2d!([2, 6, 6] => 3, stride 2, padding 1),
        k2x3_s1x2: windowed!(MaxPool2d [2, 5, 8] => 2, [2, 3, 1, 2]),
    }
    avgpool2d by layer {
        k2_s2: avg_pool2d!([3, 6, 8] => 2),
        k2_s2_odd: avg_pool2d!([3, 7, 9] => 2),
        k3_s2_p1: avg_pool2d!([3, 7, 8] => 3, stride 2, padding 1),
        k3_s1: avg_pool2d!([2, 6, 5] => 3, stride 1),
        k3_s1_p1: avg_pool2d!([2, 5, 5] => 3, stride 1, padding 1),
        k3_s2_p1_exclude_pad: avg_pool2d!([3, 7, 8] => 3, stride 2, padding 1, no count),
        k3_s1_p1_exclude_pad: avg_pool2d!([2, 5, 5] => 3, stride 1, padding 1, no count),
        k2x3_s1x2: windowed!(AvgPool2d [2, 5, 8] => 2, [2, 3, 1, 2]),
    }
    batchnorm by norm {
        nchw_train: BatchNorm<Image<3, 5, 6>>,
        nchw_eval: BatchNorm<Image<3, 5, 6>>,
        batch1_train: BatchNorm<Image<2, 3, 3>>,
        batch1_eval: BatchNorm<Image<2, 3, 3>>,
        nc_train: BatchNorm<Vector<5>>,
        nc_eval: BatchNorm<Vector<5>>,
    }
    linear by layer {
        _1x36x10: Linear<36, 10>,
        _5x7x3: Linear<7, 3>,
        _8x64x10: Linear<64, 10>,
    }
    relu by layer {
        with_zeros: Relu<Vector<6>>,
    }
    softmax by layer {
        plain: Softmax<10>,
        large_logits: Softmax<10>,
        wide: Softmax<10>,
    }
    softmax_ce by loss {
        plain: Vector<10>,
        large_logits: Vector<10>,
        wide: Vector<10>,
    }
}

cases! {
    layers
    conv2d by layer {
        axis_k3x5_s1x2_p1x2: windowed!(Conv2d [3, 8, 9] => 4, [3, 5, 1, 2, 1, 1, 1, 1, 2, 2]),
        axis_k1x3: windowed!(Conv2d [5, 1, 16] => 8, [1, 3, 1, 1, 1, 1, 0, 0, 1, 1]),
        axis_k5x1_s2x1_p2x0: windowed!(Conv2d [3, 9, 4] => 6, [5, 1, 2, 1, 1, 1, 2, 2, 0, 0]),
        dilation2: windowed!(Conv2d [3, 9, 8] => 4, [3, 3, 1, 1, 2, 2, 2, 2, 2, 2]),
        dilation_1x3_s2: windowed!(Conv2d [2, 9, 12] => 5, [3, 3, 2, 2, 1, 3, 1, 1, 3, 3]),
        pointwise: conv2d!([9, 5, 4] => 17, kernel 1),
    }
    conv2d_pads by layer {
        same_even_s2_k3: windowed!(Conv2d [3, 10, 6] => 5, [3, 3, 2, 2, 1, 1, 0, 1, 0, 1]),
        sides_k4: windowed!(Conv2d [2, 7, 6] => 3, [4, 4, 1, 1, 1, 1, 1, 2, 1, 2]),
    }
    maxpool2d by layer {
        k2x3_s2x1_p0x1: windowed!(MaxPool2d [3, 7, 8] => 3, [2, 3, 2, 1, 1, 1, 0, 0, 1, 1]),
        k3x3_s1x1_p1x1: max_pool2d!([3, 7, 8] => 3, stride 1, padding 1),
    }
    avgpool2d by layer {
        k2x3_s2x1_p0x1: windowed!(AvgPool2d [3, 7, 8] => 3, [2, 3, 2, 1, 1, 1, 0, 0, 1, 1]),
        k3x3_s1x1_p1x1: avg_pool2d!([3, 7, 8] => 3, stride 1, padding 1),
    }
    batchnorm2d by norm {
        train: BatchNorm<Image<5, 4, 3>>,
        eval: BatchNorm<Image<5, 4, 3>>,
    }
    add by block {
        residual: Sum,
    }
    concat by block {
        channels: Both,
    }
}

cases! {
    shapes
    maxpool2d by layer {
        ceil_k3_s2: max_pool2d!([3, 6, 8] => 3, stride 2, ceil),
        ceil_k3_s2_p1: max_pool2d!([3, 6, 5] => 3, stride 2, padding 1, ceil),
        ceil_larger_than_the_image: max_pool2d!([3, 2, 4] => 3, stride 2, ceil),
        ceil_k2x3_s3x2_p1x0_d1x2:
            max_pool2d!([2, 5, 8] => (2, 3), stride (3, 2), padding (1, 0), dilation (1, 2), ceil),
    }
    avgpool2d by layer {
        k2x3_s2x1_p0x1_exclude_pad: avg_pool2d!([3, 7, 8] => (2, 3), stride (2, 1), padding (0, 1), no count),
        k3x3_s1x1_p1x1_exclude_pad: avg_pool2d!([3, 7, 8] => 3, stride 1, padding 1, no count),
        ceil_k3_s2: avg_pool2d!([3, 6, 8] => 3, stride 2, ceil),
        ceil_k3x4_s2x3_p1x2: avg_pool2d!([3, 6, 8] => (3, 4), stride (2, 3), padding (1, 2), ceil),
        ceil_k3x4_s2x3_p1x2_exclude_pad: avg_pool2d!([3, 6, 8] => (3, 4), stride (2, 3), padding (1, 2), ceil, no count),
        ceil_larger_than_the_image: avg_pool2d!([3, 2, 4] => 3, stride 2, ceil),
    }
    maxpool1d by layer {
        k2_s2: max_pool1d!([5, 9] => 2),
        k3_s2_p1: max_pool1d!([5, 8] => 3, stride 2, padding 1),
        k3_s1_p1_d2: max_pool1d!([2, 9] => 3, stride 1, padding 1, dilation 2),
        ceil_k3_s2: max_pool1d!([4, 8] => 3, stride 2, ceil),
    }
    avgpool1d by layer {
        k2_s2: avg_pool1d!([5, 9] => 2),
        k3_s2_p1: avg_pool1d!([5, 8] => 3, stride 2, padding 1),
        k3_s2_p1_exclude_pad: avg_pool1d!([5, 8] => 3, stride 2, padding 1, no count),
        ceil_k4_s3_p1: avg_pool1d!([4, 7] => 4, stride 3, padding 1, ceil),
    }
    global_avg_pool2d by layer {
        plain: GlobalAvgPool<Image<5, 6, 7>>,
    }
    global_max_pool2d by layer {
        plain: GlobalMaxPool<Image<5, 6, 7>>,
    }
    pad2d by layer {
        constant: pad2d!([2, 5, 6] => (2, 1, 1, 2), zero),
        replicate: pad2d!([2, 5, 6] => (2, 1, 1, 2), replicate),
        replicate_beyond_the_image: pad2d!([2, 2, 3] => (3, 0, 4, 5), replicate),
        reflect: pad2d!([2, 5, 6] => (2, 1, 1, 2), reflect),
        reflect_as_far_as_it_goes: pad2d!([3, 4, 3] => (3, 2, 2, 1), reflect),
    }
    crop2d by layer {
        by_side: crop!([3, 6, 7] => (1, 3, 2, 0)),
    }
    upsample2d by layer {
        nearest: upsample!([2, 4, 5] => 2, nearest),
        nearest_2x3: upsample!([3, 3, 4] => (2, 3), nearest),
        bilinear: upsample!([2, 4, 5] => 2, bilinear),
        bilinear_3x2: upsample!([3, 4, 3] => (3, 2), bilinear),
        bilinear_4_of_one_row: upsample!([5, 1, 3] => 4, bilinear),
    }
}

cases! {
    convolutions
    conv2d by layer {
        groups2: conv2d!([6, 7, 7] => 8, kernel 3, padding 1, groups 2),
        groups2_dilation2_s2: conv2d!([4, 11, 9] => 6, kernel 3, stride 2, dilation 2, padding 2, groups 2),
        depthwise_8_k3: depthwise_conv2d!([8, 9, 7] => kernel 3, padding 1),
        depthwise_5_k3_s2: depthwise_conv2d!([5, 8, 8] => kernel 3, stride 2, padding 1),
        depthwise_4_x2: depthwise_conv2d!([4, 6, 6] => kernel 3, padding 1, multiplier 2),
    }
    conv1d by layer {
        k3_p1: conv1d!([3, 16] => 8, kernel 3, padding 1),
        k7_s3_p2: conv1d!([6, 29] => 5, kernel 7, stride 3, padding 2),
        dilation4: conv1d!([2, 30] => 4, kernel 3, dilation 4, padding 4),
        depthwise_k5: depthwise_conv1d!([8, 20] => kernel 5, padding 2),
    }
    conv_transpose2d by layer {
        k2_s2: conv_transpose2d!([4, 4, 5] => 6, kernel 2, stride 2),
        k3_s2_p1_op1: conv_transpose2d!([3, 4, 4] => 5, kernel 3, stride 2, padding 1, output_padding 1),
        k3_s1_p1_dilation2: conv_transpose2d!([2, 7, 6] => 3, kernel 3, dilation 2, padding 1),
    }
}

cases! {
    activations
    relu6 by layer { plain: Relu6<Vector<40>>, }
    leaky_relu by layer { plain: LeakyRelu<Vector<40>>, }
    elu by layer { plain: Elu<Vector<40>>, }
    gelu by layer { plain: Gelu<Vector<40>>, }
    gelu_tanh by layer { plain: GeluTanh<Vector<40>>, }
    silu by layer { plain: Silu<Vector<40>>, }
    sigmoid by layer { plain: Sigmoid<Vector<40>>, }
    tanh by layer { plain: Tanh<Vector<40>>, }
    hardswish by layer { plain: HardSwish<Vector<40>>, }
    hardsigmoid by layer { plain: HardSigmoid<Vector<40>>, }
    softplus by layer { plain: Softplus<Vector<40>>, }
    prelu by layer { channels: Prelu<Image<4, 3, 3>>, }
}

cases! {
    norms
    layernorm by norm {
        chw: LayerNorm<Image<4, 3, 4>>,
        n: LayerNorm<Vector<13>>,
    }
    groupnorm by norm {
        plain: group_norm!([6, 4, 5] => 2),
    }
}

cases! {
    instance_norm
    instance_norm by norm {
        image: InstanceNorm<Image<5, 4, 3>>,
        sequence: InstanceNorm<Sequence<4, 9>>,
        eps: instance_norm!([3, 2, 2] => eps 1e-2),
    }
}

/// A case's name from a test's: one that starts with a digit has `_` before it.
const fn name(test: &str) -> &str {
    match test.as_bytes() {
        [b'_', ..] => test.split_at(1).1,
        _ => test,
    }
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

/// Each case of a file is tested.
fn every_case(file: &str, json: &str, tested: &[(&str, &str)]) {
    let json: Value = serde_json::from_str(json).unwrap();
    let mut left: BTreeSet<(&str, &str)> = tested.iter().copied().collect();
    assert_eq!(left.len(), tested.len(), "a case is named twice");
    for case in json["cases"].as_array().unwrap() {
        let (op, name) = (text(case, "op"), text(case, "name"));
        assert!(left.remove(&(op, name)), "{op}/{name} is not tested");
    }
    assert!(left.is_empty(), "not in {file}.json: {left:?}");
}

/// The tensors of a file.
struct Tensors(SafeTensors<'static>);

impl Tensors {
    fn new(bytes: &'static [u8]) -> Tensors {
        Tensors(SafeTensors::deserialize(bytes).unwrap())
    }

    /// Dimensions and numbers.
    fn floats(&self, name: &str) -> (Vec<usize>, Vec<f32>) {
        let tensor = self.0.tensor(name).unwrap();
        assert_eq!(tensor.dtype(), Dtype::F32, "{name}");
        let numbers = tensor.data().as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        (tensor.shape().to_vec(), numbers)
    }

    fn labels(&self, name: &str) -> Vec<usize> {
        let tensor = self.0.tensor(name).unwrap();
        assert_eq!(tensor.dtype(), Dtype::I64, "{name}");
        tensor.data().as_chunks().0.iter().map(|eight| i64::from_le_bytes(*eight) as usize).collect()
    }

    /// The images of a tensor, which may have further dimensions in front.
    fn images<X: Shape>(&self, name: &str) -> Vec<Vec<f32>> {
        let (dims, numbers) = self.floats(name);
        assert!(dims.ends_with(X::DIMS), "{name} has the dimensions {dims:?}, which are not images {:?}", X::DIMS);
        numbers.chunks(X::LEN).map(<[f32]>::to_vec).collect()
    }

    /// The parameters of a layer, those of each array from the tensor that `name` says; 0 where it names none.
    fn parameters<P: Parameters>(&self, name: impl Fn(&Array) -> Option<String>) -> Vec<f32> {
        let mut all = Vec::new();
        for index in 0..P::ARRAYS.len() {
            let array = P::ARRAYS.get(index).unwrap();
            let Some(name) = name(&array) else {
                all.extend(vec![0.0; array.layout.len()]);
                continue;
            };
            let (dims, numbers) = self.floats(&name);
            assert_eq!(dims, array.dims(), "{name}");
            all.extend(numbers);
        }
        all
    }
}

/// A layer's y, dx and the gradient of its parameters, over the images of a case.
fn layer<L: Layer, V: Elem>(tensors: &'static [u8], op: &str, case: &str) {
    let tensors = Tensors::new(tensors);
    let path = |tensor: &str| format!("{op}/{case}/{tensor}");
    let short = |array: &Array| match array.name() {
        "weight" if op == "prelu" => Some("slope"),
        "weight" => Some("w"),
        "bias" => (case != "no_bias").then_some("b"),
        other => panic!("what is {other} called?"),
    };
    let mut layer = Box::new(L::ZERO);
    set(&mut *layer, &tensors.parameters::<L>(|array| Some(path(short(array)?))));
    let expected = tensors.parameters::<L>(|array| Some(path(&format!("d{}", short(array)?))));
    let (x, dy) = (tensors.images::<L::Input>(&path("x")), tensors.images::<L::Output>(&path("dy")));

    let mut gradient = Box::new(L::ZERO);
    let (mut y, mut dx) = (Vec::new(), Vec::new());
    for (x, dy) in x.chunks(V::LANES).zip(dy.chunks(V::LANES)) {
        let passes = passes::<L, V>(&layer, x, dy, &mut gradient);
        y.extend(passes.y.concat());
        dx.extend(passes.dx.concat());
    }
    assert_close("y", &y, &wide(&tensors.floats(&path("y")).1), TOLERANCE);
    assert_close("dx", &dx, &wide(&tensors.floats(&path("dx")).1), TOLERANCE);
    assert_parameters("gradient of", &*gradient, &expected, |array| short(array).is_some());
}

/// A normalisation's y, dx, the gradient of its parameters, and what it holds after the batch, which is one element.
fn norm<L: Layer, V: Elem>(tensors: &'static [u8], op: &str, case: &str) {
    let tensors = Tensors::new(tensors);
    let path = |tensor: &str| format!("{op}/{case}/{tensor}");
    let (x, dy) = (tensors.images::<L::Input>(&path("x")), tensors.images::<L::Output>(&path("dy")));
    let trains = case.ends_with("train");
    if trains && x.len() > V::LANES {
        return; // statistics over the whole batch need it in one element
    }
    let named = |names: [&'static str; 4]| {
        move |array: &Array| {
            let place = ["weight", "bias", "mean", "variance"].iter().position(|&name| name == array.name());
            Some(path(names[place.unwrap()]))
        }
    };
    let mut layer = Box::new(L::ZERO);
    set(&mut *layer, &tensors.parameters::<L>(named(["gamma", "beta", "running_mean", "running_var"])));
    let expected = tensors.parameters::<L>(named(["dgamma", "dbeta", "new_mean", "new_var"]));

    let mut gradient = Box::new(L::ZERO);
    let (mut y, mut dx) = (Vec::new(), Vec::new());
    for (images, dy) in x.chunks(V::LANES).zip(dy.chunks(V::LANES)) {
        let context = Context { images: images.len(), trains, ..Context::EVALUATION };
        let passes = passes_in::<L, V>(&context, &layer, images, dy, &mut gradient);
        y.extend(passes.y.concat());
        dx.extend(passes.dx.concat());
    }
    assert_close("y", &y, &wide(&tensors.floats(&path("y")).1), TOLERANCE);
    assert_close("dx", &dx, &wide(&tensors.floats(&path("dx")).1), TOLERANCE);
    assert_parameters("gradient of", &*gradient, &expected, Array::is_learned);
    gradient.scale(1.0 / x.len() as f32);
    layer.hold(&gradient);
    assert_parameters("after the batch,", &*layer, &expected, |array| !array.is_learned());
}

network! {
    /// Of an image whose channels are those of two, their sum.
    struct Sum: [6, 4, 5] => [3, 4, 5] {
        sum: residual { a: conv2d(3, kernel 1, no bias) } shortcut { b: conv2d(3, kernel 1, no bias) },
    }
}

network! {
    /// Of an image whose channels are those of two, both.
    struct Both: [5, 4, 5] => [5, 4, 5] {
        both: concat { a { a: conv2d(3, kernel 1, no bias) }, b { b: conv2d(2, kernel 1, no bias) } },
    }
}

/// A block of two ways, the first of which takes the first channels, those of `a`, and the second the last, those of `b`.
fn block<L: Layer, V: Elem>(tensors: &'static [u8], op: &str, case: &str) {
    let tensors = Tensors::new(tensors);
    let path = |tensor: &str| format!("{op}/{case}/{tensor}");
    let halves = |a: &str, b: &str| -> Vec<Vec<f32>> {
        let half = |name: &str| {
            let (dims, numbers) = tensors.floats(&path(name));
            numbers.chunks(dims[1..].iter().product()).map(<[f32]>::to_vec).collect::<Vec<_>>()
        };
        half(a).into_iter().zip(half(b)).map(|(a, b)| [a, b].concat()).collect()
    };
    let mut layer = Box::new(L::ZERO);
    for index in 0..2 {
        let &[outputs, inputs, _, _] = L::ARRAYS.get(index).unwrap().dims() else { panic!("a convolution") };
        let first = if index == 0 { 0 } else { inputs - outputs };
        for f in 0..outputs {
            layer.values_mut(index)[(first + f) * outputs + f] = 1.0;
        }
    }
    let (mut y, mut dx, mut gradient) = (Vec::new(), Vec::new(), Box::new(L::ZERO));
    let (x, dy) = (halves("a", "b"), tensors.images::<L::Output>(&path("dy")));
    for (x, dy) in x.chunks(V::LANES).zip(dy.chunks(V::LANES)) {
        let passes = passes::<L, V>(&layer, x, dy, &mut gradient);
        y.extend(passes.y.concat());
        dx.extend(passes.dx.concat());
    }
    assert_close("y", &y, &wide(&tensors.floats(&path("y")).1), TOLERANCE);
    assert_close("dx", &dx, &wide(&halves("da", "db").concat()), TOLERANCE);
}

/// Softmax and cross-entropy of logits: the mean loss of the images, and its gradient.
fn loss<X: Shape, V: Elem>(tensors: &'static [u8], op: &str, case: &str) {
    let tensors = Tensors::new(tensors);
    let path = |tensor: &str| format!("{op}/{case}/{tensor}");
    let (images, labels) = (tensors.images::<X>(&path("x")), tensors.labels(&path("labels")));
    let count = images.len() as f32;
    let (mut total, mut dx) = (0.0, Vec::new());
    for (images, labels) in images.chunks(V::LANES).zip(labels.chunks(V::LANES)) {
        let mut logits = vec![V::ZERO; X::LEN];
        for (lane, image) in images.iter().enumerate() {
            for (logit, &value) in logits.iter_mut().zip(image) {
                logit.lanes_mut()[lane] = value;
            }
        }
        let mut d_logits = vec![V::splat(f32::NAN); X::LEN];
        let loss = softmax_cross_entropy(&logits, labels, &mut d_logits).unwrap();
        loss.accumulate(&mut total);
        for lane in 0..images.len() {
            dx.extend(d_logits.iter().map(|d| d.lanes()[lane] / count));
        }
    }
    assert_eq!(tensors.floats(&path("dy")).1, [1.0], "the gradient is that of the mean itself");
    assert_close("loss", &[total / count], &wide(&tensors.floats(&path("y")).1), TOLERANCE);
    assert_close("dx", &dx, &wide(&tensors.floats(&path("dx")).1), TOLERANCE);
}

/// Each array of parameters that `is_given` against `expected`, all arrays' numbers one after the other.
#[track_caller]
fn assert_parameters<P: Parameters>(what: &str, found: &P, mut expected: &[f32], is_given: impl Fn(&Array) -> bool) {
    for (array, values) in found.arrays() {
        let expected = wide(expected.split_off(..values.len()).unwrap());
        if is_given(&array) {
            assert_close(&format!("{what} {array}"), &array.iter(values).collect::<Vec<_>>(), &expected, TOLERANCE);
        }
    }
}

network! {
    struct W1Mapwise: [1, 8, 8] => [10] {
        conv: mapwise_conv2d(1, kernel 3),
        relu1: relu,
        flatten: flatten,
        dense1: linear(10),
        relu2: relu,
        dense2: linear(10),
    }
}

network! {
    struct W1: [1, 8, 8] => [10] {
        conv: conv2d(1, kernel 3),
        relu1: relu,
        flatten: flatten,
        dense1: linear(10),
        relu2: relu,
        dense2: linear(10),
    }
}

network! {
    struct W2: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

/// The steps of a file, with a network that has its layers: the loss before each, and the parameters after the last.
fn steps<N: Network<Output: Logits>, V: Elem>(bytes: &'static [u8]) {
    let tensors = Tensors::new(bytes);
    let (_, metadata) = SafeTensors::read_metadata(bytes).unwrap();
    let metadata = metadata.metadata().as_ref().unwrap();
    let number = |key: &str| metadata[key].parse().unwrap();
    let layers: Value = serde_json::from_str(&metadata["layers"]).unwrap();
    assert_eq!(layers.as_array().unwrap().len(), N::LAYERS.len());
    // an array is called after its layer's place in the list of layers
    let named = |when: &str, array: &Array| {
        let place = N::LAYERS.iter().position(|row| row.name == array.path()[0]).unwrap();
        Some(format!("{when}.{place}.{}", array.name()))
    };

    let mut net = Box::new(N::ZERO);
    set(&mut *net, &tensors.parameters::<N>(|array| named("start", array)));
    let images: Vec<_> =
        tensors.images::<N::Input>("x").iter().map(|image| N::Input::from_slice(image).unwrap()).collect();
    let labels = tensors.labels("y");
    let mut trainer = Box::new(Trainer::<N, V>::ZERO);
    let sgd = Sgd::new(number("lr"), number("momentum")).unwrap();
    let mut losses = Vec::new();
    for (images, labels) in images.chunks(8).zip(labels.chunks(8)) {
        let batch = images.iter().zip(labels.iter().copied());
        losses.push(trainer.step(&mut net, &sgd, batch).unwrap().loss());
    }
    assert_close("losses", &losses, &wide(&tensors.floats("losses").1), TOLERANCE);
    let after = tensors.parameters::<N>(|array| named("after", array));
    assert_parameters("after the steps:", &*net, &after, |_| true);
}

mod five_steps {
    use super::*;

    static ARTICLE: &[u8] = include_bytes!("../data/w1_steps.safetensors");
    static MOMENTUM: &[u8] = include_bytes!("../data/w2_steps.safetensors");

    #[test]
    fn of_the_article_by_its_own_convolution() {
        steps::<W1Mapwise, f32>(ARTICLE);
        steps::<W1Mapwise, F32x8>(ARTICLE);
    }

    #[test]
    fn of_the_article_by_the_usual_convolution() {
        steps::<W1, f32>(ARTICLE);
        steps::<W1, F32x8>(ARTICLE);
    }

    #[test]
    fn with_momentum() {
        steps::<W2, f32>(MOMENTUM);
        steps::<W2, F32x8>(MOMENTUM);
    }
}
