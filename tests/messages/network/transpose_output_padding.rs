use const_cnn::network;

network! {
    pub struct Net: [8, 4, 4] => [10] {
        //~ conv: the output padding 2 is not smaller than the stride 2 or the dilation 1
        conv: conv_transpose2d(4, kernel 3, stride 2, output_padding 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
