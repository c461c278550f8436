// Imported from `ChannelGateDynamo.onnx` (pytorch 2.15.0+cu132, opset 20).
// Its parameters: `ChannelGateDynamo::from_le_bytes(include_bytes!("ChannelGateDynamo.bin"))`

const_cnn::network! {
    pub struct ChannelGateDynamo: [3, 6, 6] => [2] {
        stem: conv2d(6, kernel 3), // [6, 4, 4]
        along: gate {
            pool: global_avg_pool, // [6]
            reshape: reshape([1, 6]), // [1, 6]
            conv: conv1d(1, kernel 3, padding 1, no bias), // [1, 6]
            sigmoid: sigmoid, // [1, 6]
        }, // [6, 4, 4]
        pool: global_avg_pool, // [6]
        fc: linear(2), // [2]
    }
}
