use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        outer: residual {
            inner: residual {
                //~ conv: the kernel 9x9 does not fit inside the image 8x8
                conv: conv2d(1, kernel 9),
                relu: relu,
            },
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
