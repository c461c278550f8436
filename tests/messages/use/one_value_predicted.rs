use const_cnn::{Zero, network};

network! {
    pub struct Net: [2] => [1] {
        dense: linear(1),
    }
}

fn main() {
    let net = Net::ZERO;
    //~ a score for each of several classes | one value
    net.predict(&[0.0, 1.0]);
}
