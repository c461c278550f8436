use const_cnn::network;

//~ `conv` first declared here | field already declared
network! {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(4, kernel 3),
        relu: relu,
        conv: conv2d(8, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    let net: Net = const_cnn::Zero::ZERO;
    println!("{:?}", net.predict(&[[[0.5]; 8]; 8]));
}
