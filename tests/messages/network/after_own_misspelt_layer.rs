use const_cnn::network;

type Own = const_cnn::Relu<const_cnn::Image<1, 8, 8>>;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        own: Own,
        //~ cannot find macro `conv2`
        conv: conv2(4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
