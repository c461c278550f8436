use const_cnn::{Error, Sgd, Trainer, Zero, network};

network! {
    pub struct Net: [1, 2, 2] => [1, 2, 2] {
        relu: relu,
    }
}

fn main() -> Result<(), Error> {
    let (mut net, sgd) = (Net::ZERO, Sgd::new(0.1, 0.0)?);
    let mut trainer = Trainer::<Net>::ZERO;
    //~ trained on its logits | `Image<1, 2, 2>`
    trainer.step(&mut net, &sgd, [(&[[[0.0]; 2]; 2], 1)])?;
    Ok(())
}
