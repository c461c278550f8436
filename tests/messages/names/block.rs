use const_cnn::network;

//~ `conv` first declared here | field already declared
network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            conv: conv2d(1, kernel 3, padding 1),
            conv: conv2d(1, kernel 3, padding 1),
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    let net: Net = const_cnn::Zero::ZERO;
    println!("{:?}", net.predict(&[[[0.5]; 8]; 8]));
}
