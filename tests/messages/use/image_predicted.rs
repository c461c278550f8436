use const_cnn::{Zero, network};

network! {
    pub struct Net: [1, 2, 2] => [1, 2, 2] {
        relu: relu,
    }
}

fn main() {
    let net = Net::ZERO;
    //~ a classifier gives a vector | `Image<1, 2, 2>`
    net.predict(&[[[0.0]; 2]; 2]);
}
