use const_cnn::network;

network! {
    pub struct Net: [8, 2] => [10] {
        //~ it is written `instance_norm`, or
        layer: instance_norm(),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
