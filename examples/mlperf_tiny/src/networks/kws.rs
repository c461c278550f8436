//! Keyword spotting: DS-CNN.

use const_cnn::network;

network! {
    /// Which of twelve words 49 frames of ten coefficients are.
    #[derive(Clone)]
    pub struct Kws: [1, 49, 10] => [12] {
        conv1: conv2d(64, kernel (10, 4), stride 2, padding same, no bias),
        conv1_norm: batch_norm,
        conv1_relu: relu,
        block1_dw: depthwise_conv2d(kernel 3, padding same, no bias),
        block1_dw_norm: batch_norm,
        block1_dw_relu: relu,
        block1_pw: conv2d(64, kernel 1, no bias),
        block1_pw_norm: batch_norm,
        block1_pw_relu: relu,
        block2_dw: depthwise_conv2d(kernel 3, padding same, no bias),
        block2_dw_norm: batch_norm,
        block2_dw_relu: relu,
        block2_pw: conv2d(64, kernel 1, no bias),
        block2_pw_norm: batch_norm,
        block2_pw_relu: relu,
        block3_dw: depthwise_conv2d(kernel 3, padding same, no bias),
        block3_dw_norm: batch_norm,
        block3_dw_relu: relu,
        block3_pw: conv2d(64, kernel 1, no bias),
        block3_pw_norm: batch_norm,
        block3_pw_relu: relu,
        block4_dw: depthwise_conv2d(kernel 3, padding same, no bias),
        block4_dw_norm: batch_norm,
        block4_dw_relu: relu,
        block4_pw: conv2d(64, kernel 1, no bias),
        block4_pw_norm: batch_norm,
        block4_pw_relu: relu,
        avgpool: global_avg_pool,
        fc: linear(12),
    }
}

network! {
    /// With the chances at its end.
    pub struct KwsChances: [1, 49, 10] => [12] {
        net: Kws,
        softmax: softmax,
    }
}
