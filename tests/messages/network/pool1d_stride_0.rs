use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ layer: kernel and stride are at least 1, but are 2 and 0
        layer: max_pool1d(2, stride 0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
