// Imported from `KerasResnet.tflite` (TFLite).
// The file takes [1, 8, 8, 3], the network [3, 8, 8]: axes [3, 1, 2] of the file's, from 0.
// Its parameters: `KerasResnet::from_le_bytes(include_bytes!("KerasResnet.bin"))`

const_cnn::network! {
    pub struct KerasResnet: [3, 8, 8] => [5] {
        conv2d_1: conv2d(4, kernel 3, padding 1), // [4, 8, 8]
        residual1: residual {
            conv2d_1_2: conv2d(4, kernel 3, padding 1), // [4, 8, 8]
            relu: relu, // [4, 8, 8]
            conv2d_2_1: conv2d(4, kernel 3, padding 1), // [4, 8, 8]
        }, // [4, 8, 8]
        relu1: relu, // [4, 8, 8]
        residual2: residual {
            conv2d_3_1: conv2d(6, kernel 3, stride 2, padding same), // [6, 4, 4]
            relu: relu, // [6, 4, 4]
            conv2d_4_1: conv2d(6, kernel 3, padding 1), // [6, 4, 4]
        } shortcut {
            conv2d_5_1: conv2d(6, kernel 1, stride 2), // [6, 4, 4]
        }, // [6, 4, 4]
        relu2: relu, // [6, 4, 4]
        global_average_pooling2d_1: global_avg_pool, // [6]
        dense_1: linear(5, no bias), // [5]
        softmax: softmax, // [5]
    }
}
