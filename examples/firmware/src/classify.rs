//! Reads digits with a trained network, which may lie in flash.

use const_cnn::{Layer, argmax};

use crate::networks::Small;
use crate::records::{Record, image, label};

/// What inference on one image writes on.
pub type Scratch = <Small as Layer>::Scratch<f32>;

/// What a network made of some images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answers {
    /// How many images there were of each digit.
    pub images: [u32; 10],
    /// How many of them were read as what they are.
    pub correct: [u32; 10],
    /// The checksum of the logits' bits, image after image.
    pub checksum: u32,
}

/// One inference.
#[inline(never)]
pub fn logits(net: &Small, scratch: &mut Scratch, record: &Record) -> [f32; 10] {
    let mut logits = [0.0; 10];
    net.infer(&image(record), scratch, &mut logits);
    logits
}

/// Reads all of `records`.
#[inline(never)]
pub fn classify(net: &Small, scratch: &mut Scratch, records: &[Record]) -> Answers {
    let mut answers = Answers { checksum: 0x811c_9dc5, ..Answers::default() };
    for record in records {
        let logits = logits(net, scratch, record);
        let (digit, class) = (label(record), argmax(&logits));
        if let (Some(images), Some(correct)) = (answers.images.get_mut(digit), answers.correct.get_mut(digit)) {
            *images += 1;
            *correct += u32::from(class == digit);
        }
        for logit in logits {
            // Fowler, Noll and Vo's hash, FNV-1a
            for byte in logit.to_le_bytes() {
                answers.checksum = (answers.checksum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
    }
    answers
}
