// Imported from `KerasMobile.tflite` (TFLite).
// The file takes [1, 16, 16, 3], the network [3, 16, 16]: axes [3, 1, 2] of the file's, from 0.
// Its parameters: `KerasMobile::from_le_bytes(include_bytes!("KerasMobile.bin"))`

const_cnn::network! {
    pub struct KerasMobile: [3, 16, 16] => [3] {
        conv2d_7_1: conv2d(4, kernel 3, stride 2, padding same), // [4, 8, 8]
        relu61: relu6, // [4, 8, 8]
        depthwise_conv2d_1: depthwise_conv2d(kernel 3, padding 1, multiplier 2), // [8, 8, 8]
        activation_1: hard_swish, // [8, 8, 8]
        depthwise_conv2d_1_2: depthwise_conv2d(kernel 3, stride 2, padding same), // [8, 4, 4]
        conv2d_8_1: conv2d(6, kernel 1), // [6, 4, 4]
        relu62: relu6, // [6, 4, 4]
        average_pooling2d_1: avg_pool2d(4), // [6, 1, 1]
        conv2d_9_1: conv2d(3, kernel 1), // [3, 1, 1]
        flatten: flatten, // [3]
        softmax: softmax, // [3]
    }
}
