use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(5000, kernel 8),
        //~ conv2: the layer has 25000000 parameters | at most 16777216
        conv2: conv2d(5000, kernel 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
