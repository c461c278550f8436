use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ conv: kernel and stride are at least 1 | 3 and 0
        conv: mapwise_conv2d(4, kernel 3, stride 0),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
