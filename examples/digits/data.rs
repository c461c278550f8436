//! The digits that are shipped with the example (DATA.md says whose they are), and their split into two parts.

use std::error::Error;

use const_cnn::{Image, Shape, split};
use flate2::read::GzDecoder;

/// A grey image of 8 × 8 pixels, each from 0 (white) to 1 (black).
pub type Pixels = <Image<1, 8, 8> as Shape>::Of<f32>;

/// Images, each with the digit that it shows, 0 to 9.
pub struct Digits {
    pub images: Vec<Pixels>,
    pub labels: Vec<usize>,
}

impl Digits {
    /// All 1797 digits. They lie in the program itself, so nothing is read or downloaded.
    pub fn load() -> Result<Digits, Box<dyn Error>> {
        let csv = GzDecoder::new(include_bytes!("digits.csv.gz").as_slice());
        let mut digits = Digits { images: Vec::new(), labels: Vec::new() };
        for row in csv::ReaderBuilder::new().has_headers(false).from_reader(csv).deserialize() {
            let row: Vec<u8> = row?;
            let (&label, pixels) = row.split_last().ok_or("a row of the digits is empty")?;
            let pixels: Vec<f32> = pixels.iter().map(|&pixel| f32::from(pixel) / 16.0).collect();
            digits.images.push(Image::<1, 8, 8>::from_slice(&pixels)?);
            digits.labels.push(usize::from(label));
        }
        Ok(digits)
    }

    /// The indices of the images to train on, and of a fifth of each class to test with, both in the order of the data:
    /// classes are mixed there, so that a part cut off either has all.
    pub fn split(&self, seed: u64) -> Result<(Vec<usize>, Vec<usize>), const_cnn::Error> {
        let mut indices = vec![0; self.labels.len()];
        let (train, test) = split(&self.labels, 0.2, seed, &mut indices)?;
        Ok((train.to_vec(), test.to_vec()))
    }
}
