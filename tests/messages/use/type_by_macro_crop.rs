use const_cnn::{Zero, crop};

//~ cropping 4 and 4 leaves nothing of the 8 rows
type Layer = crop!([1, 8, 9] => 4);

fn main() {
    println!("{:?}", Layer::ZERO);
}
