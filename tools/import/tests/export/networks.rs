//! Small networks which together have every layer and block of the crate, each with the operators that it becomes.

use const_cnn::{Image, MaxPool2d, Network, Vector, Window, network};

/// What is done with each of them.
pub trait Visit {
    /// A network as it is written, and ONNX's operators for it.
    fn network<N: Network>(&mut self, lines: &str, operators: &str);
}

macro_rules! networks {
    ($($name:ident: $input:tt => $output:tt { $($lines:tt)* } $operators:literal)+) => {
        $(network! {
            #[allow(missing_docs)] // its name says what it is for
            pub struct $name: $input => $output { $($lines)* }
        })+

        /// Shows all of them.
        pub fn each(visit: &mut impl Visit) {
            $(visit.network::<$name>(stringify!($input => $output { $($lines)* }), $operators);)+
        }
    };
}

networks! {
    Plain: [3, 8, 7] => [5] {
        conv: conv2d(4, kernel 3, padding 1),
        relu: relu,
        pool: max_pool2d(2),
        flatten: flatten,
        dense: linear(5),
    } "Conv Relu MaxPool Flatten Gemm"

    Convolutions: [4, 9, 8] => [6, 2, 3] {
        sides: conv2d(6, kernel (3, 2), stride (1, 2), dilation (2, 1), padding (0, 1, 2, 1)),
        grouped: conv2d(6, kernel 3, padding 1, groups 2, no bias),
        depthwise: depthwise_conv2d(kernel 3, stride 2, padding same, multiplier 2),
        point: conv2d(6, kernel 1),
        mapped: depthwise_conv2d(kernel (2, 1), no bias),
    } "Conv Conv Conv Conv Conv"

    Sequences: [3, 20] => [4, 17] {
        causal: conv1d(6, kernel 3, dilation 2, padding (4, 0)),
        relu: relu,
        depthwise: depthwise_conv1d(kernel 4, stride 2, padding 1),
        max: max_pool1d(3, ceil),
        avg: avg_pool1d(3, stride 1, padding 1, no count),
        up: conv_transpose1d(4, kernel 3, stride 4, padding (1, 0), groups 2, output_padding 3),
    } "Conv Relu Conv MaxPool AveragePool ConvTranspose"

    Mapwise: [3, 6, 6] => [6, 3, 5] { conv: mapwise_conv2d(2, kernel (4, 2)) } "Conv"

    OneMap: [1, 6, 6] => [2, 4, 4] { conv: mapwise_conv2d(2, kernel 3) } "Conv"

    Transposed: [4, 3, 4] => [2, 14, 20] {
        up: conv_transpose2d(3, kernel 3, stride 2, padding 1, output_padding 1),
        grouped: conv_transpose2d(6, kernel (2, 3), groups 3, no bias),
        sides: conv_transpose2d(2, kernel 3, stride 2, dilation (1, 2), padding (0, 1, 2, 1)),
    } "ConvTranspose ConvTranspose ConvTranspose"

    OutputPadding: [2, 3, 3] => [2, 10, 10] {
        less: conv_transpose2d(3, kernel 2, dilation 3, padding 1, output_padding 2),
        bare: conv_transpose2d(2, kernel 2, dilation 3, padding (1, 0, 0, 1), output_padding (2, 2)),
    } "ConvTranspose Pad Add ConvTranspose Pad Add"

    LessPadding: [2, 3, 3] => [3, 5, 5] {
        less: conv_transpose2d(3, kernel 2, dilation 3, padding 2, output_padding 2),
        again: conv_transpose2d(3, kernel 2, dilation 3, padding 2, output_padding 2, no bias),
    } "ConvTranspose ConvTranspose"

    NoBiasBehind: [2, 3, 3] => [3, 8, 8] {
        bare: conv_transpose2d(3, kernel 2, dilation 3, output_padding 2, no bias),
    } "ConvTranspose Pad"

    Pools: [3, 13, 14] => [3, 3, 3] {
        max: max_pool2d(3, stride 2, padding 1),
        avg: avg_pool2d((2, 3), stride 1, padding same),
        up: max_pool2d(2, ceil),
        mean: avg_pool2d(2, stride 1, padding (0, 1, 1, 0), no count),
        mean_up: avg_pool2d(3, stride 2, padding 1, ceil),
        few: avg_pool2d(2, stride 1, padding (1, 0, 0, 1), no count),
    } "MaxPool AveragePool MaxPool AveragePool AveragePool AveragePool"

    WidePools: [2, 6, 7] => [2, 6, 7] {
        max: max_pool2d(2, stride 1, dilation 4, padding 2),
        avg: avg_pool2d(2, stride 1, dilation 4, padding 2),
        few: avg_pool2d(2, stride 1, dilation 4, padding 2, no count),
    } "Pad MaxPool Pad AveragePool Pad AveragePool Mul"

    WideSequences: [2, 9] => [4, 13] {
        max: max_pool1d(2, stride 2, dilation 4, padding 2, ceil),
        avg: avg_pool1d(2, stride 1, dilation 3, padding 2),
        few: avg_pool1d(2, stride 1, dilation 3, padding 2, no count),
        up: conv_transpose1d(3, kernel 2, dilation 3, output_padding 1),
        more: conv_transpose1d(4, kernel 2, dilation 3, padding (2, 1), output_padding 2),
    } "Pad MaxPool Pad AveragePool Pad AveragePool Mul ConvTranspose Pad Add ConvTranspose Pad Add"

    Groups: [4, 5, 5] => [8, 5, 5] {
        all: conv2d(4, kernel 3, padding 1, groups 4),
        more: conv2d(8, kernel 1, groups 4, no bias),
        norm: group_norm(8),
        instance: instance_norm,
    } "Conv Conv InstanceNormalization InstanceNormalization"

    OneChannel: [1, 5, 5] => [3, 5, 5] {
        by_value: gate { pool: global_avg_pool, dense: linear(1), sigmoid: sigmoid },
        depthwise: depthwise_conv2d(kernel 3, padding 1),
        norm: group_norm(1),
        slope: prelu,
        more: depthwise_conv2d(kernel 3, padding same, multiplier 3),
    } "GlobalAveragePool Flatten Gemm Sigmoid Reshape Mul Conv InstanceNormalization PRelu Conv"

    WidePoolsUp: [2, 8, 9] => [2, 4, 5] {
        max: max_pool2d(2, stride (2, 3), dilation 4, padding 2, ceil),
        avg: avg_pool2d(2, stride 1, dilation (3, 4), padding 2),
        up: avg_pool2d(2, stride (3, 2), dilation 4, padding (3, 3), ceil),
        few: avg_pool2d(2, stride 1, dilation 3, padding 2, ceil, no count),
    } "Pad MaxPool Pad AveragePool Pad AveragePool Mul Pad AveragePool Mul"

    Written: [3, 9, 9] => [4] {
        same: conv2d(4, kernel 3, padding same),
        leaky: leaky_relu(0.01),
        norm: batch_norm(eps 1e-5, momentum 0.1),
        steps: depthwise_conv2d(padding 1, kernel (3, 3), stride 1, multiplier 1),
        elu: elu(1.0),
        max: max_pool2d(2, stride 2),
        avg: avg_pool2d(3, padding same, stride 1),
        group: group_norm(2, eps 0.00001),
        up: conv_transpose2d(4, kernel 2, dilation 3, padding (0, 2, 0, 2), output_padding 2, groups 1),
        crop: crop((1, 1)),
        pad: pad2d((1, 1, 0, 0)),
        double: upsample((2, 2)),
        line: reshape([4, 14 * 10]),
        conv: conv1d(1_0, kernel 3, padding same),
        pool: max_pool1d(2, stride 2, padding 0),
        flatten: flatten,
        dense: linear(4),
        drop: dropout(0.50),
    } "Conv LeakyRelu BatchNormalization Conv Elu MaxPool AveragePool GroupNormalization ConvTranspose Slice Pad Resize Reshape \
       Conv MaxPool Flatten Gemm Dropout"

    Nothings: [3, 4, 4] => [3, 4, 4] {
        pad: pad2d(0),
        crop: crop(0),
        up: upsample(1),
        drop: dropout(0.0),
        image: reshape([3, 4, 4]),
        pool: max_pool2d(1),
        one: concat { only { relu: relu } },
        empty: concat { skip {} },
        last: spatial_dropout(0.0),
    } "Pad Slice Resize Dropout Reshape MaxPool Relu Concat Identity Concat Dropout"

    MixedCeil: [2, 7, 7] => [2, 4, 3] {
        mixed: MaxPool2d<Image<2, 7, 7>, Image<2, 4, 3>, Window<2, 2, 2, 2>>,
    } "Pad MaxPool"

    GlobalPools: [4, 5, 3] => [8] {
        pools: concat { mean { pool: global_avg_pool }, max { pool: global_max_pool } },
    } "GlobalAveragePool Flatten GlobalMaxPool Flatten Concat"

    GlobalOfSequence: [4, 7] => [4] { pool: global_avg_pool, of_vector: const_cnn::GlobalMaxPool<Vector<4>> }
        "GlobalAveragePool Flatten Identity"

    Geometry: [2, 5, 6] => [2, 23, 42] {
        zero: pad2d((1, 0, 2, 1)),
        replicate: pad2d((0, 2), replicate),
        reflect: pad2d((1, 2, 3, 0), reflect),
        crop: crop((2, 1, 3, 2)),
        few: crop((0, 0, 0, 4)),
        nearest: upsample((2, 3)),
        crop_again: crop((0, 3, 1, 2)),
        point: conv2d(2, kernel 1),
        bilinear: upsample((3, 2), bilinear),
        last: crop((2, 0)),
        end: pad2d((0, 3), replicate),
    } "Pad Pad Pad Slice Slice Resize Slice Conv Resize Slice Pad"

    Shapes: [2, 6, 4] => [48] {
        sequence: reshape([6, 8]),
        conv: conv1d(4, kernel 3, padding 1),
        image: reshape([2, 4, 4]),
        flatten: flatten,
        dense: linear(12, no bias),
        again: reshape([3, 2, 2]),
        up: upsample(2),
        last: flatten,
    } "Reshape Conv Reshape Flatten Gemm Reshape Resize Flatten"

    Norms: [4, 5, 3] => [4, 5, 3] {
        batch: batch_norm(eps 0.001, momentum 0.01),
        layer: layer_norm(eps 0.001),
        group: group_norm(2),
        instance: instance_norm,
        all: group_norm(1, eps 1e-4),
    } "BatchNormalization LayerNormalization GroupNormalization InstanceNormalization GroupNormalization"

    NormsOfSequence: [4, 6] => [4, 6] {
        batch: batch_norm,
        layer: layer_norm,
        group: group_norm(2),
        instance: instance_norm(eps 0.01),
    } "BatchNormalization LayerNormalization GroupNormalization InstanceNormalization"

    NormsOfVector: [6] => [6] { batch: batch_norm, layer: layer_norm, group: group_norm(3) }
        "BatchNormalization LayerNormalization GroupNormalization"

    Activations: [3, 4, 2] => [24, 4, 2] {
        each: concat {
            relu { y: relu },
            relu6 { y: relu6 },
            leaky { y: leaky_relu },
            leaky_more { y: leaky_relu(0.3) },
            elu { y: elu },
            elu_less { y: elu(0.5) },
            gelu { y: gelu },
            gelu_tanh { y: gelu_tanh },
        },
    } "Relu Clip LeakyRelu LeakyRelu Elu Elu Gelu Gelu Concat"

    MoreActivations: [3, 4, 2] => [21, 4, 2] {
        each: concat {
            silu { y: silu },
            sigmoid { y: sigmoid },
            tanh { y: tanh },
            hard_sigmoid { y: hard_sigmoid },
            hard_swish { y: hard_swish },
            softplus { y: softplus },
            prelu { y: prelu },
        },
    } "Sigmoid Mul Sigmoid Tanh HardSigmoid HardSwish Softplus PRelu Concat"

    PreluOfVector: [7] => [5] { slopes: prelu, dense: linear(5), softmax: softmax } "PRelu Gemm Softmax"

    PreluOfSequence: [3, 7] => [3, 7] { slopes: prelu } "PRelu"

    Dropouts: [2, 3, 3] => [4] {
        spatial: spatial_dropout(0.25),
        flatten: flatten,
        dropout: dropout(0.3),
        dense: linear(4),
        last: dropout(0.5),
    } "Dropout Flatten Dropout Gemm Dropout"

    ResNet: [2, 6, 6] => [4] {
        conv: conv2d(4, kernel 3, padding 1, no bias),
        norm: batch_norm,
        relu: relu,
        block1: residual {
            conv1: conv2d(4, kernel 3, padding 1),
            relu: relu,
            conv2: conv2d(4, kernel 3, padding 1),
        },
        relu1: relu,
        block2: residual { conv: conv2d(6, kernel 3, stride 2, padding 1), norm: batch_norm } shortcut {
            conv: conv2d(6, kernel 1, stride 2),
        },
        inner: residual { block: residual { conv: conv2d(6, kernel 1) }, relu: relu },
        pool: global_avg_pool,
        dense: linear(4),
    } "Conv BatchNormalization Relu Conv Relu Conv Add Relu Conv BatchNormalization Conv Add Conv Add Relu Add \
       GlobalAveragePool Flatten Gemm"

    ShortcutOfNothing: [3] => [3] { sum: residual { dense: linear(3) } shortcut { drop: dropout(0.1) } } "Gemm Dropout Add"

    Rounds: [3] => [2] { dense: linear(2), rounds: fake_quant, relu: relu } "Gemm Identity Relu"

    Gates: [8, 4, 4] => [8, 4, 4] {
        excited: gate { pool: global_avg_pool, down: linear(2), relu: relu, up: linear(8), sigmoid: sigmoid },
        by_value: gate { conv: conv2d(8, kernel 1), sigmoid: sigmoid },
        by_image: gate { pool: max_pool2d(4), pixel: gate { pool: global_avg_pool, sigmoid: sigmoid }, tanh: tanh },
    } "GlobalAveragePool Flatten Gemm Relu Gemm Sigmoid Reshape Mul Conv Sigmoid Mul \
       MaxPool GlobalAveragePool Flatten Sigmoid Reshape Mul Tanh Mul"

    GatesInOrder: [8, 4, 4] => [8, 4, 4] {
        by_order: gate { conv: conv2d(2, kernel 3), tanh: tanh },
        by_row: gate { conv: conv2d(1, kernel (3, 1)), tanh: tanh },
    } "Conv Tanh Transpose Reshape Mul Conv Tanh Reshape Mul"

    ReluGate: [3, 4] => [3, 4] { gate: gate { sigmoid: sigmoid }, silu: silu } "Sigmoid Mul Sigmoid Mul"

    Padded: [2, 6, 6] => [2, 2, 3] {
        pad: pad2d(1),
        conv: conv2d(2, kernel 3, padding 1),
        crop: crop((1, 2, 0, 1)),
        flatten: flatten,
        image: reshape([2, 5, 7]),
        pad2: pad2d((0, 1, 0, 0)),
        pool: max_pool2d(2),
        crop2: crop((1, 0, 0, 0)),
    } "Pad Conv Slice Flatten Reshape Pad MaxPool Slice"

    GateOfSequence: [4, 6] => [4, 6] { gate: gate { pool: global_max_pool, dense: linear(4), sigmoid: sigmoid } }
        "GlobalMaxPool Flatten Gemm Sigmoid Reshape Mul"

    Inception: [3, 5, 5] => [11, 5, 5] {
        branches: concat {
            skip {},
            point { conv: conv2d(2, kernel 1), relu: relu },
            wide { down: conv2d(2, kernel 1), inner: concat { a { conv: conv2d(2, kernel 3, padding 1) }, skip {} } },
            pooled { pool: avg_pool2d(3, stride 1, padding 1), conv: conv2d(2, kernel 1) },
        },
    } "Identity Conv Relu Conv Conv Identity Concat AveragePool Conv Concat"

    UNet: [1, 8, 8] => [2, 8, 8] {
        level1: concat {
            skip {},
            below {
                down: conv2d(2, kernel 3, stride 2, padding 1),
                level2: concat {
                    skip {},
                    below { pool: max_pool2d(2), conv: conv2d(3, kernel 3, padding 1), up: conv_transpose2d(2, kernel 2, stride 2) },
                },
                up: upsample(2, bilinear),
            },
        },
        out: conv2d(2, kernel 1),
    } "Identity Conv Identity MaxPool Conv ConvTranspose Concat Resize Concat Conv"

    Nested: [2, 6, 6] => [3] {
        stem: conv2d(3, kernel 3, padding 1, no bias),
        first: ResNetStage,
        second: ResNetStage,
        gate: gate { inside: ResNetStage },
        pool: global_max_pool,
    } "Conv Conv Relu Conv Add Identity Conv Relu Conv Add Identity Conv Relu Conv Add Identity Mul GlobalMaxPool Flatten"

    ResNetStage: [3, 6, 6] => [3, 6, 6] {
        block: residual { conv: conv2d(4, kernel 1), relu: relu, back: conv2d(3, kernel 1) },
    } "Conv Relu Conv Add"

    Names: [2, 3, 3] => [3] {
        input: conv2d(2, kernel 2),
        output: relu,
        block: residual { shortcut: Shadow, relu: relu } shortcut { conv: conv2d(2, kernel 1) },
        flatten: flatten,
        last: linear(3),
    } "Conv Relu Conv Identity Relu Conv Add Flatten Gemm"

    Shadow: [2, 2, 2] => [2, 2, 2] { conv: conv2d(2, kernel 1) } "Conv"

    Autoencoder: [1, 8, 8] => [1, 8, 8] {
        down: conv2d(4, kernel 3, stride 2, padding 1),
        relu: relu,
        flatten: flatten,
        code: linear(6),
        back: linear(64),
        image: reshape([4, 4, 4]),
        up: conv_transpose2d(1, kernel 4, stride 2, padding 1),
        sigmoid: sigmoid,
    } "Conv Relu Flatten Gemm Gemm Reshape ConvTranspose Sigmoid"

    Mlp: [9] => [4] {
        dense1: linear(16),
        relu1: relu,
        dense2: linear(16, no bias),
        norm: batch_norm,
        relu2: relu,
        logits: linear(4),
    } "Gemm Relu Gemm BatchNormalization Relu Gemm"

    OneWord: [2, 5] => [2, 5] { gelu: gelu } "Gelu"
}

/// Numbers from −0.5 to 0.5, the same ones each time.
pub struct Numbers(u32);

impl Numbers {
    /// Those that begin with a seed.
    pub fn new(seed: u32) -> Numbers {
        Numbers(seed)
    }
}

impl Iterator for Numbers {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some((self.0 >> 8) as f32 / (1 << 24) as f32 - 0.5)
    }
}

/// A network as if it had been trained: no two numbers are alike, variances are above 0.
pub fn trained<N: Network>() -> N {
    let (mut net, mut numbers) = (N::ZERO, Numbers::new(7));
    for index in 0..N::ARRAYS.len() {
        let is_factor = N::ARRAYS.get(index).is_some_and(|array| array.start() == Some(1.0));
        for (value, number) in net.values_mut(index).iter_mut().zip(&mut numbers) {
            *value = if is_factor { 1.0 + number } else { number };
        }
    }
    net
}
