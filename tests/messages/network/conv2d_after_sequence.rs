use const_cnn::network;

network! {
    pub struct Net: [6, 8] => [4, 8] {
        //~ conv: depthwise_conv2d takes an image
        conv: depthwise_conv2d(kernel 3),
    }
}

fn main() {
    println!("{}", Net::table());
}
