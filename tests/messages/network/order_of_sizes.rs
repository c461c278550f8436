use const_cnn::network;

network! {
    pub struct Net: [28, 28, 1] => [10] {
        //~ of [C, H, W] = [28, 28, 1]
        conv: conv2d(4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
