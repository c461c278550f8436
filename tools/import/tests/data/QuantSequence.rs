// Imported from `QuantSequence.tflite` (TFLite).
// The file takes [1, 12, 5], the network [5, 12]: axes [2, 1] of the file's, from 0.
// Its int8 form: `Int8::<QuantSequence>::from_le_bytes(include_bytes!("QuantSequence.bin"))`
// It takes int8, by `image_in`, channels last: q stands for 0.03 * (q - 4).
// It gives int8, by `infer_in`, channels last: q stands for 0.1 * (q + 3).

const_cnn::network! {
    pub struct QuantSequence: [5, 12] => [7] {
        conv: conv1d(6, kernel 3, dilation 2), // [6, 8]
        relu1: relu, // [6, 8]
        pool: max_pool1d(2), // [6, 4]
        depthwise: depthwise_conv1d(kernel 3, padding 1, multiplier 2), // [12, 4]
        relu2: relu, // [12, 4]
        rescale1: concat {
            skip {},
        }, // [12, 4]
        rescale2: concat {
            skip {},
        }, // [12, 4]
        relu3: relu, // [12, 4]
        flatten: flatten, // [48]
        linear: linear(7, no bias), // [7]
    }
}
