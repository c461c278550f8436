use const_cnn::network;

network! {
    //~ declared to give [10, 1], but its last layer gives [10]
    pub struct Net: [1, 8, 8] => [10, 1] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
