// Imported from `LeNetScript.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `LeNetScript::from_le_bytes(include_bytes!("LeNetScript.bin"))`

const_cnn::network! {
    pub struct LeNetScript: [1, 16, 16] => [10] {
        conv1: conv2d(3, kernel 5, padding 2), // [3, 16, 16]
        relu1: relu, // [3, 16, 16]
        pool1: max_pool2d(2), // [3, 8, 8]
        conv2: conv2d(4, kernel 5), // [4, 4, 4]
        relu2: relu, // [4, 4, 4]
        pool2: max_pool2d(2), // [4, 2, 2]
        flatten: flatten, // [16]
        fc1: linear(12), // [12]
        relu3: relu, // [12]
        fc2: linear(10), // [10]
    }
}
