use const_cnn::network;

network! {
    pub struct Net: [8, 8, 8] => [10] {
        //~ conv: depthwise_conv2d has no groups
        conv: depthwise_conv2d(kernel 3, groups 8),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
