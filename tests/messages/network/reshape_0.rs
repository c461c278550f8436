use const_cnn::network;

network! {
    pub struct Net: [3, 4, 5] => [10] {
        //~ layer: reshape gives [0, 4], which are 0 values
        layer: reshape([0, 4]),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
