//! Trains the article's network, on images that are read from flash one after another.

use const_cnn::{Error, Metrics, Sgd, Trainer};

use crate::networks::Article;
use crate::records::{Record, image, label};

pub const EPOCHS: usize = 10;
pub const BATCH: usize = 64;
const LEARNING_RATE: f32 = 0.1;

/// One step, on one batch.
#[inline(never)]
pub fn step(net: &mut Article, trainer: &mut Trainer<Article, f32>, batch: &[Record]) -> Result<Metrics, Error> {
    trainer.step(net, &Sgd::new(LEARNING_RATE, 0.0)?, batch.iter().map(|record| (image(record), label(record))))
}
