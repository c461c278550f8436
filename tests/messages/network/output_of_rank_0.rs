use const_cnn::network;

network! {
    //~ the network is declared to give [], but its last layer gives [10]
    pub struct Net: [1, 8, 8] => [] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
