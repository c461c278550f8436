use const_cnn::network;

network! {
    //~ declared to give [1, 1, 1, 10], but its last layer gives [10]
    pub struct Net: [1, 8, 8] => [1, 1, 1, 10] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
