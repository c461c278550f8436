//! Writes the digits of the example `digits` as PNG files of several sizes, a folder for each class, to try things with:
//! `cargo run --release -p images --example digits_as_png -- target/digits`.

#[path = "../../../examples/digits/data.rs"]
#[expect(dead_code, reason = "the digits are not split")]
mod data;

use std::{env, error::Error, fs, path::PathBuf};

use const_cnn::Nested;
use image::imageops::{FilterType, resize};
use image::{GrayImage, Luma};

fn main() -> Result<(), Box<dyn Error>> {
    let folder: PathBuf = env::args().nth(1).ok_or("digits_as_png FOLDER")?.into();
    let digits = data::Digits::load()?;
    for (n, (image, label)) in digits.images.iter().zip(&digits.labels).enumerate() {
        let to = folder.join(label.to_string());
        fs::create_dir_all(&to)?;
        let pixels = image.flat().iter().map(|pixel| (255.0 * (1.0 - pixel)).round() as u8).collect();
        let small = GrayImage::from_raw(8, 8, pixels).ok_or("a digit has 64 pixels")?;
        let side = 40 + n as u32 % 60;
        let digit = resize(&small, side, side, FilterType::CatmullRom);
        let mut paper = GrayImage::from_pixel(side + 16, side + 16, Luma([255]));
        image::imageops::overlay(&mut paper, &digit, 8, 8);
        paper.save(to.join(format!("{n:04}.png")))?;
    }
    println!("{} files in {}", digits.images.len(), folder.display());
    Ok(())
}
