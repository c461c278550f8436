use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ it is written `conv2d(F, kernel K, stride S, dilation D, padding P, groups G, no bias)`
        conv: conv2d(4, padding 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
