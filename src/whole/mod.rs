//! A whole network: what can be done with it, beside the passes that it has as a layer.

mod table;

pub use table::Table;

use crate::layer::{Input, Output};
use crate::losses::OfLabels;
use crate::{Dataset, Elem, Error, Layer, Nested, Ordered, Row, Scores, Sgd, Shape, Trainer, Zero};

/// A network that [`network!`](crate::network!) has written, or its folded form.
///
/// ```
/// use const_cnn::{Input, Network, Vector, argmax, network};
///
/// /// The class that a network of ten takes an image for.
/// fn class<N: Network<Output = Vector<10>>>(net: &N, image: &Input<N, f32>) -> usize {
///     argmax(&net.output(image))
/// }
///
/// network! {
///     struct Net: [1, 8, 8] => [10] { flatten: flatten, logits: linear(10) }
/// }
/// # use const_cnn::Zero;
/// let mut net = Net::ZERO;
/// net.logits.bias[7] = 1.0;
/// assert_eq!(class(&net, &[[[0.0]; 8]; 8]), 7);
/// assert_eq!((Net::NAME, Net::PARAMETERS), ("Net", 650));
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is not a network written by `network!`")]
pub trait Network: Layer {
    /// The struct's name.
    const NAME: &'static str;

    /// The rows of its table.
    const LAYERS: &'static [Row] = Self::ROWS;

    /// How many numbers it has: learned ones, and those that training holds.
    const PARAMETERS: usize = Self::COUNT;

    /// The bytes of its parameters.
    const PARAMETER_BYTES: usize = 4 * Self::COUNT;

    /// The bytes that inference on one image writes on, beside the image and the result: what is alive at once.
    const INFERENCE_BYTES: usize = size_of::<Self::Scratch<f32>>();

    /// The values that are alive at once while it infers, the image and the result counted: those of its
    /// [`Arena`](Network::Arena).
    const ALIVE: usize = <Self::Arena<f32> as Nested<f32>>::LEN;

    /// The bytes of training one image at a time with SGD and labels: parameters, gradient, momentum and workspace.
    const TRAINING_BYTES: usize = training_bytes::<Self, f32>();

    /// The values that are alive at once while it infers, the image and the result counted.
    type Arena<V: Elem>: Zero + Nested<V>;

    /// Where the image lies in an arena before [`infer_in`](Network::infer_in).
    ///
    /// ```
    /// use const_cnn::{Network, Zero, network};
    /// network! {
    ///     struct Net: [2] => [1] { relu: relu, sum: linear(1) }
    /// }
    /// let mut net = Net::ZERO;
    /// net.sum.weight = [[1.0]; 2];
    /// // image and result are a part of the values that are alive
    /// let mut arena = <Net as Network>::Arena::<f32>::ZERO;
    /// *Net::image_in(&mut arena) = [-5.0, 3.0];
    /// assert_eq!(net.infer_in(&mut arena), &[3.0]);
    /// ```
    fn image_in<V: Elem>(arena: &mut Self::Arena<V>) -> &mut Input<Self, V> {
        Self::Input::view_mut(arena.flat_mut())
    }

    /// Inference on the image that lies in `arena`, which it overwrites, and where the result lies then.
    fn infer_in<'a, V: Elem>(&self, arena: &'a mut Self::Arena<V>) -> &'a Output<Self, V>;

    /// Infers, and shows what each layer gives: its name, the dimensions `[C, H, W]`, `[C, L]` or `[N]`, and the values in that
    /// order.
    ///
    /// ```
    /// use const_cnn::{Network, Zero, network};
    /// network! {
    ///     struct Net: [2] => [1] { relu: relu, sum: linear(1) }
    /// }
    /// let mut net = Net::ZERO;
    /// net.sum.weight = [[1.0]; 2];
    /// let (mut scratch, mut y, mut seen) = (Zero::ZERO, [0.0], Vec::new());
    /// net.activations(&[-5.0, 3.0], &mut scratch, &mut y, |name, _dims, values| {
    ///     seen.push((name, values.collect::<Vec<f32>>()));
    /// });
    /// assert_eq!(seen, [("relu", vec![0.0, 3.0]), ("sum", vec![3.0])]);
    /// ```
    fn activations(
        &self,
        image: &Input<Self, f32>,
        scratch: &mut Self::Scratch<f32>,
        y: &mut Output<Self, f32>,
        visit: impl FnMut(&'static str, &'static [usize], Ordered),
    );

    /// What the network takes, from values in the order channel, row, column.
    ///
    /// ```
    /// use const_cnn::{Network, network};
    /// network! {
    ///     struct Net: [2, 1, 2] => [1] { flatten: flatten, sum: linear(1) }
    /// }
    /// // a channel after the other; in memory each pixel's lie together
    /// assert_eq!(Net::image(&[1.0, 2.0, 10.0, 20.0])?, [[[1.0, 10.0], [2.0, 20.0]]]);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Shape::from_slice`].
    fn image(values: &[f32]) -> Result<Input<Self, f32>, Error> {
        Self::Input::from_slice(values)
    }

    /// Images for the network, with what is expected of each.
    ///
    /// # Errors
    ///
    /// As [`Dataset::new`].
    fn dataset<'a, T>(images: &'a [Input<Self, f32>], targets: &'a [T]) -> Result<Dataset<'a, Self::Input, T>, Error> {
        Dataset::new(images, targets)
    }

    /// What the network gives, whatever it is. Its scratch is taken from the stack.
    fn output(&self, image: &Input<Self, f32>) -> Output<Self, f32> {
        let mut scratch = Self::Scratch::ZERO; // not in a pair, which without optimisation is a second one
        let mut y = Output::<Self, f32>::ZERO;
        self.infer(image, &mut scratch, &mut y);
        y
    }

    /// The chances of the classes, of a network that gives scores.
    ///
    /// ```
    /// use const_cnn::{Network, Zero, network};
    /// network! {
    ///     struct Net: [1] => [2] { logits: linear(2) }
    /// }
    /// assert_eq!(Net::ZERO.output(&[3.0]), [0.0, 0.0]); // logits
    /// assert_eq!(Net::ZERO.predict(&[3.0]), [0.5, 0.5]); // chances
    /// ```
    fn predict(&self, image: &Input<Self, f32>) -> Output<Self, f32>
    where
        Self::Output: Scores,
    {
        const { assert!(Self::Output::LEN != 1, "one value has no chances: `output` gives what the network gives") }
        let mut y = self.output(image);
        Self::Output::to_probabilities(y.flat_mut());
        y
    }

    /// Its layers, their sizes and the totals, to be printed.
    fn table() -> Table {
        Table::of::<Self>()
    }
}

/// Whether a network can be a classifier.
pub struct Classes<const SEVERAL: bool>;

/// That it can.
#[diagnostic::on_unimplemented(
    message = "a classifier gives a score for each of several classes, but this network gives one value",
    label = "one value has no chances",
    note = "`output` gives what the network gives"
)]
pub trait ClassesOf<Y> {}

impl<Y> ClassesOf<Y> for Classes<true> {}

/// The bytes of training a network with SGD and labels, whatever it gives.
pub const fn training_bytes<N: Layer, V: Elem>() -> usize {
    crate::training_bytes::<Trainer<N, V, Sgd, OfLabels>>()
}
