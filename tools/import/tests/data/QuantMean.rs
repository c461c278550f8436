// Imported from `QuantMean.tflite` (TFLite).
// The file takes [1, 5, 5, 2], the network [2, 5, 5]: axes [3, 1, 2] of the file's, from 0.
// Its int8 form: `Int8::<QuantMean>::from_le_bytes(include_bytes!("QuantMean.bin"))`
// It takes int8, by `image_in`, channels last: q stands for 0.02 * (q - 7).
// It gives int8, by `infer_in`, channels last: q stands for 0.05 * (q - 3).
// A MEAN is a convolution here whose weights are all 1: it rounds as in the file, which a pool does not.

const_cnn::network! {
    pub struct QuantMean: [2, 5, 5] => [9] {
        conv: conv2d(6, kernel 3), // [6, 3, 3]
        depthwise: depthwise_conv2d(kernel 3, no bias), // [6, 1, 1]
        flatten: flatten, // [6]
        linear: linear(9), // [9]
    }
}
