// Imported from `KerasMlp.tflite` (TFLite).
// Its parameters: `KerasMlp::from_le_bytes(include_bytes!("KerasMlp.bin"))`

const_cnn::network! {
    pub struct KerasMlp: [10] => [3] {
        dense_7_1: linear(8), // [8]
        p_re_lu_1: prelu, // [8]
        dense_8_1: linear(6, no bias), // [6]
        dense_8_1_gelu: gelu, // [6]
        norm: layer_norm(eps 0.001), // [6]
        linear: linear(3, no bias), // [3]
    }
}
