use const_cnn::network;

network! {
    pub struct Net: [6, 8] => [4, 8] {
        //~ it is written `conv1d(F, kernel K
        conv: conv1d(4, kernel 3, padding 1, padding 2),
    }
}

fn main() {
    println!("{}", Net::table());
}
