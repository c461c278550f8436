//! How the networks are drawn and trained.

use const_cnn::{Error, Image, Init, Network, Vector};
use rand::Rng;

use crate::networks::{Article, Small};

/// How a network is trained.
#[derive(Clone, Copy)]
pub struct Settings {
    pub epochs: usize,
    /// That of a batch's mean loss.
    pub learning_rate: f32,
    pub momentum: f32,
    pub batch_size: usize,
}

/// A network that reads digits, with how it is drawn and trained.
pub trait Classifier: Network<Input = Image<1, 8, 8>, Output = Vector<10>> {
    /// How it is trained, where the command line does not say otherwise.
    const SETTINGS: Settings;

    /// Draws its parameters.
    fn draw(&mut self, rng: &mut impl Rng) -> Result<(), Error>;
}

impl Classifier for Article {
    /// The steps are large for this network: a single one, above all on a short last batch, can undo much of an epoch.
    /// And a kernel drawn from N(0, 1) can start dead. What training reaches depends on the seed.
    const SETTINGS: Settings = Settings { epochs: 10, learning_rate: 0.1, momentum: 0.0, batch_size: 64 };

    fn draw(&mut self, rng: &mut impl Rng) -> Result<(), Error> {
        Init::Normal { mean: 0.0, std: 1.0 }.draw(&mut self.conv, rng)?;
        Init::FanIn.draw(&mut self.dense1, rng)?;
        Init::FanIn.draw(&mut self.dense2, rng)
    }
}

impl Classifier for Small {
    const SETTINGS: Settings = Settings { epochs: 20, learning_rate: 0.05, momentum: 0.9, batch_size: 32 };

    fn draw(&mut self, rng: &mut impl Rng) -> Result<(), Error> {
        Init::FanIn.draw(self, rng)
    }
}
