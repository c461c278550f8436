//! Inference on one image, on buffers that lie ready.

mod networks;

use std::hint::black_box;

use const_cnn::{Layer, Network, Vector, Zero};
use criterion::{Criterion, criterion_group, criterion_main};
use networks::{Article, LeNet, Setup, Small};

fn run<N: Network + Layer<Output = Vector<10>>>(criterion: &mut Criterion) {
    let Setup { net, images, .. } = Setup::<N>::new(64);
    let (mut scratch, mut logits) = (Box::new(N::Scratch::<f32>::ZERO), [0.0; 10]);
    let mut images = images.iter().cycle();
    criterion.benchmark_group("one image").bench_function(N::NAME, |bencher| {
        bencher.iter(|| {
            let image = images.next().expect("a cycle has no end");
            net.infer(black_box(image), &mut scratch, &mut logits);
            logits
        })
    });
}

fn latency(criterion: &mut Criterion) {
    run::<Article>(criterion);
    run::<Small>(criterion);
    run::<LeNet>(criterion);
}

criterion_group!(benches, latency);
criterion_main!(benches);
