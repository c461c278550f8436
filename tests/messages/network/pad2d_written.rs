use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ it is written `pad2d(P, border)`
        layer: pad2d(1, 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
