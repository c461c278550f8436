use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ layer: pad2d takes an image [C, H, W] | gives [8]
        layer: pad2d(1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
