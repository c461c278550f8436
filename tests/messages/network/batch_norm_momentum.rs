use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        conv: conv2d(4, kernel 3),
        //~ norm: the momentum of batch_norm | from 0 to 1
        norm: batch_norm(momentum 99.0, eps 1e-3),
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
