//! Training on several cores, with the same bits on any number of them.

use core::borrow::Borrow;
use core::marker::PhantomData;
use std::sync::{Arc, Weak};
use std::vec::Vec;

use rayon::Yield;
use rayon::prelude::*;

use super::samples::Samples;
use super::{Buffers, mean_of};
use crate::losses::Expected;
use crate::optim::{CHUNK, State};
use crate::parameters::indices;
use crate::{Context, Differentiate, Elem, Error, F32x8, Input, Layer, Loss, Metrics, Optimizer, Zero};

/// Trains on the threads of rayon's pool: `Trainer<Net, Parallel>`.
///
/// A batch is dealt to `PARTS` parts, eight images at a time: the first eight to the first part, the next eight to the
/// second. Each part has a gradient of its own; they are added as a binary tree, neighbours first: of four parts
/// (0 + 1) + (2 + 3). The threads only decide when a part is computed: the same seed gives the same bits on any number of
/// them, and, without the feature `simd` and without [`BatchNorm`](crate::BatchNorm), with either element. With other `PARTS`, and in
/// [`Trainer`](crate::Trainer)`<Net>`, the sums are the same but for rounding.
///
/// No more than `PARTS` threads have work, nor more than there are eights in a batch: of 32 images, four threads. One
/// that is done stays awake for a millisecond or so, until the others are. Each part has a workspace and a gradient of its
/// own: [`training_bytes`](crate::training_bytes) says how large they make the trainer;
/// [`boxed`](crate::Zero::boxed) puts it on the heap.
///
/// While a thread of the pool waits for the other parts, it takes other jobs of the pool. A job that then waits for a lock
/// which this thread holds waits for ever. So a trainer in a `Mutex` is locked by no job of the pool; or each job has a
/// trainer of its own.
///
/// ```
/// use const_cnn::{Parallel, Sgd, Trainer, Zero, network};
///
/// network! {
///     struct Sign: [1] => [2] { logits: linear(2) }
/// }
/// let images = [[-2.0], [-1.0], [1.0], [2.0]];
/// let data = Sign::dataset(&images, &[0, 0, 1, 1])?;
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

impl<N, L, V, const PARTS: usize> Differentiate<N, L> for Parallel<V, PARTS>
where
    N: Layer + Send + Sync,
    L: Loss<N::Output>,
    V: Elem,
    Part<N, V, L>: Send + Sync,
{
    type Workspace = Parts<N, V, L, PARTS>;

    fn pass<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        Parts(parts): &mut Parts<N, V, L, PARTS>,
        net: &N,
        loss: &L,
        context: Context,
        mut batch: impl Iterator<Item = (X, T)>,
        gradient: Option<&mut N>,
    ) -> Result<Metrics, Error> {
        const { assert!(PARTS > 0, "a batch is dealt to at least one part") }
        for part in parts.iter_mut() {
            (part.metrics, part.result) = (Metrics::ZERO, Ok(()));
        }
        let differentiates = gradient.is_some();
        let (mut more, mut images, mut refused) = (true, 0, Ok(()));
        while more {
            // the iterator stays on this thread, so that it need not be `Send`; a part begins when it has its images
            let working = Arc::new(());
            let left = Arc::downgrade(&working);
            rayon::in_place_scope(|scope| {
                for part in parts.iter_mut() {
                    part.first = images;
                    refused = part.fill(loss, &mut batch);
                    let count = part.count();
                    images += count;
                    more = refused.is_ok() && count > 0;
                    if count == 0 {
                        break;
                    }
                    let (working, left) = (working.clone(), &left);
                    scope.spawn(move |_| {
                        part.run(net, loss, context, differentiates);
                        drop(working);
                        stay_awake(left);
                    });
                    if !more {
                        break;
                    }
                }
                drop(working);
            });
            for part in parts.iter() {
                part.result?;
            }
            refused?;
        }
        let used = parts.iter().take_while(|part| part.metrics.images > 0).count();
        let mut metrics: Vec<Metrics> = parts[..used].iter().map(|part| part.metrics).collect();
        add_as_a_tree(&mut metrics, |sum, other| sum.join(other));
        let metrics = metrics.first().copied().unwrap_or(Metrics::ZERO);
        if let Some(gradient) = gradient {
            mean(gradient, &parts[..used], mean_of(&metrics));
        }
        Ok(metrics)
    }

    fn step<O: Optimizer>(
        optimizer: &O,
        step: u64,
        state: &mut State<O, N>,
        net: &mut N,
        gradient: &N,
    ) -> Result<(), Error> {
        optimizer.step_parallel(step, state, net, gradient)
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

/// Adds neighbours, then sums of two, of four, until the first is the sum of all. What follows from a part does not depend
/// on how many there are after it.
fn add_as_a_tree<T>(parts: &mut [T], mut add: impl FnMut(&mut T, &T)) {
    let mut apart = 1;
    while apart < parts.len() {
        for pair in parts.chunks_mut(2 * apart) {
            if let Some((sums, [other, ..])) = pair.split_at_mut_checked(apart) {
                add(&mut sums[0], other);
            }
        }
        apart *= 2;
    }
}

/// Assigns to `mean` the sum of what the parts gave, multiplied with `scale`.
fn mean<N: Layer + Sync, V: Elem, L: Loss<N::Output>>(mean: &mut N, parts: &[Part<N, V, L>], scale: f32)
where
    Part<N, V, L>: Sync,
{
    for index in indices::<N>() {
        let parts: Vec<&[f32]> = parts.iter().map(|part| part.gradient.values(index)).collect();
        mean.values_mut(index).par_chunks_mut(CHUNK).enumerate().for_each(|(n, mean)| {
            const BLOCK: usize = 64;
            let mut sums = std::vec![[0.0; BLOCK]; parts.len()];
            for (m, mean) in mean.chunks_mut(BLOCK).enumerate() {
                let first = n * CHUNK + m * BLOCK;
                for (sum, part) in sums.iter_mut().zip(&parts) {
                    sum[..mean.len()].copy_from_slice(&part[first..first + mean.len()]);
                }
                add_as_a_tree(&mut sums, |sums, others| {
                    sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
                });
                match sums.first() {
                    Some(sums) => mean.iter_mut().zip(sums).for_each(|(mean, sum)| *mean = sum * scale),
                    None => mean.fill(0.0),
                }
            }
        });
    }
}

/// The parts of a batch.
pub struct Parts<N: Layer, V: Elem, L: Loss<N::Output>, const PARTS: usize>([Part<N, V, L>; PARTS]);

impl<N: Layer, V: Elem, L: Loss<N::Output>, const PARTS: usize> Zero for Parts<N, V, L, PARTS> {
    const ZERO: Self = Parts(Zero::ZERO);
}

impl<N: Layer, V: Elem, L: Loss<N::Output>, const PARTS: usize> Clone for Parts<N, V, L, PARTS>
where
    Part<N, V, L>: Clone,
{
    fn clone(&self) -> Self {
        Parts(self.0.clone())
    }
}

/// One of them: its share of the images, and what it makes of them.
pub struct Part<N: Layer, V: Elem, L: Loss<N::Output>> {
    /// Eight images.
    samples: V::Eight<Samples<N, V, L>>,
    /// Where they stand in the batch.
    first: usize,
    buffers: Buffers<N, V>,
    gradient: N,
    metrics: Metrics,
    result: Result<(), Error>,
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Zero for Part<N, V, L> {
    const ZERO: Self = Part {
        samples: Zero::ZERO,
        first: 0,
        buffers: Buffers::ZERO,
        gradient: N::ZERO,
        metrics: Metrics::ZERO,
        result: Ok(()),
    };
}

impl<N, V, L> Clone for Part<N, V, L>
where
    N: Layer<Tape<V>: Clone> + Clone,
    V: Elem<Eight<Samples<N, V, L>>: Clone>,
    L: Loss<N::Output>,
{
    fn clone(&self) -> Self {
        Part { samples: self.samples.clone(), buffers: self.buffers.clone(), gradient: self.gradient.clone(), ..*self }
    }
}

impl<N: Layer, V: Elem, L: Loss<N::Output>> Part<N, V, L> {
    /// Takes eight images, or as many as there are left, or as there are before one that is refused.
    fn fill<X: Borrow<Input<N, f32>>, T: Borrow<Expected<L, N::Output>>>(
        &mut self,
        loss: &L,
        batch: &mut impl Iterator<Item = (X, T)>,
    ) -> Result<(), Error> {
        let (mut first, mut refused) = (self.first, Ok(()));
        for samples in self.samples.as_mut() {
            samples.count = 0;
            if refused.is_ok() {
                refused = samples.fill(loss, batch).map_err(|error| error.of_image(|index| first + index));
                first += samples.count;
            }
        }
        refused
    }

    fn count(&self) -> usize {
        self.samples.as_ref().iter().map(|samples| samples.count).sum()
    }

    fn run(&mut self, net: &N, loss: &L, context: Context, differentiates: bool) {
        let Part { samples, first, buffers, gradient, metrics, result } = self;
        if differentiates && metrics.images == 0 {
            gradient.zero();
        }
        let mut first = *first;
        for samples in samples.as_ref().iter().take_while(|samples| samples.count > 0) {
            let context = Context { first, ..context };
            let gradient = differentiates.then_some(&mut *gradient);
            let added = buffers.add(net, loss, context, samples, gradient, metrics);
            *result = added.map_err(|error| error.of_image(|index| first + index));
            if result.is_err() {
                break;
            }
            first += samples.count;
        }
    }
}
