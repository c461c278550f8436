use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ it is written `leaky_relu`, or `leaky_relu(0.1)`
        layer: leaky_relu(slope 0.1),
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
