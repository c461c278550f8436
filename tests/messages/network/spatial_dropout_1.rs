use const_cnn::network;

network! {
    pub struct Net: [3, 4, 5] => [10] {
        //~ layer: the probability of spatial_dropout | at least 0 and below 1
        layer: spatial_dropout(1.0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
