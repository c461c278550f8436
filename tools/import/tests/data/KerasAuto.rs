// Imported from `KerasAuto.tflite` (TFLite).
// Its parameters: `KerasAuto::from_le_bytes(include_bytes!("KerasAuto.bin"))`

const_cnn::network! {
    pub struct KerasAuto: [1, 8, 8] => [1, 8, 8] {
        conv2d_10_1: conv2d(4, kernel 3, stride 2, padding same), // [4, 4, 4]
        relu1: relu, // [4, 4, 4]
        flatten: flatten, // [64]
        dense_3_1: linear(6, no bias), // [6]
        tanh: tanh, // [6]
        dense_4_1: linear(48, no bias), // [48]
        relu2: relu, // [48]
        reshape: reshape([3, 4, 4]), // [3, 4, 4]
        conv: conv_transpose2d(2, kernel 3, stride 2, padding (0, 1, 0, 1), no bias), // [2, 8, 8]
        relu3: relu, // [2, 8, 8]
        conv2d_11_1: conv2d(1, kernel 3, padding 1), // [1, 8, 8]
        sigmoid: sigmoid, // [1, 8, 8]
    }
}
