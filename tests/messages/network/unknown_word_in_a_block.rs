use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            //~ cannot find type `rleu`
            relu: rleu,
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
