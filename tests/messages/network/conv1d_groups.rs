use const_cnn::network;

network! {
    pub struct Net: [6, 8] => [4, 8] {
        //~ conv: the 6 channels before it do not fall into 4 groups
        conv: conv1d(4, kernel 3, padding 1, groups 4),
    }
}

fn main() {
    println!("{}", Net::table());
}
