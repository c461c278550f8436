use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ mismatched types
        layer: pad2d((1, 2, 3), zero),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
