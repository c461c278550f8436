use const_cnn::{Linear, network};

network! {
    pub struct Net: [64] => [10] {
        hidden: linear(20),
        relu: relu,
        //~ this layer takes | Vector<21> | the layer before it gives | Vector<20>
        own: Linear<21, 10>,
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
