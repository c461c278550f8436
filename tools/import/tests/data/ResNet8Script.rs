// Imported from `ResNet8Script.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `ResNet8Script::from_le_bytes(include_bytes!("ResNet8Script.bin"))`

const_cnn::network! {
    pub struct ResNet8Script: [3, 8, 8] => [10] {
        conv1: conv2d(4, kernel 3, padding 1, no bias), // [4, 8, 8]
        bn1: batch_norm, // [4, 8, 8]
        relu: relu, // [4, 8, 8]
        layer1: residual {
            conv1: conv2d(4, kernel 3, padding 1, no bias), // [4, 8, 8]
            bn1: batch_norm, // [4, 8, 8]
            relu: relu, // [4, 8, 8]
            conv2: conv2d(4, kernel 3, padding 1, no bias), // [4, 8, 8]
            bn2: batch_norm, // [4, 8, 8]
        }, // [4, 8, 8]
        layer1_relu: relu, // [4, 8, 8]
        layer2: residual {
            conv1: conv2d(6, kernel 3, stride 2, padding 1, no bias), // [6, 4, 4]
            bn1: batch_norm, // [6, 4, 4]
            relu: relu, // [6, 4, 4]
            conv2: conv2d(6, kernel 3, padding 1, no bias), // [6, 4, 4]
            bn2: batch_norm, // [6, 4, 4]
        } shortcut {
            conv0: conv2d(6, kernel 1, stride 2, no bias), // [6, 4, 4]
            norm1: batch_norm, // [6, 4, 4]
        }, // [6, 4, 4]
        layer2_relu: relu, // [6, 4, 4]
        layer3: residual {
            conv1: conv2d(8, kernel 3, stride 2, padding 1, no bias), // [8, 2, 2]
            bn1: batch_norm, // [8, 2, 2]
            relu: relu, // [8, 2, 2]
            conv2: conv2d(8, kernel 3, padding 1, no bias), // [8, 2, 2]
            bn2: batch_norm, // [8, 2, 2]
        } shortcut {
            conv0: conv2d(8, kernel 1, stride 2, no bias), // [8, 2, 2]
            norm1: batch_norm, // [8, 2, 2]
        }, // [8, 2, 2]
        layer3_relu: relu, // [8, 2, 2]
        pool: avg_pool2d(2), // [8, 1, 1]
        flatten: flatten, // [8]
        fc: linear(10), // [10]
    }
}
