use const_cnn::{Image, Relu, network};

type Own = Relu<Image<1, 8, 7>>;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ this layer takes `Image<1, 8, 7>` | the layer before it gives `Image<1, 8, 8>`
        own: Own,
        again: Own,
        relu: relu,
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
