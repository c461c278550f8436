use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            relu: relu,
        } shortcut {
            //~ is larger than any image
            conv: conv2d(1, kernel 3, padding usize::MAX),
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
