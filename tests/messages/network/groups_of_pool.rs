use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv: max_pool2d has no groups
        conv: max_pool2d(2, groups 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
