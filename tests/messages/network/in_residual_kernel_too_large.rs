use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            //~ conv: the kernel 11x11 does not fit inside the image 8x8
            conv: conv2d(1, kernel 11),
            relu: relu,
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
