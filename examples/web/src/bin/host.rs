//! Does on the host what the page does: `host train SEED LEARNING_RATE EPOCHS` trains and prints the same curve,
//! `host int8 SEED WEIGHTS` makes the int8 form of the weights that the page has, and prints how many of the held-out digits
//! are read in float, in int8, and alike, and the bytes of the form, in hexadecimal.

use std::error::Error;
use std::fs;

use const_cnn::Zero;
use digits_web::digits::Bytes;
use digits_web::int8::Pair;
use digits_web::training::Training;

static DIGITS: &Bytes = include_bytes!("../../assets/digits.bin");

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["train", seed, learning_rate, epochs] => train(seed.parse()?, learning_rate.parse()?, epochs.parse()?),
        ["int8", seed, weights] => int8(seed.parse()?, &fs::read(weights)?),
        _ => Err("host train SEED LEARNING_RATE EPOCHS, or host int8 SEED WEIGHTS".into()),
    }
}

fn train(seed: u64, learning_rate: f32, epochs: usize) -> Result<(), Box<dyn Error>> {
    let mut training = Box::new(Training::ZERO);
    training.digits.read(DIGITS)?;
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

fn int8(seed: u64, weights: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut pair = Box::new(Pair::ZERO);
    pair.digits.read(DIGITS)?;
    let read = pair.quantise(weights, seed)?;
    println!("{} {} {} {}", read.images, read.float, read.int8, read.alike);
    println!("{}", pair.source.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    Ok(())
}
