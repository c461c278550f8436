use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ layer: the layer gives
        layer: pad2d(usize::MAX),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
