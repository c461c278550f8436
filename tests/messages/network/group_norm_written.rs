use const_cnn::network;

network! {
    pub struct Net: [6, 4] => [10] {
        //~ it is written `group_norm(G)`
        layer: group_norm(2, 1e-5),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
