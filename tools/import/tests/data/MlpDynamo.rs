// Imported from `MlpDynamo.onnx` (pytorch 2.15.0+cu132, opset 20).
// Its parameters: `MlpDynamo::from_le_bytes(include_bytes!("MlpDynamo.bin"))`

const_cnn::network! {
    pub struct MlpDynamo: [20] => [6] {
        linear0: linear(16), // [16]
        relu2: relu, // [16]
        linear3: linear(12, no bias), // [12]
        norm4: layer_norm, // [12]
        gelu5: gelu, // [12]
        linear7: linear(6), // [6]
        softmax8: softmax, // [6]
    }
}
