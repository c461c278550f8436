use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ split: a branch gives [4, 6, 6], but the first gives [1, 8, 8]
        split: concat { a {}, b { conv: conv2d(4, kernel 3) } },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
