use const_cnn::network;

const M: usize = 3;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            keep: conv2d(1, kernel 1),
            //~ attempt to compute `3_usize - 4_usize`
            conv: conv2d(M - 4, kernel 3),
            back: conv2d(1, kernel 3, padding 2),
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
