use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv: conv2d has no multiplier
        conv: conv2d(8, kernel 3, multiplier 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
