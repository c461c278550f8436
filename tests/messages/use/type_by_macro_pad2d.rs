use const_cnn::{Zero, pad2d};

//~ the padding is 8 and the image has 8 rows
type Layer = pad2d!([1, 8, 9] => 8, reflect);

fn main() {
    println!("{:?}", Layer::ZERO);
}
