use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ mismatched types
        layer: max_pool1d((2, 3)),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
