use const_cnn::network;

type Own = const_cnn::Relu<const_cnn::Image<1, 8, 8>>;

const F: u32 = 4;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        own: Own,
        //~ mismatched types
        conv: conv2d(F, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
