//! One image of MLPerf Tiny's networks in int8 and in float, in turn: the medians, and how many times as long int8 takes.

#![allow(dead_code)] // the networks are stated with and without their chances

#[path = "../examples/mlperf_tiny/src/networks/ad.rs"]
mod ad;
#[path = "../examples/mlperf_tiny/src/networks/ic.rs"]
mod ic;
#[path = "../examples/mlperf_tiny/src/networks/kws.rs"]
mod kws;

use std::hint::black_box;
use std::time::Instant;

use const_cnn::{Fold, Folded, Form, Int8, Nested, Network, Quantized, Zero};

/// How many images each is timed for, alone: what takes longer is interrupted more often.
const ROUNDS: usize = 301;

fn main() {
    println!("{:12}{:>12}{:>12}{:>8}", "µs an image", "float", "int8", "ratio");
    row::<kws::KwsChances, _, _, _, _>();
    row::<ic::IcChances, _, _, _, _>();
    row::<ad::Ad, _, _, _, _>();
}

fn row<N, F, const W: usize, const B: usize, const A: usize>()
where
    N: Network + Fold<Folded = F>,
    F: Network + Form<Net = Quantized<F, W, B, A>> + Send,
    <F as Network>::Arena<f32>: Zero + Send,
{
    let (float, mut arena) = (Folded::<N>::boxed(), <F as Network>::Arena::<f32>::boxed());
    let mut net = Quantized::<F, W, B, A>::boxed();
    net.read_le(&source::<N, F, W, B, A>()).expect("the bytes are those of the network");
    let mut bytes = Int8::<N>::arena();
    let [mut floats, mut int8s] = [[0.0; ROUNDS]; 2];
    for (of_float, of_int8) in floats.iter_mut().zip(&mut int8s) {
        *of_float = time(|| {
            <F as Network>::image_in(&mut arena).flat_mut().fill(0.5);
            black_box(float.infer_in(black_box(&mut arena)));
        });
        *of_int8 = time(|| {
            net.image_in(&mut bytes).fill(50);
            black_box(net.infer_in(black_box(&mut bytes)));
        });
    }
    let [float, int8] = [floats, int8s].map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    });
    println!("{:12}{float:>12.1}{int8:>12.1}{:>8.2}", N::NAME, int8 / float);
}

/// The microseconds that an image takes.
fn time(mut infer: impl FnMut()) -> f64 {
    let start = Instant::now();
    infer();
    1e6 * start.elapsed().as_secs_f64()
}

/// What an int8 network is made from: all scales the same, and weights of all sizes.
fn source<N, F, const W: usize, const B: usize, const A: usize>() -> Vec<u8>
where
    N: Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>>,
{
    let mut bytes = Vec::new();
    let scale = |bytes: &mut Vec<u8>| {
        bytes.extend(0.02f32.to_le_bytes());
        bytes.extend((-128i32).to_le_bytes());
    };
    scale(&mut bytes);
    for entry in Int8::<N>::entries() {
        scale(&mut bytes);
        bytes.extend((0..entry.outputs).flat_map(|_| 0.002f32.to_le_bytes()));
        bytes.extend((0..entry.outputs).flat_map(|_| 100i32.to_le_bytes()));
        bytes.extend((0..entry.weights).map(|n| (n % 251) as i8 as u8));
    }
    bytes
}
