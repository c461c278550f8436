use const_cnn::network;

network! {
    pub struct Net: [8, 4, 4] => [10] {
        //~ conv: conv2d has no output padding
        conv: conv2d(4, kernel 3, output_padding 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
