use const_cnn::{Image, MaxPool2d, Square, network};

type Halve = MaxPool2d<Image<1, 8, 8>, Image<1, 4, 4>, Square<2, 2>>;

network! {
    pub struct Net: [64] => [10] {
        hidden: linear(20),
        //~ this layer takes `Image<1, 8, 8>` | the layer before it gives | Vector<20>
        own: Halve,
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
