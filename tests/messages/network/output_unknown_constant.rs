use const_cnn::network;

network! {
    //~ cannot find value `CLASSES`
    pub struct Net: [1, 8, 8] => [CLASSES] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
