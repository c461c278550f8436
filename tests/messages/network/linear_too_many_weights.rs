use const_cnn::network;

network! {
    pub struct Net: [64] => [10] {
        hidden: linear(4096),
        relu: relu,
        //~ hidden2: the layer has 40960000 parameters | at most 16777216
        hidden2: linear(10_000),
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
