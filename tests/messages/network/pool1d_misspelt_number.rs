use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ it is written `max_pool1d(K, stride S
        layer: max_pool1d(2, step 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
