use const_cnn::network;

network! {
    //~ a network takes [C, H, W], [C, L] or [N]
    pub struct Net: [] => [10] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {}
