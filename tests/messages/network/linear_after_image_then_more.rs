use const_cnn::network;

// what follows the mistake is not reported again
network! {
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(16, kernel 3),
        //~ hidden: linear takes a vector | [16, 6, 6] | put `flatten` between
        hidden: linear(20),
        relu: relu,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
