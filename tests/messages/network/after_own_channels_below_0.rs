use const_cnn::network;

type Own = const_cnn::Relu<const_cnn::Image<1, 8, 8>>;

const M: usize = 3;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        own: Own,
        //~ attempt to compute `3_usize - 4_usize`
        conv: conv2d(M - 4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
