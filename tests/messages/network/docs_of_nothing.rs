use const_cnn::network;

network! {
    pub struct Net: [1, 4, 4] => [2] {
        flatten: flatten,
        dense: linear(2),
        //~ no rules expected
        /// What follows is missing.
    }
}

fn main() {}
