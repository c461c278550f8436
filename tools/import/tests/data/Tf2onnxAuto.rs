// Imported from `Tf2onnxAuto.onnx` (tf2onnx 1.17.0 None, opset 15).
// Its parameters: `Tf2onnxAuto::from_le_bytes(include_bytes!("Tf2onnxAuto.bin"))`

const_cnn::network! {
    pub struct Tf2onnxAuto: [8, 8, 1] => [1, 8, 8] {
        reshape: reshape([1, 8, 8]), // [1, 8, 8]
        conv2d_10_1: conv2d(4, kernel 3, stride 2, padding same, no bias), // [4, 4, 4]
        conv2d_10_1_relu: relu, // [4, 4, 4]
        flatten: flatten, // [64]
        dense_3_1: linear(6, no bias), // [6]
        dense_3_1_tanh: tanh, // [6]
        dense_4_1: linear(48, no bias), // [48]
        dense_4_1_relu: relu, // [48]
        reshape_1: reshape([3, 4, 4]), // [3, 4, 4]
        conv2d_transpose_1: conv_transpose2d(2, kernel 3, stride 2, padding (0, 1, 0, 1), no bias), // [2, 8, 8]
        conv2d_transpose_1_relu: relu, // [2, 8, 8]
        conv2d_11_1: conv2d(1, kernel 3, padding 1, no bias), // [1, 8, 8]
        conv2d_11_1_sigmoid: sigmoid, // [1, 8, 8]
    }
}
