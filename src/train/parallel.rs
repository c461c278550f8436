//! Training on several cores, with the same bits on any number of them.

use core::borrow::Borrow;
use core::marker::PhantomData;
use std::sync::{Arc, Weak};
use std::vec::Vec;

use rayon::Yield;
use rayon::prelude::*;

use super::fill::{MAX_LANES, fill};
use crate::losses::Logits;
use crate::optim::CHUNK;
use crate::parameters::indices;
use crate::{Context, Differentiate, Elem, Error, F32x8, Input, Layer, Metrics, Optimizer, Parameters, Pass, Zero};

/// Trains on the threads of rayon's pool: `Trainer<Net, Parallel>`.
///
/// A batch is dealt to `PARTS` parts, as many images at a time as an element holds: with eight at once, the first eight to
/// the first part, the next eight to the second. Each part has a gradient of its own; they are added in the order of the
/// parts. The threads only decide when a part is computed: the same seed gives the same bits on any number of them. With
/// other `PARTS`, and in [`Trainer`](crate::Trainer)`<Net>`, the sums are the same but for rounding.
///
/// No more than `PARTS` threads have work, nor more than there are elements in a batch: of 32 images, four threads. One
/// that is done stays awake for a millisecond or so, until the others are. Each part has a workspace and a gradient of its
/// own: [`training_bytes`](crate::training_bytes) says how large they make the trainer;
/// [`boxed`](crate::Zero::boxed) puts it on the heap.
///
/// While a thread of the pool waits for the other parts, it takes other jobs of the pool. A job that then waits for a lock
/// which this thread holds waits for ever. So a trainer in a `Mutex` is locked by no job of the pool; or each job has a
/// trainer of its own.
///
/// ```
/// use const_cnn::{Dataset, Parallel, Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2) }
/// }
/// let images = [[-2.0], [-1.0], [1.0], [2.0]];
/// let (labels, mut order) = ([0, 0, 1, 1], [0, 1, 2, 3]);
/// let data = Sign::dataset(&images, &labels, &mut order)?;
/// let mut net = Sign::ZERO;
/// let mut trainer = Trainer::<Sign, Parallel>::ZERO;
/// let metrics = trainer.epoch(&mut net, &Sgd::new(0.1, 0.0)?, &data, 4, |_| ())?;
/// assert_eq!(metrics.images, 4);
/// assert!(net.predict(&[2.0])[1] > 0.5);
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// The pool is the one in which the trainer is called: rayon's own, with a thread for each core or as many as
/// `RAYON_NUM_THREADS` says, or that of `ThreadPool::install`.
pub struct Parallel<V: Elem = F32x8, const PARTS: usize = 4>(PhantomData<V>);

impl<N: Layer + Send + Sync, V: Elem, const PARTS: usize> Differentiate<N> for Parallel<V, PARTS>
where
    Pass<N, V>: Send,
{
    type Workspace = Parts<N, V, PARTS>;

    fn differentiate<X: Borrow<Input<N, f32>>>(
        Parts(parts): &mut Parts<N, V, PARTS>,
        net: &N,
        context: Context,
        mut batch: impl Iterator<Item = (X, usize)>,
        gradient: &mut N,
    ) -> Result<Metrics, Error>
    where
        N: Layer<Output: Logits>,
    {
        const { assert!(PARTS > 0, "a batch is dealt to at least one part") }
        for part in parts.iter_mut() {
            (part.metrics, part.result) = (Metrics::default(), Ok(()));
        }
        let (mut more, mut images) = (true, 0);
        while more {
            // the iterator stays on this thread, so that it need not be `Send`; a part begins when it has its images
            let working = Arc::new(());
            let left = Arc::downgrade(&working);
            rayon::in_place_scope(|scope| {
                for part in parts.iter_mut() {
                    part.count = fill::<N, V, X>(&mut part.pass.images, &mut part.labels, &mut batch).len();
                    part.first = images;
                    images += part.count;
                    more = part.count > 0;
                    if !more {
                        break;
                    }
                    let (working, left) = (working.clone(), &left);
                    scope.spawn(move |_| {
                        part.run(net, context);
                        drop(working);
                        stay_awake(left);
                    });
                }
                drop(working);
            });
            for part in parts.iter() {
                part.result?;
            }
        }
        let mut metrics = Metrics::default();
        let used = parts.iter().take_while(|part| part.metrics.images > 0);
        used.clone().for_each(|part| metrics.join(&part.metrics));
        let gradients: Vec<&N> = used.map(|part| &part.gradient).collect();
        mean(gradient, &gradients, metrics.images);
        Ok(metrics)
    }

    fn step<O: Optimizer>(optimizer: &O, state: &mut O::State<N>, net: &mut N, gradient: &N) -> Result<(), Error> {
        optimizer.step_parallel(state, net, gradient)
    }
}

/// Waits a millisecond or so for the parts that are left, and works on what there is to do.
///
/// A thread that sleeps comes back tens of microseconds late to what follows, which is a tenth of a batch of LeNet.
fn stay_awake(left: &Weak<()>) {
    const TURNS: usize = 2000; // of half a microsecond
    for _ in 0..TURNS {
        if left.strong_count() == 0 {
            break;
        }
        if rayon::yield_now() != Some(Yield::Executed) {
            std::thread::yield_now();
        }
    }
}

/// Assigns to `mean` the sum of what the parts gave, one after the other, divided by the number of images.
fn mean<P: Parameters + Sync>(mean: &mut P, parts: &[&P], images: usize) {
    let Some((first, rest)) = parts.split_first() else { return };
    for index in indices::<P>() {
        mean.values_mut(index).par_chunks_mut(CHUNK).enumerate().for_each(|(n, mean)| {
            let chunk = n * CHUNK..n * CHUNK + mean.len();
            mean.copy_from_slice(&first.values(index)[chunk.clone()]);
            for part in rest {
                mean.iter_mut().zip(&part.values(index)[chunk.clone()]).for_each(|(sum, value)| *sum += value);
            }
            mean.iter_mut().for_each(|sum| *sum *= 1.0 / images as f32);
        });
    }
}

/// The parts of a batch.
pub struct Parts<N: Layer, V: Elem, const PARTS: usize>([Part<N, V>; PARTS]);

impl<N: Layer, V: Elem, const PARTS: usize> Zero for Parts<N, V, PARTS> {
    const ZERO: Self = Parts([const { Part::ZERO }; PARTS]);
}

struct Part<N: Layer, V: Elem> {
    pass: Pass<N, V>,
    labels: [usize; MAX_LANES],
    first: usize,
    count: usize,
    gradient: N,
    metrics: Metrics,
    result: Result<(), Error>,
}

impl<N: Layer, V: Elem> Zero for Part<N, V> {
    const ZERO: Self = Part {
        pass: Pass::ZERO,
        labels: [0; MAX_LANES],
        first: 0,
        count: 0,
        gradient: N::ZERO,
        metrics: Metrics::ZERO,
        result: Ok(()),
    };
}

impl<N: Layer<Output: Logits>, V: Elem> Part<N, V> {
    fn run(&mut self, net: &N, context: Context) {
        if self.metrics.images == 0 {
            self.gradient.zero();
        }
        let labels = &self.labels[..self.count];
        let context = Context { first: self.first, ..context };
        let result = self.pass.add(net, context, labels, &mut self.gradient, &mut self.metrics);
        self.result = result.map_err(|error| error.of_image(|index| self.first + index));
    }
}
