use const_cnn::network;

network! {
    pub struct Net: [28, 28, 1] => [10] {
        //~ does not fit inside the image 28x1 | of [C, H, W] = [28, 28, 1]
        conv: conv2d(4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 784])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
