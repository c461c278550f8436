use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ gate: the block gives [5], but what it is multiplied with is [1, 8, 8]
        gate: gate { flatten: flatten, dense: linear(5) },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
