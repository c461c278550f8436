use const_cnn::network;

network! {
    //~ a network has at least one layer
    pub struct Net: [1, 8, 8] => [10] {}
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
