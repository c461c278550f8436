//! What a network is for: data to train it on, and how well one does on others of their kind.

use const_cnn::{Expected, F32x8, Fold, Input, Layer, Loss, Network, Of, Output, Vector, Zero, argmax};
use rand::rngs::Xoshiro256PlusPlus;

/// A network of MLPerf Tiny, and what it is for.
pub trait Task: Network<Scratch<f32>: Send, Tape<F32x8>: Send> + Send + Fold<Folded: Like<Self>> {
    /// What it is trained by.
    type Loss: Loss<Self::Output>;

    /// The linear function that it is compared with.
    type Linear: Like<Self>;

    /// How it is trained.
    const SETTINGS: Settings;

    /// What [`measure`](Task::measure) gives.
    const MEASURE: &'static str;

    /// Inputs to train on, and what is expected of each.
    fn examples(count: usize, rng: &mut Xoshiro256PlusPlus) -> (Vec<Input<Self, f32>>, Vec<Target<Self>>);

    /// How well a network does on examples that `rng` draws: 1 is without fault.
    fn measure(net: &impl Like<Self>, rng: &mut Xoshiro256PlusPlus) -> f32;

    /// Makes of what the network gives what is published of it: chances, where they are scores.
    fn publish(y: &mut [f32]);
}

/// What is expected of a network.
pub type Target<N> = Expected<<N as Task>::Loss, <N as Layer>::Output>;

/// What kind of output the loss is of: of any, or of logits.
pub type Expects<N> = Of<<N as Task>::Loss, <N as Layer>::Output>;

/// A network that takes and gives what `N` does, and can be made on the heap with what its passes write on.
pub trait Like<N: Layer>:
    Network<Input = N::Input, Output = N::Output, Scratch<f32>: Send, Tape<F32x8>: Send> + Send
{
}

impl<N: Layer, M: Send> Like<N> for M where
    M: Network<Input = N::Input, Output = N::Output, Scratch<f32>: Send, Tape<F32x8>: Send>
{
}

/// How a network is trained.
#[derive(Clone, Copy)]
pub struct Settings {
    /// How many examples there are.
    pub examples: usize,
    pub epochs: usize,
    /// How many examples a batch has.
    pub batch_size: usize,
    /// That of Adam at the beginning: it falls to 0 as a cosine does.
    pub learning_rate: f32,
}

/// How many examples are held out, to measure with.
pub const HELD_OUT: usize = 480;

/// As many examples of each of `classes` as `count` allows, and their classes.
pub fn of_classes<X>(count: usize, classes: usize, draw: impl FnMut(usize) -> X) -> (Vec<X>, Vec<usize>) {
    let labels: Vec<usize> = (0..count).map(|n| n % classes).collect();
    (labels.iter().copied().map(draw).collect(), labels)
}

/// The share of images whose class gets the highest score.
pub fn accuracy<const C: usize, N>(net: &N, (images, labels): &(Vec<Input<N, f32>>, Vec<usize>)) -> f32
where
    N: Network<Output = Vector<C>, Scratch<f32>: Send>,
{
    let mut outputs = outputs(net);
    let right = images.iter().zip(labels).filter(|(image, label)| argmax(&outputs(image)) == **label).count();
    right as f32 / images.len() as f32
}

/// What a network gives, with one scratch for all images.
pub fn outputs<N: Network<Scratch<f32>: Send>>(net: &N) -> impl FnMut(&Input<N, f32>) -> Output<N, f32> {
    let mut scratch = N::Scratch::<f32>::boxed();
    move |image| {
        let mut y = Zero::ZERO;
        net.infer(image, &mut scratch, &mut y);
        y
    }
}
