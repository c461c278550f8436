//! The direct convolution loops, layer by layer: forward, input gradient and kernel gradient, for one image (`f32`) and
//! for eight at once (`F32x8`).
//!
//! Throughput is in flops, as Gelem/s: two for each multiplication with its addition, those with padding counted. Each
//! case first compares its result with the naive loops.

use std::hint::black_box;

use const_cnn::{Conv2d, Elem, F32x8, Image, Init, Layer, Nested, Zero, naive};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

/// A value of `T` whose numbers are drawn from −1 to 1.
fn drawn<V: Elem, T: Zero + Nested<V>>(rng: &mut Xoshiro256PlusPlus) -> Box<T> {
    let mut values = Box::new(T::ZERO);
    for value in values.flat_mut().iter_mut().flat_map(Elem::lanes_mut) {
        *value = rng.random_range(-1.0..1.0);
    }
    values
}

/// Panics unless every lane of `found` is near the values that the naive loops give for that lane.
fn compare<V: Elem>(name: &str, found: &[V], expected: &[Vec<f32>]) {
    for (lane, expected) in expected.iter().enumerate() {
        let scale = expected.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
        for (n, (found, expected)) in found.iter().zip(expected).enumerate() {
            let found = found.lanes()[lane];
            assert!((found - expected).abs() <= 1e-5 * scale, "{name}: {found} at {n}, expected {expected}");
        }
    }
}

macro_rules! layers {
    ($criterion:ident, $element:ty: $([$c:literal, $h:literal, $w:literal, $f:literal, $k:literal, $s:literal, $p:literal])+) => {
        $(layer::<$element, $c, $h, $w, $f, $k, $s, $p,
            { const_cnn::conv_out($h, $k, $s, $p) }, { const_cnn::conv_out($w, $k, $s, $p) }>($criterion);)+
    };
}

#[rustfmt::skip]
fn layer<
    V: Elem, const C: usize, const H: usize, const W: usize, const F: usize, const K: usize, const S: usize,
    const P: usize, const OH: usize, const OW: usize,
>(criterion: &mut Criterion) {
    type Layer<
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const K: usize, const S: usize, const P: usize,
    > = Conv2d<Image<C, H, W>, Image<F, OH, OW>, K, S, P>;

    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut conv = Box::new(Layer::<C, H, W, F, OH, OW, K, S, P>::ZERO);
    Init::FanIn.draw(&mut *conv, rng).expect("a rule without settings");
    let x: Box<[[[V; C]; W]; H]> = drawn(rng);
    let dy: Box<[[[V; F]; OW]; OH]> = drawn(rng);
    let mut y: Box<[[[V; F]; OW]; OH]> = drawn(rng);
    let mut dx: Box<[[[V; C]; W]; H]> = drawn(rng);
    let mut transposed = Box::new([[[[0.0; C]; F]; K]; K]);
    let mut gradient = Box::new(Layer::<C, H, W, F, OH, OW, K, S, P>::ZERO);

    // the naive loops, image by image; their part of the kernel's gradient is the sum over the images
    let (mut ys, mut dxs) = (Vec::new(), Vec::new());
    let mut expected = Box::new(Layer::<C, H, W, F, OH, OW, K, S, P>::ZERO);
    for lane in 0..V::LANES {
        let (mut one_x, mut one_dy) = (Box::new([[[0.0; C]; W]; H]), Box::new([[[0.0; F]; OW]; OH]));
        for (one, all) in one_x.flat_mut().iter_mut().zip(Nested::<V>::flat(&*x)) { *one = all.lanes()[lane]; }
        for (one, all) in one_dy.flat_mut().iter_mut().zip(Nested::<V>::flat(&*dy)) { *one = all.lanes()[lane]; }
        let mut one_y = Box::new([[[0.0; F]; OW]; OH]);
        let mut one_dx = Box::new([[[0.0; C]; W]; H]);
        naive::conv2d::<f32, S, P, C, H, W, F, OH, OW, K>(&one_x, &conv.weight, &conv.bias, &mut one_y);
        naive::conv2d_backward::<f32, S, P, C, H, W, F, OH, OW, K>(
            &one_x, &conv.weight, &one_dy, &mut expected.weight, &mut expected.bias, &mut one_dx);
        ys.push(Nested::<f32>::flat(&*one_y).to_vec());
        dxs.push(Nested::<f32>::flat(&*one_dx).to_vec());
    }
    conv.infer(&x, &mut (), &mut y);
    conv.input_gradient(&dy, &mut transposed, &mut dx);
    Layer::kernel_gradient(&x, &dy, &mut gradient);
    compare("forward", Nested::<V>::flat(&*y), &ys);
    compare("input gradient", Nested::<V>::flat(&*dx), &dxs);
    compare("kernel gradient", Nested::<f32>::flat(&gradient.weight), &[Nested::<f32>::flat(&expected.weight).to_vec()]);
    compare("bias gradient", &gradient.bias[..], &[expected.bias.to_vec()]);

    let shape = format!("{C},{H},{W},{F},{K},{S},{P}");
    let images = if V::LANES == 1 { "1 image" } else { "8 images" };
    let flops = Throughput::Elements((2 * V::LANES * F * C * K * K * OH * OW) as u64);
    let mut group = criterion.benchmark_group("forward");
    group.throughput(flops.clone()).bench_function(BenchmarkId::new(images, &shape), |bencher| {
        bencher.iter(|| conv.infer(black_box(&x), &mut (), &mut y))
    });
    group.finish();
    let mut group = criterion.benchmark_group("input gradient");
    group.throughput(flops.clone()).bench_function(BenchmarkId::new(images, &shape), |bencher| {
        bencher.iter(|| conv.input_gradient(black_box(&dy), &mut transposed, &mut dx))
    });
    group.finish();
    let mut group = criterion.benchmark_group("kernel gradient");
    group.throughput(flops).bench_function(BenchmarkId::new(images, &shape), |bencher| {
        bencher.iter(|| Layer::kernel_gradient(black_box(&x), &dy, &mut gradient))
    });
    group.finish();
}

fn convolutions(criterion: &mut Criterion) {
    layers!(criterion, f32:
        [1, 8, 8, 8, 3, 1, 1]
        [8, 8, 8, 16, 3, 1, 1]
        [16, 14, 14, 32, 3, 1, 1]
        [32, 28, 28, 32, 3, 1, 1]
        [6, 14, 14, 16, 5, 1, 0]
        [3, 32, 32, 16, 5, 2, 2]
        [64, 14, 14, 64, 3, 1, 1]
    );
    layers!(criterion, F32x8:
        [1, 8, 8, 8, 3, 1, 1]
        [8, 8, 8, 16, 3, 1, 1]
        [16, 14, 14, 32, 3, 1, 1]
        [32, 28, 28, 32, 3, 1, 1]
        [6, 14, 14, 16, 5, 1, 0]
        [3, 32, 32, 16, 5, 2, 2]
        [64, 14, 14, 64, 3, 1, 1]
    );
}

criterion_group!(benches, convolutions);
criterion_main!(benches);
