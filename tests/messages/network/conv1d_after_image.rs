use const_cnn::network;

network! {
    pub struct Net: [6, 8, 8] => [4, 8] {
        //~ conv: conv1d takes a sequence
        conv: conv1d(4, kernel 3),
    }
}

fn main() {
    println!("{}", Net::table());
}
