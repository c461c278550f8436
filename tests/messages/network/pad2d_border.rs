use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ the border of `pad2d` is `zero`, `replicate` or `reflect`
        layer: pad2d(1, mirror),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
