use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ layer: cropping 5 and 3 leaves nothing of the 8 rows of [C, H, W] = [3, 8, 6]
        layer: crop((5, 3, 0, 0)),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
