// Imported from `QuantBlocks.tflite` (TFLite).
// The file takes [1, 7, 6, 3], the network [3, 7, 6]: axes [3, 1, 2] of the file's, from 0.
// Its int8 form: `Int8::<QuantBlocks>::from_le_bytes(include_bytes!("QuantBlocks.bin"))`
// It takes int8, by `image_in`, channels last: q stands for 0.02 * (q + 5).
// It gives int8, by `infer_in`, channels last: q stands for 0.00390625 * (q + 128).

const_cnn::network! {
    pub struct QuantBlocks: [3, 7, 6] => [5] {
        conv1: conv2d(8, kernel 3, stride 2, padding 1), // [8, 4, 3]
        relu1: relu, // [8, 4, 3]
        depthwise: depthwise_conv2d(kernel 3, padding 1), // [8, 4, 3]
        relu6: relu6, // [8, 4, 3]
        conv2: conv2d(6, kernel 1), // [6, 4, 3]
        residual: residual {
            conv: conv2d(6, kernel 3, padding 1), // [6, 4, 3]
        }, // [6, 4, 3]
        relu2: relu, // [6, 4, 3]
        concat: concat {
            a {
                pool: max_pool2d(2, stride 1, padding same), // [6, 4, 3]
            },
            b {
                conv: conv2d(4, kernel 1), // [4, 4, 3]
                relu: relu, // [4, 4, 3]
            },
            c {
                conv: conv2d(2, kernel (3, 2), dilation (2, 1), padding same, no bias), // [2, 4, 3]
            },
        }, // [12, 4, 3]
        pool: avg_pool2d((3, 2), stride 2, padding same, no count), // [12, 2, 2]
        flatten: flatten, // [48]
        linear1: linear(10), // [10]
        relu3: relu, // [10]
        linear2: linear(5), // [5]
        softmax: softmax, // [5]
    }
}
