use const_cnn::{Zero, upsample};

//~ the scale is at least 1
type Layer = upsample!([1, 8, 8] => 0);

fn main() {
    println!("{:?}", Layer::ZERO);
}
