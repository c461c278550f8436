// Imported from `Tf2onnxAuto.onnx` (tf2onnx 1.17.0 None, opset 15).
// Its parameters: `Tf2onnxAuto::from_le_bytes(include_bytes!("Tf2onnxAuto.bin"))`

const_cnn::network! {
    pub struct Tf2onnxAuto: [8, 8, 1] => [1, 8, 8] {
        reshape1: reshape([1, 8, 8]), // [1, 8, 8]
        conv1: conv2d(4, kernel 3, stride 2, padding same, no bias), // [4, 4, 4]
        relu1: relu, // [4, 4, 4]
        flatten: flatten, // [64]
        linear1: linear(6, no bias), // [6]
        tanh: tanh, // [6]
        linear2: linear(48, no bias), // [48]
        relu2: relu, // [48]
        reshape2: reshape([3, 4, 4]), // [3, 4, 4]
        conv2: conv_transpose2d(2, kernel 3, stride 2, padding (0, 1, 0, 1), no bias), // [2, 8, 8]
        relu3: relu, // [2, 8, 8]
        conv3: conv2d(1, kernel 3, padding 1, no bias), // [1, 8, 8]
        sigmoid: sigmoid, // [1, 8, 8]
    }
}
