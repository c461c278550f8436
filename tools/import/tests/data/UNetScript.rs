// Imported from `UNetScript.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `UNetScript::from_le_bytes(include_bytes!("UNetScript.bin"))`

const_cnn::network! {
    pub struct UNetScript: [1, 8, 12] => [2, 8, 12] {
        down1_0: conv2d(3, kernel 3, padding 1), // [3, 8, 12]
        down1_1: relu, // [3, 8, 12]
        down1_2: conv2d(3, kernel 3, padding 1), // [3, 8, 12]
        down1_3: relu, // [3, 8, 12]
        concat: concat {
            a {
                pool: max_pool2d(2), // [3, 4, 6]
                down2_0: conv2d(4, kernel 3, padding 1), // [4, 4, 6]
                down2_1: relu, // [4, 4, 6]
                down2_2: conv2d(4, kernel 3, padding 1), // [4, 4, 6]
                down2_3: relu, // [4, 4, 6]
                concat: concat {
                    skip {},
                    b {
                        pool: max_pool2d(2), // [4, 2, 3]
                        down3_0: conv2d(5, kernel 3, padding 1), // [5, 2, 3]
                        down3_1: relu, // [5, 2, 3]
                        down3_2: conv2d(5, kernel 3, padding 1), // [5, 2, 3]
                        down3_3: relu, // [5, 2, 3]
                        up2: conv_transpose2d(4, kernel 2, stride 2), // [4, 4, 6]
                    },
                }, // [8, 4, 6]
                merge2_0: conv2d(4, kernel 3, padding 1), // [4, 4, 6]
                merge2_1: relu, // [4, 4, 6]
                merge2_2: conv2d(4, kernel 3, padding 1), // [4, 4, 6]
                merge2_3: relu, // [4, 4, 6]
                up1: upsample(2, bilinear), // [4, 8, 12]
            },
            skip {},
        }, // [7, 8, 12]
        merge1_0: conv2d(3, kernel 3, padding 1), // [3, 8, 12]
        merge1_1: relu, // [3, 8, 12]
        merge1_2: conv2d(3, kernel 3, padding 1), // [3, 8, 12]
        merge1_3: relu, // [3, 8, 12]
        head: conv2d(2, kernel 1), // [2, 8, 12]
    }
}
