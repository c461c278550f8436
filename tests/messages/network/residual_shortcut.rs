use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ block: the block gives [4, 8, 8], but what is added to it is [3, 8, 8]
        block: residual { conv: conv2d(4, kernel 3, padding 1) } shortcut { conv: conv2d(3, kernel 1) },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
