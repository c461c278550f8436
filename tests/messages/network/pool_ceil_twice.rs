use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ it is written `avg_pool2d(K, stride S
        layer: avg_pool2d(2, ceil, ceil),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
