use const_cnn::{Linear, network};

network! {
    pub struct Net: [64] => [10] {
        own: Linear<64, 20>,
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
