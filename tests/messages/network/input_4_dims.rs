use const_cnn::network;

network! {
    //~ a network takes [C, H, W], [C, L] or [N], each at least 1 | [1, 2, 8, 8]
    pub struct Net: [1, 2, 8, 8] => [10] {
        conv: conv2d(4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
