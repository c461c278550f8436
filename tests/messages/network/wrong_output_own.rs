use const_cnn::{Linear, network};

network! {
    //~ the network is declared to give [9] | its last layer gives [10]
    pub struct Net: [20] => [9] {
        own: Linear<20, 10>,
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 20])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
