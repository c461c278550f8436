use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ max_pool2d has no bias
        conv: max_pool2d(2, no bias),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
