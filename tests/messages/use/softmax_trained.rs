use const_cnn::{Error, Sgd, Trainer, Zero, network};

network! {
    pub struct Net: [2] => [2] {
        dense: linear(2),
        chances: softmax,
    }
}

fn main() -> Result<(), Error> {
    let (mut net, sgd) = (Net::ZERO, Sgd::new(0.1, 0.0)?);
    let mut trainer = Trainer::<Net>::ZERO;
    //~ trained on its logits | `Probabilities<2>` | leave out the final `softmax`
    trainer.step(&mut net, &sgd, [(&[0.0, 1.0], 1)])?;
    Ok(())
}
