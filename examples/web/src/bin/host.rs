//! Trains on the host what the page trains, and prints the same curve: `host SEED LEARNING_RATE EPOCHS`.

use std::error::Error;

use const_cnn::Zero;
use digits_web::training::Training;

static DIGITS: &[u8; 1797 * 65] = include_bytes!("../../assets/digits.bin");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seed, learning_rate, epochs] = &arguments[..] else { return Err("host SEED LEARNING_RATE EPOCHS".into()) };
    let (seed, learning_rate, epochs) = (seed.parse()?, learning_rate.parse()?, epochs.parse()?);

    let mut training = Box::new(Training::ZERO);
    training.read(DIGITS)?;
    training.reset(seed)?;
    println!("batch,loss,held-out accuracy");
    for epoch in 0..epochs {
        for batch in 1..=training.batches() {
            let loss = f64::from(training.step(learning_rate)?.loss());
            print!("{},{loss},", epoch * training.batches() + batch);
            if batch == training.batches() {
                let held_out = training.test()?;
                print!("{}", held_out.correct as f64 / held_out.images as f64);
            }
            println!();
        }
    }
    Ok(())
}
