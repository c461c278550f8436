use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ there is nothing in this block
        block: residual {},
        pool: max_pool2d(2),
        padded: pad2d(1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
