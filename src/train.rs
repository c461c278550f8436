//! Training over batches and epochs.

use core::borrow::Borrow;
#[cfg(feature = "rand")]
use core::ops::ControlFlow;

use crate::fill::{MAX_LANES, fill};
use crate::layer::{Input, Output};
use crate::loss::{Logits, softmax_cross_entropy};
use crate::{Dataset, Elem, Error, F32x8, Layer, Metrics, Nested, Optimizer, Sgd, Zero};

/// The bytes of training a network: parameters, gradient, momentum and workspace.
pub const fn training_bytes<N: Layer, V: Differentiate<N>>() -> usize {
    size_of::<N>() + size_of::<Trainer<N, V, Sgd>>()
}

/// Everything that training needs beside the network: its gradient, the optimiser's state and the passes' workspace.
///
/// `V` is [`F32x8`], which trains on eight images at once, or `f32`, which needs an eighth of the workspace. The results
/// are the same bits, if the parameters are finite and the crate is built without the feature `simd`. With the feature
/// `parallel` there is also `Parallel`, which trains on all cores.
///
/// It is large: place it in a `static`, or in a `Box`, or on a stack that has room for [`training_bytes`]. Into a `Box` it
/// goes by the stack where the build is not optimised: one of more than a mebibyte belongs in a `static`, such as
/// `static TRAINER: Mutex<Trainer<Net>> = Mutex::new(Trainer::ZERO)`.
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
/// use const_cnn::{Dataset, Sgd, Trainer, Zero, network};
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
/// let mut order = [0, 1, 2, 3];
/// let data = Dataset::new(&images, &[0, 1, 1, 0], &mut order)?;
///
/// let mut net = Xor::ZERO;
/// net.hidden.weight = [[1.0, 1.0, 0.0, 0.5], [1.0, 1.0, 0.5, 0.0]];
/// net.hidden.bias = [0.0, -0.5, 0.0, 0.0];
/// let mut trainer = Trainer::<Xor>::ZERO;
/// let sgd = Sgd::new(0.5, 0.9)?;
/// for epoch in 0..100 {
///     trainer.epoch(&mut net, &sgd, &data, 4, |_| ())?;
/// }
/// assert!(net.predict(&[0.0, 1.0])[1] > 0.9);
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
pub struct Trainer<N: Layer, V: Differentiate<N> = F32x8, O: Optimizer = Sgd> {
    /// The gradient of the last batch's mean loss.
    pub gradient: N,
    /// What the optimiser keeps.
    pub state: O::State<N>,
    workspace: V::Workspace,
}

impl<N: Layer, V: Differentiate<N>, O: Optimizer> Zero for Trainer<N, V, O> {
    const ZERO: Self = Trainer { gradient: N::ZERO, state: O::State::ZERO, workspace: V::Workspace::ZERO };
}

impl<N: Layer, V: Differentiate<N>, O: Optimizer> Trainer<N, V, O> {
    /// Computes the gradient of a batch's mean loss, into [`gradient`](Trainer::gradient), and what the batch gave.
    ///
    /// The images, each with its label, are references or values: a data set that is larger than memory is an iterator
    /// that reads each image when its turn comes.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] when the batch has no images, [`Error::Label`] when a label is not that of a class,
    /// [`Error::Loss`] when the loss is not finite; an index is a place in the batch. The gradient of a finite loss may
    /// still not be finite.
    pub fn differentiate<X: Borrow<Input<N, f32>>>(
        &mut self,
        net: &N,
        batch: impl IntoIterator<Item = (X, usize)>,
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        let metrics = V::differentiate(&mut self.workspace, net, batch.into_iter(), &mut self.gradient)?;
        if metrics.images == 0 {
            return Err(Error::Empty);
        }
        let found = metrics.loss();
        if found.is_finite() { Ok(metrics) } else { Err(Error::Loss { index: metrics.images - 1, found }) }
    }

    /// Trains on one batch.
    ///
    /// # Errors
    ///
    /// As [`differentiate`](Trainer::differentiate) and [`Optimizer::step`]; the network is then as it was.
    pub fn step<X: Borrow<Input<N, f32>>>(
        &mut self,
        net: &mut N,
        optimizer: &O,
        batch: impl IntoIterator<Item = (X, usize)>,
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        let metrics = self.differentiate(net, batch)?;
        V::step(optimizer, &mut self.state, net, &self.gradient)?;
        Ok(metrics)
    }

    /// Trains on each batch of `data` once, and gives the mean over its images of what each gave at its turn.
    ///
    /// `on_batch` is called after each batch with what the epoch has given so far.
    ///
    /// # Errors
    ///
    /// [`Error::BatchSize`] when `batch_size` is 0, and as [`step`](Trainer::step), an index being a place among the
    /// images that `data` lies over: the batches before the one that fails have been trained on.
    pub fn epoch(
        &mut self,
        net: &mut N,
        optimizer: &O,
        data: &Dataset<N::Input>,
        batch_size: usize,
        mut on_batch: impl FnMut(&Metrics),
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        let mut epoch = Metrics::default();
        for batch in data.batches(batch_size)? {
            let step = self.step(net, optimizer, batch);
            epoch.join(&step.map_err(|error| data.locate(error, epoch.images))?);
            on_batch(&epoch);
        }
        Ok(epoch)
    }

    /// Trains for `epochs`, the data shuffled before each, and gives what the last one gave.
    ///
    /// `progress` is called after each batch and each epoch, with the network as it is then; it ends training by returning
    /// `ControlFlow::Break(())`.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    ///
    /// use const_cnn::{Evaluator, Init, Progress, Sgd, Trainer, Zero, network};
    /// use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};
    ///
    /// network! {
    ///     struct Sign: [1] => [2] { logits: linear(2) }
    /// }
    /// let (images, labels) = ([[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1]);
    /// let (mut train, mut test) = ([0, 3], [1, 2]); // indices
    /// let (mut data, test) = (Sign::dataset(&images, &labels, &mut train)?, Sign::dataset(&images, &labels, &mut test)?);
    ///
    /// let rng = &mut Xoshiro256PlusPlus::seed_from_u64(0);
    /// let (mut net, mut trainer, mut evaluator) = (Sign::ZERO, Trainer::<Sign>::ZERO, Evaluator::<Sign>::ZERO);
    /// Init::FanIn.draw(&mut net, rng)?;
    /// let mut epochs = 0;
    /// trainer.fit(&mut net, &Sgd::new(0.1, 0.0)?, &mut data, 100, 2, rng, |progress, net| {
    ///     let Progress::Epoch { epoch, metrics } = progress else { return ControlFlow::Continue(()) };
    ///     epochs = epoch + 1;
    ///     let tested = evaluator.evaluate(net, test.iter(), |_label, _class| ()).expect("a finite loss");
    ///     println!("epoch {epoch}: loss {}, accuracy {}", metrics.loss(), tested.accuracy());
    ///     if tested.accuracy() == 1.0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// })?;
    /// assert!(epochs < 100);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`epoch`](Trainer::epoch).
    #[cfg(feature = "rand")]
    #[allow(clippy::too_many_arguments)] // each is a part of the run; a struct would only name them twice
    pub fn fit(
        &mut self,
        net: &mut N,
        optimizer: &O,
        data: &mut Dataset<N::Input>,
        epochs: usize,
        batch_size: usize,
        rng: &mut impl rand::Rng,
        mut progress: impl FnMut(Progress, &N) -> ControlFlow<()>,
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        let mut metrics = Metrics::default();
        for epoch in 0..epochs {
            data.shuffle(rng);
            let mut so_far = Metrics::default();
            for batch in data.batches(batch_size)? {
                let step = self.step(net, optimizer, batch);
                so_far.join(&step.map_err(|error| data.locate(error, so_far.images))?);
                if progress(Progress::Batch { epoch, metrics: so_far }, net).is_break() {
                    return Ok(so_far);
                }
            }
            metrics = so_far;
            if progress(Progress::Epoch { epoch, metrics }, net).is_break() {
                break;
            }
        }
        Ok(metrics)
    }
}

/// How a [`Trainer`] goes over a batch: one image at a time (`f32`), eight at once ([`F32x8`]), or on all cores.
pub trait Differentiate<N: Layer> {
    /// What it writes on.
    type Workspace: Zero;

    /// Assigns to `gradient` the mean of what each image's loss gives, and returns what the batch gave.
    ///
    /// # Errors
    ///
    /// [`Error::Label`] when a label is not that of a class, [`Error::Loss`] when the loss is not finite; `gradient` then
    /// means nothing.
    fn differentiate<X: Borrow<Input<N, f32>>>(
        workspace: &mut Self::Workspace,
        net: &N,
        batch: impl Iterator<Item = (X, usize)>,
        gradient: &mut N,
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>;

    /// Has the optimiser make its step.
    ///
    /// # Errors
    ///
    /// As [`Optimizer::step`].
    fn step<O: Optimizer>(optimizer: &O, state: &mut O::State<N>, net: &mut N, gradient: &N) -> Result<(), Error> {
        optimizer.step(state, net, gradient)
    }
}

impl<N: Layer, V: Elem> Differentiate<N> for V {
    type Workspace = Pass<N, V>;

    fn differentiate<X: Borrow<Input<N, f32>>>(
        pass: &mut Pass<N, V>,
        net: &N,
        mut batch: impl Iterator<Item = (X, usize)>,
        gradient: &mut N,
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        let mut metrics = Metrics::default();
        gradient.zero();
        loop {
            let mut labels = [0; MAX_LANES];
            let labels = fill::<N, V, X>(&mut pass.images, &mut labels, &mut batch);
            if labels.is_empty() {
                gradient.scale(1.0 / metrics.images.max(1) as f32);
                return Ok(metrics);
            }
            let first = metrics.images;
            pass.add(net, labels, gradient, &mut metrics).map_err(|error| error.of_image(|index| first + index))?;
        }
    }
}

/// What the passes over one element of images write on.
pub struct Pass<N: Layer, V: Elem> {
    pub(crate) images: Input<N, V>,
    tape: N::Tape<V>,
    logits: Output<N, V>,
    d_logits: Output<N, V>,
}

impl<N: Layer, V: Elem> Zero for Pass<N, V> {
    const ZERO: Self = Pass {
        images: Input::<N, V>::ZERO,
        tape: N::Tape::ZERO,
        logits: Output::<N, V>::ZERO,
        d_logits: Output::<N, V>::ZERO,
    };
}

impl<N: Layer<Output: Logits>, V: Elem> Pass<N, V> {
    /// Adds the gradient of the images' losses to `gradient`, and what they gave to `metrics`. Errors count from the first
    /// of them.
    pub(crate) fn add(
        &mut self,
        net: &N,
        labels: &[usize],
        gradient: &mut N,
        metrics: &mut Metrics,
    ) -> Result<(), Error> {
        net.forward(&self.images, &mut self.tape, &mut self.logits);
        let loss = softmax_cross_entropy(self.logits.flat(), labels, self.d_logits.flat_mut())?;
        metrics.add(loss, labels, self.logits.flat(), |_, _| ())?;
        net.backward(&self.images, &mut self.tape, &self.logits, &self.d_logits, gradient, None);
        Ok(())
    }
}

/// Where [`Trainer::fit`] is. Epochs are counted from 0.
#[cfg(feature = "rand")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// A batch has been trained on.
    Batch {
        /// The epoch it belongs to.
        epoch: usize,
        /// What the epoch has given so far.
        metrics: Metrics,
    },
    /// An epoch has ended.
    Epoch {
        /// Which one.
        epoch: usize,
        /// What it has given.
        metrics: Metrics,
    },
}
