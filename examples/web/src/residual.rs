//! A network with a residual block, batch normalisation and dropout.

use const_cnn::{Error, Init, network};
use rand::Rng;

use crate::classifier::{Classifier, Settings};

network! {
    /// Three convolutions, the middle one a block whose input is added to what it gives.
    pub struct Residual: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1, no bias),
        norm1: batch_norm,
        relu1: relu,
        block: residual {
            conv: conv2d(8, kernel 3, padding 1, no bias),
            norm: batch_norm,
        },
        relu2: relu,
        pool: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1, no bias),
        norm2: batch_norm,
        relu3: relu,
        mean: global_avg_pool,
        dropout: dropout(0.1),
        dense: linear(10),
    }
}

impl Classifier for Residual {
    const SETTINGS: Settings = Settings { epochs: 20, learning_rate: 0.05, momentum: 0.9, batch_size: 32 };

    fn draw(&mut self, rng: &mut impl Rng) -> Result<(), Error> {
        Init::KaimingNormal.draw(self, rng)
    }
}
