use const_cnn::network;

network! {
    pub struct Net: [1, 8, 8] => [10] {
        //~ block: a branch gives [4, 6, 6], but the first gives [1, 8, 8]
        block: concat {
            a {},
            b { conv: conv2d(4, kernel 3) },
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
