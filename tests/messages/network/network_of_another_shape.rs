use const_cnn::network;

network! {
    pub struct Head: [16, 2, 2] => [10] {
        flatten: flatten,
        dense: linear(10),
    }
}

network! {
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(16, kernel 3),
        pool: max_pool2d(2),
        //~ this layer takes `Image<16, 2, 2>` | the layer before it gives `Image<16, 3, 3>`
        head: Head,
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
