use const_cnn::network;

network! {
    //~ the network is declared to give [10] | its last layer gives [2, 6, 6]
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(2, kernel 3),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
