//! The two networks.

use const_cnn::network;

network! {
    /// The article's network: one kernel of 3 × 3, then two dense layers.
    pub struct Article: [1, 8, 8] => [10] {
        conv: mapwise_conv2d(1, kernel 3),
        relu1: relu,
        flatten: flatten,
        dense1: linear(10),
        relu2: relu,
        dense2: linear(10),
    }
}

network! {
    /// The better one: two convolutions, each with a pooling layer, then one dense layer.
    #[derive(Clone)]
    pub struct Small: [1, 8, 8] => [10] {
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
