use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual { conv: conv2d(1, kernel 3, padding 1) }
        //~ no rules expected
        relu: relu,
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
