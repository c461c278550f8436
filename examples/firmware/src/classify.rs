//! Reads digits with a trained network, which may lie in flash.

use const_cnn::{Int8, Int8Arena, Layer, argmax};

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

/// One inference in int8, of an image whose pixels are values of a table. It has no float in it.
#[inline(never)]
pub fn logits_int8(net: &Int8<Small>, arena: &mut Int8Arena<Small>, pixels: &[i8; 17], record: &Record) -> [i8; 10] {
    for (value, &byte) in net.image_in(arena).iter_mut().zip(record) {
        *value = pixels.get(usize::from(byte)).copied().unwrap_or(0);
    }
    let mut logits = [0; 10];
    for (logit, &value) in logits.iter_mut().zip(net.infer_in(arena)) {
        *logit = value;
    }
    logits
}

/// Reads all of `records`.
#[inline(never)]
pub fn classify(net: &Small, scratch: &mut Scratch, records: &[Record]) -> Answers {
    Answers::of(records, |record| logits(net, scratch, record))
}

impl Answers {
    /// What `read` makes of all of `records`.
    pub fn of(records: &[Record], mut read: impl FnMut(&Record) -> [f32; 10]) -> Answers {
        let mut answers = Answers { checksum: 0x811c_9dc5, ..Answers::default() };
        for record in records {
            let logits = read(record);
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
}
