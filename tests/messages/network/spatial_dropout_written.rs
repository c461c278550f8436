use const_cnn::network;

network! {
    pub struct Net: [3, 4, 5] => [10] {
        //~ it is written `spatial_dropout(P)`
        layer: spatial_dropout(p 0.3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
