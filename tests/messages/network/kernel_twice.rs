use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ it is written `conv2d(F, kernel K
        conv: conv2d(4, kernel 3, kernel 5),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
