use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ there is nothing in this block
        split: concat {},
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
