//! Whole training runs, random order and optimiser included, eight images at once on one core.
//!
//! - the article's network: 10 epochs of 1797 images of 8 × 8, batches of 64
//! - the better digits network: 20 epochs of 1437 images, batches of 32, momentum 0.9
//! - LeNet-5: 1 epoch of 8000 images of 28 × 28, batches of 32, momentum 0.9

mod networks;

use const_cnn::{Layer, Network, Sgd, Trainer, Vector, Zero};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use networks::{Article, LeNet, Setup, Small};

fn run<N: Network + Layer<Output = Vector<10>>>(
    criterion: &mut Criterion,
    [images, epochs, batch_size]: [usize; 3],
    momentum: f32,
) {
    let mut setup = Setup::<N>::new(images);
    let mut trainer = Box::new(Trainer::<N>::ZERO);
    let sgd = Sgd::new(0.01, momentum).expect("settings in range");
    let mut group = criterion.benchmark_group("training");
    group.sample_size(10).throughput(Throughput::Elements((images * epochs) as u64));
    group.bench_function(N::NAME, |bencher| bencher.iter(|| setup.train(&mut trainer, epochs, batch_size, &sgd)));
    group.finish();
}

fn training(criterion: &mut Criterion) {
    run::<Article>(criterion, [1797, 10, 64], 0.0);
    run::<Small>(criterion, [1437, 20, 32], 0.9);
    run::<LeNet>(criterion, [8000, 1, 32], 0.9);
}

criterion_group!(benches, training);
criterion_main!(benches);
