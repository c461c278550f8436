//! How much stack inference and training use, beside the buffers that their caller owns.
//!
//! `cargo test --release --test stack -- --nocapture` shows the figures. The bounds of a build without optimisation are
//! larger, since each of its functions keeps all of its values in memory.
#![cfg(target_arch = "x86_64")]

use std::arch::asm;
use std::hint::black_box;

use const_cnn::{Elem, Evaluator, F32x8, Input, Layer, Nested, Parameters, Sgd, Trainer, Zero, network};

network! {
    struct Small: [1, 8, 8] => [10] {
        conv1: conv2d(8, kernel 3, padding 1),
        relu1: relu,
        pool1: max_pool2d(2),
        conv2: conv2d(16, kernel 3, padding 1),
        relu2: relu,
        pool2: max_pool2d(2),
        flatten: flatten,
        dense: linear(10),
    }
}

const KIB: usize = 1024;
const PAINT: u8 = 0xa5;

/// The bytes of stack that `run` writes on: it runs on a painted stack of its own.
fn stack_of<F: FnMut()>(mut run: F) -> usize {
    extern "C" fn call<F: FnMut()>(run: &mut F) {
        run();
    }

    run(); // what is done once, such as asking the processor what it has, is not counted
    let mut stack = vec![PAINT; 1024 * KIB];
    let end = stack.as_mut_ptr_range().end;
    let top = end.map_addr(|address| address & !63);
    // SAFETY: the stack pointer lies at the upper end of memory that is ours and that nothing else uses, aligned as the
    // ABI asks, and is put back from a register that calls preserve. Nothing unwinds out of an `extern "C"` function.
    unsafe {
        asm!(
            "mov r12, rsp",
            "mov rsp, {top}",
            "call {call}",
            "mov rsp, r12",
            top = in(reg) top,
            call = in(reg) call::<F> as extern "C" fn(&mut F),
            in("rdi") &mut run,
            out("r12") _,
            clobber_abi("C"),
        );
    }
    let untouched = black_box(&stack).iter().take_while(|&&byte| byte == PAINT).count();
    assert!(untouched > 64 * KIB, "the stack was too small");
    stack.len() - untouched
}

/// Fails where `run` uses more stack than it may, in KiB: optimised, and not optimised.
fn at_most([optimised, plain]: [usize; 2], name: &str, run: impl FnMut()) {
    let used = stack_of(run);
    let bound = KIB * if cfg!(debug_assertions) { plain } else { optimised };
    println!("{name}: {used} bytes of stack, at most {bound}");
    assert!(used <= bound, "{name}: {used} bytes of stack, the bound is {bound}");
}

fn net() -> Box<Small> {
    let mut net = Box::new(Small::ZERO);
    for index in 0..Small::ARRAYS.len() {
        for (n, value) in net.values_mut(index).iter_mut().enumerate() {
            *value = (n * 37 % 101) as f32 / 200.0 - 0.25;
        }
    }
    net
}

fn images() -> Box<[(Input<Small, f32>, usize); 13]> {
    let mut images = Box::new([([[[0.0]; 8]; 8], 0); 13]);
    for (n, (image, label)) in images.iter_mut().enumerate() {
        *label = n % 10;
        for (k, value) in image.flat_mut().iter_mut().enumerate() {
            *value = ((n + k) * 29 % 17) as f32 / 16.0;
        }
    }
    images
}

#[test]
fn the_measure_sees_what_is_used() {
    for bytes in [KIB, 50 * KIB] {
        let array = |run: &mut dyn FnMut(&mut [u8])| match bytes {
            KIB => run(black_box(&mut [0; KIB])),
            _ => run(black_box(&mut [0; 50 * KIB])),
        };
        let used = stack_of(|| array(&mut |array| array.fill(1)));
        assert!((bytes..bytes + 120 * KIB).contains(&used), "{used} bytes of stack for an array of {bytes}");
    }
}

#[test]
fn inference() {
    fn infer<V: Elem>(name: &str) {
        let net = net();
        let x = Box::new(Input::<Small, V>::ZERO);
        let mut scratch = Box::new(<Small as Layer>::Scratch::<V>::ZERO);
        let mut y = [V::ZERO; 10];
        at_most([8, 16], name, || net.infer(&x, &mut scratch, black_box(&mut y)));
    }
    infer::<f32>("infer, one image");
    infer::<F32x8>("infer, eight images");

    // its scratch is on the stack
    let (net, images) = (net(), images());
    at_most([8, 24], "predict", || {
        black_box(net.predict(&images[0].0));
    });
}

#[test]
fn evaluation_and_training() {
    fn step<V: Elem>(name: &str) {
        let (mut net, images) = (net(), images());
        let mut trainer = Box::new(Trainer::<Small, V>::ZERO);
        let sgd = Sgd::new(0.01, 0.9).unwrap();
        at_most([32, 64], name, || {
            let metrics = trainer.step(&mut net, &sgd, images.iter().map(|(image, label)| (image, *label)));
            assert_eq!(metrics.map(|metrics| metrics.images), Ok(13));
        });
    }
    step::<f32>("step, one image at a time");
    step::<F32x8>("step, eight images at a time");

    let (net, images) = (net(), images());
    let mut evaluator = Box::new(Evaluator::<Small>::ZERO);
    let (images, labels): (Vec<_>, Vec<_>) = images.into_iter().unzip();
    let data = Small::dataset(&images, &labels).unwrap();
    at_most([8, 16], "evaluate", || {
        let metrics = evaluator.evaluate(&*net, &data, |_, _| ());
        assert_eq!(metrics.map(|metrics| metrics.images), Ok(13));
    });
}
