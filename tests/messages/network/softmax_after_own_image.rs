use const_cnn::{Image, Relu, network};

network! {
    pub struct Net: [1, 8, 8] => [64] {
        own: Relu<Image<1, 8, 8>>,
        //~ softmax takes a vector | Image<1, 8, 8> | put `flatten` between
        chances: softmax,
        dense: linear(64),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
