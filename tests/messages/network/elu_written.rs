use const_cnn::network;

network! {
    pub struct Net: [8] => [10] {
        //~ it is written `elu`, or `elu(0.5)`
        layer: elu(),
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
