//! Teaches a trained network a digit that it has never seen, from few images.

use const_cnn::{Error, Metrics, Sgd, Trainer};

use crate::networks::Small;
use crate::records::{Record, image, label};

/// The digit to be learnt.
pub const NEW: usize = 9;

/// How many images of it are used.
pub const NEW_IMAGES: usize = 50;

/// How many images of the other digits are used, so that these are not forgotten.
pub const OLD_IMAGES: usize = 300;

/// How often each image is used.
pub const ROUNDS: usize = 10;

/// The batches of a round.
const BATCHES: usize = 10;
pub const LEARNING_RATE: f32 = 0.02;
pub const MOMENTUM: f32 = 0.9;

/// One step, on one batch.
#[inline(never)]
pub fn step(net: &mut Small, trainer: &mut Trainer<Small, f32>, batch: &[&Record]) -> Result<Metrics, Error> {
    let sgd = Sgd::new(LEARNING_RATE, MOMENTUM)?;
    trainer.step(net, &sgd, batch.iter().map(|record| (image(record), label(record))))
}

/// Uses each image once.
#[inline(never)]
pub fn round(net: &mut Small, trainer: &mut Trainer<Small, f32>, records: &[Record]) -> Result<(), Error> {
    for batch in batches(records) {
        step(net, trainer, &batch)?;
    }
    Ok(())
}

/// The batches of a round: the first of `records` that show what is wanted. Each has its share of both kinds.
pub fn batches(records: &[Record]) -> impl Iterator<Item = [&Record; (NEW_IMAGES + OLD_IMAGES) / BATCHES]> {
    let mut new = records.iter().filter(|record| label(record) == NEW);
    let mut old = records.iter().filter(|record| label(record) != NEW);
    (0..BATCHES).map(move |_| {
        let mut batch = [&[0; 65]; (NEW_IMAGES + OLD_IMAGES) / BATCHES];
        let chosen = new.by_ref().take(NEW_IMAGES / BATCHES).chain(old.by_ref().take(OLD_IMAGES / BATCHES));
        for (place, record) in batch.iter_mut().zip(chosen) {
            *place = record;
        }
        batch
    })
}
