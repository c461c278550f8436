use const_cnn::network;

const M: usize = 3;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        outer: residual {
            inner: residual {
                conv: conv2d(1, kernel 3, padding 1),
                //~ attempt to divide `3_usize` by zero
                other: conv2d(M / 0, kernel 1),
            },
        },
        flatten: flatten,
        dense: linear(10),
    }
}

fn main() -> Result<(), const_cnn::Error> {
    let image = Net::image(&[0.5; 64])?;
    println!("{:?}", <Net as const_cnn::Zero>::ZERO.predict(&image));
    Ok(())
}
