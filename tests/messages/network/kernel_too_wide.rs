use const_cnn::network;

network! {
    pub struct Net: [1, 8, 3] => [10] {
        //~ pool: the kernel 4x4 does not fit inside the image 8x3
        pool: max_pool2d(4),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 24])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
