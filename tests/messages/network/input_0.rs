use const_cnn::network;

network! {
    //~ a network takes [C, H, W], [C, L] or [N], each at least 1 | [1, 0, 8]
    pub struct Net: [1, 0, 8] => [10] {
        conv: conv2d(4, kernel 3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 0])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
