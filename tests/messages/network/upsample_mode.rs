use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ `upsample` is `nearest` or `bilinear`
        layer: upsample(2, cubic),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
