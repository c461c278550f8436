// Imported from `DsCnnDynamo.onnx` (pytorch 2.15.0+cu132, opset 20).
// Its parameters: `DsCnnDynamo::from_le_bytes(include_bytes!("DsCnnDynamo.bin"))`

const_cnn::network! {
    pub struct DsCnnDynamo: [1, 13, 10] => [12] {
        conv: conv2d(6, kernel (10, 4), stride 2, padding (4, 5, 1, 2)), // [6, 7, 5]
        relu: relu, // [6, 7, 5]
        blocks_0_0: depthwise_conv2d(kernel 3, padding 1), // [6, 7, 5]
        blocks_0_2: relu6, // [6, 7, 5]
        blocks_0_3: conv2d(6, kernel 1), // [6, 7, 5]
        blocks_0_5: relu6, // [6, 7, 5]
        blocks_1_0: depthwise_conv2d(kernel 3, padding 1), // [6, 7, 5]
        blocks_1_2: relu6, // [6, 7, 5]
        blocks_1_3: conv2d(6, kernel 1), // [6, 7, 5]
        blocks_1_5: relu6, // [6, 7, 5]
        pool: global_avg_pool, // [6]
        fc: linear(12), // [12]
    }
}
