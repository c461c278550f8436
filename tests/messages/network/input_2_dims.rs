use const_cnn::network;

network! {
    pub struct Net: [8, 8] => [10] {
        //~ conv: conv2d takes an image [C, H, W] | gives [8, 8]
        conv: conv2d(4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
