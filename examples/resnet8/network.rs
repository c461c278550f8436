//! ResNet-8, the network for image classification of MLPerf Tiny.

use const_cnn::network;

network! {
    /// Ten classes of coloured images. Folded it has 77 706 parameters, and inference needs 49 152 values.
    #[derive(Clone)]
    pub struct ResNet8: [3, 32, 32] => [10] {
        conv1: conv2d(16, kernel 3, padding same, no bias),
        norm1: batch_norm,
        relu1: relu,
        layer1: residual {
            conv1: conv2d(16, kernel 3, padding same, no bias),
            norm1: batch_norm,
            relu1: relu,
            conv2: conv2d(16, kernel 3, padding same, no bias),
            norm2: batch_norm,
        },
        relu2: relu,
        layer2: residual {
            conv1: conv2d(32, kernel 3, stride 2, padding same, no bias),
            norm1: batch_norm,
            relu1: relu,
            conv2: conv2d(32, kernel 3, padding same, no bias),
            norm2: batch_norm,
        } shortcut {
            conv: conv2d(32, kernel 1, stride 2, no bias),
            norm: batch_norm,
        },
        relu3: relu,
        layer3: residual {
            conv1: conv2d(64, kernel 3, stride 2, padding same, no bias),
            norm1: batch_norm,
            relu1: relu,
            conv2: conv2d(64, kernel 3, padding same, no bias),
            norm2: batch_norm,
        } shortcut {
            conv: conv2d(64, kernel 1, stride 2, no bias),
            norm: batch_norm,
        },
        relu4: relu,
        pool: avg_pool2d(8),
        flatten: flatten,
        dense: linear(10),
    }
}
