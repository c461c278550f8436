use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv: the 8 channels before it do not fall into 0 groups
        conv: conv2d(10, kernel 3, groups 0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
