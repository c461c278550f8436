use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ block: the block gives [4, 6, 6], but what is added to it is [4, 8, 8]
        block: residual {
            conv: conv2d(4, kernel 3),
        } shortcut {
            conv: conv2d(4, kernel 1),
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
