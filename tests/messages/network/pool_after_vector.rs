use const_cnn::network;

network! {
    pub struct Net: [3, 4, 4] => [12] {
        flatten: flatten,
        //~ pool: avg_pool2d takes an image [C, H, W] | [48]
        pool: avg_pool2d(2),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 48])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
