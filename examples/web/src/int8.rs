//! The network in int8, beside itself in float: the page and the host run the same code.

use std::boxed::Box;
use std::vec::Vec;

use const_cnn::{Error, Input, Int8, Int8Arena, Layer, Output, Parameters, Range, Scores, Zero, argmax, quantize};

use crate::Net;
use crate::digits::Digits;

/// How many of the digits to train on the ranges are taken from.
const SEEN: usize = 500;

/// The network, and its int8 form.
pub struct Pair {
    pub digits: Digits,
    float: Net,
    int8: Option<Box<Int8<Net>>>,
    arena: Int8Arena<Net>,
    /// What the int8 form is made from: `Int8::from_le_bytes` takes it.
    pub source: [u8; Int8::<Net>::SOURCE_BYTES],
}

impl Zero for Pair {
    const ZERO: Self = Pair {
        digits: Digits::ZERO,
        float: Net::ZERO,
        int8: None, // which is no bytes of the module
        arena: Int8::<Net>::arena(),
        source: [0; _],
    };
}

/// How many of the held-out digits are read.
#[derive(Default)]
pub struct Read {
    pub images: usize,
    pub float: usize,
    pub int8: usize,
    /// Taken for the same by both, right or wrong.
    pub alike: usize,
}

impl Pair {
    /// Takes parameters, as `write_le` gives them, makes the int8 form of them, and reads with both the digits that the seed
    /// holds out.
    pub fn quantise(&mut self, parameters: &[u8], seed: u64) -> Result<Read, Error> {
        self.digits.split(seed)?;
        self.float.read_le(parameters)?;
        let (train, held_out) = self.digits.indices();
        let seen: Vec<_> = train.iter().take(SEEN).map(|&n| self.digits.images[n]).collect();
        let quantised = quantize(&self.float, &seen, Range::MinMax)?;
        self.source.copy_from_slice(&quantised.bytes);

        let mut read = Read { images: held_out.len(), ..Read::default() };
        for &n in held_out {
            let (image, label) = (&self.digits.images[n], self.digits.labels[n]);
            let float = argmax(&self.float.output(image));
            let int8 = argmax(&quantised.net.output(image, &mut self.arena));
            read.float += usize::from(float == label);
            read.int8 += usize::from(int8 == label);
            read.alike += usize::from(float == int8);
        }
        self.int8 = Some(quantised.net);
        Ok(read)
    }

    /// Makes what is in `source` the int8 form.
    pub fn load(&mut self) -> Result<(), Error> {
        let mut int8 = Int8::<Net>::boxed();
        int8.read_le(&self.source)?;
        self.int8 = Some(int8);
        Ok(())
    }

    /// The chances of the classes, in int8 up to the softmax, if there is an int8 form.
    pub fn predict(&mut self, image: &Input<Net, f32>) -> Option<Output<Net, f32>> {
        let mut chances = self.int8.as_ref()?.output(image, &mut self.arena);
        <Net as Layer>::Output::to_probabilities(&mut chances);
        Some(chances)
    }
}
