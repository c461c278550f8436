use const_cnn::{Zero, conv2d};

//~ the kernel 11x11 does not fit inside the image 10x10 (padding included)
type Conv = conv2d!([1, 8, 8] => 4, kernel 11, padding 1);

fn main() {
    println!("{:?}", Conv::ZERO);
}
