use const_cnn::{Image, Relu, network};

type Own = Relu<Image<4, 8, 8>>;

network! {
    pub struct Net: [4, 8, 8] => [10] {
        own: Own,
        //~ dense: linear takes a vector | [4, 8, 8] | put `flatten` between
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 256])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
