use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ it is written `crop(P)`
        layer: crop(1, 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
