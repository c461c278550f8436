// Imported from `KerasUnet.tflite` (TFLite).
// The file takes [1, 8, 8, 2], the network [2, 8, 8]: axes [3, 1, 2] of the file's, from 0.
// The file gives [1, 8, 8, 2], the network [2, 8, 8]: axes [3, 1, 2] of the file's, from 0.
// Its parameters: `KerasUnet::from_le_bytes(include_bytes!("KerasUnet.bin"))`

const_cnn::network! {
    pub struct KerasUnet: [2, 8, 8] => [2, 8, 8] {
        conv2d_12_1: conv2d(3, kernel 3, padding 1), // [3, 8, 8]
        relu: relu, // [3, 8, 8]
        concat1: concat {
            skip {},
            b {
                max_pooling2d_1_1: max_pool2d(2), // [3, 4, 4]
                conv2d_13_1: conv2d(4, kernel 3, padding 1), // [4, 4, 4]
                elu: elu, // [4, 4, 4]
                up_sampling2d_1_resize: upsample(2, bilinear), // [4, 8, 8]
            },
        }, // [7, 8, 8]
        concat2: concat {
            conv2d_14_1 {
                conv2d_14_1: conv2d(4, kernel 2, stride 2), // [4, 4, 4]
                upsample1: upsample((2, 1)), // [4, 8, 4]
                upsample2: upsample((1, 2)), // [4, 8, 8]
            },
            skip {},
        }, // [11, 8, 8]
        conv: conv2d(2, kernel 1), // [2, 8, 8]
    }
}
