use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ max_pool2d has no count to leave out
        layer: max_pool2d(2, no count),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
