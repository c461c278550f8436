use const_cnn::{Error, F32x8, MeanSquaredError, Sgd, Trainer, Zero, network};

network! {
    pub struct Net: [2] => [2] {
        dense: linear(2),
    }
}

fn main() -> Result<(), Error> {
    let (mut net, sgd) = (Net::ZERO, Sgd::new(0.1, 0.0)?);
    let mut trainer = Trainer::<Net, F32x8, Sgd, MeanSquaredError>::ZERO;
    let data = Net::dataset(&[[0.0, 1.0]], &[1_usize])?;
    //~ type mismatch | [f32; 2] | usize
    trainer.fit(&mut net, &sgd, &data, 1, 1).run()?;
    Ok(())
}
