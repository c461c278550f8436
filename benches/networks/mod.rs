//! The networks that are timed, with data of their size.

#[path = "../../examples/digits/networks.rs"]
mod digits;

use const_cnn::{
    Differentiate, Init, Input, Layer, Logits, Nested, Network, Sgd, Shape, SoftmaxCrossEntropy, Trainer, Zero, network,
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

#[allow(unused_imports)] // not every bench times all networks
pub use digits::{Article, Small};

network! {
    /// LeNet-5, with ReLU and max-pooling.
    pub struct LeNet: [1, 28, 28] => [10] {
        conv1: conv2d(6, kernel 5, padding 2),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 5),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense1: linear(120),
        relu3: relu,
        dense2: linear(84),
        relu4: relu,
        dense3: linear(10),
    }
}

/// A network with drawn parameters, and images of drawn pixels and labels: speed does not depend on what they show.
pub struct Setup<N: Layer> {
    pub net: Box<N>,
    pub images: Vec<Input<N, f32>>,
    pub labels: Vec<usize>,
}

impl<N: Network> Setup<N> {
    pub fn new(images: usize) -> Setup<N> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut net = Box::new(N::ZERO);
        Init::FanIn.draw(&mut *net, &mut rng).expect("a rule without settings");
        let mut image = || {
            let mut image = Input::<N, f32>::ZERO;
            image.flat_mut().fill_with(|| rng.random_range(0.0..1.0));
            image
        };
        let images: Vec<_> = (0..images).map(|_| image()).collect();
        let labels = images.iter().map(|_| rng.random_range(0..N::Output::LEN)).collect();
        Setup { net, images, labels }
    }

    /// Trains for some epochs, each in an order of its own.
    #[allow(dead_code)] // not every bench trains
    pub fn train<V: Differentiate<N, SoftmaxCrossEntropy>>(
        &mut self,
        trainer: &mut Trainer<N, V>,
        epochs: usize,
        batch_size: usize,
        sgd: &Sgd,
    ) where
        N::Output: Logits,
    {
        let data = N::dataset(&self.images, &self.labels).expect("images with labels");
        trainer.fit(&mut self.net, sgd, &data, epochs, batch_size).run().expect("finite losses");
    }
}
