// Imported from `SqueezeExciteScript.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `SqueezeExciteScript::from_le_bytes(include_bytes!("SqueezeExciteScript.bin"))`

const_cnn::network! {
    pub struct SqueezeExciteScript: [2, 8, 8] => [4] {
        stem: conv2d(6, kernel 3, stride 2, padding 1), // [6, 4, 4]
        act: hard_swish, // [6, 4, 4]
        se1: gate {
            pool: global_avg_pool, // [6]
            down: linear(2), // [2]
            relu: relu, // [2]
            up: linear(6), // [6]
            sigmoid: sigmoid, // [6]
        }, // [6, 4, 4]
        residual: residual {
            conv: conv2d(6, kernel 3, padding 1, groups 2), // [6, 4, 4]
            act_1: hard_swish, // [6, 4, 4]
            se2: gate {
                pool: global_avg_pool, // [6]
                down: linear(2), // [2]
                relu: relu, // [2]
                up: linear(6), // [6]
                sigmoid: sigmoid, // [6]
            }, // [6, 4, 4]
        }, // [6, 4, 4]
        pool: global_avg_pool, // [6]
        fc: linear(4), // [4]
    }
}
