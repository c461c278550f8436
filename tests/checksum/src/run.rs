//! A training run whose every bit goes into one number: the same on every target, without the feature `simd`.
//!
//! Needs neither `std` nor a heap. The digits and the initial parameters are bytes, so that nothing is drawn:
//! `tests/training.rs` checks that they are the first digits of the example, and what `Init::FanIn` draws from seed 0.

use const_cnn::{Data, Elem, Error, Evaluator, Input, Layer, LeBytes, Parameters, Sgd, Trainer, Zero, network};

network! {
    /// The better network of the digits example.
    pub struct Small: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

/// What [`checksum`] gives, with either element. A change to it is a change of numerical results: name it in the CHANGELOG.
pub const EXPECTED: u64 = 0x5096_c48a_5772_8697;

pub const BATCHES: usize = 20;
pub const BATCH_SIZE: usize = 32;

/// The initial parameters, as `write_le` has written them.
pub const START: &[u8; Small::PARAMETER_BYTES] = include_bytes!("../start.bin");

/// A digit: 64 pixels, each from 0 (white) to 16 (black), then what it shows.
pub type Record = [u8; 65];

/// The first digits of the example.
pub const DIGITS: &[u8; BATCHES * BATCH_SIZE * size_of::<Record>()] = include_bytes!("../digits.bin");

/// Trains on 20 batches of 32 digits and then reads the first 32: the FNV-1a hash of all losses, parameters and logits.
///
/// Takes, on the stack, what training takes: 50 KB with `f32`, 150 KB with `F32x8`.
pub fn checksum<V: Elem>() -> Result<u64, Error> {
    let mut net = const { Small::from_le(&mut LeBytes::new(START)) };
    let mut trainer = Trainer::<Small, V>::ZERO;
    let sgd = Sgd::new(0.05, 0.9)?;
    let digits = || DIGITS.as_chunks().0.iter().map(digit);
    let mut hash = Fnv::new();
    for batch in 0..BATCHES {
        let metrics = trainer.step(&mut net, &sgd, digits().skip(batch * BATCH_SIZE).take(BATCH_SIZE))?;
        hash.write(&[metrics.loss()]);
    }
    for index in 0..Small::ARRAYS.len() {
        hash.write(net.values(index));
    }
    let (mut scratch, mut logits) = (Zero::ZERO, [0.0; 10]);
    for (image, _) in digits().take(BATCH_SIZE) {
        net.infer(&image, &mut scratch, &mut logits);
        hash.write(&logits);
        hash.write(&net.predict(&image));
    }
    let mut evaluator = Evaluator::<Small, V>::ZERO;
    hash.write(&[evaluator.evaluate(&net, &Digits, |_, _| ())?.loss()]);
    Ok(hash.0)
}

/// All digits, each made an image when its turn comes.
struct Digits;

impl Data for Digits {
    type Input = <Small as Layer>::Input;
    type Target = usize;
    type Image<'a> = Input<Small, f32>;
    type Expected<'a> = usize;
    type Error = Error;

    fn len(&self) -> usize {
        BATCHES * BATCH_SIZE
    }

    fn get(&self, n: usize) -> Result<(Input<Small, f32>, usize), Error> {
        DIGITS.as_chunks().0.get(n).map(digit).ok_or(Error::Index { images: self.len(), found: n })
    }
}

/// The image and the label of a record.
pub fn digit(record: &Record) -> (Input<Small, f32>, usize) {
    let mut image = [[[0.0]; 8]; 8];
    for (pixel, &byte) in image.as_flattened_mut().iter_mut().zip(record) {
        *pixel = [f32::from(byte) / 16.0];
    }
    (image, usize::from(record[64]))
}

/// The 64-bit FNV-1a hash, over the little-endian bytes of floats.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, values: &[f32]) {
        for byte in values.iter().flat_map(|value| value.to_bits().to_le_bytes()) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
