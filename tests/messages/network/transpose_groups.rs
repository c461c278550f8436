use const_cnn::network;

network! {
    pub struct Net: [8, 4, 4] => [10] {
        //~ conv: its 4 channels do not fall into 8 groups
        conv: conv_transpose2d(4, kernel 3, groups 8),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
