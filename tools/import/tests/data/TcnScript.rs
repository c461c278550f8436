// Imported from `TcnScript.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `TcnScript::from_le_bytes(include_bytes!("TcnScript.bin"))`

const_cnn::network! {
    pub struct TcnScript: [2, 20] => [3] {
        net_0: residual {
            conv1: conv1d(4, kernel 3, padding (2, 0)), // [4, 20]
            relu1: relu, // [4, 20]
            conv2: conv1d(4, kernel 3, padding (2, 0)), // [4, 20]
            relu2: relu, // [4, 20]
        } shortcut {
            match_: conv1d(4, kernel 1), // [4, 20]
        }, // [4, 20]
        net_0_relu: relu, // [4, 20]
        net_1: residual {
            conv1: conv1d(4, kernel 3, dilation 2, padding (4, 0)), // [4, 20]
            relu1: relu, // [4, 20]
            conv2: conv1d(4, kernel 3, dilation 2, padding (4, 0)), // [4, 20]
            relu2: relu, // [4, 20]
        }, // [4, 20]
        net_1_relu: relu, // [4, 20]
        net_2: residual {
            conv1: conv1d(4, kernel 3, dilation 4, padding (8, 0)), // [4, 20]
            relu1: relu, // [4, 20]
            conv2: conv1d(4, kernel 3, dilation 4, padding (8, 0)), // [4, 20]
            relu2: relu, // [4, 20]
        }, // [4, 20]
        net_2_relu: relu, // [4, 20]
        reshape: reshape([4, 1, 20]), // [4, 1, 20]
        crop: crop((0, 0, 19, 0)), // [4, 1, 1]
        flatten: flatten, // [4]
        out: linear(3), // [3]
    }
}
