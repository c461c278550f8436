//! An autoencoder: digits of 64 pixels through eight numbers and back, by mean squared error; the images are what is
//! expected of themselves.
//!
//! `cargo run --release --example autoencoder`

#[path = "digits/data.rs"]
mod data;

use const_cnn::{Adam, Data, F32x8, Init, MeanSquaredError, Nested, Trainer, Zero, network};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    struct Autoencoder: [64] => [64] {
        encode1: linear(32),
        relu1: relu,
        code: linear(8),
        decode1: linear(32),
        relu2: relu,
        decode2: linear(64),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = data::Digits::load()?;
    let (train, test) = digits.split(0)?;
    let images: Vec<[f32; 64]> = digits.images.iter().map(|image| image.flat().try_into().expect("8 × 8")).collect();
    let data = Autoencoder::dataset(&images, &images)?;
    let (train, test) = (data.part(&train)?, data.part(&test)?);

    let mut net = Autoencoder::ZERO;
    Init::KaimingNormal.draw(&mut net, &mut Xoshiro256PlusPlus::seed_from_u64(0))?;
    let mut trainer = Trainer::<Autoencoder, F32x8, Adam, MeanSquaredError>::ZERO;
    let trained = trainer.fit(&mut net, &Adam::new(0.003)?, &train, 150, 32).run()?;
    let tested = trainer.evaluate(&net, &test)?;

    let shown: Vec<_> = test.iter().step_by(60).map(|(image, _)| (*image, net.output(image))).collect();
    for row in 0..8 {
        let line = |pixels: &[f32; 64]| pixels[8 * row..][..8].iter().map(|&pixel| shade(pixel)).collect::<String>();
        let pairs: Vec<String> = shown.iter().map(|(image, y)| format!("{} {}", line(image), line(y))).collect();
        println!("{}", pairs.join("   "));
    }
    // what a network that always gives the mean image would have
    let mean: [f32; 64] = core::array::from_fn(|n| images.iter().map(|image| image[n]).sum::<f32>() / 1797.0);
    let squares = |image: &[f32; 64]| image.iter().zip(&mean).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / 64.0;
    let variance = images.iter().map(squares).sum::<f32>() / 1797.0;
    println!("mean squared error: {:.4} trained, {:.4} on test digits", trained.loss(), tested.loss());
    println!("eight numbers hold {:.1} % of the variance", 100.0 * (1.0 - tested.loss() / variance));
    Ok(())
}

fn shade(pixel: f32) -> char {
    [' ', '░', '▒', '▓', '█'][(4.0 * pixel.clamp(0.0, 1.0)).round() as usize]
}
