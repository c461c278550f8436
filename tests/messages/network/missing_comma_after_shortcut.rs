use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        block: residual {
            conv: conv2d(2, kernel 3, padding 1),
        } shortcut {
            conv: conv2d(2, kernel 1),
        }
        //~ no rules expected `flatten` | `,`
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
