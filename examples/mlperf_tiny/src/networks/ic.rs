//! Image classification: ResNet-8.

use const_cnn::network;

network! {
    /// Which of ten classes a coloured picture of 32 × 32 pixels, from 0 to 255, is of.
    #[derive(Clone)]
    pub struct Ic: [3, 32, 32] => [10] {
        conv1: conv2d(16, kernel 3, padding same, no bias),
        conv1_norm: batch_norm,
        conv1_relu: relu,
        layer1: residual {
            conv1: conv2d(16, kernel 3, padding same, no bias),
            conv1_norm: batch_norm,
            conv1_relu: relu,
            conv2: conv2d(16, kernel 3, padding same, no bias),
            conv2_norm: batch_norm,
        },
        layer1_relu: relu,
        layer2: residual {
            conv1: conv2d(32, kernel 3, stride 2, padding same, no bias),
            conv1_norm: batch_norm,
            conv1_relu: relu,
            conv2: conv2d(32, kernel 3, padding same, no bias),
            conv2_norm: batch_norm,
        } shortcut {
            conv: conv2d(32, kernel 1, stride 2, no bias),
            norm: batch_norm,
        },
        layer2_relu: relu,
        layer3: residual {
            conv1: conv2d(64, kernel 3, stride 2, padding same, no bias),
            conv1_norm: batch_norm,
            conv1_relu: relu,
            conv2: conv2d(64, kernel 3, padding same, no bias),
            conv2_norm: batch_norm,
        } shortcut {
            conv: conv2d(64, kernel 1, stride 2, no bias),
            norm: batch_norm,
        },
        layer3_relu: relu,
        avgpool: global_avg_pool,
        fc: linear(10),
    }
}

network! {
    /// With the chances at its end.
    pub struct IcChances: [3, 32, 32] => [10] {
        net: Ic,
        softmax: softmax,
    }
}
