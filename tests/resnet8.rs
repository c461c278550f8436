//! ResNet-8: what it promises to take; trained, folded and run in its arena.

#[path = "../examples/resnet8/network.rs"]
mod network;
#[path = "../examples/resnet8/shapes.rs"]
mod shapes;

use const_cnn::{
    Elem, Evaluator, F32x8, Folded, Init, Input, Layer, Nested, Network, Output, Parameters, Sgd, Trainer, Zero,
};
use network::ResNet8;
use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

#[test]
fn what_is_alive_at_once_is_promised() {
    // the three maps of 16 · 32 · 32 of a block: what it is given, what its first convolution gives and its second
    assert_eq!(ResNet8::ALIVE, 49_152);
    // the image and the result are the caller's
    assert_eq!(ResNet8::INFERENCE_BYTES, 4 * 49_152);
    assert_eq!(size_of::<<ResNet8 as Network>::Arena<f32>>(), 4 * 49_152);
    assert_eq!(size_of::<<Folded<ResNet8> as Network>::Arena<f32>>(), 4 * 49_152);
    // those of the network as it is published
    assert_eq!((Folded::<ResNet8>::COUNT, ResNet8::MULTIPLY_ACCUMULATES), (77_706, 12_501_632));
}

fn infer<N: Layer>(net: &N, x: &Input<N, f32>) -> Vec<f32> {
    let (mut scratch, mut y) = (N::Scratch::<f32>::ZERO, Output::<N, f32>::ZERO);
    net.infer(x, &mut scratch, &mut y);
    y.flat().to_vec()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Steps on the same images, with elements `V`: the losses, and the network.
fn trained<V: Elem + Send>(steps: usize, count: usize) -> (Vec<f32>, Box<ResNet8>) {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(0);
    let images: Vec<_> =
        (0..shapes::CLASSES.len()).take(count).map(|class| (shapes::draw(class, rng), class)).collect();
    let (mut net, mut trainer) = (ResNet8::boxed(), Trainer::<ResNet8, V>::boxed());
    Init::KaimingNormal.draw(&mut *net, rng).unwrap();
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let step = |_| trainer.step(&mut net, &sgd, images.iter().map(|(image, class)| (image, *class))).unwrap().loss();
    ((0..steps).map(step).collect(), net)
}

#[test]
fn it_learns_and_folds() {
    let (losses, mut net) = trained::<F32x8>(4, 8);
    assert!(losses.is_sorted_by(|before, after| after < before) && losses[3] < 0.6 * losses[0], "{losses:?}");
    // training has moved what is held, and by no more than four steps of a tenth can
    let held = &net.layer2.shortcut.norm;
    assert!(held.mean.iter().all(|&mean| mean != 0.0) && held.variance.iter().all(|&variance| variance > 0.65));

    // statistics as a longer training has them, so that folding meets others than 1
    for (n, value) in net.layer3.conv2_norm.variance.iter_mut().enumerate() {
        *value = 0.25 + n as f32 / 16.0;
    }
    let folded = net.fold();
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(3);
    for class in 0..3 {
        let image = shapes::draw(class, rng);
        let (expected, found) = (infer(&*net, &image), infer(&folded, &image));
        let bound = 1e-5 * expected.iter().fold(1.0f32, |largest, y| largest.max(y.abs()));
        for (expected, found) in expected.iter().zip(&found) {
            assert!((expected - found).abs() <= bound, "{found:?}, expected {expected:?}");
        }
        let mut arena = <Folded<ResNet8> as Network>::Arena::<f32>::boxed();
        *Folded::<ResNet8>::image_in(&mut arena) = image;
        assert_eq!(bits(folded.infer_in(&mut arena)), bits(&found));
    }
    let image = shapes::draw(0, rng);
    let metrics = Evaluator::<Folded<ResNet8>>::boxed()
        .evaluate(&folded, &ResNet8::dataset(&[image], &[0]).unwrap(), |_, _| ())
        .unwrap();
    assert_eq!(metrics.images, 1);
}

#[test]
fn it_learns_one_image_at_a_time() {
    let (losses, _) = trained::<f32>(3, 2);
    assert!(losses.is_sorted_by(|before, after| after < before), "{losses:?}");
}
