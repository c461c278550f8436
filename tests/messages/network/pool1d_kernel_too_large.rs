use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ layer: the kernel 11 does not fit inside the sequence 10 (padding included) of [C, L] = [3, 8]
        layer: max_pool1d(11, padding 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
