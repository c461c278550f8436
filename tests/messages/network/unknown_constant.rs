use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ cannot find value `WIDTH`
        conv: conv2d(WIDTH, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
