use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ cannot find type `rleu`
        relu1: rleu,
        relu2: relu,
        conv: conv2d(4, kernel 3),
        relu3: relu,
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
