use const_cnn::network;

network! {
    pub struct Net: [6, 4] => [10] {
        //~ layer: the eps of group_norm | above 0
        layer: group_norm(2, eps -1.0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
