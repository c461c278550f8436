// Imported from `KerasInt8.tflite` (TFLite).
// The file takes [1, 4, 4, 2], the network [2, 4, 4]: axes [3, 1, 2] of the file's, from 0.
// Its int8 form: `Int8::<KerasInt8>::from_le_bytes(include_bytes!("KerasInt8.bin"))`
// It takes int8, by `image_in`, channels last: q stands for 0.026541732 * (q + 28).
// It gives int8, by `infer_in`, channels last: q stands for 0.014514 * (q - 5).

const_cnn::network! {
    pub struct KerasInt8: [2, 4, 4] => [2] {
        conv2d_1: conv2d(3, kernel 3), // [3, 2, 2]
        relu: relu, // [3, 2, 2]
        flatten: flatten, // [12]
        linear: linear(2, no bias), // [2]
    }
}
