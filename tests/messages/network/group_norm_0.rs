use const_cnn::network;

network! {
    pub struct Net: [6, 4] => [10] {
        //~ layer: the groups of group_norm | 0 groups
        layer: group_norm(0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
