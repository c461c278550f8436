use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv: its 10 channels do not fall into 4 groups
        conv: conv2d(10, kernel 3, groups 4),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
