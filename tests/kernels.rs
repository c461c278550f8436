//! The fast kernels against plain loops in double precision, in both elements.
//!
//! For convolutions the loops are those of `const_cnn::naive`. Their shapes are a list in which every pair of values of
//! two parameters occurs: the ragged channels, the smallest images, kernels as large as the padded image. That it does
//! is a test.

mod common;

use std::any::type_name;
use std::array::from_fn;
use std::collections::BTreeSet;

use common::{assert_close, bits, numbers, passes, set, wide};
use const_cnn::{Conv2d, F32x8, Image, Input, Layer, Layout, Linear, Output, Parameters, Shape, conv2d, naive};
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
    const K: usize, const S: usize, const P: usize,
> Naive for Conv2d<Image<C, H, W>, Image<F, OH, OW>, K, S, P>
{
    fn naive(&self, x: &[[[f32; C]; W]; H], dy: &[[[f32; F]; OW]; OH]) -> Expected {
        let x = x.map(|row| row.map(|point| point.map(f64::from)));
        let dy = dy.map(|row| row.map(|point| point.map(f64::from)));
        let w = self.weight.map(|row| row.map(|tap| tap.map(|channel| channel.map(f64::from))));
        let b = self.bias.map(f64::from);
        let mut y = [[[f64::NAN; F]; OW]; OH];
        let mut dx = [[[f64::NAN; C]; W]; H];
        let (mut dw, mut db) = ([[[[0.0; F]; C]; K]; K], [0.0; F]);
        naive::conv2d::<f64, S, P, C, H, W, F, OH, OW, K>(&x, &w, &b, &mut y);
        naive::conv2d_backward::<f64, S, P, C, H, W, F, OH, OW, K>(&x, &w, &dy, &mut dw, &mut db, &mut dx);

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

/// Layers of few channels, for which other loops are chosen: each of their tiles, at and off the borders.
#[test]
fn few_channels_against_naive_loops() {
    // scattered taps: two vectors and four, with and without zeros beside them, the last tile overlapping
    check::<conv2d!([3, 6, 5] => 7, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([3, 7, 9] => 5, kernel 5, stride 2, padding 2)>();
    check::<conv2d!([3, 13, 5] => 16, kernel 5, stride 1, padding 0)>();
    check::<conv2d!([4, 6, 9] => 8, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([6, 7, 8] => 3, kernel 3, stride 2, padding 2)>();
    check::<conv2d!([6, 8, 7] => 16, kernel 5, stride 1, padding 0)>();
    check::<conv2d!([7, 6, 6] => 9, kernel 3, stride 3, padding 2)>();
    check::<conv2d!([7, 9, 4] => 16, kernel 4, stride 1, padding 0)>();
    // rows of points: one row, one that overlaps, paddings from none to the most, kernels and channels up to the largest
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
    // vectors of points: to each number of channels, of the images and of their gradients
    check::<conv2d!([1, 2, 4] => 1, kernel 3, stride 1, padding 1)>();
    check::<conv2d!([1, 11, 9] => 2, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([2, 5, 6] => 3, kernel 2, stride 1, padding 0)>();
    check::<conv2d!([2, 8, 7] => 4, kernel 3, stride 1, padding 2)>();
    check::<conv2d!([16, 3, 5] => 5, kernel 2, stride 1, padding 1)>();
    check::<conv2d!([1, 9, 10] => 6, kernel 5, stride 1, padding 2)>();
    check::<conv2d!([10, 6, 8] => 10, kernel 3, stride 1, padding 1)>();
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
