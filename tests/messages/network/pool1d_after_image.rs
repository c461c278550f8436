use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ layer: max_pool1d takes a sequence [C, L] | gives [3, 8, 6]
        layer: max_pool1d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
