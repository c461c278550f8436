//! Networks, trainers and evaluators that are larger than the stack, without optimisation too.
#![cfg(feature = "std")]

use std::thread;

use const_cnn::{Dataset, Evaluator, F32x8, Input, Layer, Logits, Sgd, Trainer, Zero, argmax, network};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// What `run` gives on a stack of 256 KiB, an eighth of what a thread has.
fn on_a_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    thread::Builder::new().stack_size(256 * KIB).spawn(run).unwrap().join().unwrap()
}

network! {
    struct LeNet: [1, 28, 28] => [10] {
        conv1: conv2d(6, kernel 5, padding 2),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 5),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense1: linear(120),
        relu3: relu,
        dense2: linear(84),
        relu4: relu,
        logits: linear(10),
    }
}

network! {
    /// Its parameters are large.
    struct Wide: [2000] => [3] {
        hidden: linear(2000),
        relu: relu,
        logits: linear(3),
    }
}

network! {
    /// What it gives from layer to layer is large.
    struct Deep: [1, 512, 512] => [2] {
        conv: conv2d(4, kernel 1),
        relu: relu,
        pool: avg_pool2d(256),
        flatten: flatten,
        logits: linear(2),
    }
}

/// A boxed network takes a step of a boxed trainer, and is evaluated.
fn learns<N>(name: &str) -> [usize; 2]
where
    N: Layer<Output: Logits, Tape<F32x8>: Send, Scratch<F32x8>: Send> + Send,
{
    let (mut net, image) = (N::boxed(), Input::<N, f32>::boxed());
    let mut trainer = Trainer::<N>::boxed();
    assert!(net.is_finite() && (0..N::ARRAYS.len()).all(|index| net.values(index).iter().all(|&value| value == 0.0)));
    let before = trainer.step(&mut net, &Sgd::new(1.0, 0.0).unwrap(), [(&*image, 1)]).unwrap();
    let data = Dataset::<N::Input>::new(core::slice::from_ref(&*image), &[1]).unwrap();
    let after = Evaluator::<N>::boxed().evaluate(&*net, &data, |_, _| ()).unwrap();
    assert!(after.loss() < before.loss() && after.accuracy() == 1.0, "{name}: {before:?}, then {after:?}");
    [size_of::<N>(), size_of::<Trainer<N>>()]
}

#[test]
fn what_is_boxed_does_not_go_by_the_stack() {
    let [_, trainer] = on_a_small_stack(|| learns::<LeNet>("LeNet"));
    assert!(trainer > 512 * KIB);
    let [net, trainer] = on_a_small_stack(|| learns::<Wide>("Wide"));
    assert!(net > 15 * MIB && trainer > 30 * MIB);
    let [_, trainer] = on_a_small_stack(|| learns::<Deep>("Deep"));
    assert!(trainer > 64 * MIB);
}

#[test]
fn inference_with_a_scratch_of_one_s_own_takes_little_stack() {
    const { assert!(Deep::INFERENCE_BYTES > 4 * MIB) }
    on_a_small_stack(|| {
        let (mut net, mut image) = (Deep::boxed(), Input::<Deep, f32>::boxed());
        image[300][400][0] = 1.0;
        (net.conv.weight, net.logits.bias) = ([[[[1.0; 4]; 1]; 1]; 1], [0.5, 0.0]);
        net.logits.weight.iter_mut().for_each(|weight| *weight = [0.0, 1e6]);
        let (mut scratch, mut logits) = (<Deep as Layer>::Scratch::<f32>::boxed(), [0.0; 2]);
        net.infer(&image, &mut scratch, &mut logits);
        assert_eq!(argmax(&logits), 1, "{logits:?}");
    });
}

#[test]
fn predict_takes_the_stack_that_it_says() {
    // within a few KiB: the passes', and the thread's own
    let run = || {
        let (net, image) = (Deep::boxed(), Input::<Deep, f32>::boxed());
        assert_eq!(net.predict(&image), [0.5; 2]);
    };
    let thread = thread::Builder::new().stack_size(Deep::INFERENCE_BYTES + 64 * KIB);
    thread.spawn(run).unwrap().join().unwrap();
}
