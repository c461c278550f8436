use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ there is nothing in this block
        block: residual {
            relu: relu,
        } shortcut {},
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
