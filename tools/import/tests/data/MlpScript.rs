// Imported from `MlpScript.onnx` (pytorch 2.15.0, opset 17).
// Its parameters: `MlpScript::from_le_bytes(include_bytes!("MlpScript.bin"))`

const_cnn::network! {
    pub struct MlpScript: [20] => [6] {
        linear0: linear(16), // [16]
        norm1: batch_norm, // [16]
        relu2: relu, // [16]
        linear3: linear(12, no bias), // [12]
        norm4: layer_norm, // [12]
        gelu5: gelu, // [12]
        linear7: linear(6), // [6]
        softmax8: softmax, // [6]
    }
}
