// Imported from `QuantStream.tflite` (TFLite).
// The file takes [1, 14, 1, 5], the network [5, 14, 1]: axes [3, 1] of the file's, from 0.
// Its int8 form: `Int8::<QuantStream>::from_le_bytes(include_bytes!("QuantStream.bin"))`
// It takes int8, by `image_in`, channels last: q stands for 0.003921569 * (q + 128).
// It gives int8, by `infer_in`, channels last: q stands for 0.00390625 * (q + 128).

const_cnn::network! {
    pub struct QuantStream: [5, 14, 1] => [4] {
        depthwise1: depthwise_conv2d(kernel (3, 1), no bias), // [5, 12, 1]
        conv1: conv2d(9, kernel 1), // [9, 12, 1]
        relu1: relu, // [9, 12, 1]
        depthwise2: depthwise_conv2d(kernel (5, 1), no bias), // [9, 8, 1]
        conv2: conv2d(6, kernel (8, 1)), // [6, 1, 1]
        relu2: relu, // [6, 1, 1]
        flatten: flatten, // [6]
        linear: linear(4), // [4]
        softmax: softmax, // [4]
    }
}
