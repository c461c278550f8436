use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(16, kernel 3),
        relu: relu,
        pool: max_pool2d(2),
        //~ dense: linear takes a vector | [16, 3, 3] | put `flatten` between
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
