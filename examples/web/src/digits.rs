//! The digits, and which of them are held out.

use const_cnn::{Data, Dataset, Error, Input, Layer, Part, Zero, split};

use crate::Net;

/// How many digits there are.
pub const IMAGES: usize = 1797;

/// The bytes of a digit: 64 pixels from 0 to 16, row by row, and what it is.
pub const RECORD: usize = 65;

/// All digits as bytes.
pub type Bytes = [u8; IMAGES * RECORD];

/// Some of the digits, as data.
pub type Chosen<'a> = Part<'a, Dataset<'a, <Net as Layer>::Input>>;

/// The digits, and which of them are held out.
pub struct Digits {
    pub images: [Input<Net, f32>; IMAGES],
    pub labels: [usize; IMAGES],
    /// The indices of the digits to train on, and after these of those to test with.
    indices: [usize; IMAGES],
    train_len: usize,
}

impl Zero for Digits {
    const ZERO: Self =
        Digits { images: [Input::<Net, f32>::ZERO; IMAGES], labels: [0; IMAGES], indices: [0; IMAGES], train_len: 0 };
}

impl Digits {
    /// Reads the digits.
    pub fn read(&mut self, bytes: &Bytes) -> Result<(), Error> {
        for (n, record) in bytes.as_chunks::<RECORD>().0.iter().enumerate() {
            let [pixels @ .., label] = record;
            self.images[n] = Net::image(&pixels.map(|pixel| f32::from(pixel) / 16.0))?;
            self.labels[n] = usize::from(*label);
        }
        Ok(())
    }

    /// Holds out a fifth of them, which fifth is the seed's.
    pub fn split(&mut self, seed: u64) -> Result<(), Error> {
        self.train_len = split(&self.labels, 0.2, seed, &mut self.indices)?.0.len();
        Ok(())
    }

    /// The indices of those to train on, and of those held out.
    pub fn indices(&self) -> (&[usize], &[usize]) {
        self.indices.split_at(self.train_len)
    }

    /// The digits of these indices.
    pub fn part<'a>(&'a self, indices: &'a [usize]) -> Result<Chosen<'a>, Error> {
        Net::dataset(&self.images, &self.labels)?.part(indices)
    }
}
