use const_cnn::{Zero, max_pool1d};

//~ the kernel 9 does not fit inside the sequence 8
type Layer = max_pool1d!([1, 8] => 9);

fn main() {
    println!("{:?}", Layer::ZERO);
}
