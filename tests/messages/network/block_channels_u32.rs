use const_cnn::network;

const F: u32 = 4;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            keep: conv2d(1, kernel 1),
            //~ mismatched types
            conv: conv2d(F, kernel 3),
            back: conv2d(1, kernel 3, padding 2),
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
