use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ instance_norm takes an image, but the layer before it gives | Vector<8>
        layer: instance_norm,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
