use const_cnn::network;

network! {
    pub struct Net: [6, 4, 4] => [10] {
        //~ layer: the groups of group_norm | 4 groups do not divide the 6 channels of [6, 4, 4]
        layer: group_norm(4),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
