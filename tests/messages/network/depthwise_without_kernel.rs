use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ it is written `depthwise_conv2d(kernel K
        conv: depthwise_conv2d(stride 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
