use const_cnn::network;

network! {
    pub struct Net: [8, 2] => [10] {
        //~ layer: the eps of instance_norm | above 0
        layer: instance_norm(eps 0.0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
