//! Training from random values, a batch at a time: the page's worker and the host run the same code.

use const_cnn::{Data, Error, Input, Metrics, Part, Sgd, Trainer, Zero, split};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use crate::classifier::{Classifier, Settings};
use crate::{Images, Net};

/// How many digits there are.
pub const IMAGES: usize = 1797;

/// The bytes of a digit: 64 pixels from 0 to 16, row by row, and what it is.
pub const RECORD: usize = 65;

/// How the network is trained, but for the learning rate, which the page can change.
pub const SETTINGS: Settings = Net::SETTINGS;

type Digits<'a> = Part<'a, const_cnn::Dataset<'a, <Net as const_cnn::Layer>::Input>>;

/// The digits, the network and all that training it needs.
pub struct Training {
    images: [Input<Net, f32>; IMAGES],
    labels: [usize; IMAGES],
    /// The indices of the digits to train on, and after these of those to test with.
    indices: [usize; IMAGES],
    train_len: usize,
    pub net: Net,
    trainer: Trainer<Net, Images>,
    /// Which batch of the epoch is next.
    batch: usize,
}

impl Zero for Training {
    const ZERO: Self = Training {
        images: [Input::<Net, f32>::ZERO; IMAGES],
        labels: [0; IMAGES],
        indices: [0; IMAGES],
        train_len: 0,
        net: Net::ZERO,
        trainer: Trainer::ZERO,
        batch: 0,
    };
}

impl Training {
    /// Reads the digits.
    pub fn read(&mut self, bytes: &[u8; IMAGES * RECORD]) -> Result<(), Error> {
        for (n, record) in bytes.as_chunks::<RECORD>().0.iter().enumerate() {
            let [pixels @ .., label] = record;
            self.images[n] = Net::image(&pixels.map(|pixel| f32::from(pixel) / 16.0))?;
            self.labels[n] = usize::from(*label);
        }
        Ok(())
    }

    /// Begins anew: splits the digits, draws the network, forgets the momentum. The seed sets what the example `digits`
    /// sets by its own.
    pub fn reset(&mut self, seed: u64) -> Result<(), Error> {
        self.train_len = split(&self.labels, 0.2, seed, &mut self.indices)?.0.len();
        self.net.draw(&mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
        self.trainer.state = [Net::ZERO];
        (self.trainer.seed, self.trainer.steps, self.trainer.epochs) = (seed, 0, 0);
        self.batch = 0;
        Ok(())
    }

    /// How many batches make an epoch.
    pub fn batches(&self) -> usize {
        self.train_len.div_ceil(SETTINGS.batch_size)
    }

    /// Trains on the next batch; the digits are in another order in each epoch.
    pub fn step(&mut self, learning_rate: f32) -> Result<Metrics, Error> {
        let sgd = Sgd::new(learning_rate, SETTINGS.momentum)?;
        let digits = digits(&self.images, &self.labels, &self.indices[..self.train_len])?;
        let digits = digits.shuffled(self.trainer.seed, self.trainer.epochs);
        let first = self.batch * SETTINGS.batch_size;
        let batch = (first..digits.len().min(first + SETTINGS.batch_size)).filter_map(|n| digits.get(n).ok());
        let metrics = self.trainer.step(&mut self.net, &sgd, batch)?;
        self.batch = (self.batch + 1) % self.batches();
        self.trainer.epochs += u64::from(self.batch == 0);
        Ok(metrics)
    }

    /// What the network makes of the digits that it is not trained on.
    pub fn test(&mut self) -> Result<Metrics, Error> {
        let digits = digits(&self.images, &self.labels, &self.indices[self.train_len..])?;
        self.trainer.evaluate(&self.net, &digits)
    }
}

fn digits<'a>(images: &'a [Input<Net, f32>], labels: &'a [usize], indices: &'a [usize]) -> Result<Digits<'a>, Error> {
    Net::dataset(images, labels)?.part(indices)
}
