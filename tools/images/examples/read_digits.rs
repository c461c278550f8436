//! Reads digits in PNG and JPEG files with the network that the web page and the firmware carry, and draws the chances:
//! `cargo run --release -p images --example read_digits -- FILE..`.

#[path = "../../../examples/digits/networks.rs"]
mod networks;

use std::{env, error::Error};

use const_cnn::{Parameters, Zero, argmax};
use images::digit;
use networks::Small;

fn main() -> Result<(), Box<dyn Error>> {
    let mut net = Small::ZERO;
    net.read_le(include_bytes!("../../../examples/web/assets/small.bin"))?;
    for file in env::args().skip(1) {
        let pixels = digit(&file)?;
        let chances = net.predict(&Small::image(&pixels)?);
        println!("{file}: {}\n", argmax(&chances));
        let bar = |digit: usize| {
            let chance = chances[digit];
            format!("{digit} {:<12} {:5.1} %", "█".repeat((12.0 * chance).round() as usize), 100.0 * chance)
        };
        // the digit as the network sees it, and the chances beside it
        for line in 0..10 {
            let shade = |pixel: &f32| ["  ", "░░", "▒▒", "▓▓", "██"][(4.0 * pixel).round() as usize];
            let row: String = pixels.iter().skip(8 * line).take(8).map(shade).collect();
            println!("{row:<16}   {}", bar(line));
        }
        println!();
    }
    Ok(())
}
