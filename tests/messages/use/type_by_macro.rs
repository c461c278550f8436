use const_cnn::{Zero, conv2d};

//~ the kernel does not fit inside the padded image
type Conv = conv2d!([1, 8, 8] => 4, kernel 11, padding 1);

fn main() {
    println!("{:?}", Conv::ZERO);
}
