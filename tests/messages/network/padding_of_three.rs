use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ mismatched types
        conv: conv2d(4, kernel 3, padding (1, 2, 3)),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
