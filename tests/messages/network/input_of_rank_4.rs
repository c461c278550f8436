use const_cnn::network;

network! {
    //~ a network takes [C, H, W], [C, L] or [N]
    pub struct Net: [1, 1, 8, 8] => [10] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
