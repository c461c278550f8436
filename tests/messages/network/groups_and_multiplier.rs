use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv2d(F, kernel K | each once
        conv: conv2d(8, kernel 3, groups 2, multiplier 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
