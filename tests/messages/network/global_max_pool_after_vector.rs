use const_cnn::network;

network! {
    pub struct Net: [10] => [10] {
        //~ global_max_pool takes an image | Vector<10>
        layer: global_max_pool,
    }
}

fn main() {
    println!("{}", Net::table());
}
