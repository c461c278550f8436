//! Streaming wake word: a DS-CNN along time.

use const_cnn::network;

network! {
    /// Whether 30 frames of 40 energies are the wake word, silence or anything else.
    ///
    /// Nothing stands between a depthwise convolution and the one after it, whose normalisation is enough for both.
    #[derive(Clone)]
    pub struct Sww: [40, 30] => [3] {
        block1_dw: depthwise_conv1d(kernel 3),
        block1_pw: conv1d(128, kernel 1, no bias),
        block1_pw_norm: batch_norm,
        block1_pw_relu: relu,
        block2_dw: depthwise_conv1d(kernel 5),
        block2_pw: conv1d(128, kernel 1, no bias),
        block2_pw_norm: batch_norm,
        block2_pw_relu: relu,
        block3_dw: depthwise_conv1d(kernel 10),
        block3_pw: conv1d(128, kernel 1, no bias),
        block3_pw_norm: batch_norm,
        block3_pw_relu: relu,
        block4_dw: depthwise_conv1d(kernel 15),
        block4_pw: conv1d(32, kernel 1, no bias),
        block4_pw_norm: batch_norm,
        block4_pw_relu: relu,
        flatten: flatten,
        fc: linear(3),
    }
}

network! {
    /// With the chances at its end.
    pub struct SwwChances: [40, 30] => [3] {
        net: Sww,
        softmax: softmax,
    }
}
