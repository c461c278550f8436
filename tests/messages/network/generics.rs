use const_cnn::network;

network! {
    //~ a network has no generics
    pub struct Net<const N: usize>: [4] => [10] {
        dense: linear(10),
    }
}

fn main() {
}
