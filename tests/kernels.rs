//! The fast kernels against plain loops in double precision, in both elements.
//!
//! For convolutions the loops are those of `const_cnn::naive`. Their shapes are a list in which every pair of values of
//! two parameters occurs: the ragged channels, the smallest images, kernels as large as the padded image. Windows whose
//! sizes differ by axis and side have a list of their own. That every pair does is a test.

#[macro_use]
mod common;

use std::any::type_name;
use std::array::from_fn;
use std::collections::BTreeSet;

use common::{assert_close, bits, numbers, passes, set, wide};
use const_cnn::{
    Axis, Biased, Conv2d, F32x8, Grouping, Image, Input, Layer, Layout, Linear, Output, Parameters, Shape,
    SlidingWindow, conv2d, depthwise_conv2d, naive,
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

/// |found − expected| ≤ 1e-5 · max(1, largest |expected|)
const TOLERANCE: f64 = 1e-5;

/// What a parameter's gradient holds before: a kernel that assigns to it, and does not add, is found out.
const START: f32 = 0.5;

/// What one image gives in double precision, in PyTorch's order.
struct Expected {
    y: Vec<f64>,
    dx: Vec<f64>,
    /// The gradients of all parameters, array after array.
    d: Vec<f64>,
}

/// A layer whose kernels are compared with plain loops.
trait Naive: Layer {
    fn naive(&self, x: &Input<Self, f32>, dy: &Output<Self, f32>) -> Expected;
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, G,
> Naive for Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>
where
    G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>,
{
    fn naive(&self, x: &[[[f32; C]; W]; H], dy: &[[[f32; F]; OW]; OH]) -> Expected {
        let x = x.map(|row| row.map(|point| point.map(f64::from)));
        let dy = dy.map(|row| row.map(|point| point.map(f64::from)));
        let w = self.weight.map(|row| row.map(|tap| tap.map(|channel| channel.map(f64::from))));
        let b = self.bias.map(f64::from);
        let mut y = [[[f64::NAN; F]; OW]; OH];
        let mut dx = [[[f64::NAN; C]; W]; H];
        let (mut dw, mut db) = ([[[[0.0; F]; A]; KW]; KH], [0.0; F]);
        naive::conv2d::<f64, Win, C, H, W, F, OH, OW, KH, KW, A>(&x, &w, &b, &mut y);
        naive::conv2d_backward::<f64, Win, C, H, W, F, OH, OW, KH, KW, A>(&x, &w, &dy, &mut dw, &mut db, &mut dx);

        let dw = dw.as_flattened().as_flattened().as_flattened();
        Expected {
            y: ordered(Self::Output::LAYOUT, y.as_flattened().as_flattened()),
            dx: ordered(Self::Input::LAYOUT, dx.as_flattened().as_flattened()),
            d: [ordered(Self::ARRAYS.get(0).unwrap().layout, dw), db.to_vec()].concat(),
        }
    }
}

impl<const I: usize, const O: usize> Naive for Linear<I, O> {
    fn naive(&self, x: &[f32; I], dy: &[f32; O]) -> Expected {
        let (x, dy) = (x.map(f64::from), dy.map(f64::from));
        let mut y = self.bias.map(f64::from);
        let mut dx = [0.0; I];
        let mut dw = [[0.0; O]; I];
        for i in 0..I {
            for o in 0..O {
                let w = f64::from(self.weight[i][o]);
                y[o] += w * x[i];
                dx[i] += w * dy[o];
                dw[i][o] = x[i] * dy[o];
            }
        }
        let dw = ordered(Self::ARRAYS.get(0).unwrap().layout, dw.as_flattened());
        Expected { y: y.to_vec(), dx: dx.to_vec(), d: [dw, dy.to_vec()].concat() }
    }
}

/// The numbers that lie in memory as `flat`, in PyTorch's order.
fn ordered(layout: Layout, flat: &[f64]) -> Vec<f64> {
    assert_eq!(flat.len(), layout.len());
    (0..flat.len()).map(|n| flat[layout.position(n)]).collect()
}

/// The kernels on eight drawn images: one at a time, and all at once.
fn check<L: Naive>() {
    let name = type_name::<L>();
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(L::COUNT as u64);
    let mut drawn = |count| -> Vec<f32> { (0..count).map(|_| rng.random_range(-1.0..1.0)).collect() };
    let layer = filled::<L>(&drawn(L::COUNT));
    let images: [Vec<f32>; 8] = from_fn(|_| drawn(L::Input::LEN));
    let dy: [Vec<f32>; 8] = from_fn(|_| drawn(L::Output::LEN));

    let start = vec![START; L::COUNT];
    let (mut one_gradient, mut eight_gradient) = (filled::<L>(&start), filled::<L>(&start));
    let eight = passes::<L, F32x8>(&layer, &images, &dy, &mut eight_gradient);
    let mut gradient = wide(&start);
    for n in 0..8 {
        let (image, dy) = (&images[n..=n], &dy[n..=n]);
        let one = passes::<L, f32>(&layer, image, dy, &mut one_gradient);
        let Expected { y, dx, d } =
            layer.naive(&L::Input::from_slice(&image[0]).unwrap(), &L::Output::from_slice(&dy[0]).unwrap());
        assert_close(&format!("{name}, one image: y"), &one.y[0], &y, TOLERANCE);
        assert_close(&format!("{name}, one image: dx"), &one.dx[0], &dx, TOLERANCE);
        assert_close(&format!("{name}, eight images: y"), &eight.y[n], &y, TOLERANCE);
        assert_close(&format!("{name}, eight images: dx"), &eight.dx[n], &dx, TOLERANCE);
        if cfg!(any(not(feature = "simd"), target_arch = "x86_64")) {
            assert_eq!(bits(&one.y[0]), bits(&eight.y[n]), "{name}: y of one image and of eight");
            assert_eq!(bits(&one.dx[0]), bits(&eight.dx[n]), "{name}: dx of one image and of eight");
        }
        for (sum, d) in gradient.iter_mut().zip(d) {
            *sum += d;
        }
    }
    let (one, eight) = (numbers(&*one_gradient), numbers(&*eight_gradient));
    assert_close(&format!("{name}, one image: gradient"), &one, &gradient, TOLERANCE);
    assert_close(&format!("{name}, eight images: gradient"), &eight, &gradient, TOLERANCE);
    if cfg!(any(not(feature = "simd"), target_arch = "x86_64")) {
        assert_eq!(bits(&one), bits(&eight), "{name}: gradient of one image and of eight");
    }
}

/// A layer with these parameters.
fn filled<L: Layer>(parameters: &[f32]) -> Box<L> {
    let mut layer = Box::new(L::ZERO);
    set(&mut *layer, parameters);
    layer
}

/// All sizes of a dense layer's output, for one of its input.
fn linear<const I: usize>() {
    check::<Linear<I, 1>>();
    check::<Linear<I, 3>>();
    check::<Linear<I, 7>>();
    check::<Linear<I, 8>>();
    check::<Linear<I, 9>>();
    check::<Linear<I, 17>>();
    check::<Linear<I, 64>>();
    check::<Linear<I, 65>>();
    check::<Linear<I, 83>>();
    check::<Linear<I, 130>>();
}

#[test]
fn linear_against_plain_loops() {
    linear::<1>();
    linear::<3>();
    linear::<7>();
    linear::<8>();
    linear::<9>();
    linear::<17>();
    linear::<64>();
    linear::<65>();
    linear::<83>();
}

const CHANNELS: [usize; 7] = [1, 3, 6, 7, 8, 10, 17];
const KERNELS: [usize; 5] = [1, 2, 3, 5, 7];
const STRIDES: [usize; 4] = [1, 2, 3, 4];
const PADDINGS: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// Height and width; without them the padded image is as large as the kernel.
const IMAGES: [Option<[usize; 2]>; 7] =
    [Some([1, 1]), Some([1, 9]), Some([10, 1]), Some([3, 19]), Some([4, 13]), Some([8, 6]), None];

/// One value of each parameter: which of the input channels, output channels, images, kernels, strides and paddings.
type Choice = [usize; 6];

/// As it stands in the list: `[C, H, W, F, K, S, P]`.
type Numbers = [usize; 7];

/// The shape of a choice, if there is one.
fn shape([c, f, image, k, s, p]: Choice) -> Option<Numbers> {
    let (k, p) = (KERNELS[k], PADDINGS[p]);
    let [h, w] = IMAGES[image].or(k.checked_sub(2 * p).map(|n| [n, n]))?;
    let fits = (1..=h + 2 * p).contains(&k) && k <= w + 2 * p && h > 0 && p <= k;
    fits.then_some([CHANNELS[c], h, w, CHANNELS[f], k, STRIDES[s], p])
}

/// All choices that have a shape, each with its shape.
fn choices() -> Vec<(Choice, Numbers)> {
    let values = [CHANNELS.len(), CHANNELS.len(), IMAGES.len(), KERNELS.len(), STRIDES.len(), PADDINGS.len()];
    let choice = |mut n: usize| {
        values.map(|count| {
            let value = n % count;
            n /= count;
            value
        })
    };
    (0..values.iter().product()).map(choice).filter_map(|choice| Some((choice, shape(choice)?))).collect()
}

/// All pairs of a choice's values, each value with its parameter.
fn pairs(choice: Choice) -> impl Iterator<Item = [(usize, usize); 2]> {
    (0..6).flat_map(move |b| (0..b).map(move |a| [(a, choice[a]), (b, choice[b])]))
}

/// The shapes that `list` lacks: one after the other the first of those that add most pairs. All, for an empty list.
fn missing(list: &[Numbers]) -> Vec<Numbers> {
    let choices = choices();
    let mut open: BTreeSet<_> = choices.iter().flat_map(|&(choice, _)| pairs(choice)).collect();
    assert_eq!(open.len(), PAIRS);
    for &(choice, shape) in &choices {
        if list.contains(&shape) {
            pairs(choice).for_each(|pair| _ = open.remove(&pair));
        }
    }
    let mut missing = Vec::new();
    while !open.is_empty() {
        let added = |(choice, _): &&(Choice, Numbers)| pairs(*choice).filter(|pair| open.contains(pair)).count();
        let &(choice, shape) = choices.iter().rev().max_by_key(added).unwrap();
        pairs(choice).for_each(|pair| _ = open.remove(&pair));
        missing.push(shape);
    }
    missing
}

/// How many pairs of two parameters' values occur in a shape.
const PAIRS: usize = 575;

#[test]
fn every_pair_of_values_is_in_the_list() {
    let missing = missing(SHAPES);
    for [c, h, w, f, k, s, p] in &missing {
        println!("    [{c}, {h}, {w}] => {f}, kernel {k}, stride {s}, padding {p};");
    }
    assert!(missing.is_empty(), "the shapes above are missing in the list");
    assert!(SHAPES.len() <= 150);
}

#[test]
fn conv2d_against_naive_loops() {
    for check in CHECKS {
        check();
    }
}

/// Kernels, strides, dilations and paddings that differ by axis and side.
mod windows {
    use super::*;

    const CHANNELS: [usize; 6] = [1, 3, 6, 8, 10, 17];
    const IMAGES: [[usize; 2]; 5] = [[1, 1], [1, 9], [10, 1], [4, 13], [8, 6]];
    const KERNELS: [usize; 4] = [1, 2, 3, 5];
    const STRIDES: [usize; 3] = [1, 2, 3];
    const DILATIONS: [usize; 3] = [1, 2, 3];
    const PADDINGS: [usize; 4] = [0, 1, 2, 4];

    /// How many values there are of each: channels, image, kernel, stride and dilation by axis, padding by side.
    const VALUES: [usize; 13] = [6, 6, 5, 4, 4, 3, 3, 3, 3, 4, 4, 4, 4];

    /// One of the values of each.
    type Choice = [usize; 13];

    /// As it stands in the list: `[C, H, W, F]` and the numbers of a window.
    type Numbers = ([usize; 4], [usize; 10]);

    fn numbers([c, f, image, kh, kw, sh, sw, dh, dw, top, bottom, left, right]: Choice) -> Numbers {
        let [h, w] = IMAGES[image];
        let (kernel, stride) = ([KERNELS[kh], KERNELS[kw]], [STRIDES[sh], STRIDES[sw]]);
        let (dilation, padding) = ([DILATIONS[dh], DILATIONS[dw]], [top, bottom, left, right].map(|p| PADDINGS[p]));
        let window = [kernel, stride, dilation].concat().into_iter().chain(padding).collect::<Vec<_>>();
        ([CHANNELS[c], h, w, CHANNELS[f]], window.try_into().unwrap())
    }

    fn fits(([_, h, w, _], [kh, kw, sh, sw, dh, dw, top, bottom, left, right]): Numbers) -> bool {
        let rows = Axis { kernel: kh, stride: sh, dilation: dh, padding: [top, bottom] };
        let columns = Axis { kernel: kw, stride: sw, dilation: dw, padding: [left, right] };
        rows.output(h) > 0 && columns.output(w) > 0
    }

    /// All pairs of a choice's values, each value with its parameter.
    fn pairs(choice: Choice) -> impl Iterator<Item = [(usize, usize); 2]> {
        (0..13).flat_map(move |b| (0..b).map(move |a| [(a, choice[a]), (b, choice[b])]))
    }

    /// The shapes that lack: of some drawn ones the one that adds most pairs, until there are all pairs.
    fn missing() -> Vec<Numbers> {
        let all = (0..13).flat_map(|b| (0..b).map(move |a| (a, b)));
        let all =
            all.flat_map(|(a, b)| (0..VALUES[a]).flat_map(move |x| (0..VALUES[b]).map(move |y| [(a, x), (b, y)])));
        let mut open: BTreeSet<_> = all.collect();
        let index = |values: &[usize], value| values.iter().position(|&other| other == value).unwrap();
        for &([c, h, w, f], [kh, kw, sh, sw, dh, dw, top, bottom, left, right]) in SHAPES {
            let image = IMAGES.iter().position(|&image| image == [h, w]).unwrap();
            let [kh, kw] = [kh, kw].map(|k| index(&KERNELS, k));
            let [sh, sw] = [sh, sw].map(|s| index(&STRIDES, s));
            let [dh, dw] = [dh, dw].map(|d| index(&DILATIONS, d));
            let [top, bottom, left, right] = [top, bottom, left, right].map(|p| index(&PADDINGS, p));
            let [c, f] = [c, f].map(|c| index(&CHANNELS, c));
            pairs([c, f, image, kh, kw, sh, sw, dh, dw, top, bottom, left, right])
                .for_each(|pair| _ = open.remove(&pair));
        }
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(0);
        let mut missing = Vec::new();
        while let Some(&[(a, x), (b, y)]) = open.first() {
            // all have a pair that is open
            let mut drawn = || {
                let mut choice = VALUES.map(|count| rng.random_range(0..count));
                (choice[a], choice[b]) = (x, y);
                choice
            };
            let added = |&choice: &Choice| pairs(choice).filter(|pair| open.contains(pair)).count();
            let choices = (0..1000).map(|_| drawn()).filter(|&choice| fits(numbers(choice)));
            let choice = choices.max_by_key(added).expect("one of a thousand fits");
            pairs(choice).for_each(|pair| _ = open.remove(&pair));
            missing.push(numbers(choice));
        }
        missing
    }

    #[test]
    fn every_pair_of_values_is_in_the_list() {
        let missing = missing();
        for ([c, h, w, f], window) in &missing {
            println!("        [{c}, {h}, {w}] => {f}, {window:?};");
        }
        assert!(missing.is_empty(), "the shapes above are missing in the list");
        assert!(SHAPES.len() <= 80);
    }

    #[test]
    fn against_naive_loops() {
        for check in CHECKS {
            check();
        }
    }

    macro_rules! shapes {
        ($([$c:tt, $h:tt, $w:tt] => $f:tt, [$($window:tt),*];)*) => {
            const SHAPES: &[Numbers] = &[$(([$c, $h, $w, $f], [$($window),*])),*];
            const CHECKS: &[fn()] = &[$(check::<windowed!(Conv2d [$c, $h, $w] => $f, [$($window),*])>),*];
        };
    }

    // printed by `every_pair_of_values_is_in_the_list`
    shapes! {
        [1, 1, 1] => 1, [3, 2, 3, 1, 1, 2, 1, 4, 4, 4];
        [1, 10, 1] => 3, [1, 1, 1, 2, 2, 3, 0, 0, 0, 0];
        [1, 4, 13] => 6, [2, 5, 2, 3, 3, 1, 2, 1, 2, 4];
        [1, 8, 6] => 8, [5, 3, 3, 1, 2, 1, 4, 1, 1, 2];
        [1, 1, 9] => 10, [3, 5, 1, 3, 3, 2, 4, 2, 0, 1];
        [1, 1, 9] => 17, [2, 3, 2, 1, 1, 3, 0, 4, 1, 1];
        [3, 4, 13] => 1, [5, 1, 1, 2, 1, 2, 2, 2, 4, 2];
        [3, 10, 1] => 3, [1, 2, 3, 3, 2, 2, 1, 1, 2, 1];
        [3, 8, 6] => 6, [2, 2, 3, 2, 3, 3, 4, 2, 4, 0];
        [3, 1, 1] => 8, [1, 5, 1, 3, 1, 1, 0, 0, 1, 4];
        [3, 4, 13] => 10, [1, 3, 2, 1, 2, 2, 2, 0, 1, 0];
        [3, 1, 9] => 17, [3, 1, 3, 2, 3, 1, 2, 4, 0, 4];
        [6, 10, 1] => 1, [2, 5, 3, 1, 3, 1, 1, 0, 2, 2];
        [6, 8, 6] => 3, [5, 1, 2, 2, 1, 3, 4, 4, 2, 2];
        [6, 8, 6] => 6, [5, 2, 1, 3, 1, 2, 0, 1, 0, 0];
        [6, 4, 13] => 8, [3, 3, 2, 2, 2, 1, 1, 2, 0, 1];
        [6, 1, 9] => 10, [1, 2, 3, 2, 2, 1, 0, 0, 4, 2];
        [6, 1, 1] => 17, [2, 1, 2, 3, 2, 3, 1, 2, 1, 4];
        [6, 10, 1] => 6, [3, 3, 2, 3, 1, 3, 2, 2, 4, 2];
        [8, 4, 13] => 1, [1, 3, 1, 3, 2, 3, 4, 4, 1, 4];
        [8, 8, 6] => 3, [5, 5, 1, 2, 2, 1, 1, 0, 4, 1];
        [8, 1, 1] => 6, [2, 2, 1, 1, 3, 2, 2, 4, 2, 0];
        [8, 10, 1] => 8, [3, 1, 2, 2, 3, 2, 0, 1, 1, 0];
        [8, 10, 1] => 10, [2, 1, 3, 1, 1, 3, 4, 4, 0, 4];
        [8, 1, 9] => 17, [1, 2, 2, 1, 2, 2, 1, 2, 2, 2];
        [10, 1, 9] => 1, [1, 1, 2, 2, 3, 3, 1, 1, 1, 0];
        [10, 8, 6] => 3, [3, 3, 1, 3, 1, 1, 0, 2, 2, 4];
        [10, 4, 13] => 6, [1, 2, 3, 1, 2, 2, 4, 0, 0, 2];
        [10, 4, 13] => 8, [2, 5, 1, 1, 1, 3, 2, 4, 4, 2];
        [10, 1, 1] => 10, [2, 3, 3, 2, 2, 1, 1, 1, 2, 1];
        [10, 1, 1] => 17, [5, 5, 1, 1, 1, 1, 4, 1, 4, 4];
        [10, 10, 1] => 3, [5, 3, 1, 1, 3, 2, 1, 2, 1, 4];
        [17, 8, 6] => 1, [1, 5, 1, 3, 2, 1, 2, 2, 0, 0];
        [17, 1, 1] => 3, [2, 2, 3, 1, 1, 1, 2, 1, 1, 2];
        [17, 10, 1] => 6, [3, 1, 2, 1, 3, 3, 4, 0, 4, 1];
        [17, 4, 13] => 8, [1, 3, 1, 2, 1, 2, 0, 4, 2, 0];
        [17, 1, 9] => 10, [5, 2, 2, 3, 1, 1, 2, 4, 2, 4];
        [17, 4, 13] => 17, [1, 2, 2, 3, 2, 1, 1, 0, 1, 0];
        [6, 1, 1] => 1, [1, 2, 2, 3, 1, 2, 0, 1, 2, 1];
        [10, 1, 9] => 3, [1, 2, 3, 2, 2, 2, 2, 4, 0, 1];
        [17, 4, 13] => 3, [3, 1, 3, 1, 2, 2, 0, 2, 0, 2];
        [1, 1, 9] => 6, [2, 3, 3, 3, 2, 2, 1, 4, 1, 0];
        [1, 1, 9] => 8, [1, 2, 1, 1, 2, 2, 2, 4, 0, 2];
        [3, 8, 6] => 10, [2, 3, 2, 3, 3, 1, 4, 0, 1, 0];
        [1, 10, 1] => 17, [5, 1, 1, 1, 1, 2, 1, 2, 0, 4];
        [10, 8, 6] => 17, [3, 2, 2, 1, 1, 2, 2, 0, 0, 2];
        [10, 1, 1] => 17, [2, 2, 3, 2, 1, 3, 4, 1, 0, 4];
    }
}

/// Channels in groups, and a depthwise convolution's.
mod groups {
    use super::*;

    /// How many groups, and how many channels each takes and gives.
    const GROUPS: [usize; 3] = [2, 3, 8];
    const INPUTS: [usize; 4] = [1, 2, 3, 8];
    const OUTPUTS: [usize; 4] = [1, 2, 3, 8];
    const IMAGES: [[usize; 2]; 4] = [[1, 9], [10, 1], [4, 13], [8, 6]];
    const KERNELS: [[usize; 2]; 5] = [[1, 1], [3, 3], [2, 4], [5, 1], [1, 7]];
    const STRIDES: [[usize; 2]; 4] = [[1, 1], [2, 2], [1, 3], [3, 1]];
    const DILATIONS: [[usize; 2]; 3] = [[1, 1], [2, 1], [1, 2]];
    const PADDINGS: [[usize; 4]; 5] = [[0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 0, 1], [2, 4, 3, 2], [4, 3, 6, 6]];

    const VALUES: [usize; 8] = [3, 4, 4, 4, 5, 4, 3, 5];

    /// One of the values of each.
    type Choice = [usize; 8];

    /// As it stands in the list: groups, `[C, H, W, F]`, the numbers of a window.
    type Numbers = (usize, [usize; 4], [usize; 10]);

    fn numbers([groups, inputs, outputs, image, kernel, stride, dilation, padding]: Choice) -> Numbers {
        let (groups, [h, w]) = (GROUPS[groups], IMAGES[image]);
        let window = [KERNELS[kernel], STRIDES[stride], DILATIONS[dilation]].concat();
        let window = [window, PADDINGS[padding].to_vec()].concat();
        (groups, [groups * INPUTS[inputs], h, w, groups * OUTPUTS[outputs]], window.try_into().unwrap())
    }

    fn fits((_, [_, h, w, _], [kh, kw, sh, sw, dh, dw, top, bottom, left, right]): Numbers) -> bool {
        let rows = Axis { kernel: kh, stride: sh, dilation: dh, padding: [top, bottom] };
        let columns = Axis { kernel: kw, stride: sw, dilation: dw, padding: [left, right] };
        rows.output(h) > 0 && columns.output(w) > 0
    }

    fn choices() -> Vec<Choice> {
        let choice = |mut n: usize| {
            VALUES.map(|count| {
                let value = n % count;
                n /= count;
                value
            })
        };
        (0..VALUES.iter().product()).map(choice).filter(|&choice| fits(numbers(choice))).collect()
    }

    /// All pairs of a choice's values, each value with its parameter.
    fn pairs(choice: Choice) -> impl Iterator<Item = [(usize, usize); 2]> {
        (0..8).flat_map(move |b| (0..b).map(move |a| [(a, choice[a]), (b, choice[b])]))
    }

    #[test]
    fn every_pair_of_values_is_in_the_list() {
        let choices = choices();
        let mut open: BTreeSet<_> = choices.iter().flat_map(|&choice| pairs(choice)).collect();
        assert_eq!(open.len(), PAIRS);
        for &choice in choices.iter().filter(|&&choice| SHAPES.contains(&numbers(choice))) {
            pairs(choice).for_each(|pair| _ = open.remove(&pair));
        }
        let mut complete = true;
        while !open.is_empty() {
            complete = false;
            // every seventh is enough to choose from
            let added = |&&choice: &&Choice| pairs(choice).filter(|pair| open.contains(pair)).count();
            let some = choices.iter().step_by(7).max_by_key(added).filter(|&choice| added(&choice) > 0);
            let &choice = some.or_else(|| choices.iter().max_by_key(added)).unwrap();
            pairs(choice).for_each(|pair| _ = open.remove(&pair));
            let (groups, [c, h, w, f], window) = numbers(choice);
            println!("        {groups}: [{c}, {h}, {w}] => {f}, {window:?};");
        }
        assert!(complete, "the shapes above are missing in the list");
        assert!(SHAPES.len() <= 50);
    }

    /// How many pairs of two parameters' values occur in a shape.
    const PAIRS: usize = 446;

    #[test]
    fn against_naive_loops() {
        for check in CHECKS {
            check();
        }
    }

    macro_rules! shapes {
        ($($groups:tt: [$c:tt, $h:tt, $w:tt] => $f:tt, [$($window:tt),*];)*) => {
            const SHAPES: &[Numbers] = &[$(($groups, [$c, $h, $w, $f], [$($window),*])),*];
            const CHECKS: &[fn()] =
                &[$(check::<grouped!([$c, $h, $w] => $f by { $c / $groups }, [$($window),*])>),*];
        };
    }

    // printed by `every_pair_of_values_is_in_the_list`
    shapes! {
        2: [6, 4, 13] => 4, [3, 3, 1, 1, 1, 2, 0, 0, 0, 0];
        3: [3, 1, 9] => 24, [1, 1, 3, 1, 1, 1, 1, 1, 1, 1];
        2: [16, 8, 6] => 6, [2, 4, 1, 3, 2, 1, 0, 1, 0, 1];
        2: [4, 10, 1] => 2, [5, 1, 2, 2, 1, 1, 2, 4, 3, 2];
        8: [24, 1, 9] => 24, [1, 7, 2, 2, 1, 2, 4, 3, 6, 6];
        8: [16, 10, 1] => 64, [3, 3, 1, 1, 2, 1, 1, 1, 1, 1];
        3: [24, 4, 13] => 3, [1, 7, 3, 1, 2, 1, 2, 4, 3, 2];
        8: [8, 8, 6] => 8, [5, 1, 1, 3, 1, 2, 0, 0, 0, 0];
        3: [6, 8, 6] => 6, [2, 4, 3, 1, 1, 1, 4, 3, 6, 6];
        8: [64, 4, 13] => 16, [1, 1, 2, 2, 1, 1, 0, 1, 0, 1];
        3: [9, 10, 1] => 9, [1, 1, 3, 1, 1, 2, 2, 4, 3, 2];
        2: [4, 4, 13] => 16, [1, 7, 1, 3, 1, 1, 1, 1, 1, 1];
        3: [9, 8, 6] => 24, [5, 1, 1, 1, 1, 1, 0, 1, 0, 1];
        2: [2, 4, 13] => 6, [5, 1, 1, 1, 2, 1, 4, 3, 6, 6];
        3: [24, 1, 9] => 24, [2, 4, 2, 2, 1, 2, 1, 1, 1, 1];
        3: [6, 1, 9] => 9, [3, 3, 1, 3, 1, 1, 2, 4, 3, 2];
        3: [3, 10, 1] => 6, [1, 1, 2, 2, 2, 1, 0, 0, 0, 0];
        8: [64, 1, 9] => 8, [2, 4, 1, 1, 2, 1, 2, 4, 3, 2];
        2: [6, 10, 1] => 2, [1, 1, 1, 3, 2, 1, 4, 3, 6, 6];
        2: [2, 1, 9] => 4, [1, 7, 1, 1, 1, 1, 0, 0, 0, 0];
        8: [8, 8, 6] => 16, [3, 3, 3, 1, 1, 2, 0, 1, 0, 1];
        2: [6, 8, 6] => 2, [5, 1, 3, 1, 1, 1, 1, 1, 1, 1];
        8: [64, 8, 6] => 64, [3, 3, 2, 2, 1, 2, 4, 3, 6, 6];
        2: [4, 8, 6] => 6, [1, 1, 3, 1, 1, 2, 0, 0, 0, 0];
        2: [2, 4, 13] => 4, [2, 4, 1, 3, 2, 1, 2, 4, 3, 2];
        8: [64, 10, 1] => 64, [1, 1, 1, 1, 2, 1, 0, 0, 0, 0];
        8: [16, 1, 9] => 8, [1, 7, 1, 3, 1, 1, 0, 1, 0, 1];
        2: [16, 10, 1] => 4, [5, 1, 3, 1, 1, 1, 1, 1, 1, 1];
        3: [24, 8, 6] => 24, [1, 7, 3, 1, 2, 1, 2, 4, 3, 2];
        3: [9, 8, 6] => 9, [2, 4, 1, 3, 2, 1, 0, 0, 0, 0];
        3: [6, 10, 1] => 3, [3, 3, 3, 1, 2, 1, 4, 3, 6, 6];
        8: [64, 10, 1] => 64, [1, 7, 3, 1, 1, 1, 4, 3, 6, 6];
        8: [8, 1, 9] => 24, [2, 4, 3, 1, 1, 2, 1, 1, 1, 1];
        2: [4, 10, 1] => 6, [2, 4, 2, 2, 1, 1, 4, 3, 6, 6];
        8: [8, 10, 1] => 64, [1, 1, 1, 3, 1, 1, 0, 1, 0, 1];
        3: [9, 1, 9] => 3, [5, 1, 3, 1, 1, 2, 4, 3, 6, 6];
    }

    /// Depthwise: each tile, with vectors that are full, overlap and are not full, at and off the borders.
    #[test]
    fn depthwise_against_naive_loops() {
        check::<depthwise_conv2d!([64, 5, 5] => kernel 3, padding 1)>();
        check::<depthwise_conv2d!([40, 4, 1] => kernel 3, padding 1)>();
        check::<depthwise_conv2d!([17, 3, 2] => kernel 3, padding 1)>();
        check::<depthwise_conv2d!([20, 5, 3] => kernel 3, padding 1)>();
        check::<depthwise_conv2d!([7, 4, 4] => kernel 2)>();
        check::<depthwise_conv2d!([9, 6, 6] => kernel 3, padding 1)>();
        check::<depthwise_conv2d!([8, 5, 19] => kernel 3, padding 1)>();
        check::<depthwise_conv2d!([6, 7, 11] => kernel 5, padding same)>();
        check::<depthwise_conv2d!([16, 7, 10] => kernel 3, stride 2, padding same)>();
        check::<depthwise_conv2d!([33, 9, 7] => kernel 3, stride 2, padding 1)>();
        check::<depthwise_conv2d!([12, 8, 9] => kernel (4, 7), stride (1, 3), padding 3)>();
        check::<depthwise_conv2d!([3, 3, 30] => kernel (2, 13), padding (1, 6))>();
        check::<depthwise_conv2d!([10, 8, 8] => kernel 3, dilation 2, padding 2)>();
        // kernels of its own for each channel: in a vector one channel, one and a half, two, four, eight
        check::<depthwise_conv2d!([5, 4, 6] => kernel 3, padding 1, multiplier 8)>();
        check::<depthwise_conv2d!([5, 4, 6] => kernel 3, padding 1, multiplier 5)>();
        check::<depthwise_conv2d!([6, 4, 6] => kernel 3, padding 1, multiplier 4)>();
        check::<depthwise_conv2d!([9, 4, 6] => kernel 3, stride 2, padding 1, multiplier 2)>();
        check::<depthwise_conv2d!([1, 4, 6] => kernel 3, padding 1, multiplier 6)>();
        check::<conv2d!([32, 3, 5] => 48, kernel 3, padding 1, groups 2)>();
        check::<conv2d!([12, 3, 5] => 20, kernel 3, padding 1, groups 4)>();
    }
}

/// Layers of few channels, for which other loops are chosen: each of their tiles, at and off the borders.
#[test]
fn few_channels_against_naive_loops() {
    // gradients of inputs of few channels: kernels, strides and paddings of each size
    check::<conv2d!([3, 6, 5] => 7, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([3, 7, 9] => 5, kernel 5, stride 2, padding 2)>();
    check::<conv2d!([3, 13, 5] => 16, kernel 5, stride 1, padding 0)>();
    check::<conv2d!([4, 6, 9] => 8, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([6, 7, 8] => 3, kernel 3, stride 2, padding 2)>();
    check::<conv2d!([6, 8, 7] => 16, kernel 5, stride 1, padding 0)>();
    check::<conv2d!([7, 6, 6] => 9, kernel 3, stride 3, padding 2)>();
    check::<conv2d!([7, 9, 4] => 16, kernel 4, stride 1, padding 0)>();
    // one channel: one row, one that overlaps, paddings from none to the most
    check::<conv2d!([1, 1, 8] => 5, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([1, 7, 9] => 3, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([1, 9, 17] => 2, kernel 2, stride 1, padding 1)>();
    check::<conv2d!([1, 5, 8] => 17, kernel 5, stride 1, padding 0)>();
    check::<conv2d!([1, 4, 10] => 1, kernel 4, stride 1, padding 3)>();
    check::<conv2d!([1, 5, 21] => 32, kernel 3, stride 1, padding 2)>();
    check::<conv2d!([1, 3, 8] => 4, kernel 3, stride 1, padding 0)>();
    check::<conv2d!([1, 6, 11] => 6, kernel 5, stride 1, padding 4)>();
    // kernel gradients, vectors of input channels: each tile; full last vectors of output channels
    check::<conv2d!([8, 4, 5] => 10, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([8, 5, 4] => 6, kernel 2, stride 2, padding 0)>();
    check::<conv2d!([16, 4, 4] => 20, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([16, 3, 5] => 9, kernel 2, stride 1, padding 0)>();
    check::<conv2d!([16, 3, 3] => 4, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([24, 3, 4] => 7, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([1, 4, 5] => 20, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([1, 3, 4] => 12, kernel 2, stride 1, padding 1)>();
    check::<conv2d!([3, 4, 6] => 20, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([6, 3, 4] => 20, kernel 3, stride 1, padding 1)>();
    // eight images of many channels: tiles that share a row, the last one alone or overlapping, the last channels too
    check::<conv2d!([17, 3, 5] => 19, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([18, 4, 3] => 26, kernel 2, stride 2, padding 1)>();
    check::<conv2d!([20, 2, 4] => 16, kernel 4, stride 1, padding 2)>();
    // the same with one tap, as a product of matrices: blocks that are full, not full and overlap, points left over
    check::<conv2d!([16, 3, 5] => 16, kernel 1)>();
    check::<conv2d!([17, 4, 5] => 19, kernel 1)>();
    check::<conv2d!([35, 3, 7] => 33, kernel 1)>();
    // vectors of points: to each number of channels, of the images and of their gradients
    check::<conv2d!([1, 2, 4] => 1, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([1, 11, 9] => 2, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([2, 5, 6] => 3, kernel 2, stride 1, padding 0)>();
    check::<conv2d!([2, 8, 7] => 4, kernel 3, stride 1, padding 2)>();
    check::<conv2d!([16, 3, 5] => 5, kernel 2, stride 1, padding 1)>();
    check::<conv2d!([1, 9, 10] => 6, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([10, 6, 8] => 10, kernel 3, stride 1, padding 1)>();
}

/// The same loops with windows that differ by axis and side, and windows that they leave to others.
#[test]
fn few_channels_with_windows_against_naive_loops() {
    // few channels: more and fewer rows than columns, padding on one side, rows apart, columns apart
    check::<windowed!(Conv2d [3, 6, 9] => 7, [2, 3, 1, 1, 1, 1, 0, 1, 1, 0])>();
    check::<windowed!(Conv2d [3, 9, 7] => 5, [3, 5, 2, 1, 2, 1, 1, 0, 2, 0])>();
    check::<windowed!(Conv2d [3, 7, 12] => 16, [5, 7, 1, 2, 1, 1, 2, 2, 0, 3])>();
    check::<windowed!(Conv2d [6, 5, 8] => 16, [1, 5, 1, 1, 1, 1, 0, 0, 0, 0])>();
    check::<windowed!(Conv2d [6, 8, 7] => 3, [5, 4, 1, 2, 1, 1, 3, 1, 1, 2])>();
    check::<windowed!(Conv2d [6, 7, 6] => 4, [3, 3, 1, 1, 2, 1, 0, 2, 1, 2])>();
    check::<windowed!(Conv2d [6, 4, 11] => 4, [3, 3, 1, 1, 1, 2, 1, 1, 2, 2])>();
    check::<windowed!(Conv2d [7, 6, 6] => 9, [2, 3, 3, 2, 1, 1, 0, 0, 2, 2])>();
    // one channel: one row or column of taps, one row of points, each side padded alone, gaps
    check::<windowed!(Conv2d [1, 1, 8] => 5, [1, 3, 1, 1, 1, 1, 0, 0, 2, 1])>();
    check::<windowed!(Conv2d [1, 6, 9] => 3, [3, 1, 1, 1, 1, 1, 1, 2, 0, 0])>();
    check::<windowed!(Conv2d [1, 7, 13] => 2, [2, 5, 1, 1, 1, 1, 1, 0, 4, 0])>();
    check::<windowed!(Conv2d [1, 5, 9] => 6, [5, 2, 1, 1, 1, 1, 4, 0, 0, 1])>();
    check::<windowed!(Conv2d [1, 5, 10] => 4, [3, 4, 1, 1, 1, 1, 0, 2, 0, 3])>();
    check::<windowed!(Conv2d [1, 6, 9] => 4, [4, 3, 1, 1, 1, 1, 2, 3, 1, 2])>();
    check::<windowed!(Conv2d [1, 3, 11] => 17, [5, 5, 1, 1, 1, 1, 1, 1, 0, 4])>();
    check::<windowed!(Conv2d [1, 7, 12] => 3, [3, 3, 1, 1, 2, 1, 1, 1, 1, 1])>();
    check::<windowed!(Conv2d [1, 5, 14] => 3, [3, 3, 1, 1, 1, 2, 1, 1, 1, 1])>();
    check::<windowed!(Conv2d [1, 5, 9] => 3, [2, 3, 1, 1, 1, 1, 2, 0, 1, 1])>();
    check::<windowed!(Conv2d [1, 6, 10] => 3, [3, 3, 2, 1, 1, 1, 1, 1, 1, 1])>();
    // kernel gradients: rows of values with each number of rows; gaps between columns; tiles that share a row
    check::<windowed!(Conv2d [1, 8, 9] => 4, [7, 3, 1, 2, 1, 1, 3, 0, 0, 2])>();
    check::<windowed!(Conv2d [2, 9, 9] => 9, [6, 7, 2, 1, 1, 1, 0, 3, 1, 5])>();
    check::<windowed!(Conv2d [3, 10, 17] => 8, [3, 5, 1, 1, 3, 1, 2, 1, 0, 1])>();
    check::<windowed!(Conv2d [2, 6, 17] => 5, [2, 3, 1, 1, 1, 3, 0, 1, 2, 3])>();
    check::<windowed!(Conv2d [1, 4, 30] => 6, [1, 9, 1, 1, 1, 1, 0, 0, 4, 4])>();
    check::<windowed!(Conv2d [18, 5, 7] => 20, [2, 3, 1, 2, 2, 2, 1, 0, 3, 0])>();
    check::<windowed!(Conv2d [20, 6, 5] => 16, [7, 4, 1, 1, 1, 1, 3, 2, 0, 2])>();
    check::<windowed!(Conv2d [16, 5, 6] => 9, [1, 2, 2, 1, 1, 3, 0, 0, 1, 1])>();
    // vectors of points: one row of taps, one column, both ways
    check::<windowed!(Conv2d [1, 2, 7] => 1, [1, 5, 1, 1, 1, 1, 0, 0, 3, 0])>();
    check::<windowed!(Conv2d [2, 9, 6] => 3, [5, 1, 1, 1, 1, 1, 0, 4, 0, 0])>();
    check::<windowed!(Conv2d [4, 8, 9] => 10, [3, 2, 1, 1, 1, 1, 2, 0, 0, 1])>();
    check::<windowed!(Conv2d [16, 3, 5] => 5, [2, 4, 1, 1, 1, 1, 1, 1, 3, 3])>();
}

macro_rules! shapes {
    ($([$c:tt, $h:tt, $w:tt] => $f:tt, kernel $k:tt, stride $s:tt, padding $p:tt;)*) => {
        const SHAPES: &[Numbers] = &[$([$c, $h, $w, $f, $k, $s, $p]),*];
        const CHECKS: &[fn()] = &[$(check::<conv2d!([$c, $h, $w] => $f, kernel $k, stride $s, padding $p)>),*];
    };
}

// printed by `every_pair_of_values_is_in_the_list`
shapes! {
    [1, 1, 1] => 1, kernel 1, stride 1, padding 0;
    [3, 3, 19] => 3, kernel 2, stride 2, padding 0;
    [6, 4, 13] => 6, kernel 3, stride 3, padding 0;
    [7, 8, 6] => 7, kernel 5, stride 4, padding 0;
    [7, 1, 9] => 6, kernel 2, stride 1, padding 1;
    [6, 10, 1] => 7, kernel 1, stride 2, padding 1;
    [8, 3, 19] => 1, kernel 5, stride 3, padding 1;
    [10, 1, 1] => 3, kernel 3, stride 4, padding 1;
    [3, 10, 1] => 8, kernel 3, stride 1, padding 2;
    [17, 1, 1] => 6, kernel 5, stride 2, padding 2;
    [1, 8, 6] => 10, kernel 2, stride 3, padding 2;
    [6, 3, 19] => 17, kernel 7, stride 4, padding 2;
    [10, 4, 13] => 10, kernel 5, stride 1, padding 3;
    [1, 1, 9] => 17, kernel 3, stride 2, padding 3;
    [3, 1, 1] => 7, kernel 7, stride 3, padding 3;
    [8, 8, 6] => 3, kernel 7, stride 1, padding 4;
    [7, 4, 13] => 1, kernel 7, stride 2, padding 5;
    [10, 1, 9] => 8, kernel 7, stride 3, padding 6;
    [1, 10, 1] => 6, kernel 7, stride 4, padding 7;
    [17, 1, 1] => 17, kernel 1, stride 3, padding 0;
    [8, 1, 9] => 10, kernel 1, stride 4, padding 0;
    [17, 4, 13] => 8, kernel 2, stride 4, padding 1;
    [7, 10, 1] => 3, kernel 5, stride 3, padding 4;
    [3, 5, 5] => 10, kernel 7, stride 2, padding 1;
    [17, 3, 19] => 7, kernel 3, stride 1, padding 3;
    [3, 1, 9] => 1, kernel 5, stride 4, padding 4;
    [6, 1, 1] => 8, kernel 5, stride 1, padding 5;
    [10, 8, 6] => 8, kernel 1, stride 2, padding 0;
    [8, 4, 13] => 7, kernel 2, stride 2, padding 2;
    [6, 8, 6] => 1, kernel 3, stride 4, padding 3;
    [10, 10, 1] => 17, kernel 2, stride 1, padding 1;
    [10, 1, 1] => 1, kernel 5, stride 1, padding 2;
    [1, 3, 19] => 8, kernel 5, stride 2, padding 4;
    [3, 8, 6] => 17, kernel 5, stride 3, padding 5;
    [17, 1, 9] => 3, kernel 7, stride 4, padding 5;
    [8, 1, 1] => 6, kernel 7, stride 4, padding 3;
    [7, 1, 1] => 10, kernel 7, stride 1, padding 6;
    [17, 10, 1] => 1, kernel 7, stride 2, padding 6;
    [1, 4, 13] => 3, kernel 7, stride 4, padding 6;
    [8, 1, 1] => 17, kernel 7, stride 1, padding 7;
    [10, 3, 19] => 6, kernel 5, stride 1, padding 5;
    [6, 1, 9] => 3, kernel 7, stride 2, padding 7;
    [7, 3, 19] => 8, kernel 7, stride 3, padding 7;
    [3, 4, 13] => 6, kernel 1, stride 1, padding 0;
    [1, 1, 1] => 7, kernel 3, stride 1, padding 1;
    [8, 10, 1] => 8, kernel 3, stride 1, padding 3;
    [17, 8, 6] => 10, kernel 7, stride 1, padding 7;
    [7, 1, 1] => 3, kernel 1, stride 1, padding 0;
    [6, 2, 2] => 1, kernel 2, stride 1, padding 0;
    [7, 1, 9] => 3, kernel 3, stride 1, padding 2;
    [10, 1, 1] => 7, kernel 5, stride 1, padding 4;
    [6, 10, 1] => 10, kernel 5, stride 1, padding 4;
    [7, 4, 13] => 17, kernel 5, stride 1, padding 4;
    [3, 8, 6] => 6, kernel 7, stride 1, padding 6;
    [7, 3, 19] => 10, kernel 3, stride 1, padding 3;
    [1, 1, 9] => 7, kernel 5, stride 1, padding 5;
    [8, 10, 1] => 10, kernel 5, stride 1, padding 5;
    [6, 3, 19] => 7, kernel 7, stride 1, padding 6;
    [3, 4, 13] => 1, kernel 7, stride 1, padding 7;
    [1, 7, 7] => 8, kernel 7, stride 1, padding 0;
    [17, 1, 1] => 6, kernel 5, stride 1, padding 4;
    [8, 1, 1] => 17, kernel 7, stride 1, padding 6;
    [10, 1, 1] => 7, kernel 7, stride 1, padding 7;
    [1, 10, 1] => 1, kernel 1, stride 1, padding 0;
    [1, 3, 19] => 1, kernel 1, stride 1, padding 0;
    [1, 8, 6] => 1, kernel 1, stride 1, padding 1;
    [1, 1, 1] => 1, kernel 2, stride 1, padding 1;
    [1, 1, 1] => 3, kernel 3, stride 1, padding 3;
}
