//! Teaches a float head a digit that it has never seen, on what an int8 network in flash makes of the images.

use const_cnn::{Error, Int8, Int8Arena, Metrics, Sgd, Trainer, network};

use crate::adapt::{LEARNING_RATE, MOMENTUM, batches};
use crate::classify::Answers;
use crate::records::{Record, image, label};

network! {
    /// `Small` up to its last layer: in int8, in flash.
    pub struct Features: [1, 8, 8] => [64] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
    }
}

network! {
    /// The last layer: in float, in RAM.
    pub struct Head: [64] => [10] { dense: linear(10) }
}

/// What does not change while the head learns.
pub struct Body<'a> {
    pub net: &'a Int8<Features>,
    pub arena: &'a mut Int8Arena<Features>,
}

impl Body<'_> {
    /// What the head takes.
    #[inline(never)]
    pub fn see(&mut self, record: &Record) -> [f32; 64] {
        self.net.output(&image(record), self.arena)
    }

    /// One inference.
    #[inline(never)]
    pub fn logits(&mut self, head: &Head, record: &Record) -> [f32; 10] {
        head.output(&self.see(record))
    }

    /// Reads all of `records`.
    #[inline(never)]
    pub fn classify(&mut self, head: &Head, records: &[Record]) -> Answers {
        Answers::of(records, |record| self.logits(head, record))
    }

    /// One step of the head, on one batch.
    #[inline(never)]
    pub fn step(
        &mut self,
        head: &mut Head,
        trainer: &mut Trainer<Head, f32>,
        batch: &[&Record],
    ) -> Result<Metrics, Error> {
        let sgd = Sgd::new(LEARNING_RATE, MOMENTUM)?;
        trainer.step(head, &sgd, batch.iter().map(|record| (self.see(record), label(record))))
    }

    /// Uses each image once.
    #[inline(never)]
    pub fn round(
        &mut self,
        head: &mut Head,
        trainer: &mut Trainer<Head, f32>,
        records: &[Record],
    ) -> Result<(), Error> {
        for batch in batches(records) {
            self.step(head, trainer, &batch)?;
        }
        Ok(())
    }
}
