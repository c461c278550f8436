//! Where the time of LeNet goes: each layer's share of one image and of a training step of 32.
//!
//! In each round all layers, the whole image and the whole step take turns; the table holds medians.

#[allow(dead_code)] // here only the clock is needed
#[path = "peak/machine.rs"]
mod machine;
mod networks;

use std::hint::black_box;

use const_cnn::{
    Context, Elem, F32x8, Input, Layer, Loss, Nested, Optimizer, Output, Sgd, SoftmaxCrossEntropy, Trainer, Vector,
    Zero,
};
use machine::{median, seconds};
use networks::{LeNet, Setup};

const BATCH: usize = 32;
const ROUNDS: usize = 101;
const CONTEXT: Context = Context { trains: true, ..Context::EVALUATION };

/// A piece of work, and how often a batch, or the one image, needs it.
struct Part {
    row: &'static str,
    column: usize,
    times: usize,
    run: Box<dyn FnMut()>,
}

/// The last column: both passes together, and what a step does beside them.
const STEP: usize = 3;
const COLUMNS: [&str; 4] = ["one image", "forward", "backward", "step"];

fn main() {
    let mut parts = Vec::new();
    let Setup { net, images, labels } = Setup::<LeNet>::new(BATCH);
    let net: &'static LeNet = Box::leak(net);
    macro_rules! layers {
        ($($name:ident)*) => {$(
            let input = stringify!($name) != "conv1"; // the first layer's input needs no gradient
            layer(&mut parts, stringify!($name), &net.$name, input);
        )*};
    }
    layers!(conv1 relu1 pool1 conv2 relu2 pool2 flatten dense1 relu3 dense2 relu4 dense3);
    loss(&mut parts);
    let sgd = Sgd::new(0.01, 0.9).expect("settings in range");
    let mut trainer = Box::new(Trainer::<LeNet>::ZERO);
    let Setup { net: mut trained, .. } = Setup::<LeNet>::new(0);
    let gradient = Box::new(LeNet::ZERO);
    let (mut velocity, Setup { net: mut stepped, .. }) = (Box::new([LeNet::ZERO]), Setup::<LeNet>::new(0));
    let optimizer = move || {
        sgd.step::<LeNet>(0, &mut velocity, &mut stepped, &gradient).expect("a finite step");
    };
    parts.push(Part { row: "optimiser", column: STEP, times: 1, run: Box::new(optimizer) });

    let (mut scratch, mut logits) = (Box::new(Zero::ZERO), [0.0; 10]);
    let (image, batch) = (images[0], images);
    let whole_image = move || net.infer::<f32>(black_box(&image), &mut scratch, &mut logits);
    let whole_step = move || {
        let batch = batch.iter().zip(labels.iter().copied());
        trainer.step(&mut trained, &sgd, batch).expect("a finite loss");
    };
    parts.push(Part { row: "measured whole", column: 0, times: 1, run: Box::new(whole_image) });
    parts.push(Part { row: "measured whole", column: STEP, times: 1, run: Box::new(whole_step) });

    let mut times = vec![Vec::new(); parts.len()];
    let rounds = if std::env::args().any(|argument| argument == "--bench") { ROUNDS } else { 1 };
    for _ in 0..rounds {
        for (part, times) in parts.iter_mut().zip(&mut times) {
            (part.run)(); // finds its data in the caches afterwards
            times.push(1e6 * seconds(&mut || (0..4 * part.times).for_each(|_| (part.run)())) / 4.0);
        }
    }
    table(&parts, &times.iter_mut().map(|times| median(times)).collect::<Vec<_>>());
}

fn table(parts: &[Part], microseconds: &[f64]) {
    println!("microseconds: inference of one image; a training step of {BATCH}, eight images at once\n");
    println!("{:>16} {:>10} {:>10} {:>10} {:>10}", "", COLUMNS[0], COLUMNS[1], COLUMNS[2], COLUMNS[STEP]);
    let time = |row: &str, column| {
        let found = parts.iter().position(|part| part.row == row && part.column == column)?;
        Some(microseconds[found])
    };
    let mut sums = [0.0; 4];
    let mut rows: Vec<&str> = parts.iter().map(|part| part.row).collect();
    rows.dedup();
    for row in rows {
        if row == "measured whole" {
            println!("{:>16} {:>10.2} {:>10.1} {:>10.1} {:>10.1}", "sum", sums[0], sums[1], sums[2], sums[STEP]);
        }
        print!("{row:>16}");
        for (column, sum) in sums.iter_mut().enumerate() {
            let passes = [1, 2].iter().filter_map(|&pass| time(row, pass)).sum::<f64>();
            match time(row, column).or((column == STEP && passes > 0.0).then_some(passes)) {
                None => print!(" {:>10}", ""),
                Some(time) => {
                    *sum += time;
                    print!(" {time:>10.*}", if column == 0 { 2 } else { 1 });
                }
            }
        }
        println!();
    }
}

/// One image's inference, and both passes over eight images at once.
fn layer<L: Layer>(parts: &mut Vec<Part>, row: &'static str, layer: &'static L, input: bool) {
    let x = filled::<f32, Input<L, f32>>();
    let (mut scratch, mut y) = (Box::new(L::Scratch::ZERO), Box::new(Output::<L, f32>::ZERO));
    let infer = move || layer.infer(black_box(&*x), &mut scratch, &mut y);
    parts.push(Part { row, column: 0, times: 1, run: Box::new(infer) });

    let x = filled::<F32x8, Input<L, F32x8>>();
    let (mut tape, mut y) = (Box::new(L::Tape::ZERO), Box::new(Output::<L, F32x8>::ZERO));
    let forward = move || layer.forward(&CONTEXT, black_box(&*x), &mut tape, &mut y);
    parts.push(Part { row, column: 1, times: BATCH / 8, run: Box::new(forward) });

    let x = filled::<F32x8, Input<L, F32x8>>();
    let (mut tape, mut y) = (Box::new(L::Tape::ZERO), Box::new(Output::<L, F32x8>::ZERO));
    let dy = filled::<F32x8, Output<L, F32x8>>();
    let (mut gradient, mut dx) = (Box::new(L::ZERO), Box::new(Input::<L, F32x8>::ZERO));
    layer.forward(&CONTEXT, &x, &mut tape, &mut y);
    let backward = move || {
        let dx = input.then_some(&mut *dx);
        layer.backward(&CONTEXT, black_box(&*x), &mut tape, &y, &dy, &mut gradient, dx);
    };
    parts.push(Part { row, column: 2, times: BATCH / 8, run: Box::new(backward) });
}

fn loss(parts: &mut Vec<Part>) {
    let logits = filled::<F32x8, [F32x8; 10]>();
    let mut d_logits = [F32x8::ZERO; 10];
    let run = move || {
        let labels = black_box([0, 1, 2, 3, 4, 5, 6, 7]);
        black_box(Loss::<Vector<10>>::loss(&SoftmaxCrossEntropy, black_box(&*logits), &labels, &mut d_logits));
    };
    parts.push(Part { row: "loss", column: STEP, times: BATCH / 8, run: Box::new(run) });
}

/// Numbers between −1 and 1.
fn filled<V: Elem, T: Zero + Nested<V>>() -> Box<T> {
    let mut values = Box::new(T::ZERO);
    for (n, value) in values.flat_mut().iter_mut().flat_map(Elem::lanes_mut).enumerate() {
        *value = (n as f32 * 0.7).sin();
    }
    values
}
