use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ it is written `layer_norm`, or
        layer: layer_norm(1e-5),
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
