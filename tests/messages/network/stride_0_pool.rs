use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ pool: kernel and stride are at least 1 | 2 and 0
        pool: avg_pool2d(2, stride 0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
