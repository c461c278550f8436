use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ cannot apply unary operator `-`
        conv: conv2d(4, kernel -1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
