//! Training from random values, a batch at a time: the page's worker and the host run the same code.

use const_cnn::{Dataset, Error, Evaluator, Input, Layer, Metrics, Sgd, Trainer, Zero};
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::Net;
use crate::classifier::{Classifier, Settings};

/// How many digits there are.
pub const IMAGES: usize = 1797;

/// The bytes of a digit: 64 pixels from 0 to 16, row by row, and what it is.
pub const RECORD: usize = 65;

/// How the network is trained, but for the learning rate, which the page can change.
pub const SETTINGS: Settings = Net::SETTINGS;

type Digit = <Net as Layer>::Input;

/// The digits, the network and all that training it needs.
pub struct Training {
    images: [Input<Net, f32>; IMAGES],
    labels: [usize; IMAGES],
    /// The indices of the digits to train on: the first `train_len`.
    train: [usize; IMAGES],
    train_len: usize,
    /// The indices of the digits to test with: the first `test_len`.
    test: [usize; IMAGES],
    test_len: usize,
    pub net: Net,
    trainer: Trainer<Net, f32>,
    evaluator: Evaluator<Net, f32>,
    rng: Option<Xoshiro256PlusPlus>,
    /// Which batch of the epoch is next.
    batch: usize,
}

impl Zero for Training {
    const ZERO: Self = Training {
        images: [Input::<Net, f32>::ZERO; IMAGES],
        labels: [0; IMAGES],
        train: [0; IMAGES],
        train_len: 0,
        test: [0; IMAGES],
        test_len: 0,
        net: Net::ZERO,
        trainer: Trainer::ZERO,
        evaluator: Evaluator::ZERO,
        rng: None,
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
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        self.split(&mut rng);
        self.net.draw(&mut rng)?;
        self.trainer.state = Net::ZERO;
        self.rng = Some(rng);
        self.batch = 0;
        Ok(())
    }

    /// Draws a fifth of the images of each class to test with.
    fn split(&mut self, rng: &mut impl Rng) {
        (self.train_len, self.test_len) = (0, 0);
        for class in 0..10 {
            let mut end = self.train_len;
            for (index, _) in self.labels.iter().enumerate().filter(|&(_, &label)| label == class) {
                self.train[end] = index;
                end += 1;
            }
            let members = &mut self.train[self.train_len..end];
            members.shuffle(rng);
            let fifth = (members.len() + 2) / 5; // rounded to the nearest
            self.test[self.test_len..self.test_len + fifth].copy_from_slice(&members[..fifth]);
            members.copy_within(fifth.., 0);
            self.test_len += fifth;
            self.train_len = end - fifth;
        }
        self.test[..self.test_len].shuffle(rng);
        self.train[..self.train_len].sort_unstable();
    }

    /// How many batches make an epoch.
    pub fn batches(&self) -> usize {
        self.train_len.div_ceil(SETTINGS.batch_size)
    }

    /// Trains on the next batch; the digits are shuffled before the first of each epoch.
    pub fn step(&mut self, learning_rate: f32) -> Result<Metrics, Error> {
        let sgd = Sgd::new(learning_rate, SETTINGS.momentum)?;
        let mut data = Dataset::<Digit>::new(&self.images, &self.labels, &mut self.train[..self.train_len])?;
        if self.batch == 0
            && let Some(rng) = &mut self.rng
        {
            data.shuffle(rng);
        }
        let batch = data.batches(SETTINGS.batch_size)?.nth(self.batch).ok_or(Error::Empty)?;
        let metrics = self.trainer.step(&mut self.net, &sgd, batch)?;
        self.batch = (self.batch + 1) % self.batches();
        Ok(metrics)
    }

    /// What the network makes of the digits that it is not trained on.
    pub fn test(&mut self) -> Result<Metrics, Error> {
        let data = Dataset::<Digit>::new(&self.images, &self.labels, &mut self.test[..self.test_len])?;
        self.evaluator.evaluate(&self.net, data.iter(), |_, _| ())
    }
}
