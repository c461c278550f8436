use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ conv: the dilation is at least 1
        conv: conv2d(4, kernel 3, dilation 0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
