use const_cnn::network;

network! {
    pub struct Net: [64] => [10] {
        //~ conv: mapwise_conv2d takes an image [C, H, W] | [64]
        conv: mapwise_conv2d(2, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
