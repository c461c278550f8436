use const_cnn::network;

network! {
    pub struct Net: [3, 4, 5] => [10] {
        //~ layer: reshape gives [4, 14], which are 56 values | [3, 4, 5], which are 60
        layer: reshape([4, 14]),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
