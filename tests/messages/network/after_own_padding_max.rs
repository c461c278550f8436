use const_cnn::network;

type Own = const_cnn::Relu<const_cnn::Image<1, 8, 8>>;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        own: Own,
        //~ conv: the padding 18446744073709551615 is larger than any image
        conv: conv2d(4, kernel 3, padding usize::MAX),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
