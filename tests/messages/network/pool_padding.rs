use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ pool: the padding 2 is not smaller than the kernel 2
        pool: max_pool2d(2, padding 2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
