use const_cnn::network;

network! {
    pub struct Net: [8, 4, 4] => [10] {
        //~ conv: the padding 3 leaves nothing
        conv: conv_transpose2d(4, kernel 2, padding 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
