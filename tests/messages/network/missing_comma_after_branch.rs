use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [2, 8, 8] {
        both: concat {
            first { conv: conv2d(1, kernel 3, padding 1) }
            //~ no rules expected
            second { conv: conv2d(1, kernel 5, padding 2) },
        },
    }
}

fn main() {
    println!("{}", Net::table());
}
