//! A training run, and an int8 network, whose every bit goes into one number: the same on every target, without the feature
//! `simd`.
//!
//! Needs neither `std` nor a heap. The digits and the initial parameters are bytes, so that nothing is drawn:
//! `tests/training.rs` checks that they are the first digits of the example, and what `Init::FanIn` draws from seed 0.

use const_cnn::{
    Data, Elem, Entry, Error, Evaluator, Input, Int8, Layer, LeBytes, Parameters, Sgd, Trainer, Zero, network,
};

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

network! {
    /// All that has an int8 form.
    pub struct Integers: [6, 9, 9] => [12] {
        relu: relu,
        conv: conv2d(8, kernel 3, dilation 2, padding 2, groups 2),
        block: residual { dw: depthwise_conv2d(kernel 3, padding 1), relu: relu6, pw: conv2d(8, kernel 1) },
        mean: avg_pool2d(3, stride 2, padding 1),
        sides: concat { itself {}, largest { pool: max_pool2d(3, stride 1, padding 1) } },
        more: conv2d(20, kernel (2, 3), padding same),
        pool: global_avg_pool,
        shape: reshape([2, 2, 5]),
        flatten: flatten,
        dense: linear(12),
        softmax: softmax,
    }
}

/// What [`int8_checksum`] gives.
pub const EXPECTED_INT8: u64 = 0x198c_554c_b622_cf7a;

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

/// Infers on ten drawn images with ten drawn int8 networks: the FNV-1a hash of what all their steps give. Multipliers are of all
/// sizes, and biases as large as sums can be.
pub fn int8_checksum() -> Result<u64, Error> {
    let (mut net, mut arena, mut hash) = (Int8::<Integers>::ZERO, Int8::<Integers>::arena(), Fnv::new());
    let mut bytes = [0; Int8::<Integers>::SOURCE_BYTES];
    for seed in 0..10 {
        let mut random = Random(seed);
        random.draw(&mut bytes);
        net.read_le(&bytes)?;
        for value in net.image_in(&mut arena) {
            *value = random.next() as i8;
        }
        net.activations(&mut arena, |_, _, values| hash.write_bytes(values.iter().map(|&value| value as u8)));
    }
    Ok(hash.0)
}

/// Numbers that look random.
struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 12
    }

    /// The bytes of an int8 network.
    fn draw(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        let mut write = |more: &[u8]| {
            for (to, &byte) in bytes[at..].iter_mut().zip(more) {
                *to = byte;
            }
            at += more.len();
        };
        write(&(0.01 + self.next() as f32 / 1e8).to_le_bytes());
        write(&(self.next() as i8 as i32).to_le_bytes());
        for Entry { outputs, weights, .. } in Int8::<Integers>::entries() {
            write(&(0.01 + self.next() as f32 / 1e8).to_le_bytes());
            write(&(self.next() as i8 as i32).to_le_bytes());
            for _ in 0..outputs {
                // 0.0005 to 0.009, and now and then far less or more
                let scale = 0.0005 + self.next() as f32 * 8e-9;
                let far = [1.0, 1.0, 1.0, 1.0, 1e-7, 4e-3, 300.0, 1.0][self.next() as usize % 8];
                write(&(scale * far).to_le_bytes());
            }
            for _ in 0..outputs {
                let size = if self.next().is_multiple_of(8) { 1 << 30 } else { 1 << 13 };
                write(&((self.next() << 11) as i32 % size).to_le_bytes());
            }
            for _ in 0..weights {
                write(&[((self.next() % 255) as i32 - 127) as u8]);
            }
        }
    }
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
        self.write_bytes(values.iter().flat_map(|value| value.to_bits().to_le_bytes()));
    }

    fn write_bytes(&mut self, bytes: impl Iterator<Item = u8>) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
