// Imported from `MultiplierScript.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `MultiplierScript::from_le_bytes(include_bytes!("MultiplierScript.bin"))`

const_cnn::network! {
    pub struct MultiplierScript: [3, 9, 7] => [5] {
        spread: depthwise_conv2d(kernel (3, 5), stride (2, 1), padding (1, 2), multiplier 3), // [9, 5, 7]
        act1: silu, // [9, 5, 7]
        pool: avg_pool2d(3, stride 2, padding 1), // [9, 3, 4]
        mix: conv2d(4, kernel 3, dilation (1, 2), padding (1, 2)), // [4, 3, 4]
        norm: group_norm(2), // [4, 3, 4]
        act2: gelu, // [4, 3, 4]
        flatten: flatten, // [48]
        fc: linear(5), // [5]
    }
}
