use const_cnn::network;

network! {
    //~ expected `usize`, found floating-point number
    pub struct Net: [1, 8.0, 8] => [10] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
