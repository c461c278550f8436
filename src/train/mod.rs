//! Training over batches and epochs.

mod early_stopping;
mod evaluate;
mod fit;
#[cfg(feature = "rand")]
mod init;
mod metrics;
mod moving_average;
#[cfg(feature = "parallel")]
mod parallel;
mod rounded;
mod samples;

pub use early_stopping::EarlyStopping;
pub use evaluate::Evaluator;
pub use fit::{Fit, Moment, Progress};
#[cfg(feature = "rand")]
pub use init::Init;
pub use metrics::Metrics;
pub use moving_average::MovingAverage;
#[cfg(feature = "parallel")]
pub use parallel::Parallel;

pub use rounded::Rounded;

use core::borrow::Borrow;
use core::ops::Range;

use samples::Samples;

use crate::layer::{Input, Output};
use crate::losses::{Expected, Of, Suits, Target};
use crate::optim::{Kept, State};
use crate::{Context, Data, Elem, Error, F32x8, Layer, Loss, Optimizer, Sgd, SoftmaxCrossEntropy, Zero};

/// The bytes of training with a trainer `T`: of its network's parameters and of the trainer itself, which has the gradient,
/// what the rule keeps and the workspace.
///
/// ```
/// use const_cnn::{Adam, F32x8, MeanSquaredError, Trainer, network, training_bytes};
/// network! {
///     struct Net: [1, 8, 8] => [10] { flatten: flatten, dense: linear(10) }
/// }
/// type Regression = Trainer<Net, F32x8, Adam, MeanSquaredError>;
/// const _: () = assert!(training_bytes::<Regression>() < 24 * 1024);
/// assert_eq!(training_bytes::<Trainer<Net, f32>>(), Net::TRAINING_BYTES);
/// ```
pub const fn training_bytes<T: Training>() -> usize {
    size_of::<T::Network>() + size_of::<T>()
}

/// A [`Trainer`].
pub trait Training {
    /// What it trains.
    type Network: Layer;
}

impl<N: Layer, V: Differentiate<N, L>, O: Optimizer, L: Loss<N::Output>> Training for Trainer<N, V, O, L> {
    type Network = N;
}

/// Everything that training needs beside the network: its gradient, what the rule keeps, and the passes' workspace.
///
/// `V` is [`F32x8`], which trains on eight images at once, or `f32`, which needs an eighth of the workspace. The results
/// are the same bits, if the parameters are finite, the network has no [`BatchNorm`](crate::BatchNorm), which mixes the images
/// of an element, and the crate is built without the feature `simd`. With the feature
/// `parallel` there is also `Parallel`, which trains on all cores. `O` is the [rule](Optimizer#implementors), such as [`Sgd`] or
/// [`AdamW`](crate::AdamW), `L` the [loss](Loss#implementors): [`SoftmaxCrossEntropy`], whose targets are labels,
/// [`MeanSquaredError`](crate::MeanSquaredError), whose targets have the shape of what the network gives, or another.
///
/// It is large, as [`training_bytes`] says. With `std`, `Trainer::<Net>::boxed()` ([`Zero::boxed`]) makes one of any size
/// on the heap; `Box::new(Trainer::<Net>::ZERO)` goes by the stack where the build is not optimised. Without `std`, place
/// it in a `static`, or on a stack that has room for it.
///
/// # Starting values
///
/// A network is drawn before it is trained, as [`Init`](crate::Init) does it, or loaded. From `ZERO` a network of several
/// layers does not learn, and no call says so: where all weights are 0 none of them has a gradient, only the last biases
/// change, and the loss stays at about ln C for C classes. A single dense layer does learn from `ZERO`.
///
/// # Examples
///
/// ```
/// use const_cnn::{Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Xor: [2] => [2] {
///         hidden: linear(4),
///         relu: relu,
///         logits: linear(2),
///     }
/// }
///
/// let images = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
/// let data = Xor::dataset(&images, &[0, 1, 1, 0])?;
///
/// let mut net = Xor::ZERO;
/// net.hidden.weight = [[1.0, 1.0, 0.0, 0.5], [1.0, 1.0, 0.5, 0.0]];
/// net.hidden.bias = [0.0, -0.5, 0.0, 0.0];
/// let mut trainer = Trainer::<Xor>::ZERO;
/// let sgd = Sgd::new(0.5, 0.9)?;
/// trainer.fit(&mut net, &sgd, &data, 100, 4).run()?; // 100 epochs, batches of 4
/// assert!(net.predict(&[0.0, 1.0])[1] > 0.9);
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// A regression: the loss is the mean squared error, and targets are what the network gives.
///
/// ```
/// use const_cnn::{Adam, F32x8, MeanSquaredError, Trainer, Zero, network};
///
/// network! {
///     struct Line: [1] => [1] { dense: linear(1) }
/// }
/// let (x, y) = ([[-1.0], [0.0], [1.0], [2.0]], [[-1.0], [1.0], [3.0], [5.0]]);
/// let data = Line::dataset(&x, &y)?;
/// let mut net = Line::ZERO;
/// let mut trainer = Trainer::<Line, F32x8, Adam, MeanSquaredError>::ZERO;
/// let metrics = trainer.fit(&mut net, &Adam::new(0.05)?, &data, 400, 4).run()?;
/// assert!(metrics.loss() < 1e-4);
/// assert!((net.output(&[10.0])[0] - 21.0).abs() < 0.1);
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// A network that ends in `softmax` is not trained, since the loss contains it:
///
/// ```compile_fail,E0277
/// use const_cnn::{Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Net: [2] => [2] {
///         dense: linear(2),
///         softmax: softmax,
///     }
/// }
/// Trainer::<Net>::ZERO.step(&mut Net::ZERO, &Sgd::new(0.1, 0.0)?, [(&[0.0, 0.0], 1)])?;
/// # Ok::<(), const_cnn::Error>(())
/// ```
pub struct Trainer<
    N: Layer,
    V: Differentiate<N, L> = F32x8,
    O: Optimizer = Sgd,
    L: Loss<N::Output> = SoftmaxCrossEntropy,
> {
    /// The gradient of the last batch's mean loss.
    pub gradient: N,
    /// What the rule keeps.
    pub state: State<O, N>,
    /// The loss, whose settings can be changed here.
    pub loss: L,
    /// What randomness starts from: the order of the images, and that within layers, such as dropout's. The same seed gives
    /// the same bits.
    pub seed: u64,
    /// How many batches have been trained on.
    pub steps: u64,
    /// How many epochs have been trained by [`fit`](Trainer::fit).
    pub epochs: u64,
    workspace: V::Workspace,
}

impl<N: Layer, V: Differentiate<N, L>, O: Optimizer, L: Loss<N::Output>> Zero for Trainer<N, V, O, L> {
    const ZERO: Self = Trainer {
        gradient: N::ZERO,
        state: Zero::ZERO,
        loss: L::ZERO,
        seed: 0,
        steps: 0,
        epochs: 0,
        workspace: V::Workspace::ZERO,
    };
}

impl<N, V, O, L> Clone for Trainer<N, V, O, L>
where
    N: Layer + Clone,
    V: Differentiate<N, L, Workspace: Clone>,
    O: Optimizer<Keeps: Kept<Of<N>: Clone>>,
    L: Loss<N::Output> + Clone,
{
    fn clone(&self) -> Self {
        Trainer {
            gradient: self.gradient.clone(),
            state: self.state.clone(),
            loss: self.loss.clone(),
            workspace: self.workspace.clone(),
            ..*self
        }
    }
}

impl<N: Layer, V: Differentiate<N, L>, O: Optimizer, L: Loss<N::Output>> Trainer<N, V, O, L> {
    /// Computes the gradient of a batch's mean loss, into [`gradient`](Trainer::gradient), and what the batch gave.
    ///
    /// The images, each with what is expected of it, such as its label, are references or values.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when the batch has no images, [`Error::Label`] when a label is not that of a class, or what else the
    /// loss [refuses](Loss::check), [`Error::Loss`] when the loss is not finite; an index is a place in the batch. The gradient
    /// of a finite loss may still not be finite.
    pub fn differentiate<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        &mut self,
        net: &N,
        batch: impl IntoIterator<Item = (X, T)>,
    ) -> Result<Metrics, Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
    {
        let context = Context { images: 0, seed: self.seed, step: self.steps, first: 0, trains: true, layer: 0 };
        let (workspace, gradient) = (&mut self.workspace, Some(&mut self.gradient));
        let metrics = V::pass(workspace, net, &self.loss, context, batch.into_iter(), gradient)?;
        if metrics.images == 0 { Err(Error::Empty) } else { Ok(metrics) }
    }

    /// Trains on one batch.
    ///
    /// A batch is an iterator of any length, and takes the same memory: gradients of several small batches are accumulated by
    /// one that goes over all of them.
    ///
    /// ```
    /// use const_cnn::{Sgd, Trainer, Zero, network};
    ///
    /// network! {
    ///     struct Net: [1] => [2] { dense: linear(2) }
    /// }
    /// let batches = [[([-1.0], 0), ([1.0], 1)], [([-2.0], 0), ([3.0], 1)]];
    /// let (mut net, mut trainer, sgd) = (Net::ZERO, Trainer::<Net>::ZERO, Sgd::new(0.1, 0.9)?);
    /// let metrics = trainer.step(&mut net, &sgd, batches.into_iter().flatten())?;
    /// assert_eq!(metrics.images, 4);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`differentiate`](Trainer::differentiate) and [`Optimizer::step`]; the network is then as it was.
    pub fn step<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        &mut self,
        net: &mut N,
        optimizer: &O,
        batch: impl IntoIterator<Item = (X, T)>,
    ) -> Result<Metrics, Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
    {
        let metrics = self.differentiate(net, batch)?;
        self.change(net, optimizer)?;
        Ok(metrics)
    }

    /// Makes the step that the gradient asks for.
    fn change(&mut self, net: &mut N, optimizer: &O) -> Result<(), Error> {
        V::step(optimizer, self.steps, &mut self.state, net, &self.gradient)?;
        net.hold(&self.gradient);
        self.steps = self.steps.saturating_add(1);
        Ok(())
    }

    /// Trains on the images of `data` at `places`.
    ///
    /// # Errors
    ///
    /// As [`step`](Trainer::step), with the image's place among all, and as [`Data::get`]; the network is then as it was.
    fn batch<D: Data<Input = N::Input, Target = Expected<L, N::Output>>>(
        &mut self,
        net: &mut N,
        optimizer: &O,
        data: &D,
        places: impl Iterator<Item = usize> + Clone,
    ) -> Result<Metrics, D::Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
    {
        let metrics = read(data, places.clone(), |images| self.differentiate(net, images))?;
        let place = |index| data.place(places.clone().nth(index).unwrap_or(index));
        let metrics = metrics.map_err(|error| error.of_image(place))?;
        self.change(net, optimizer)?;
        Ok(metrics)
    }

    /// Trains on each batch of `data` once, in its order, and gives the mean over its images of what each gave at its turn.
    ///
    /// `on_batch` is called after each batch with what the epoch has given so far. [`Data::shuffled`] gives a random order.
    ///
    /// # Errors
    ///
    /// [`Error::BatchSize`] when `batch_size` is 0, and as [`step`](Trainer::step) and [`Data::get`], an index being a place
    /// among the images that `data` lies over: the batches before the one that fails have been trained on.
    pub fn epoch<D: Data<Input = N::Input, Target = Expected<L, N::Output>>>(
        &mut self,
        net: &mut N,
        optimizer: &O,
        data: &D,
        batch_size: usize,
        mut on_batch: impl FnMut(&Metrics),
    ) -> Result<Metrics, D::Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
    {
        let mut epoch = Metrics::ZERO;
        for batch in batches(data.len(), batch_size)? {
            epoch.join(&self.batch(net, optimizer, data, batch)?);
            on_batch(&epoch);
        }
        Ok(epoch)
    }

    /// The mean loss and the accuracy of a network on `data`, computed on the trainer's own workspace.
    ///
    /// It is what [`Evaluator::evaluate`] gives, without the memory of an evaluator, and on as many threads as training; an
    /// evaluator is faster on one.
    ///
    /// # Errors
    ///
    /// As [`Evaluator::evaluate`].
    pub fn evaluate<D: Data<Input = N::Input, Target = Expected<L, N::Output>>>(
        &mut self,
        net: &N,
        data: &D,
    ) -> Result<Metrics, D::Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
    {
        let pass = |images: &mut Images<D, _>| {
            V::pass(&mut self.workspace, net, &self.loss, Context::EVALUATION, images, None)
        };
        let metrics = read(data, 0..data.len(), pass)?.map_err(|error| error.of_image(|n| data.place(n)))?;
        if metrics.images == 0 { Err(Error::Empty.into()) } else { Ok(metrics) }
    }
}

/// The places of all batches of `size` among `len`, the last one possibly short.
///
/// # Errors
///
/// [`Error::Empty`] when `len` is 0, [`Error::BatchSize`] when `size` is.
fn batches(len: usize, size: usize) -> Result<impl ExactSizeIterator<Item = Range<usize>>, Error> {
    if size == 0 {
        return Err(Error::BatchSize);
    }
    if len == 0 {
        return Err(Error::Empty);
    }
    Ok((0..len.div_ceil(size)).map(move |n| n * size..len.min((n + 1).saturating_mul(size))))
}

/// The images of a data set at some places, up to one that cannot be read.
struct Images<'a, D: Data, P> {
    data: &'a D,
    places: P,
    error: Option<D::Error>,
}

impl<'a, D: Data, P: Iterator<Item = usize>> Iterator for Images<'a, D, P> {
    type Item = (D::Image<'a>, D::Expected<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.error.is_some() {
            return None;
        }
        self.data.get(self.places.next()?).map_err(|error| self.error = Some(error)).ok()
    }
}

/// What `pass` makes of the images at `places`, if all can be read. What is wrong with an image before the one that cannot be
/// comes first.
fn read<'a, D: Data, P: Iterator<Item = usize>, R>(
    data: &'a D,
    places: P,
    pass: impl FnOnce(&mut Images<'a, D, P>) -> Result<R, Error>,
) -> Result<Result<R, Error>, D::Error> {
    let mut images = Images { data, places, error: None };
    match (pass(&mut images), images.error) {
        (Ok(_) | Err(Error::Empty), Some(error)) => Err(error),
        (result, _) => Ok(result),
    }
}

/// How a [`Trainer`] goes over a batch: one image at a time (`f32`), eight at once ([`F32x8`]), or on all cores.
pub trait Differentiate<N: Layer, L: Loss<N::Output> = SoftmaxCrossEntropy> {
    /// What it writes on.
    type Workspace: Zero;

    /// Returns what the images give. With a `gradient`, assigns to it the mean of what each image's loss gives, by its weight;
    /// without, it only evaluates.
    ///
    /// `context` says all but which images an element holds.
    ///
    /// # Errors
    ///
    /// What the loss refuses, [`Error::Loss`] when it is not finite; `gradient` then means nothing.
    fn pass<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        workspace: &mut Self::Workspace,
        net: &N,
        loss: &L,
        context: Context,
        batch: impl Iterator<Item = (X, T)>,
        gradient: Option<&mut N>,
    ) -> Result<Metrics, Error>;

    /// Has the rule make its step.
    ///
    /// # Errors
    ///
    /// As [`Optimizer::step`].
    fn step<O: Optimizer>(
        optimizer: &O,
        step: u64,
        state: &mut State<O, N>,
        net: &mut N,
        gradient: &N,
    ) -> Result<(), Error> {
        optimizer.step(step, state, net, gradient)
    }
}

impl<N: Layer, L: Loss<N::Output>, V: Elem> Differentiate<N, L> for V {
    type Workspace = Pass<N, V, L>;

    fn pass<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        Pass { samples, buffers }: &mut Pass<N, V, L>,
        net: &N,
        loss: &L,
        context: Context,
        mut batch: impl Iterator<Item = (X, T)>,
        mut gradient: Option<&mut N>,
    ) -> Result<Metrics, Error> {
        let mut metrics = Metrics::ZERO;
        if let Some(gradient) = &mut gradient {
            gradient.zero();
        }
        loop {
            let context = Context { first: metrics.images, ..context };
            let place = |error: Error| error.of_image(|index| context.first + index);
            let refused = samples.fill(loss, &mut batch).map_err(place);
            if samples.count > 0 {
                buffers.add(net, loss, context, samples, gradient.as_deref_mut(), &mut metrics).map_err(place)?;
            }
            refused?; // after what is wrong with an image before it
            if samples.count == 0 {
                break;
            }
        }
        if let Some(gradient) = gradient {
            gradient.scale(mean_of(&metrics));
        }
        Ok(metrics)
    }
}

/// What a sum over images is multiplied with to be their mean; 0, where none counts.
fn mean_of(metrics: &Metrics) -> f32 {
    let weight = metrics.weight();
    if weight > 0.0 { 1.0 / weight } else { 0.0 }
}

/// What training on one element of images after another writes on.
pub struct Pass<N: Layer, V: Elem, L: Loss<N::Output>> {
    samples: Samples<N, V, L>,
    buffers: Buffers<N, V>,
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Zero for Pass<N, V, L> {
    const ZERO: Self = Pass { samples: Samples::ZERO, buffers: Buffers::ZERO };
}

impl<N, V, L> Clone for Pass<N, V, L>
where
    N: Layer<Tape<V>: Clone>,
    V: Elem,
    L: Loss<N::Output, Target: Target<Lanes<V>: Clone>>,
{
    fn clone(&self) -> Self {
        Pass { samples: self.samples.clone(), buffers: self.buffers.clone() }
    }
}

/// What the passes over one element of images write on.
pub(crate) struct Buffers<N: Layer, V: Elem> {
    tape: N::Tape<V>,
    y: Output<N, V>,
    dy: Output<N, V>,
}

impl<N: Layer, V: Elem> Zero for Buffers<N, V> {
    const ZERO: Self = Buffers { tape: N::Tape::ZERO, y: Output::<N, V>::ZERO, dy: Output::<N, V>::ZERO };
}

impl<N: Layer<Tape<V>: Clone>, V: Elem> Clone for Buffers<N, V> {
    fn clone(&self) -> Self {
        Buffers { tape: self.tape.clone(), ..*self }
    }
}

impl<N: Layer, V: Elem> Buffers<N, V> {
    /// Adds to `metrics` what the images gave, and to `gradient` the gradient of their losses. Errors count from the first of
    /// them.
    ///
    /// A function of its own: in a loop over elements the compiler would work out before it where all values lie, and keep
    /// that on the stack, half a kilobyte for eight layers on a Cortex-M4.
    #[inline(never)]
    fn add<L: Loss<N::Output>>(
        &mut self,
        net: &N,
        loss: &L,
        context: Context,
        samples: &Samples<N, V, L>,
        gradient: Option<&mut N>,
        metrics: &mut Metrics,
    ) -> Result<(), Error> {
        let Buffers { tape, y, dy } = self;
        let context = &Context { images: samples.count, ..context };
        net.forward(context, &samples.images, tape, y);
        samples.loss(loss, y, dy, metrics)?;
        if let Some(gradient) = gradient {
            net.backward(context, &samples.images, tape, y, dy, gradient, None);
        }
        Ok(())
    }
}
