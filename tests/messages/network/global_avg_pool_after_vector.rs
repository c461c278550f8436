use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        flatten: flatten,
        //~ global_avg_pool takes an image | Vector<144>
        layer: global_avg_pool,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
