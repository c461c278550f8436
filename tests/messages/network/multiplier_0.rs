use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv: depthwise_conv2d gives at least 1 channel
        conv: depthwise_conv2d(kernel 3, multiplier 0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
