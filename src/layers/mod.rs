//! One file a layer: its equation, its forward pass, directly beneath it the backward pass, and how it is written.

pub mod activation;
pub mod bias;
pub mod groups;
pub mod norm;
pub mod pool;
pub mod sliding;
pub mod word;

/// The layers, a line each: the file, and the types that it exports. What has the file's name in it, a macro for a layer with
/// numbers, a type without values for a word, is how the layer is written in `network!`.
macro_rules! layers {
    ($($file:ident: $($layer:ident),+;)+) => {
        $(pub mod $file;)+

        /// The types of the layers.
        pub mod types {
            $(pub use super::$file::{$($layer),+};)+
        }

        /// What can stand in a line of `network!`.
        pub mod words {
            $(pub use super::$file::$file;)+
        }
    };
}

layers! {
    avg_pool1d: AvgPool1d;
    avg_pool2d: AvgPool2d;
    batch_norm: BatchNorm, BatchNormTape;
    conv1d: Conv1d;
    conv2d: Conv2d, Transposed;
    conv_transpose1d: ConvTranspose1d;
    conv_transpose2d: ConvTranspose2d;
    crop: Crop;
    depthwise_conv1d: DepthwiseConv1d;
    depthwise_conv2d: DepthwiseConv2d;
    dropout: Dropout;
    elu: Elu;
    fake_quant: FakeQuant;
    flatten: Flatten;
    gelu: Gelu;
    gelu_tanh: GeluTanh;
    global_avg_pool: GlobalAvgPool;
    global_max_pool: GlobalMaxPool;
    group_norm: GroupNorm;
    hard_sigmoid: HardSigmoid;
    hard_swish: HardSwish;
    instance_norm: InstanceNorm;
    layer_norm: LayerNorm;
    leaky_relu: LeakyRelu;
    linear: Linear;
    mapwise_conv2d: MapwiseConv2d;
    max_pool1d: MaxPool1d;
    max_pool2d: MaxPool2d;
    pad2d: Pad2d, Border;
    prelu: Prelu;
    relu: Relu;
    relu6: Relu6;
    reshape: Reshape;
    sigmoid: Sigmoid;
    silu: Silu;
    softmax: Softmax;
    softplus: Softplus;
    spatial_dropout: SpatialDropout;
    tanh: Tanh;
    upsample: Upsample;
}
