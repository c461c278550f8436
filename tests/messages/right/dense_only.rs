use const_cnn::{Error, Sgd, Trainer, Zero, network};

network! {
    struct Dense: [64] => [10] {
        hidden: linear(20),
        relu: relu,
        logits: linear(10),
    }
}

const _: () = assert!(Dense::PARAMETERS == 65 * 20 + 21 * 10);
const _: () = assert!(Dense::MULTIPLY_ACCUMULATES == 64 * 20 + 20 * 10);
// parameters, gradient and momentum, at least
const _: () = assert!(Dense::TRAINING_BYTES >= 3 * Dense::PARAMETER_BYTES);

fn main() -> Result<(), Error> {
    let (mut net, sgd) = (Dense::ZERO, Sgd::new(0.1, 0.0)?);
    let mut trainer = Trainer::<Dense, f32>::ZERO;
    trainer.step(&mut net, &sgd, [(&[0.0; 64], 3)])?;
    Ok(())
}
