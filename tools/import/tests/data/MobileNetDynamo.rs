// Imported from `MobileNetDynamo.onnx` (pytorch 2.15.0+cu132, opset 20).
// Its parameters: `MobileNetDynamo::from_le_bytes(include_bytes!("MobileNetDynamo.bin"))`

const_cnn::network! {
    pub struct MobileNetDynamo: [3, 16, 16] => [2] {
        features_0: conv2d(4, kernel 3, stride 2, padding 1), // [4, 8, 8]
        features_2: relu6, // [4, 8, 8]
        features_3_0: depthwise_conv2d(kernel 3, padding 1), // [4, 8, 8]
        features_3_2: relu6, // [4, 8, 8]
        features_3_3: conv2d(6, kernel 1), // [6, 8, 8]
        features_3_5: relu6, // [6, 8, 8]
        features_4_0: depthwise_conv2d(kernel 3, stride 2, padding 1), // [6, 4, 4]
        features_4_2: relu6, // [6, 4, 4]
        features_4_3: conv2d(8, kernel 1), // [8, 4, 4]
        features_4_5: relu6, // [8, 4, 4]
        features_5_0: depthwise_conv2d(kernel 3, padding 1), // [8, 4, 4]
        features_5_2: relu6, // [8, 4, 4]
        features_5_3: conv2d(8, kernel 1), // [8, 4, 4]
        features_5_5: relu6, // [8, 4, 4]
        pool: global_avg_pool, // [8]
        classifier: linear(2), // [2]
        softmax: softmax, // [2]
    }
}
