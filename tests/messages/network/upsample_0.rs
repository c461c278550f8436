use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ layer: the scale is at least 1, but is (2, 0)
        layer: upsample((2, 0), nearest),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
