use const_cnn::network;

network! {
    //~ the network is declared to give [9] | its last layer gives [10]
    pub struct Net: [1, 8, 8] => [9] {
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
