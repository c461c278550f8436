use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ layer: the padding 3 is not smaller than the kernel 3
        layer: avg_pool1d(3, padding (3, 0)),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
