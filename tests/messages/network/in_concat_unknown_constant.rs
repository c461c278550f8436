use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: concat {
            a {},
            b {
                //~ cannot find value `CHANNELS`
                conv: conv2d(CHANNELS, kernel 3),
                relu: relu,
            },
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
