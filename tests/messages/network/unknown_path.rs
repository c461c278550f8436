use const_cnn::network;

network! {
    pub struct Net: [64] => [10] {
        dense: linear(10),
        //~ cannot find type `Maxout`
        own: const_cnn::Maxout<10>,
        again: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
