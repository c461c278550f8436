use const_cnn::network;

network! {
    pub struct Net: [3, 4, 5] => [10] {
        //~ it is written `reshape([C, H, W])`
        layer: reshape([3, 2, 2, 5]),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
