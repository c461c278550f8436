use const_cnn::network;

network! {
    pub struct Net: [6, 8] => [4, 8] {
        //~ conv: kernel and stride are at least 1
        conv: conv1d(4, kernel 3, stride 0),
    }
}

fn main() {
    println!("{}", Net::table());
}
