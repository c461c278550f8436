use const_cnn::{Zero, network};

network! {
    pub struct Net: [1, 8, 8] => [10] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    let net = Net::ZERO;
    let image = [[[0.0; 1]; 8]; 7];
    //~ array with a size of 8 | one with a size of 7
    net.predict(&image);
}
