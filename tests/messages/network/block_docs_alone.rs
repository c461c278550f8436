use const_cnn::network;

network! {
    pub struct Net: [4] => [4] {
        block: residual {
            //~ no rules expected
            /// There is no layer.
        },
    }
}

fn main() {}
