use const_cnn::network;

network! {
    pub struct Net: [8, 4, 4] => [10] {
        //~ conv: conv_transpose2d has no `padding same`
        conv: conv_transpose2d(4, kernel 3, padding same),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
