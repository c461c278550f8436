use const_cnn::network;

network! {
    pub struct Net: [6, 8] => [4, 8] {
        //~ conv: the kernel 5, dilation 3 does not fit inside the sequence 10
        conv: conv1d(4, kernel 5, dilation 3, padding 1),
    }
}

fn main() {
    println!("{}", Net::table());
}
