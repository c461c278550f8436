use const_cnn::network;

const F: u32 = 4;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ mismatched types
        conv: conv2d(F, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
