//! Training over many epochs.

use core::ops::ControlFlow;

use super::{Differentiate, Trainer, batches};
use crate::data::InEpoch;
use crate::losses::{Expected, Of, Suits};
use crate::{Data, Error, Layer, Loss, Metrics, Optimizer, Order, Zero};

/// A run over many epochs, which [`Trainer::fit`] begins to write and [`run`](Fit::run) carries out.
///
/// ```
/// use const_cnn::{Sgd, Trainer, Zero, network, schedules::cosine};
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2) }
/// }
/// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
/// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
/// let sgd = Sgd::new(1.0, 0.9)?;
/// let fit = trainer.fit(&mut net, &sgd, &data, 20, 2); // 20 epochs, batches of 2
/// let metrics = fit.accumulate(2).schedule(cosine(20, 0.0)).run()?;
/// assert_eq!(metrics.accuracy(), 1.0);
/// assert_eq!(trainer.steps, 20); // one for two batches
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[must_use = "it is `run` that trains"]
pub struct Fit<'a, N, V, O, L, D, T, C, S, K>
where
    N: Layer,
    V: Differentiate<N, L>,
    O: Optimizer,
    L: Loss<N::Output>,
{
    asked: Asked<'a, N, V, O, L, D>,
    validation: Option<&'a T>,
    callback: C,
    schedule: S,
    checkpoint: K,
}

/// What is said of every run.
struct Asked<'a, N, V, O, L, D>
where
    N: Layer,
    V: Differentiate<N, L>,
    O: Optimizer,
    L: Loss<N::Output>,
{
    trainer: &'a mut Trainer<N, V, O, L>,
    net: &'a mut N,
    optimizer: &'a O,
    data: &'a D,
    epochs: usize,
    batch_size: usize,
    first_batch: usize,
}

/// Where a [`Fit`] is. Epochs are counted from 0, those of the trainer's earlier runs too.
///
/// ```
/// use core::ops::ControlFlow;
///
/// use const_cnn::Progress;
///
/// /// A callback that shows each epoch, and ends training where the loss is small.
/// fn show<N>(progress: Progress, _net: &N) -> ControlFlow<()> {
///     let Progress::Epoch { epoch, metrics, .. } = progress else {
///         return ControlFlow::Continue(());
///     };
///     println!("epoch {epoch}: loss {}", metrics.loss());
///     if metrics.loss() < 0.1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
/// }
/// # use const_cnn::{Metrics, Zero};
/// # let batch = Progress::Batch { epoch: 0, metrics: Metrics::ZERO };
/// # assert!(show(batch, &()).is_continue());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Progress {
    /// A batch has been trained on.
    Batch {
        /// The epoch it belongs to.
        epoch: u64,
        /// What the epoch has given so far.
        metrics: Metrics,
    },
    /// An epoch has ended.
    Epoch {
        /// Which one.
        epoch: u64,
        /// What it has given.
        metrics: Metrics,
        /// What the network gives on the validation data, if there are any.
        validation: Option<Metrics>,
    },
}

/// What a schedule of the learning rate may go by, before each batch.
///
/// ```
/// use const_cnn::Moment;
///
/// /// A schedule that halves the rate every ten epochs.
/// fn halved(moment: &Moment) -> f32 {
///     moment.learning_rate * 0.5_f32.powi(moment.epoch as i32 / 10)
/// }
/// let moment = Moment { learning_rate: 0.1, epoch: 20, batch: 3, batches: 6, last: None };
/// assert_eq!((halved(&moment), moment.epochs()), (0.025, 20.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The rule's own learning rate.
    pub learning_rate: f32,
    /// The epoch, counted from 0.
    pub epoch: u64,
    /// The batch, counted from 0 in each epoch.
    pub batch: usize,
    /// How many batches an epoch has.
    pub batches: usize,
    /// What the epoch before gave on the validation data, or, without any, in training; nothing in the first one of a run.
    pub last: Option<Metrics>,
}

impl Moment {
    /// The epochs trained so far, the part of this one counted: 2.5 in the middle of the third.
    pub fn epochs(&self) -> f32 {
        self.epoch as f32 + self.batch as f32 / self.batches as f32
    }
}

impl<N: Layer, V: Differentiate<N, L>, O: Optimizer, L: Loss<N::Output>> Trainer<N, V, O, L> {
    /// Trains for `epochs`, in batches of `batch_size`: [`run`](Fit::run) does it, after what differs from the default has been
    /// said.
    ///
    /// The order of the images in an epoch is a function of the trainer's [`seed`](Trainer::seed) and of the epoch's number,
    /// [`epochs`](Trainer::epochs): a run can be resumed wherever it was left. Save the network, `trainer.state`, `seed`, `steps`
    /// and `epochs`; put them back, and `fit` goes on with the bits that it would have had. In the midst of an epoch,
    /// [`first_batch`](Fit::first_batch) says where.
    ///
    /// The callback sees the network: with `#[derive(Clone)]` on it in `network!`, `best = net.clone()` keeps the best one.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    ///
    /// use const_cnn::{Data, Progress, Sgd, Trainer, Zero, network};
    ///
    /// network! {
    ///     struct Sign: [1] => [2] { logits: linear(2) }
    /// }
    /// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
    /// let (train, validation) = (data.part(&[0, 3])?, data.part(&[1, 2])?);
    ///
    /// let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
    /// trainer
    ///     .fit(&mut net, &Sgd::new(0.1, 0.0)?, &train, 100, 2)
    ///     .validation(&validation)
    ///     .schedule(|moment| moment.learning_rate * 0.99_f32.powi(moment.epoch as i32))
    ///     .callback(|progress, _net| match progress {
    ///         Progress::Epoch { epoch, metrics, validation: Some(validation) } => {
    ///             let accuracy = validation.accuracy();
    ///             println!("epoch {epoch}: loss {}, accuracy {accuracy}", metrics.loss());
    ///             if accuracy < 1.0 {
    ///                 ControlFlow::Continue(())
    ///             } else {
    ///                 ControlFlow::Break(())
    ///             }
    ///         }
    ///         _ => ControlFlow::Continue(()),
    ///     })
    ///     .run()?;
    /// assert!(trainer.epochs < 100);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    #[allow(clippy::type_complexity)] // what is not said yet is a function that has no name
    pub fn fit<'a, D>(
        &'a mut self,
        net: &'a mut N,
        optimizer: &'a O,
        data: &'a D,
        epochs: usize,
        batch_size: usize,
    ) -> Fit<
        'a,
        N,
        V,
        O,
        L,
        D,
        D,
        impl FnMut(Progress, &N) -> ControlFlow<()>,
        impl FnMut(&Moment) -> f32,
        impl FnMut(&Trainer<N, V, O, L>, &N, usize) -> ControlFlow<()>,
    > {
        Fit {
            asked: Asked { trainer: self, net, optimizer, data, epochs, batch_size, first_batch: 0 },
            validation: None,
            callback: |_, _: &N| ControlFlow::Continue(()),
            schedule: |moment: &Moment| moment.learning_rate,
            checkpoint: |_: &Trainer<N, V, O, L>, _: &N, _| ControlFlow::Continue(()),
        }
    }
}

impl<'a, N, V, O, L, D, T, C, S, K> Fit<'a, N, V, O, L, D, T, C, S, K>
where
    N: Layer,
    V: Differentiate<N, L>,
    O: Optimizer,
    L: Loss<N::Output>,
{
    /// Evaluates the network on `data` after each epoch: [`Progress::Epoch`] then tells how well it does. What can go wrong with
    /// it is told as what can go wrong in training, an index being a place in the validation data.
    pub fn validation<U>(self, data: &'a U) -> Fit<'a, N, V, O, L, D, U, C, S, K> {
        let Fit { asked, callback, schedule, checkpoint, .. } = self;
        Fit { asked, validation: Some(data), callback, schedule, checkpoint }
    }

    /// Calls `callback` after each batch and each epoch, with the network as it is then; it ends training by returning
    /// `ControlFlow::Break(())`. [`EarlyStopping`](crate::EarlyStopping) says when, [`MovingAverage`](crate::MovingAverage)
    /// follows.
    pub fn callback<F>(self, callback: F) -> Fit<'a, N, V, O, L, D, T, F, S, K>
    where
        F: FnMut(Progress, &N) -> ControlFlow<()>,
    {
        let Fit { asked, validation, schedule, checkpoint, .. } = self;
        Fit { asked, validation, callback, schedule, checkpoint }
    }

    /// Calls `checkpoint` after each batch with the trainer, the network and the number of batches of the epoch that have been
    /// trained on, and after each epoch with 0: [`save`](Trainer::save) or [`write_checkpoint`](Trainer::write_checkpoint) keeps
    /// all that training needs to go on from there. It ends training as a callback does, and is called before that.
    ///
    /// What a schedule, a callback, such as [`EarlyStopping`](crate::EarlyStopping), or [`Moment::last`] knows of batches before
    /// is not in it.
    pub fn checkpoint<F>(self, checkpoint: F) -> Fit<'a, N, V, O, L, D, T, C, S, F>
    where
        F: FnMut(&Trainer<N, V, O, L>, &N, usize) -> ControlFlow<()>,
    {
        let Fit { asked, validation, callback, schedule, .. } = self;
        Fit { asked, validation, callback, schedule, checkpoint }
    }

    /// Has `schedule` say the learning rate of each step: a closure, or one of [`schedules`](crate::schedules).
    pub fn schedule<F>(self, schedule: F) -> Fit<'a, N, V, O, L, D, T, C, F, K>
    where
        F: FnMut(&Moment) -> f32,
    {
        let Fit { asked, validation, callback, checkpoint, .. } = self;
        Fit { asked, validation, callback, schedule, checkpoint }
    }

    /// Accumulates the gradients of `batches` batches before each step, which goes by the mean over all their images.
    ///
    /// No memory depends on how large a batch is. So it is what a batch of `batches · batch_size` images does, to the bit, and
    /// such a batch is what callback, schedule and [`first_batch`](Fit::first_batch) count.
    ///
    /// ```
    /// use const_cnn::{Sgd, Trainer, Zero, network};
    /// network! {
    ///     struct Sign: [1] => [2] { logits: linear(2) }
    /// }
    /// let data = Sign::dataset(&[[-2.0], [-1.0], [1.0], [2.0]], &[0, 0, 1, 1])?;
    /// let sgd = Sgd::new(0.1, 0.9)?;
    /// let trained = |batch_size, batches| -> Result<_, const_cnn::Error> {
    ///     let (mut net, mut trainer) = (Sign::ZERO, Trainer::<Sign>::ZERO);
    ///     trainer.fit(&mut net, &sgd, &data, 3, batch_size).accumulate(batches).run()?;
    ///     Ok(net.logits.weight)
    /// };
    /// assert_eq!(trained(2, 2)?, trained(4, 1)?);
    /// # Ok::<(), const_cnn::Error>(())
    /// ```
    pub fn accumulate(mut self, batches: usize) -> Self {
        self.asked.batch_size = self.asked.batch_size.saturating_mul(batches);
        self
    }

    /// Leaves out the first batches of the first epoch, which a run that was left in its midst has trained on; all of them,
    /// where it was left after the last one and before the epoch was counted.
    ///
    /// The metrics of that epoch are those of its remaining batches: what goes by the loss in training may decide otherwise.
    pub fn first_batch(mut self, batch: usize) -> Self {
        self.asked.first_batch = batch;
        self
    }

    /// Trains, and gives what the last epoch gave.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] and [`Error::BatchSize`] when there are no images or a batch has none, [`Error::Setting`] when the first
    /// batch is not one of the epoch, or the
    /// schedule gives a learning rate that is none, and as [`epoch`](Trainer::epoch) and [`evaluate`](Trainer::evaluate). The
    /// batches before have been trained on.
    // what data must be stands here alone, so that a mistake in it is one error
    pub fn run(self) -> Result<Metrics, D::Error>
    where
        N::Output: Suits<Of<L, N::Output>>,
        D: Data<Input = N::Input, Target = Expected<L, N::Output>>,
        T: Data<Input = N::Input, Target = Expected<L, N::Output>, Error: Into<D::Error>>,
        C: FnMut(Progress, &N) -> ControlFlow<()>,
        S: FnMut(&Moment) -> f32,
        K: FnMut(&Trainer<N, V, O, L>, &N, usize) -> ControlFlow<()>,
    {
        let Fit { asked, validation, mut callback, mut schedule, mut checkpoint } = self;
        let Asked { trainer, net, optimizer, data, epochs, batch_size, mut first_batch } = asked;
        let learning_rate = { *optimizer }.settings().learning_rate();
        let (mut metrics, mut last) = (Metrics::ZERO, None);
        let count = batches(data.len(), batch_size)?.len();
        if first_batch > count {
            let found = first_batch as f32;
            return Err(Error::Setting { name: "first batch", expected: "within the epoch", found }.into());
        }
        for _ in 0..epochs {
            let epoch = trainer.epochs;
            let order = Order::new(data.len(), trainer.seed, epoch);
            let all = batches(data.len(), batch_size)?;
            let data = InEpoch { data, seed: trainer.seed, epoch };
            metrics = Metrics::ZERO;
            for (batch, images) in all.enumerate().skip(first_batch) {
                let rate = schedule(&Moment { learning_rate, epoch, batch, batches: count, last });
                let given = trainer.batch(net, &optimizer.with_learning_rate(rate)?, &data, order.places(images))?;
                metrics.join(&given);
                let ends = checkpoint(trainer, net, batch + 1).is_break();
                if callback(Progress::Batch { epoch, metrics }, net).is_break() || ends {
                    return Ok(metrics);
                }
            }
            first_batch = 0;
            trainer.epochs = trainer.epochs.saturating_add(1);
            let validation = validation.map(|data| trainer.evaluate(net, data)).transpose().map_err(Into::into)?;
            last = validation.or(Some(metrics));
            let ends = checkpoint(trainer, net, 0).is_break();
            if callback(Progress::Epoch { epoch, metrics, validation }, net).is_break() || ends {
                break;
            }
        }
        Ok(metrics)
    }
}
