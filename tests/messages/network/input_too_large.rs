use const_cnn::network;

network! {
    //~ takes at most 4194304 values | 64000000
    pub struct Net: [1, 8000, 8000] => [10] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
