use const_cnn::network;

network! {
    pub struct Net: [8, 1, 1] => [10] {
        //~ layer: instance_norm takes at least 2 values of each channel | [8, 1, 1]
        layer: instance_norm(eps 1e-3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
