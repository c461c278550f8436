//! Regression: a network learns a curve from noisy points, by mean squared error and Adam, and draws what it has learned.
//!
//! `cargo run --release --example regression`

use const_cnn::{Adam, Error, F32x8, Init, MeanSquaredError, Network, Trainer, Zero, network};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    struct Curve: [1] => [1] {
        hidden1: linear(32),
        relu1: relu,
        hidden2: linear(32),
        relu2: relu,
        value: linear(1),
    }
}

fn curve(x: f32) -> f32 {
    (3.0 * x).sin() + 0.5 * x
}

fn main() -> Result<(), Error> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let x: Vec<[f32; 1]> = (0..400).map(|_| [rng.random_range(-2.0..2.0)]).collect();
    let y: Vec<[f32; 1]> = x.iter().map(|&[x]| [curve(x) + rng.random_range(-0.4..0.4)]).collect();
    let data = Curve::dataset(&x, &y)?;

    let mut net = Curve::ZERO;
    Init::KaimingNormal.draw(&mut net, rng)?;
    let mut trainer = Trainer::<Curve, F32x8, Adam, MeanSquaredError>::ZERO;
    let adam = Adam::new(0.01)?;
    let slower = |moment: &const_cnn::Moment| moment.learning_rate * 0.985_f32.powi(moment.epoch as i32);
    let metrics = trainer.fit(&mut net, &adam, &data, 200, 32).schedule(slower).run()?;

    draw(&net, &x, &y);
    let grid = || (0..=400).map(|n| n as f32 / 100.0 - 2.0);
    let squares: f32 = grid().map(|x| (net.output(&[x])[0] - curve(x)).powi(2)).sum();
    println!("mean squared error: {:.4} of the noisy points, {:.4} of the curve", metrics.loss(), squares / 401.0);
    println!("{} parameters", <Curve as Network>::PARAMETERS);
    Ok(())
}

/// The points (·), and the network (█).
fn draw(net: &Curve, x: &[[f32; 1]], y: &[[f32; 1]]) {
    const COLUMNS: usize = 78;
    const ROWS: usize = 22;
    let mut picture = [[' '; COLUMNS]; ROWS];
    let row = |y: f32| (((2.5 - y) / 5.0 * ROWS as f32) as usize).min(ROWS - 1);
    let column = |x: f32| (((x + 2.0) / 4.0 * COLUMNS as f32) as usize).min(COLUMNS - 1);
    x.iter().zip(y).for_each(|([x], [y])| picture[row(*y)][column(*x)] = '·');
    let middle = |n: usize| 4.0 * (n as f32 + 0.5) / COLUMNS as f32 - 2.0;
    (0..COLUMNS).for_each(|n| picture[row(net.output(&[middle(n)])[0])][n] = '█');
    picture.iter().for_each(|row| println!("{}", row.iter().collect::<String>()));
}
