use const_cnn::{Zero, network};

network! {
    pub struct Net: [64] => [10] {
        dense: linear(10),
    }
}

fn main() {
    let image = [0.0; 63];
    //~ array with a size of 64 | one with a size of 63
    Net::ZERO.predict(&image);
}
