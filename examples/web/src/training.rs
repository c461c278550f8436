//! Training from random values, a batch at a time: the page's worker and the host run the same code.

use const_cnn::{Data, Error, Metrics, Sgd, Trainer, Zero};
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

use crate::classifier::{Classifier, Settings};
use crate::digits::Digits;
use crate::{Images, Net};

/// How the network is trained, but for the learning rate, which the page can change.
pub const SETTINGS: Settings = Net::SETTINGS;

/// The digits, the network and all that training it needs.
pub struct Training {
    pub digits: Digits,
    pub net: Net,
    trainer: Trainer<Net, Images>,
    /// Which batch of the epoch is next.
    batch: usize,
}

impl Zero for Training {
    const ZERO: Self = Training { digits: Digits::ZERO, net: Net::ZERO, trainer: Trainer::ZERO, batch: 0 };
}

impl Training {
    /// Begins anew: splits the digits, draws the network, forgets the momentum. The seed sets what the example `digits`
    /// sets by its own.
    pub fn reset(&mut self, seed: u64) -> Result<(), Error> {
        self.digits.split(seed)?;
        self.net.draw(&mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
        self.trainer.state = [Net::ZERO];
        (self.trainer.seed, self.trainer.steps, self.trainer.epochs) = (seed, 0, 0);
        self.batch = 0;
        Ok(())
    }

    /// How many batches make an epoch.
    pub fn batches(&self) -> usize {
        self.digits.indices().0.len().div_ceil(SETTINGS.batch_size)
    }

    /// Trains on the next batch; the digits are in another order in each epoch.
    pub fn step(&mut self, learning_rate: f32) -> Result<Metrics, Error> {
        let sgd = Sgd::new(learning_rate, SETTINGS.momentum)?;
        let digits = self.digits.part(self.digits.indices().0)?;
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
        let digits = self.digits.part(self.digits.indices().1)?;
        self.trainer.evaluate(&self.net, &digits)
    }
}
