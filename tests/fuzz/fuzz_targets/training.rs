//! Any parameters, images, labels and settings through inference and training: nothing panics, and a step leaves finite
//! parameters or those that were before.
#![no_main]

use const_cnn::{
    Context, Elem, Error, Evaluator, F32x8, Input, Layer, Nested, Parameters, Sgd, Trainer, Zero, network,
};
use libfuzzer_sys::fuzz_target;

network! {
    #[derive(Clone)]
    struct Net: [1, 3, 3] => [2] {
        conv: conv2d(2, kernel 2, padding 1),
        relu: relu,
        max_pool: max_pool2d(2),
        maps: mapwise_conv2d(1, kernel 2, padding 1),
        avg_pool: avg_pool2d(2, stride 1),
        flatten: flatten,
        dense: linear(2),
    }
}

/// The input as numbers: zeros when it has come to its end.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn next(&mut self) -> f32 {
        let Some((four, rest)) = self.0.split_first_chunk() else { return 0.0 };
        self.0 = rest;
        f32::from_le_bytes(*four)
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut numbers = Numbers(bytes);
    let (learning_rate, momentum, label) = (numbers.next(), numbers.next(), numbers.next());
    let Ok(sgd) = Sgd::new(learning_rate, momentum) else { return };
    let mut images = [[[[0.0]; 3]; 3]; 3];
    images.iter_mut().for_each(|image| image.flat_mut().fill_with(|| numbers.next()));
    let labels = [0, 1, 0].map(|n| (label as usize).saturating_add(n));
    let mut net = Net::ZERO;
    for index in 0..Net::ARRAYS.len() {
        net.values_mut(index).fill_with(|| numbers.next());
    }
    run::<f32>(&net, &sgd, &images, &labels);
    run::<F32x8>(&net, &sgd, &images, &labels);
});

fn bytes(net: &Net) -> [u8; Net::PARAMETER_BYTES] {
    let mut bytes = [0; Net::PARAMETER_BYTES];
    net.write_le(&mut bytes).unwrap();
    bytes
}

fn run<V: Elem>(net: &Net, sgd: &Sgd, images: &[Input<Net, f32>; 3], labels: &[usize; 3]) {
    let data = Net::dataset(images, labels).unwrap();
    let mut net = net.clone();
    let mut trainer = Trainer::<Net, V>::ZERO;
    for _ in 0..2 {
        let (before, velocity) = (bytes(&net), bytes(&trainer.state[0]));
        if trainer.step(&mut net, sgd, data.iter()).is_ok() {
            assert!(net.is_finite() && trainer.state[0].is_finite());
        } else {
            assert!(bytes(&net) == before && bytes(&trainer.state[0]) == velocity);
        }
    }
    let mut evaluator = Evaluator::<Net, V>::ZERO;
    match evaluator.evaluate(&net, &data, |_, &label| assert!(label < 2)) {
        Ok(metrics) => assert!(metrics.loss().is_finite() && labels.iter().all(|&label| label < 2)),
        Err(Error::Label { index, .. }) => assert!(labels[index] >= 2),
        Err(Error::Loss { found, .. }) => assert!(!found.is_finite()),
        Err(error) => panic!("{error}"),
    }
    net.predict(&images[0]);

    let (x, mut dx) = ([[[V::splat(images[0][1][1][0])]; 3]; 3], [[[V::ZERO]; 3]; 3]);
    let (mut y, mut inferred, mut gradient) = ([V::ZERO; 2], [V::ZERO; 2], Net::ZERO);
    let (mut tape, mut scratch) = (<Net as Layer>::Tape::<V>::ZERO, <Net as Layer>::Scratch::<V>::ZERO);
    net.infer(&x, &mut scratch, &mut inferred);
    net.forward(&Context::EVALUATION, &x, &mut tape, &mut y);
    // which NaN it is may differ
    for (a, b) in y.iter().flat_map(Elem::lanes).zip(inferred.iter().flat_map(Elem::lanes)) {
        assert!(a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan());
    }
    net.backward(&Context::EVALUATION, &x, &mut tape, &y, &inferred, &mut gradient, Some(&mut dx));
}
