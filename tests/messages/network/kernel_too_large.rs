use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        conv1: conv2d(4, kernel 3, padding 1),
        //~ conv2: the kernel 11x11 does not fit inside the image 10x10 (padding included)
        conv2: conv2d(8, kernel 11, padding 1),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
