use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ `u32` is not a layer
        act: u32,
        pool: max_pool2d(2),
        larger: upsample(2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
