// Imported from `PiecesDynamo.onnx` (pytorch 2.15.0+cu132, opset 20).
// Its parameters: `PiecesDynamo::from_le_bytes(include_bytes!("PiecesDynamo.bin"))`

const_cnn::network! {
    pub struct PiecesDynamo: [3, 8, 8] => [3] {
        concat: concat {
            a {
                pool1: max_pool2d(1, stride (2, 1)), // [3, 4, 8]
                pool2: max_pool2d(1, stride (1, 2)), // [3, 4, 4]
            },
            b {
                crop: crop((1, 0, 0, 0)), // [3, 7, 8]
                pool1: max_pool2d(1, stride (2, 1)), // [3, 4, 8]
                pool2: max_pool2d(1, stride (1, 2)), // [3, 4, 4]
            },
            c {
                pool1: max_pool2d(1, stride (2, 1)), // [3, 4, 8]
                crop: crop((0, 0, 1, 0)), // [3, 4, 7]
                pool2: max_pool2d(1, stride (1, 2)), // [3, 4, 4]
            },
            d {
                crop1: crop((1, 0, 0, 0)), // [3, 7, 8]
                pool1: max_pool2d(1, stride (2, 1)), // [3, 4, 8]
                crop2: crop((0, 0, 1, 0)), // [3, 4, 7]
                pool2: max_pool2d(1, stride (1, 2)), // [3, 4, 4]
            },
        }, // [12, 4, 4]
        stem: conv2d(4, kernel 3, padding 1), // [4, 4, 4]
        gate1: gate {
            softplus: softplus, // [4, 4, 4]
            tanh: tanh, // [4, 4, 4]
        }, // [4, 4, 4]
        pool: concat {
            skip {},
            b {
                pool: max_pool2d(3, stride 1, padding 1), // [4, 4, 4]
                concat: concat {
                    skip {},
                    b {
                        pool: max_pool2d(3, stride 1, padding 1), // [4, 4, 4]
                    },
                }, // [8, 4, 4]
            },
        }, // [12, 4, 4]
        mix: conv2d(4, kernel 1), // [4, 4, 4]
        elu: elu(1.6732632), // [4, 4, 4]
        depthwise: depthwise_conv2d(kernel 1, no bias), // [4, 4, 4]
        gate2: gate {
            pool: global_avg_pool, // [4]
            down: linear(2), // [2]
            relu: relu, // [2]
            up: linear(4), // [4]
            sigmoid: sigmoid, // [4]
        }, // [4, 4, 4]
        pool1: max_pool2d(2, stride 1, padding same), // [4, 4, 4]
        pool2: avg_pool2d((4, 1)), // [4, 1, 4]
        upsample: upsample((1, 2), bilinear), // [4, 1, 8]
        reshape: reshape([4, 8]), // [4, 8]
        line: conv1d(3, kernel 3, padding 1), // [3, 8]
        pool3: global_avg_pool, // [3]
    }
}
