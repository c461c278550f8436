//! The direct convolution loops, layer by layer: forward, input gradient and kernel gradient, for one image (`f32`) and
//! for eight at once (`F32x8`). Each case first compares its result with the naive loops.
//!
//! Throughput is in flops, as Gelem/s: two for each multiplication with its addition, those with padding counted.
//! A closing table gives each case as a share of what this machine can do, measured by a loop that does nothing else.

mod peak;

use std::hint::black_box;

use const_cnn::network::lines::Gradients;
use const_cnn::{
    Biased, Conv2d, ConvTranspose2d, Elem, F32x8, Grouped, Grouping, Image, Init, Layer, Nested, SlidingWindow, Square,
    Ungrouped, Window, Zero, naive,
};
use criterion::{BenchmarkId, Criterion, Throughput};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

/// One direction of one layer, ready to run.
struct Case {
    direction: &'static str,
    images: usize,
    shape: String,
    flops: u64,
    run: Box<dyn FnMut()>,
}

fn main() {
    let mut cases = Vec::new();
    one_image(&mut cases);
    eight_images(&mut cases);

    let mut criterion = Criterion::default().configure_from_args();
    for case in &mut cases {
        let mut group = criterion.benchmark_group(case.direction);
        group.throughput(Throughput::Elements(case.flops));
        let id = BenchmarkId::new(format!("{} image(s)", case.images), &case.shape);
        group.bench_function(id, |bencher| bencher.iter(&mut case.run));
        group.finish();
    }
    criterion.final_summary();
    // under `cargo test` benches run once, to see that they do
    if std::env::args().any(|argument| argument == "--bench") {
        table(&mut cases);
    }
}

/// Prints each case's share of the peak: the median over rounds, in each of which all cases and the peak take turns.
fn table(cases: &mut [Case]) {
    let mut runs: Vec<(f64, &mut dyn FnMut())> =
        cases.iter_mut().map(|case| (case.flops as f64, &mut *case.run as &mut dyn FnMut())).collect();
    let (peak, shares) = peak::shares(&mut runs, 101);
    println!("\nshare of the machine's peak, {peak:.0} GFLOP/s by a loop of fused multiply-adds; C,H,W,F,K,S,P\n");
    println!("{:>26} {:>16} {:>16} {:>16}", "1 image / 8 images", "forward", "input gradient", "kernel gradient");
    let share = |direction: &str, images, shape: &str| {
        let found = cases.iter().position(|c| c.direction == direction && c.images == images && c.shape == shape);
        found.map_or(f64::NAN, |index| 100.0 * shares[index])
    };
    for case in cases.iter().filter(|case| case.direction == "forward" && case.images == 1) {
        print!("{:>26}", case.shape);
        for direction in ["forward", "input gradient", "kernel gradient"] {
            let (one, eight) = (share(direction, 1, &case.shape), share(direction, 8, &case.shape));
            print!(" {:>16}", format!("{one:.0} % / {eight:.0} %"));
        }
        println!();
    }
}

/// A layer whose window is the same along both axes.
macro_rules! square {
    ($cases:ident, $v:ty, [$c:tt, $h:tt, $w:tt] => [$f:tt, $oh:tt, $ow:tt], $k:tt, $s:tt, $p:tt) => {
        layer::<$v, Square<$k, $s, $p>, Ungrouped, $c, $h, $w, $f, $oh, $ow, $k, $k, $c>(
            $cases,
            stringify!($c, $h, $w, $f, $k, $s, $p),
        )
    };
}
macro_rules! layers {
    ($name:ident, $element:ty) => {
        fn $name(cases: &mut Vec<Case>) {
            square!(cases, $element, [1, 8, 8] => [8, 8, 8], 3, 1, 1);
            square!(cases, $element, [1, 28, 28] => [6, 28, 28], 5, 1, 2);
            square!(cases, $element, [8, 8, 8] => [10, 8, 8], 3, 1, 1);
            square!(cases, $element, [8, 8, 8] => [16, 8, 8], 3, 1, 1);
            square!(cases, $element, [16, 14, 14] => [32, 14, 14], 3, 1, 1);
            square!(cases, $element, [32, 28, 28] => [32, 28, 28], 3, 1, 1);
            square!(cases, $element, [6, 14, 14] => [16, 10, 10], 5, 1, 0);
            square!(cases, $element, [3, 32, 32] => [16, 16, 16], 5, 2, 2);
            square!(cases, $element, [64, 14, 14] => [64, 14, 14], 3, 1, 1);
            square!(cases, $element, [64, 25, 5] => [64, 25, 5], 1, 1, 0);
            square!(cases, $element, [128, 6, 6] => [128, 6, 6], 1, 1, 0);
            let name = "depthwise 64,25,5,3,1,1";
            layer::<$element, Square<3, 1, 1>, Grouped<1>, 64, 25, 5, 64, 25, 5, 3, 3, 1>(cases, name);
            let name = "depthwise 32,24,24,3,2";
            layer::<$element, Even, Grouped<1>, 32, 24, 24, 32, 12, 12, 3, 3, 1>(cases, name);
            layer::<$element, TenByFour, Ungrouped, 1, 49, 10, 64, 25, 5, 10, 4, 1>(cases, "1,49,10,64,10x4,2");
            layer::<$element, Line, Ungrouped, 40, 1, 98, 128, 1, 98, 1, 3, 40>(cases, "1-D 40,98,128,3,1,1");
            layer::<$element, Dilated, Ungrouped, 32, 1, 64, 32, 1, 64, 1, 3, 32>(cases, "1-D 32,64,32,3, D 4");
            transposed::<$element>(cases);
        }
    };
}
layers!(one_image, f32);
layers!(eight_images, F32x8);

/// 3 × 3 in steps of two, of an even size as TensorFlow pads it.
type Even = Window<3, 3, 2, 2, 1, 1, 0, 1, 0, 1>;
/// The first layer of a network that hears words.
type TenByFour = Window<10, 4, 2, 2, 1, 1, 4, 5, 1, 1>;
type Line = Window<1, 3, 1, 1, 1, 1, 0, 0, 1, 1>;
/// Causal, the taps four apart.
type Dilated = Window<1, 3, 1, 1, 1, 4, 0, 0, 8, 0>;

/// The three directions of one layer, each compared with the naive loops.
#[rustfmt::skip]
fn layer<
    V: Elem, Win, G, const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize,
>(cases: &mut Vec<Case>, shape: &str)
where
    G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>,
{
    type Conv<Win, G, const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize> =
        Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>;

    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut conv = Box::new(Conv::<Win, G, C, H, W, F, OH, OW>::ZERO);
    Init::FanIn.draw(&mut *conv, rng).expect("a rule without settings");
    let conv: &'static _ = Box::leak(conv);
    // all begin on a cache line with `simd`, as a network's weights and buffer of gradients do, so that where they happen
    // to lie does not decide
    let x: &'static [[[V; C]; W]; H] = drawn::<V, _>(rng);
    let dy: &'static [[[V; F]; OW]; OH] = drawn::<V, _>(rng);
    let mut y = Box::new(Gradients([[[V::ZERO; F]; OW]; OH]));
    let mut dx = Box::new(Gradients([[[V::ZERO; C]; W]; H]));
    let mut transposed = Box::new(Zero::ZERO);
    let mut gradient = Box::new(Conv::<Win, G, C, H, W, F, OH, OW>::ZERO);

    conv.infer(x, &mut (), &mut y.0);
    conv.input_gradient(dy, &mut transposed, &mut dx.0);
    Conv2d::kernel_gradient(x, dy, &mut gradient, &mut ());
    let mut expected = Box::new(Conv::<Win, G, C, H, W, F, OH, OW>::ZERO);
    for lane in 0..V::LANES {
        let mut one_x = Box::new([[[0.0; C]; W]; H]);
        let mut one_dy = Box::new([[[0.0; F]; OW]; OH]);
        let (mut one_y, mut one_dx) = (one_dy.clone(), one_x.clone());
        take_lane(x, lane, one_x.flat_mut());
        take_lane(dy, lane, one_dy.flat_mut());
        naive::conv2d::<f32, Win, C, H, W, F, OH, OW, KH, KW, A>(&one_x, &conv.weight, &conv.bias, &mut one_y);
        naive::conv2d_backward::<f32, Win, C, H, W, F, OH, OW, KH, KW, A>(
            &one_x, &conv.weight, &one_dy, &mut expected.weight, &mut expected.bias, &mut one_dx);
        compare(&y.0, lane, one_y.flat());
        compare(&dx.0, lane, one_dx.flat());
    }
    compare::<f32>(&gradient.weight, 0, expected.weight.flat());
    compare::<f32>(&gradient.bias, 0, &expected.bias);

    let (images, shape) = (V::LANES, shape.to_string());
    let flops = (2 * V::LANES * F * A * KH * KW * OH * OW) as u64;
    let mut add = |direction, run| cases.push(Case { direction, images, shape: shape.clone(), flops, run });
    add("forward", Box::new(move || conv.infer(black_box(x), &mut (), &mut y.0)));
    add("input gradient", Box::new(move || conv.input_gradient(black_box(dy), &mut transposed, &mut dx.0)));
    add("kernel gradient", Box::new(move || Conv2d::kernel_gradient(black_box(x), dy, &mut gradient, &mut ())));
}

/// A transposed convolution of 2 × 2 in steps of two, compared with the naive convolution's gradient of its input.
fn transposed<V: Elem>(cases: &mut Vec<Case>) {
    type Larger = ConvTranspose2d<Image<32, 12, 12>, Image<16, 24, 24>, Square<2, 2>>;
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(1);
    let mut layer = Box::new(Larger::ZERO);
    Init::FanIn.draw(&mut *layer, rng).expect("a rule without settings");
    let layer: &'static Larger = Box::leak(layer);
    let x: &'static [[[V; 32]; 12]; 12] = drawn::<V, _>(rng);
    let dy: &'static [[[V; 16]; 24]; 24] = drawn::<V, _>(rng);
    let mut y = Box::new(Gradients([[[V::ZERO; 16]; 24]; 24]));
    let mut dx = Box::new(Gradients([[[V::ZERO; 32]; 12]; 12]));
    let (mut gradient, mut spare) = (Box::new(Larger::ZERO), [0.0; 32]);

    layer.infer(x, &mut (), &mut y.0);
    for lane in 0..V::LANES {
        let (mut one_x, none) = (Box::new([[[0.0; 32]; 12]; 12]), Box::new([[[0.0; 16]; 24]; 24]));
        take_lane(x, lane, one_x.flat_mut());
        let (mut dw, mut expected) = (Box::new(layer.weight), none.clone());
        naive::conv2d_backward::<f32, Square<2, 2>, 16, 24, 24, 32, 12, 12, 2, 2, 16>(
            &none,
            &layer.weight,
            &one_x,
            &mut dw,
            &mut [0.0; 32],
            &mut expected,
        );
        for (n, y) in expected.flat_mut().iter_mut().enumerate() {
            *y += layer.bias[n % 16];
        }
        compare(&y.0, lane, expected.flat());
    }

    let (images, shape) = (V::LANES, "transposed 32,12,12,16,2,2".to_string());
    let flops = (2 * V::LANES * Larger::MULTIPLY_ACCUMULATES) as u64;
    let mut add = |direction, run| cases.push(Case { direction, images, shape: shape.clone(), flops, run });
    add("forward", Box::new(move || layer.infer(black_box(x), &mut (), &mut y.0)));
    add("input gradient", Box::new(move || layer.input_gradient(black_box(dy), &mut dx.0)));
    let kernel_gradient =
        move || ConvTranspose2d::kernel_gradient(black_box(x), dy, &mut gradient, &mut (), &mut spare);
    add("kernel gradient", Box::new(kernel_gradient));
}

/// A value of `T` whose numbers are drawn from −1 to 1.
fn drawn<V: Elem, T: Zero + Nested<V>>(rng: &mut Xoshiro256PlusPlus) -> &'static T {
    let values = &mut Box::leak(Box::new(Gradients(T::ZERO))).0;
    for value in values.flat_mut().iter_mut().flat_map(Elem::lanes_mut) {
        *value = rng.random_range(-1.0..1.0);
    }
    values
}

/// Writes the values of one image to `to`.
fn take_lane<V: Elem>(values: &impl Nested<V>, lane: usize, to: &mut [f32]) {
    for (to, value) in to.iter_mut().zip(values.flat()) {
        *to = value.lanes()[lane];
    }
}

/// Panics unless the values of one image are near those expected of it.
fn compare<V: Elem>(found: &impl Nested<V>, lane: usize, expected: &[f32]) {
    let scale = expected.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
    for (n, (found, expected)) in found.flat().iter().zip(expected).enumerate() {
        let found = found.lanes()[lane];
        assert!((found - expected).abs() <= 1e-5 * scale, "{found} at {n}, the naive loops give {expected}");
    }
}
