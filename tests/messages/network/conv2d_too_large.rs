use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ conv: the layer gives 1440000000 values | at most 4194304
        conv: conv2d(40_000_000, kernel 3),
        relu: relu,
        pool: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
