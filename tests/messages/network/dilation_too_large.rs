use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ conv: the kernel 3x3, dilation 4 does not fit inside the image 8x8
        conv: conv2d(4, kernel 3, dilation 4),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
