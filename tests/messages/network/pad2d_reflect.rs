use const_cnn::network;

network! {
    pub struct Net: [3, 8, 6] => [10] {
        //~ layer: reflect shows less than the whole image, but the padding is 6 and the image has 6 columns
        layer: pad2d((1, 6), reflect),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() {
    println!("{}", Net::table());
}
