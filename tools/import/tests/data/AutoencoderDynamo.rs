// Imported from `AutoencoderDynamo.onnx` (pytorch 2.15.0+cu132, opset 20).
// Its parameters: `AutoencoderDynamo::from_le_bytes(include_bytes!("AutoencoderDynamo.bin"))`

const_cnn::network! {
    pub struct AutoencoderDynamo: [1, 9, 9] => [1, 9, 9] {
        encoder_0: conv2d(4, kernel 3, stride 2, padding 1), // [4, 5, 5]
        encoder_1: leaky_relu(0.1), // [4, 5, 5]
        encoder_2: conv2d(6, kernel 3, stride 2, padding 1), // [6, 3, 3]
        encoder_3: elu, // [6, 3, 3]
        decoder_0: conv_transpose2d(4, kernel 3, stride 2, padding 1), // [4, 5, 5]
        decoder_2: prelu, // [4, 5, 5]
        decoder_3: conv_transpose2d(2, kernel 3, stride 2, padding 1, output_padding 1), // [2, 10, 10]
        decoder_4: tanh, // [2, 10, 10]
        decoder_5: conv_transpose2d(1, kernel 2, padding 1, no bias), // [1, 9, 9]
        decoder_6: sigmoid, // [1, 9, 9]
    }
}
