//! An autoencoder that takes noise out of digits: convolutions make them small, transposed convolutions large again. Each
//! epoch brings other noise, and what is expected stays clean.
//!
//! `cargo run --release --example denoise` draws some; the mean squared error of the test digits falls from 0.090 to 0.017.

#[path = "digits/data.rs"]
mod data;

use const_cnn::{Adam, Data, F32x8, Init, MeanSquaredError, Nested, Noise, Trainer, Zero, network};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    struct Denoiser: [1, 8, 8] => [1, 8, 8] {
        encode1: conv2d(16, kernel 3, padding 1),
        relu1: relu,
        encode2: conv2d(24, kernel 3, stride 2, padding 1), // 4 × 4
        relu2: relu,
        encode3: conv2d(32, kernel 3, stride 2, padding 1), // 2 × 2
        relu3: relu,
        decode3: conv_transpose2d(24, kernel 4, stride 2, padding 1),
        relu4: relu,
        decode2: conv_transpose2d(16, kernel 4, stride 2, padding 1),
        relu5: relu,
        decode1: conv2d(1, kernel 3, padding 1),
    }
}

const EPOCHS: usize = 60;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = data::Digits::load()?;
    let (train, test) = digits.split(0)?;
    // what is expected of a digit is the digit itself
    let data = Denoiser::dataset(&digits.images, &digits.images)?.augmented(Noise(0.3))?;
    let (train, test) = (data.part(&train)?, data.part(&test)?);

    let (mut net, mut trainer) = (Denoiser::boxed(), Trainer::<Denoiser, F32x8, Adam, MeanSquaredError>::boxed());
    Init::KaimingNormal.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(0))?;
    let adam = Adam::new(0.003)?;
    let fit = trainer.fit(&mut net, &adam, &train, EPOCHS, 32);
    fit.schedule(|moment| moment.learning_rate * (1.0 - moment.epochs() / EPOCHS as f32)).run()?;

    let (mut before, mut shown) = (0.0, Vec::new());
    for n in 0..test.len() {
        let (noisy, clean) = test.in_epoch(n, 1, 0)?; // a seed that was not trained with
        before += noisy.flat().iter().zip(clean.flat()).map(|(a, b)| (a - b) * (a - b)).sum::<f32>() / 64.0;
        if n % 90 == 0 {
            shown.push([*clean, noisy, net.output(&noisy)]);
        }
    }
    for (n, name) in ["clean", "noisy", "cleaned"].into_iter().enumerate() {
        println!("{name}");
        for row in 0..8 {
            let line = |images: &[_; 3]| draw(&images[n], row);
            println!("{}", shown.iter().map(line).collect::<Vec<_>>().join("   "));
        }
    }
    // shuffled, test images are those of the epoch, with the same noise
    let after = trainer.evaluate(&net, &test.shuffled(1, 0))?.loss();
    println!("mean squared error of test digits: {:.4} before, {after:.4} after", before / test.len() as f32);
    Ok(())
}

/// One row of an image: two characters a pixel.
fn draw(image: &data::Pixels, row: usize) -> String {
    let shade = |[pixel]: &[f32; 1]| ["  ", "░░", "▒▒", "▓▓", "██"][(4.0 * pixel.clamp(0.0, 1.0)).round() as usize];
    image[row].iter().map(shade).collect()
}
