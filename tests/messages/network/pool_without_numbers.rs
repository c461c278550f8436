use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ it is written `avg_pool1d(K, stride S
        layer: avg_pool1d(),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
