use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            //~ takes a vector
            softmax: softmax,
            pool: max_pool2d(2),
        },
        cut: crop(1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
