use const_cnn::network;

type Own = const_cnn::Relu<const_cnn::Image<1, 8, 8>>;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        own: Own,
        //~ cannot apply unary operator `-`
        conv: conv2d(4, kernel -1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
