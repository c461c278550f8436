use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ it is written `max_pool2d(K, stride S
        layer: max_pool2d(2, strid 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
