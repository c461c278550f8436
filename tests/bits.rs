//! One image at a time and eight at once; batches against their images; the same run twice.

use const_cnn::{Elem, F32x8, Input, Layer, Metrics, Parameters, Sgd, Trainer, Zero, network};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

network! {
    /// Has every layer that a network can be trained with, and channels that fill no vector.
    #[derive(Clone)]
    struct Ragged: [3, 9, 8] => [5] {
        conv1: conv2d(6, kernel 3, stride 2, padding 1),
        relu1: relu,
        max_pool: max_pool2d(2, stride 1),
        maps: mapwise_conv2d(2, kernel 2, padding 1),
        avg_pool: avg_pool2d(3, stride 2, padding 1),
        conv2: conv2d(3, kernel 2, padding 1),
        flatten: flatten,
        dense1: linear(17),
        relu2: relu,
        dense2: linear(5),
    }
}

const BATCHES: [usize; 4] = [1, 3, 8, 13];

type Images = Vec<(Input<Ragged, f32>, usize)>;

fn drawn(rng: &mut Xoshiro256PlusPlus) -> Ragged {
    let mut net = Ragged::ZERO;
    for index in 0..Ragged::ARRAYS.len() {
        net.values_mut(index).fill_with(|| rng.random_range(-0.4..0.4));
    }
    net
}

fn images(rng: &mut Xoshiro256PlusPlus, count: usize) -> Images {
    let mut image = || {
        let values: Vec<f32> = (0..3 * 9 * 8).map(|_| rng.random_range(-1.0..1.0)).collect();
        (Ragged::image(&values).unwrap(), rng.random_range(0..5))
    };
    (0..count).map(|_| image()).collect()
}

fn batch(images: &[(Input<Ragged, f32>, usize)]) -> impl Iterator<Item = (&Input<Ragged, f32>, usize)> {
    images.iter().map(|(image, label)| (image, *label))
}

fn bytes(net: &Ragged) -> Vec<u8> {
    let mut bytes = vec![0; Ragged::PARAMETER_BYTES];
    net.write_le(&mut bytes).unwrap();
    bytes
}

fn numbers(net: &Ragged) -> Vec<f32> {
    net.arrays().flat_map(|(array, values)| array.iter(values)).collect()
}

/// |a − b| ≤ tolerance · largest |b|
#[track_caller]
fn assert_close(a: &[f32], b: &[f32], tolerance: f32) {
    let bound = tolerance * b.iter().fold(0.0, |largest, b| b.abs().max(largest));
    assert_eq!(a.len(), b.len());
    for (n, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() <= bound, "number {n}: {a} and {b}, the bound is {bound:e}");
    }
}

/// What each step gave: metrics, gradient, and the parameters after it.
fn train<V: Elem>(start: &Ragged, images: &Images, size: usize) -> Vec<(Metrics, Ragged, Ragged)> {
    let mut net = start.clone();
    let mut trainer = Box::new(Trainer::<Ragged, V>::ZERO);
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let mut steps = Vec::new();
    for images in images.chunks(size) {
        let metrics = trainer.step(&mut net, &sgd, batch(images)).unwrap();
        steps.push((metrics, trainer.gradient.clone(), net.clone()));
    }
    steps
}

#[test]
fn one_image_at_a_time_and_eight_at_once() {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    for size in BATCHES {
        let net = drawn(rng);
        // the last batch is short
        let images = images(rng, 6 * size - size / 2);
        let (one, eight) = (train::<f32>(&net, &images, size), train::<F32x8>(&net, &images, size));
        assert_eq!((one.len(), eight.len()), (6, 6));
        for (one, eight) in one.iter().zip(&eight) {
            let any = |values: &[f32]| values.iter().any(|&value| value != 0.0);
            assert!(one.1.arrays().all(|(_, values)| any(values)), "every array takes part");
            if cfg!(feature = "simd") {
                // multiplications and additions are fused, or not
                assert_close(&[eight.0.loss()], &[one.0.loss()], 1e-5);
                assert_close(&numbers(&eight.1), &numbers(&one.1), 1e-5);
                assert_close(&numbers(&eight.2), &numbers(&one.2), 1e-5);
            } else {
                assert_eq!(eight.0.loss().to_bits(), one.0.loss().to_bits());
                assert_eq!(bytes(&eight.1), bytes(&one.1));
                assert_eq!(bytes(&eight.2), bytes(&one.2));
            }
        }
    }
}

fn gradient<V: Elem>(net: &Ragged, images: &[(Input<Ragged, f32>, usize)]) -> (f32, Vec<f32>) {
    let mut trainer = Box::new(Trainer::<Ragged, V>::ZERO);
    let loss = trainer.differentiate(net, batch(images)).unwrap().loss();
    (loss, numbers(&trainer.gradient))
}

#[test]
fn a_batch_is_the_mean_of_its_images() {
    fn check<V: Elem>() {
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(2);
        let net = drawn(rng);
        for size in BATCHES {
            let images = images(rng, size);
            let (loss, found) = gradient::<V>(&net, &images);
            let (mut mean_loss, mut mean) = (0.0, vec![0.0; Ragged::PARAMETERS]);
            for image in images.chunks(1) {
                let (loss, gradient) = gradient::<V>(&net, image);
                mean_loss += loss / size as f32;
                for (mean, number) in mean.iter_mut().zip(gradient) {
                    *mean += number / size as f32;
                }
            }
            assert_close(&[loss], &[mean_loss], 1e-6);
            assert_close(&found, &mean, 1e-6);
        }
    }
    check::<f32>();
    check::<F32x8>();
}

#[test]
fn the_order_of_images_changes_nothing_but_the_rounding() {
    fn check<V: Elem>() {
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(3);
        let net = drawn(rng);
        for size in BATCHES {
            let mut images = images(rng, size);
            let (loss, expected) = gradient::<V>(&net, &images);
            for _ in 0..size {
                // each image comes to each lane
                images.rotate_left(1);
                let (turned, found) = gradient::<V>(&net, &images);
                assert_close(&[turned], &[loss], 1e-6);
                assert_close(&found, &expected, 1e-6);
            }
        }
    }
    check::<f32>();
    check::<F32x8>();
}

/// The losses and the parameters' bytes of a whole run from a seed.
#[cfg(feature = "rand")]
fn run<V: Elem>(seed: u64) -> (Vec<u32>, Vec<u8>) {
    use std::ops::ControlFlow;

    use const_cnn::{Dataset, Init, Progress};

    let (images, labels): (Vec<_>, Vec<_>) = images(&mut Xoshiro256PlusPlus::seed_from_u64(0), 30).into_iter().unzip();
    let data = Dataset::new(&images, &labels).unwrap();

    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut net = Ragged::ZERO;
    Init::FanIn.draw(&mut net, rng).unwrap();
    let mut trainer = Box::new(Trainer::<Ragged, V>::ZERO);
    trainer.seed = seed;
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let mut losses = Vec::new();
    let progress = |progress, _: &Ragged| {
        if let Progress::Batch { metrics, .. } = progress {
            losses.push(metrics.loss().to_bits());
        }
        ControlFlow::Continue(())
    };
    trainer.fit(&mut net, &sgd, &data, 3, 8).callback(progress).run().unwrap();
    assert_eq!(losses.len(), 3 * 4);
    (losses, bytes(&net))
}

#[test]
#[cfg(feature = "rand")]
fn a_seed_gives_the_same_run_twice() {
    let runs = [run::<F32x8>(7), run::<F32x8>(7), run::<f32>(7), run::<f32>(7)];
    assert_eq!(runs[0], runs[1]);
    assert_eq!(runs[2], runs[3]);
    if cfg!(not(feature = "simd")) {
        assert_eq!(runs[0], runs[2]);
    }
    let other = run::<F32x8>(8);
    assert!(other.0 != runs[0].0 && other.1 != runs[0].1);
}

/// Points off the image are added as zeros with some tiles and passed over with others.
#[test]
fn a_sum_of_zeros_has_one_sign() {
    fn bits<V: Elem>() -> Vec<u32> {
        let mut net = Conv::ZERO;
        net.conv.bias = [-0.0; 3];
        net.maps.bias = [-0.0];
        net.maps.weight = [[[[-1.0]]; 3]; 3];
        let (image, mut y) = ([[[V::splat(-0.0)]; 3]; 3], [[[V::splat(1.0); 3]; 3]; 3]);
        let mut first = y;
        // of both: the second layer hides what sign the first has given
        net.conv.infer(&image, &mut (), &mut first);
        let mut scratch = <Conv as Layer>::Scratch::ZERO;
        net.infer(&image, &mut scratch, &mut y);
        let results = [first, y];
        let values = results.as_flattened().as_flattened().as_flattened();
        values.iter().flat_map(|value| value.lanes()).map(|value| value.to_bits()).collect()
    }
    assert!(bits::<f32>().into_iter().chain(bits::<F32x8>()).all(|bits| bits == 0));
}

network! {
    struct Conv: [1, 3, 3] => [3, 3, 3] {
        conv: conv2d(3, kernel 3, padding 1),
        maps: mapwise_conv2d(1, kernel 3, padding 1),
    }
}
