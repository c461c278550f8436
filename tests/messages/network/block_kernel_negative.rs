use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            keep: conv2d(1, kernel 1),
            //~ cannot apply unary operator `-`
            conv: conv2d(4, kernel -1),
            back: conv2d(1, kernel 3, padding 2),
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
