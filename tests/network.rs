//! What `network!` writes beside the passes: constants, arrays by path, activations by name.

use const_cnn::{Axis, Elem, F32x8, Layer, Network, Number, Operator, Parameters, Row, Trainer, Zero, network};

network! {
    struct Inner: [2, 2, 3] => [4] {
        flatten: flatten,
        dense: linear(4),
    }
}

network! {
    struct Net: [1, 3, 4] => [4] {
        conv: conv2d(2, kernel 2),
        relu: relu,
        inner: Inner,
        again: relu,
    }
}

#[test]
fn constants_are_the_sums_of_the_layers() {
    // conv: 2 · 1 · 2 · 2 weights and 2 biases, 2 · 3 maps of 2; dense: 12 · 4 and 4
    assert_eq!([Net::PARAMETERS, Net::PARAMETER_BYTES], [10 + 52, 4 * 62]);
    assert_eq!(Net::MULTIPLY_ACCUMULATES, 8 * 6 + 48);
    // the convolution's 12 values, in which ReLU works, and the 12 that they become in the network inside
    assert_eq!(Net::INFERENCE_BYTES, 4 * (12 + 12));
    // what that network gives comes after the convolution's
    assert_eq!(Net::ALIVE, 12 + 12);
    // with `simd` weights begin on cache lines
    assert_eq!(size_of::<Net>() == Net::PARAMETER_BYTES, cfg!(not(feature = "simd")));
    fn bytes<V: Elem>() -> usize {
        size_of::<Net>() + size_of::<Trainer<Net, V>>()
    }
    assert_eq!([Net::TRAINING_BYTES, Net::training_bytes::<F32x8>()], [bytes::<f32>(), bytes::<F32x8>()]);
}

#[test]
fn a_mapwise_convolution_multiplies_once_for_each_map_and_tap() {
    // 2 input maps by 3 kernels, 2 · 3 points, 2 · 2 taps
    assert_eq!(<const_cnn::mapwise_conv2d!([2, 3, 4] => 3, kernel 2) as Layer>::MULTIPLY_ACCUMULATES, 6 * 6 * 4);
}

#[test]
fn arrays_have_paths() {
    let mut net = Net::ZERO;
    net.inner.dense.weight[11][3] = 7.0;
    let described: Vec<String> = net.arrays().map(|(array, values)| format!("{array}: {}", values.len())).collect();
    let expected = [
        "conv.weight [2, 1, 2, 2]: 8",
        "conv.bias [2]: 2",
        "inner.dense.weight [4, 12]: 48",
        "inner.dense.bias [4]: 4",
    ];
    assert_eq!(described, expected);
    let array = Net::ARRAYS.get(2).unwrap();
    assert_eq!((array.path(), array.name()), (["inner", "dense", "weight"].as_slice(), "weight"));
    assert_eq!(array.iter(net.values(2)).position(|value| value == 7.0), Some(47));

    assert!(Net::ARRAYS.get(4).is_none() && net.values(4).is_empty() && net.values_mut(4).is_empty());
    assert_eq!((Net::ARRAYS.len(), Net::ARRAYS.count(), Net::ARRAYS.is_empty()), (4, 62, false));
}

#[test]
fn activations_are_shown_by_name_in_order() {
    let mut net = Net::ZERO;
    net.conv.bias = [-1.0, 2.0];
    net.conv.weight[0][0][0][1] = 10.0; // to channel 1: 10 · the upper left pixel
    let image = Net::image(&[0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11.]).unwrap();
    let (mut scratch, mut y) = (<Net as Layer>::Scratch::ZERO, [f32::NAN; 4]);

    let mut shown = Vec::new();
    net.activations(&image, &mut scratch, &mut y, |name, dims, values| {
        shown.push((name, dims, values.collect::<Vec<f32>>()));
    });
    let second = [2.0, 12.0, 22.0, 42.0, 52.0, 62.0];
    let [conv, relu] = [-1.0, 0.0].map(|first| [[first; 6], second].concat());
    let expected = [
        ("conv", [2, 2, 3].as_slice(), conv),
        ("relu", &[2, 2, 3], relu),
        ("inner", &[4], vec![0.0; 4]),
        ("again", &[4], vec![0.0; 4]),
    ];
    assert_eq!(shown, expected);
    assert_eq!(y, [0.0; 4]);
}

#[test]
fn rows_say_what_each_layer_is() {
    let [conv, relu, inner, _] = Net::LAYERS else { panic!("four layers") };
    assert_eq!((conv.name, conv.output, conv.parameters, conv.multiply_accumulates), ("conv", &[2, 2, 3][..], 10, 48));
    assert_eq!((relu.name, relu.parameters, relu.bytes), ("relu", 0, 48));
    assert_eq!((inner.name, inner.output, inner.parameters), ("inner", &[4][..], 52));
    assert_eq!(Net::NAME, "Net");
}

network! {
    struct Blocks: [2, 3, 4] => [4] {
        block: residual { conv: conv2d(2, kernel (1, 3), padding (0, 0, 2, 0), groups 2) } shortcut {
            pad: pad2d((0, 0, 1, 2), reflect),
            crop: crop((0, 0, 2, 1)),
        },
        branches: concat { same {}, pooled { pool: avg_pool2d(2, stride 1, padding same, no count) } },
        gate: gate { pool: global_avg_pool, sigmoid: sigmoid },
        conv: conv2d(2, kernel 2),
        inner: Inner,
    }
}

#[test]
fn rows_say_what_each_layer_computes() {
    fn words(rows: &[Row]) -> String {
        let words = rows.iter().map(|row| match row.rows {
            [] => row.operator.name.into(),
            rows => format!("{}({})", row.operator.name, words(rows)),
        });
        words.collect::<Vec<_>>().join(" ")
    }
    let expected = "residual(chain(conv2d) chain(pad2d crop)) concat(identity chain(avg_pool2d)) \
                    gate(chain(global_avg_pool sigmoid)) conv2d chain(flatten linear)";
    assert_eq!(words(Blocks::LAYERS), expected);

    let [block, branches, ..] = Blocks::LAYERS else { panic!("five lines") };
    let conv = block.rows[0].rows[0].operator;
    let one = Axis { kernel: 1, stride: 1, dilation: 1, padding: [0, 0] };
    assert_eq!(conv.get("window"), Some(Number::Axes([one, Axis { kernel: 3, padding: [2, 0], ..one }])));
    assert_eq!((conv.get("groups"), conv.get("eps")), (Some(Number::Integer(2)), None));
    let [pad, crop] = block.rows[1].rows else { panic!("two lines") };
    assert_eq!(pad.operator.numbers, [("sides", Number::Sides([0, 0, 1, 2])), ("border", Number::Name("reflect"))]);
    assert_eq!(crop.operator.numbers, [("sides", Number::Sides([0, 0, 2, 1]))]);
    let pool = branches.rows[1].rows[0].operator;
    assert_eq!((pool.get("ceil"), pool.get("count")), (Some(Number::Is(false)), Some(Number::Is(false))));
    let written = Some(Number::Name("[2, 3, 4] => [4]"));
    assert_eq!([Blocks::OPERATOR, const_cnn::Folded::<Blocks>::OPERATOR].map(|of| of.get("written")), [written; 2]);
    assert_eq!((block.rows[0].operator, branches.operator), (Operator::word("chain"), Operator::word("concat")));
    // of blocks and folded lines too, and of those who do not say it
    assert_eq!(Row::of::<const_cnn::Folded<Blocks>>("").rows, Blocks::LAYERS);
    assert_eq!(Operator::CUSTOM, Operator::word("custom"));
}

network! {
    /// A U-Net's levels.
    struct Deep: [1, 2, 2] => [6, 2, 2] {
        one: concat { skip {}, deep {
            two: concat { skip {}, deep {
                three: concat { skip {}, deep {
                    four: concat { skip {}, deep {
                        five: concat { skip {}, deep {
                            block: residual { block: residual { bottom: conv2d(1, kernel 1) } },
                        } },
                    } },
                } },
            } },
        } },
    }
}

#[test]
fn blocks_in_blocks_have_paths() {
    let net = Deep::ZERO;
    let names: Vec<String> = net.arrays().map(|(array, _)| array.path().join(".")).collect();
    let path = "one.deep.two.deep.three.deep.four.deep.five.deep.block.block.bottom";
    assert_eq!(names, [format!("{path}.weight"), format!("{path}.bias")]);
}

network! {
    struct Commas: [2, 8, 8] => [2, 6, 5] {
        conv: conv2d(2, kernel (3, 3,), stride (1, 1,), dilation (1, 1,), padding (1, 1,),),
        pool: max_pool2d((2, 3,), stride 1, padding (0, 1, 1, 1,)),
        padded: pad2d((1, 0, 2, 1,), zero),
        cut: crop((1, 0,)),
        sides: crop((1, 0, 0, 2,)),
        twice: upsample((2, 1,)),
        middle: crop((3, 2)),
    }
}

#[test]
fn a_comma_may_stand_after_the_last_number() {
    let heights: Vec<usize> = Commas::LAYERS.iter().map(|row| row.output[1]).collect();
    assert_eq!(heights, [8, 8, 9, 7, 6, 12, 6]);
}
