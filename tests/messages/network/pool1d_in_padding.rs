use const_cnn::network;

network! {
    pub struct Net: [3, 8] => [10] {
        //~ layer: a window of the kernel 2, dilation 2 lies in the padding (3, 0) alone
        layer: avg_pool1d(2, stride 1, dilation 2, padding (3, 0)),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
