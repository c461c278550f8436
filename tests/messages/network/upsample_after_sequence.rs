use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ layer: upsample takes an image [C, H, W] | gives [3, 8]
        layer: upsample(2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
