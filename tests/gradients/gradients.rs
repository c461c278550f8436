//! One check that every layer passes, against its equation in double precision.
//!
//! A layer's equation is written here a second time, as plain loops over flat slices in PyTorch's order, apart from
//! everything in `src/`. Its derivative is taken by central differences, for every parameter and input.
//!
//! Shapes are types, so a macro writes the grid of shapes, each named after what goes wrong there most easily; values are
//! drawn, from seeds that proptest draws. A layer that the crate exports and that has no case here fails the suite.
//!
//! What is computed for every window is plain loops: without optimisation, iterators take thrice as long.

#[macro_use]
#[path = "../common/mod.rs"]
mod common;

use std::array::from_fn;
use std::collections::VecDeque;
use std::f64::consts::PI;

use common::{assert_close, bits, numbers, passes, set, wide};
use const_cnn::{
    AvgPool1d, AvgPool2d, Axis, BatchNorm, Biased, Chain, Conv1d, Conv2d, ConvTranspose1d, ConvTranspose2d, Crop,
    Dropout, Elu, F32x8, FakeQuant, Flatten, Gelu, GeluTanh, GlobalAvgPool, GlobalMaxPool, GroupNorm, Grouping,
    HardSigmoid, HardSwish, Image, InstanceNorm, Layer, LayerNorm, LeakyRelu, Linear, MapwiseConv2d, MaxPool1d,
    MaxPool2d, Pad2d, Parameters, Prelu, Relu, Relu6, Reshape, Sequence, Shape, Sigmoid, Silu, SlidingWindow, Softmax,
    Softplus, SpatialDropout, Tanh, Upsample, Vector, Zero, avg_pool1d, avg_pool2d, batch_norm, conv_transpose1d,
    conv_transpose2d, conv1d, conv2d, crop, depthwise_conv1d, depthwise_conv2d, dropout, elu, flatten, group_norm,
    instance_norm, layer_norm, leaky_relu, mapwise_conv2d, max_pool1d, max_pool2d, network, pad2d, reshape,
    spatial_dropout, upsample,
};
use proptest::prelude::{ProptestConfig, any, proptest};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus, seq::SliceRandom};

/// How often the values of a case are drawn.
const DRAWS: u32 = 2;

/// How far an input is at least from a kink or a tie.
const MARGIN: f64 = 1e-2;

/// What the values of the adjoint identity are multiples of: means over its divisors are whole.
const WHOLE: f32 = 144.0;

/// What a parameter's gradient holds before: a layer that assigns to it, and does not add, is found out.
const START: f32 = 0.5;

/// A layer's equation, all values in PyTorch's order; of the parameters array after array.
trait Equation: Layer {
    /// Whether y is linear in x, but for a constant.
    const AFFINE: bool;

    /// y = f(x)
    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64>;

    /// Makes parameters of numbers from −1 to 1.
    fn draw(parameters: &mut [f32]) {
        let _ = parameters;
    }

    /// How far x is from the nearest point where f has no derivative.
    fn margin(parameters: &[f64], x: &[f64]) -> f64 {
        let _ = (parameters, x);
        f64::INFINITY
    }
}

/// One channel of an image, with a border around it and what is behind that, and the windows that are taken.
struct Windows<'a> {
    channel: &'a [f64],
    size: [usize; 2],
    border: f64,
    behind: f64,
    axes: [Axis; 2],
    counts: [usize; 2],
}

impl Windows<'_> {
    /// The windows row by row, the values of each row by row.
    fn all(&self) -> Vec<Vec<f64>> {
        let (rows, columns) = (places(self.axes[0], self.counts[0]), places(self.axes[1], self.counts[1]));
        let mut windows = Vec::new();
        for rows in &rows {
            for columns in &columns {
                let mut window = Vec::with_capacity(rows.len() * columns.len());
                for &row in rows {
                    for &column in columns {
                        window.push(self.at(row, column));
                    }
                }
                windows.push(window);
            }
        }
        windows
    }

    /// The value at a place of the image with its border.
    fn at(&self, row: usize, column: usize) -> f64 {
        let ([height, width], [Axis { padding: [top, bottom], .. }, Axis { padding: [left, right], .. }]) =
            (self.size, self.axes);
        if row >= top && row < top + height && column >= left && column < left + width {
            self.channel[(row - top) * width + column - left]
        } else if row >= top + height + bottom || column >= left + width + right {
            self.behind
        } else {
            self.border
        }
    }
}

/// The places of the first windows along an axis, in the image with its border.
fn places(Axis { kernel, stride, dilation, .. }: Axis, count: usize) -> Vec<Vec<usize>> {
    (0..count).map(|window| (0..kernel).map(|tap| window * stride + tap * dilation).collect()).collect()
}

/// Height and width, where a sequence is an image of one row.
fn size<X: Shape>() -> [usize; 2] {
    match *X::DIMS {
        [_, height, width] => [height, width],
        [_, length] => [1, length],
        _ => panic!("a vector has no windows"),
    }
}

/// For each channel of an image the windows of a layer that gives `Y`.
fn windows<X: Shape, Y: Shape, Win: SlidingWindow>(x: &[f64], border: f64, behind: f64) -> Vec<Vec<Vec<f64>>> {
    let (size, counts, axes) = (size::<X>(), size::<Y>(), [Win::ROWS, Win::COLUMNS]);
    let channels = x.chunks(size[0] * size[1]);
    channels.map(|channel| Windows { channel, size, border, behind, axes, counts }.all()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let mut sum = 0.0;
    for (a, b) in a.iter().zip(b) {
        sum += a * b;
    }
    sum
}

/// y[f][i][j] = b[f] + Σ_a Σ_u Σ_v w[f][a][u][v] · x[g·A+a][i·SH+u·DH−TOP][j·SW+v·DW−LEFT], f being in group g
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, G,
> Equation for Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>
where
    G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>,
{
    const AFFINE: bool = true;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(F * A * KH * KW);
        convolution(weight, bias, &windows::<Image<C, H, W>, Image<F, OH, OW>, Win>(x, 0.0, 0.0), A)
    }
}

/// y[f][i] = b[f] + Σ_a Σ_k w[f][a][k] · x[g·A+a][i·S+k·D−BEFORE], f being in group g
#[rustfmt::skip]
impl<
    const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, G,
> Equation for Conv1d<Sequence<C, L>, Sequence<F, OL>, Win, Biased, G>
where
    G: Grouping<Of<Sequence<C, L>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; K]; 1]>,
{
    const AFFINE: bool = true;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(F * A * K);
        convolution(weight, bias, &windows::<Sequence<C, L>, Sequence<F, OL>, Win>(x, 0.0, 0.0), A)
    }
}

/// A convolution of groups of so many channels, from the windows of each channel.
fn convolution(weight: &[f64], bias: &[f64], windows: &[Vec<Vec<f64>>], in_group: usize) -> Vec<f64> {
    let outputs = bias.len() / (windows.len() / in_group);
    let mut y = Vec::new();
    for (f, (kernels, bias)) in weight.chunks(weight.len() / bias.len()).zip(bias).enumerate() {
        let maps = &windows[f / outputs * in_group..][..in_group];
        for point in 0..windows[0].len() {
            let kernels = kernels.chunks(kernels.len() / in_group);
            y.push(bias + kernels.zip(maps).map(|(kernel, map)| dot(kernel, &map[point])).sum::<f64>());
        }
    }
    y
}

/// y[f][i][j] = b[f] + Σ_c Σ_u Σ_v Σ_{h,w : i=h·SH+u·DH−TOP, j=w·SW+v·DW−LEFT} w[c][a][u][v] · x[c][h][w], over the c of the
/// group of f, whose a-th it is
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, G,
> Equation for ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>
where
    G: Grouping<Of<Image<F, OH, OW>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; KW]; KH]>,
{
    const AFFINE: bool = true;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(C * A * KH * KW);
        transposed::<Win>(weight, bias, A, x, [H, W], [OH, OW])
    }
}

/// y[f][i] = b[f] + Σ_c Σ_k Σ_{l : i=l·S+k·D−BEFORE} w[c][a][k] · x[c][l], over the c of the group of f, whose a-th it is
#[rustfmt::skip]
impl<
    const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, G,
> Equation for ConvTranspose1d<Sequence<C, L>, Sequence<F, OL>, Win, Biased, G>
where
    G: Grouping<Of<Sequence<F, OL>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; K]; 1]>,
{
    const AFFINE: bool = true;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(C * A * K);
        transposed::<Win>(weight, bias, A, x, [1, L], [1, OL])
    }
}

/// A transposed convolution to groups of so many channels: each value adds its kernels where its window lies.
fn transposed<Win: SlidingWindow>(
    weight: &[f64],
    bias: &[f64],
    in_group: usize,
    x: &[f64],
    [height, width]: [usize; 2],
    [out_height, out_width]: [usize; 2],
) -> Vec<f64> {
    let (rows, columns, channels) = (Win::ROWS, Win::COLUMNS, x.len() / (height * width));
    let groups = bias.len() / in_group;
    let mut y: Vec<f64> = bias.iter().flat_map(|&bias| vec![bias; out_height * out_width]).collect();
    for (n, &x) in x.iter().enumerate() {
        let (c, h, w) = (n / (height * width), n / width % height, n % width);
        for (m, &weight) in weight.chunks(weight.len() / channels).nth(c).unwrap().iter().enumerate() {
            let taps = rows.kernel * columns.kernel;
            let (a, u, v) = (m / taps, m / columns.kernel % rows.kernel, m % columns.kernel);
            let f = c / (channels / groups) * in_group + a;
            let place = [h * rows.stride + u * rows.dilation, w * columns.stride + v * columns.dilation];
            let [Some(i), Some(j)] =
                [(place[0], rows), (place[1], columns)].map(|(n, axis)| n.checked_sub(axis.padding[0]))
            else {
                continue;
            };
            if i < out_height && j < out_width {
                y[(f * out_height + i) * out_width + j] += weight * x;
            }
        }
    }
    y
}

/// y[c·N + f][i][j] = b[f] + Σ_u Σ_v w[f][u][v] · x[c][i·SH+u·DH−TOP][j·SW+v·DW−LEFT]
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const N: usize, const KH: usize, const KW: usize, Win,
> Equation for MapwiseConv2d<Image<C, H, W>, Image<F, OH, OW>, N, Win>
where
    Win: SlidingWindow<Of<[[f32; N]; 1]> = [[[[f32; N]; 1]; KW]; KH]>,
{
    const AFFINE: bool = true;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(N * KH * KW);
        let mut y = Vec::new();
        for map in windows::<Image<C, H, W>, Image<F, OH, OW>, Win>(x, 0.0, 0.0) {
            for (kernel, bias) in weight.chunks(KH * KW).zip(bias) {
                y.extend(map.iter().map(|window| bias + dot(kernel, window)));
            }
        }
        y
    }
}

/// y[c][i][j] = max_{u,v} x[c][i·SH+u·DH−TOP][j·SW+v·DW−LEFT], over what lies inside the image
fn largest<X: Shape, Y: Shape, Win: SlidingWindow>(x: &[f64]) -> Vec<f64> {
    let windows = windows::<X, Y, Win>(x, f64::NEG_INFINITY, f64::NEG_INFINITY).concat();
    windows.into_iter().map(|window| window.into_iter().fold(f64::NEG_INFINITY, f64::max)).collect()
}

/// The least distance of a window's largest value from its second largest.
fn least_gap(windows: Vec<Vec<f64>>) -> f64 {
    let gap = |mut window: Vec<f64>| {
        window.sort_by(|a, b| b.total_cmp(a));
        if window.len() == 1 { f64::INFINITY } else { window[0] - window[1] }
    };
    windows.into_iter().map(gap).fold(f64::INFINITY, f64::min)
}

/// y[c][i][j] = 1/n · Σ_u Σ_v x[c][i·SH+u·DH−TOP][j·SW+v·DW−LEFT], n the places of a window that count
fn mean<X: Shape, Y: Shape, Win: SlidingWindow>(x: &[f64], counts: bool) -> Vec<f64> {
    let sums = windows::<X, Y, Win>(x, 0.0, 0.0).concat();
    let places = windows::<X, Y, Win>(&vec![1.0; x.len()], f64::from(u8::from(counts)), 0.0).concat();
    sums.iter().zip(places).map(|(sum, places)| sum.iter().sum::<f64>() / places.iter().sum::<f64>()).collect()
}

macro_rules! pool_equations {
    ([$($generics:tt)*] $x:ty, $y:ty, $max:ident, $avg:ident) => {
        impl<$($generics)*, Win: SlidingWindow> Equation for $max<$x, $y, Win> {
            const AFFINE: bool = false;

            fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
                largest::<$x, $y, Win>(x)
            }

            fn margin(_: &[f64], x: &[f64]) -> f64 {
                least_gap(windows::<$x, $y, Win>(x, f64::NEG_INFINITY, f64::NEG_INFINITY).concat())
            }
        }

        impl<$($generics)*, Win: SlidingWindow, const COUNTS: bool> Equation for $avg<$x, $y, Win, COUNTS> {
            const AFFINE: bool = true;

            fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
                mean::<$x, $y, Win>(x, COUNTS)
            }
        }
    };
}

pool_equations! {
    [const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize]
    Image<C, H, W>, Image<C, OH, OW>, MaxPool2d, AvgPool2d
}
pool_equations! {
    [const C: usize, const L: usize, const OL: usize] Sequence<C, L>, Sequence<C, OL>, MaxPool1d, AvgPool1d
}

/// y[c] = 1/(H·W) · Σ_h Σ_w x[c][h][w]
impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize> Equation for GlobalAvgPool<X> {
    const AFFINE: bool = (WHOLE as usize).is_multiple_of(X::LEN / C); // or it is not exact

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.chunks(x.len() / C).map(|x| x.iter().sum::<f64>() / x.len() as f64).collect()
    }
}

/// y[c] = max_{h,w} x[c][h][w]
impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize> Equation for GlobalMaxPool<X> {
    const AFFINE: bool = false;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.chunks(x.len() / C).map(|x| x.iter().copied().fold(f64::NEG_INFINITY, f64::max)).collect()
    }

    fn margin(_: &[f64], x: &[f64]) -> f64 {
        least_gap(x.chunks(x.len() / C).map(<[f64]>::to_vec).collect())
    }
}

/// An image whose values are `value` of the channel, that channel's values in rows, and the place.
fn drawn<Y: Shape>(x: &[f64], value: impl Fn(&[&[f64]], usize, usize) -> f64, width: usize) -> Vec<f64> {
    let &[channels, height, columns] = Y::DIMS else { panic!("an image") };
    let mut y = Vec::new();
    for channel in x.chunks(x.len() / channels) {
        let rows: Vec<&[f64]> = channel.chunks(width).collect();
        y.extend((0..height * columns).map(|n| value(&rows, n / columns, n % columns)));
    }
    y
}

/// y[c][i][j] = x[c][i − TOP][j − LEFT], or what the border says
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize,
    const TOP: usize, const LEFT: usize, const BORDER: u8,
> Equation for Pad2d<Image<C, H, W>, Image<C, OH, OW>, TOP, LEFT, BORDER>
{
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        // the values of one axis, bordered on both sides
        let line = |n: usize, before: usize, after: usize| -> Vec<Option<usize>> {
            let mut line: VecDeque<Option<usize>> = (0..n).map(Some).collect();
            for step in 0..before.max(after) {
                let (front, back) = match BORDER {
                    0 => (None, None),
                    1 => (Some(0), Some(n - 1)),
                    _ => (Some(step + 1), Some((n - 1).saturating_sub(step + 1))),
                };
                if step < before {
                    line.push_front(front);
                }
                if step < after {
                    line.push_back(back);
                }
            }
            line.into()
        };
        let (rows, columns) = (line(H, TOP, OH - H - TOP), line(W, LEFT, OW - W - LEFT));
        drawn::<Image<C, OH, OW>>(x, |x, i, j| rows[i].zip(columns[j]).map_or(0.0, |(h, w)| x[h][w]), W)
    }
}

/// y[c][i][j] = x[c][i + TOP][j + LEFT]
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, const TOP: usize, const LEFT: usize,
> Equation for Crop<Image<C, H, W>, Image<C, OH, OW>, TOP, LEFT>
{
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        drawn::<Image<C, OH, OW>>(x, |x, i, j| x[i + TOP][j + LEFT], W)
    }
}

/// y[c][i][j] = x[c][⌊i/SH⌋][⌊j/SW⌋], or between the four values around it, each weighted by how near it is
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, const BILINEAR: bool,
> Equation for Upsample<Image<C, H, W>, Image<C, OH, OW>, BILINEAR>
{
    // thirds are not exact
    const AFFINE: bool = !BILINEAR || (OH / H).is_power_of_two() && (OW / W).is_power_of_two();

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        let (rows, columns) = (OH / H, OW / W);
        // the weight of the value n at a place in the larger image, the edges repeated beyond it
        let near = |place: usize, scale: usize, size: usize, n: usize| {
            let at = ((place as f64 + 0.5) / scale as f64 - 0.5).clamp(0.0, (size - 1) as f64);
            (1.0 - (at - n as f64).abs()).max(0.0)
        };
        let value = |x: &[&[f64]], i: usize, j: usize| -> f64 {
            if !BILINEAR {
                return x[i / rows][j / columns];
            }
            let weighted = |(h, w)| near(i, rows, H, h) * near(j, columns, W, w) * x[h][w];
            (0..H).flat_map(|h| (0..W).map(move |w| (h, w))).map(weighted).sum()
        };
        drawn::<Image<C, OH, OW>>(x, value, W)
    }
}

/// y[o] = b[o] + Σ_i w[o][i] · x[i]
impl<const I: usize, const O: usize> Equation for Linear<I, O> {
    const AFFINE: bool = true;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(O * I);
        weight.chunks(I).zip(bias).map(|(row, bias)| bias + dot(row, x)).collect()
    }
}

/// The equations of functions of one value, and where they have no derivative.
macro_rules! activations {
    ($($layer:ident [$($number:ident)?] = |$x:ident| $value:expr, kinks $kinks:expr;)+) => {$(
        impl<X: Shape $(, const $number: u32)?> Equation for $layer<X $(, $number)?> {
            const AFFINE: bool = false;

            fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
                x.iter().map(|&$x: &f64| $value).collect()
            }

            fn margin(_: &[f64], x: &[f64]) -> f64 {
                let kinks: &[f64] = &$kinks;
                let distances = x.iter().flat_map(|x| kinks.iter().map(move |kink| (x - kink).abs()));
                distances.fold(f64::INFINITY, f64::min)
            }
        }
    )+};
}

activations! {
    Relu [] = |x| x.max(0.0), kinks [0.0];
    Relu6 [] = |x| x.clamp(0.0, 6.0), kinks [0.0, 6.0];
    LeakyRelu [SLOPE] = |x| if x > 0.0 { x } else { number(SLOPE) * x }, kinks [0.0];
    Elu [ALPHA] = |x| if x > 0.0 { x } else { number(ALPHA) * x.exp_m1() }, kinks [0.0];
    Gelu [] = |x| 0.5 * x * (1.0 + erf(x / 2f64.sqrt())), kinks [];
    GeluTanh [] = |x| 0.5 * x * (1.0 + ((2.0 / PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()), kinks [];
    Silu [] = |x| x / (1.0 + (-x).exp()), kinks [];
    Sigmoid [] = |x| 1.0 / (1.0 + (-x).exp()), kinks [];
    Tanh [] = |x| x.tanh(), kinks [];
    HardSwish [] = |x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0, kinks [-3.0, 3.0];
    HardSigmoid [] = |x| (x + 3.0).clamp(0.0, 6.0) / 6.0, kinks [-3.0, 3.0];
    Softplus [] = |x| x.exp().ln_1p(), kinks [];
}

/// The number whose bits a type has.
fn number(bits: u32) -> f64 {
    f64::from(f32::from_bits(bits))
}

/// 2/√π · Σ_n (−1)ⁿ · x²ⁿ⁺¹ / (n! · (2n + 1)), and ±1 where that would lose too much.
fn erf(x: f64) -> f64 {
    if x.abs() > 4.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..100 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * 2.0 / PI.sqrt()
}

/// y[c] = x[c] where x[c] > 0, and w[c] · x[c] elsewhere
impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize> Equation for Prelu<X> {
    const AFFINE: bool = false;

    fn value(weight: &[f64], x: &[f64]) -> Vec<f64> {
        let channels = x.chunks(X::LEN / C).zip(weight);
        channels.flat_map(|(x, weight)| x.iter().map(move |x| if *x > 0.0 { *x } else { weight * x })).collect()
    }

    fn margin(_: &[f64], x: &[f64]) -> f64 {
        x.iter().fold(f64::INFINITY, |margin, x| margin.min(x.abs()))
    }
}

/// y[c] = w[c] · (x[c] − mean[c]) / √(variance[c] + ε) + b[c]
impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, const EPS: u32, const MOMENTUM: u32> Equation
    for BatchNorm<X, EPS, MOMENTUM>
{
    const AFFINE: bool = false; // but it is not exact

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let &[weight, bias, mean, variance] = &*parameters.chunks(C).collect::<Vec<_>>() else { panic!("four arrays") };
        let mut y = Vec::new();
        for (c, x) in x.chunks(X::LEN / C).enumerate() {
            let deviation = (variance[c] + f64::from(f32::from_bits(EPS))).sqrt();
            y.extend(x.iter().map(|x| weight[c] * (x - mean[c]) / deviation + bias[c]));
        }
        y
    }

    fn draw(parameters: &mut [f32]) {
        parameters[3 * C..].iter_mut().for_each(|variance| *variance = variance.abs() + 0.25);
    }
}

/// y[n] = w[n] · (x[n] − μ) / √(σ² + ε) + b[n]
impl<X: Shape, const EPS: u32> Equation for LayerNorm<X, EPS>
where
    LayerNorm<X, EPS>: Parameters,
{
    const AFFINE: bool = false;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(X::LEN);
        let normalised = normalised(x, number(EPS)).into_iter();
        normalised.zip(weight.iter().zip(bias)).map(|(x, (weight, bias))| weight * x + bias).collect()
    }
}

/// y[c] = w[c] · (x[c] − μ[g]) / √(σ²[g] + ε) + b[c], g = ⌊c / A⌋
impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, const A: usize, const EPS: u32> Equation
    for GroupNorm<X, A, EPS>
{
    const AFFINE: bool = false;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (weight, bias) = parameters.split_at(C);
        let normalised = x.chunks(X::LEN / C * A).flat_map(|group| normalised(group, number(EPS)));
        let in_channel = X::LEN / C;
        normalised.enumerate().map(|(n, x)| weight[n / in_channel] * x + bias[n / in_channel]).collect()
    }
}

/// (x − μ) / √(σ² + ε)
fn normalised(x: &[f64], eps: f64) -> Vec<f64> {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let distances: Vec<f64> = x.iter().map(|value| value - mean(x)).collect();
    let squares: Vec<f64> = distances.iter().map(|distance| distance * distance).collect();
    distances.iter().map(|distance| distance / (mean(&squares) + eps).sqrt()).collect()
}

/// y = x: in evaluation it is nothing.
impl<X: Shape, const P: u32> Equation for Dropout<X, P> {
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.to_vec()
    }
}

/// y = x: in evaluation it is nothing.
impl<X: Shape, const P: u32> Equation for SpatialDropout<X, P> {
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.to_vec()
    }
}

/// y = x: in evaluation it is nothing.
impl<X: Shape> Equation for FakeQuant<X> {
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.to_vec()
    }
}

/// In PyTorch's order nothing moves.
impl<X: Shape, Y: Shape> Equation for Reshape<X, Y> {
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.to_vec()
    }
}

/// y[o] = exp(x[o]) / Σ_k exp(x[k])
impl<const N: usize> Equation for Softmax<N> {
    const AFFINE: bool = false;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        let sum: f64 = x.iter().map(|x| x.exp()).sum();
        x.iter().map(|x| x.exp() / sum).collect()
    }
}

/// y[(c·H + h)·W + w] = x[c][h][w]: in PyTorch's order nothing moves.
impl<const C: usize, const H: usize, const W: usize, const N: usize> Equation for Flatten<Image<C, H, W>, Vector<N>> {
    const AFFINE: bool = true;

    fn value(_: &[f64], x: &[f64]) -> Vec<f64> {
        x.to_vec()
    }
}

impl<A: Equation, B: Equation + Layer<Input = A::Output>> Equation for Chain<A, B> {
    const AFFINE: bool = A::AFFINE && B::AFFINE;

    fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
        let (first, second) = parameters.split_at(A::COUNT);
        B::value(second, &A::value(first, x))
    }

    fn margin(parameters: &[f64], x: &[f64]) -> f64 {
        let (first, second) = parameters.split_at(A::COUNT);
        A::margin(first, x).min(B::margin(second, &A::value(first, x)))
    }
}

/// The equation of a network: those of its layers, one after the other.
macro_rules! equation {
    (@chain $last:ty) => { $last };
    (@chain $first:ty, $($rest:ty),+) => { Chain<$first, equation!(@chain $($rest),+)> };
    ($net:ty = $($layer:ty),+) => {
        impl Equation for $net {
            const AFFINE: bool = <equation!(@chain $($layer),+)>::AFFINE;

            fn value(parameters: &[f64], x: &[f64]) -> Vec<f64> {
                <equation!(@chain $($layer),+)>::value(parameters, x)
            }

            fn margin(parameters: &[f64], x: &[f64]) -> f64 {
                <equation!(@chain $($layer),+)>::margin(parameters, x)
            }
        }
    };
}

network! {
    struct Every: [2, 6, 5] => [4] {
        conv: conv2d(3, kernel 3, padding 1),
        max_pool: max_pool2d(2, stride 1),
        relu: relu,
        maps: mapwise_conv2d(2, kernel 2),
        avg_pool: avg_pool2d(2, padding 1),
        flatten: flatten,
        dense: linear(4),
        softmax: softmax,
    }
}

equation! {
    Every = conv2d!([2, 6, 5] => 3, kernel 3, padding 1), max_pool2d!([3, 6, 5] => 2, stride 1), Relu<Image<3, 5, 4>>,
        mapwise_conv2d!([3, 5, 4] => 2, kernel 2), avg_pool2d!([6, 4, 3] => 2, padding 1), flatten!([6, 3, 2]),
        Linear<36, 4>, Softmax<4>
}

network! {
    struct One: [3, 4, 5] => [2, 2, 3] {
        conv: conv2d(2, kernel 3, stride 2, padding 1),
    }
}

network! {
    struct Two: [7] => [3] {
        dense: linear(3),
        relu: relu,
    }
}

network! {
    struct Deep: [3, 4, 5] => [3] {
        one: One,
        relu: relu,
        flatten: flatten,
        dense: linear(7),
        two: Two,
    }
}

equation! { One = conv2d!([3, 4, 5] => 2, kernel 3, stride 2, padding 1) }
equation! { Two = Linear<7, 3>, Relu<Vector<3>> }
equation! { Deep = One, Relu<Image<2, 2, 3>>, flatten!([2, 2, 3]), Linear<12, 7>, Two }

/// A test for each case: the layer, the name of its group, and in it what is special and the type.
macro_rules! cases {
    ($($layer:ident as $group:ident { $($case:ident: $type:ty,)+ })+) => {
        $(
            mod $group {
                use super::*;

                $(
                    #[test]
                    fn $case() {
                        check::<$type>(stringify!($layer));
                    }
                )+
            }
        )+

        /// The layers that have passed through the check.
        const CHECKED: &[&str] = &[$(stringify!($layer)),+];
    };
}

cases! {
    Conv2d as conv2d {
        article: conv2d!([1, 8, 8] => 1, kernel 3),
        one_pixel: conv2d!([1, 1, 1] => 1, kernel 1),
        one_pixel_in_padding: conv2d!([2, 1, 1] => 3, kernel 3, padding 1),
        one_row: conv2d!([3, 1, 9] => 2, kernel 1, stride 2),
        one_row_in_padding: conv2d!([3, 1, 7] => 4, kernel 3, padding 1),
        one_column: conv2d!([5, 9, 1] => 2, kernel 1, stride 4),
        one_column_in_padding: conv2d!([2, 9, 1] => 3, kernel 3, stride 2, padding 1),
        wider_than_a_tile: conv2d!([1, 3, 21] => 2, kernel 3, padding 1),
        higher_than_wide: conv2d!([3, 7, 3] => 2, kernel 3),
        kernel_1_padding_1_touches_no_pixel: conv2d!([2, 3, 4] => 3, kernel 1, padding 1),
        kernel_1_stride_3_skips_pixels: conv2d!([3, 7, 8] => 2, kernel 1, stride 3),
        kernel_2: conv2d!([3, 4, 5] => 6, kernel 2),
        kernel_2_padding_2: conv2d!([3, 3, 2] => 2, kernel 2, padding 2),
        kernel_3_padding_3_stride_2: conv2d!([2, 3, 4] => 3, kernel 3, stride 2, padding 3),
        kernel_4_padding_1_stride_2: conv2d!([3, 6, 7] => 2, kernel 4, stride 2, padding 1),
        kernel_4_padding_4_stride_3: conv2d!([1, 2, 3] => 2, kernel 4, stride 3, padding 4),
        kernel_5_padding_2: conv2d!([2, 5, 6] => 3, kernel 5, padding 2),
        kernel_5_padding_5_stride_2: conv2d!([1, 2, 3] => 4, kernel 5, stride 2, padding 5),
        kernel_is_the_image: conv2d!([3, 4, 4] => 5, kernel 4),
        kernel_is_the_padded_image: conv2d!([2, 3, 3] => 6, kernel 5, padding 1),
        kernel_as_high_as_the_image: conv2d!([2, 3, 7] => 3, kernel 3),
        stride_2_divides: conv2d!([3, 5, 7] => 3, kernel 3, stride 2),
        stride_2_leaves_a_rest: conv2d!([3, 6, 8] => 3, kernel 3, stride 2),
        stride_2_leaves_a_rest_of_columns: conv2d!([2, 5, 6] => 2, kernel 3, stride 2),
        stride_2_padding_1_leaves_a_rest: conv2d!([6, 6, 4] => 3, kernel 3, stride 2, padding 1),
        stride_3_leaves_two_rests: conv2d!([2, 8, 7] => 3, kernel 3, stride 3),
        stride_3_padding_2: conv2d!([3, 5, 7] => 2, kernel 5, stride 3, padding 2),
        stride_beyond_the_kernel: conv2d!([3, 8, 9] => 2, kernel 2, stride 3),
        stride_beyond_the_image: conv2d!([2, 3, 4] => 2, kernel 2, stride 5),
        channels_1_to_17: conv2d!([1, 4, 5] => 17, kernel 3),
        channels_3_to_6: conv2d!([3, 5, 4] => 6, kernel 3, padding 1),
        channels_6_to_9: conv2d!([6, 4, 3] => 9, kernel 3, padding 1),
        channels_8_to_8: conv2d!([8, 3, 4] => 8, kernel 2, padding 1),
        channels_9_to_10: conv2d!([9, 3, 4] => 10, kernel 2),
        channels_10_to_17: conv2d!([10, 3, 3] => 17, kernel 1),
        channels_17_to_3: conv2d!([17, 3, 4] => 3, kernel 3, padding 1),
        kernel_of_one_row: windowed!(Conv2d [2, 4, 9] => 3, [1, 3]),
        kernel_of_one_column: windowed!(Conv2d [1, 9, 10] => 3, [3, 1]),
        strides_differ: windowed!(Conv2d [3, 5, 8] => 4, [2, 3, 1, 2]),
        rows_dilated: windowed!(Conv2d [2, 7, 5] => 3, [3, 2, 1, 1, 2, 1]),
        columns_dilated: windowed!(Conv2d [3, 4, 9] => 5, [2, 3, 2, 1, 1, 3, 1, 0, 2, 1]),
        dilation_and_stride_share_a_factor: windowed!(Conv2d [1, 9, 8] => 2, [2, 2, 2, 4, 4, 2, 1, 1, 3, 2]),
        padding_after_alone: windowed!(Conv2d [3, 6, 6] => 2, [3, 3, 2, 2, 1, 1, 0, 1, 0, 1]),
        padding_on_four_sides: windowed!(Conv2d [1, 6, 9] => 4, [3, 4, 1, 1, 1, 1, 2, 0, 1, 3]),
        padding_beyond_the_kernel: windowed!(Conv2d [2, 3, 4] => 3, [1, 2, 1, 1, 1, 1, 3, 2, 0, 5]),
        kernel_is_the_image_with_gaps: windowed!(Conv2d [2, 5, 7] => 3, [3, 4, 1, 1, 2, 2]),
        groups_2: conv2d!([4, 5, 3] => 6, kernel 3, padding 1, groups 2),
        groups_3_of_one_kernel: conv2d!([6, 4, 4] => 3, kernel 2, groups 3),
        groups_of_8: conv2d!([16, 3, 2] => 16, kernel 2, groups 2),
        groups_are_ragged: conv2d!([6, 5, 7] => 10, kernel 3, stride 2, padding same, groups 2),
        groups_by_axis_and_side: grouped!([4, 6, 7] => 2 by 2, [2, 3, 1, 2, 1, 2, 1, 0, 2, 1]),
        groups_1: conv2d!([3, 4, 5] => 2, kernel 3, groups 1),
    }
    DepthwiseConv2d as depthwise_conv2d {
        one_channel: depthwise_conv2d!([1, 4, 5] => kernel 3),
        one_pixel_in_padding: depthwise_conv2d!([3, 1, 1] => kernel 3, padding 1),
        one_vector: depthwise_conv2d!([8, 4, 5] => kernel 3, padding 1),
        ragged: depthwise_conv2d!([17, 3, 3] => kernel 2, padding 1),
        multiplier_2: depthwise_conv2d!([5, 4, 3] => kernel 3, padding 1, multiplier 2),
        multiplier_8: depthwise_conv2d!([2, 3, 4] => kernel 2, multiplier 8),
        stride_2_leaves_a_rest: depthwise_conv2d!([3, 6, 8] => kernel 3, stride 2),
        stride_2_same: depthwise_conv2d!([9, 8, 5] => kernel 3, stride 2, padding same),
        kernel_is_the_padded_image: depthwise_conv2d!([2, 3, 3] => kernel 5, padding 1),
        kernel_as_long_as_the_image: depthwise_conv2d!([4, 5, 1] => kernel (5, 1)),
        dilated: depthwise_conv2d!([6, 7, 6] => kernel (2, 3), dilation (3, 2), padding (1, 2)),
        by_axis_and_side: grouped!([3, 6, 9] => 6 by 1, [3, 4, 1, 2, 1, 1, 2, 0, 1, 3]),
    }
    Conv1d as conv1d {
        one_value: conv1d!([1, 1] => 1, kernel 1),
        one_value_in_padding: conv1d!([2, 1] => 3, kernel 3, padding 1),
        causal: conv1d!([3, 9] => 4, kernel 3, dilation 2, padding (4, 0)),
        looks_ahead: conv1d!([2, 6] => 3, kernel 2, padding (0, 3)),
        stride_leaves_a_rest: conv1d!([3, 10] => 2, kernel 3, stride 2, padding 1),
        stride_beyond_the_kernel: conv1d!([2, 11] => 3, kernel 2, stride 4),
        same: conv1d!([2, 9] => 9, kernel 4, stride 3, padding same),
        kernel_is_the_sequence: conv1d!([3, 5] => 8, kernel 5),
        channels_10_to_17: conv1d!([10, 4] => 17, kernel 2),
        groups_3: conv1d!([6, 7] => 9, kernel 3, padding 1, groups 3),
    }
    DepthwiseConv1d as depthwise_conv1d {
        causal: depthwise_conv1d!([9, 6] => kernel 3, padding (2, 0)),
        multiplier_3: depthwise_conv1d!([3, 8] => kernel 4, stride 2, padding 1, multiplier 3),
        dilated: depthwise_conv1d!([2, 11] => kernel 3, dilation 4, padding same),
    }
    ConvTranspose2d as conv_transpose2d {
        one_value: conv_transpose2d!([1, 1, 1] => 1, kernel 1),
        one_value_becomes_its_kernels: conv_transpose2d!([2, 1, 1] => 3, kernel (2, 3)),
        kernel_2_stride_2: conv_transpose2d!([4, 3, 4] => 6, kernel 2, stride 2),
        kernel_3_stride_1: conv_transpose2d!([3, 4, 5] => 2, kernel 3, padding 1),
        output_padding_1: conv_transpose2d!([3, 4, 3] => 5, kernel 3, stride 2, padding 1, output_padding 1),
        output_padding_by_axis: conv_transpose2d!([2, 3, 2] => 3, kernel 2, stride (1, 3), output_padding (0, 2)),
        output_padding_of_the_dilation: conv_transpose2d!([2, 3, 4] => 3, kernel 2, dilation 3, output_padding 2),
        stride_beyond_the_kernel: conv_transpose2d!([2, 3, 3] => 2, kernel 1, stride 3, output_padding 1),
        padding_beyond_the_kernel: conv_transpose2d!([1, 5, 6] => 2, kernel 2, padding 2),
        padding_by_side: conv_transpose2d!([3, 4, 4] => 2, kernel 4, stride 2, padding (0, 3, 2, 1)),
        dilated: conv_transpose2d!([2, 4, 3] => 3, kernel 3, dilation (2, 1), stride (1, 2)),
        channels_9_to_17: conv_transpose2d!([9, 1, 2] => 17, kernel (1, 2), stride 2),
        channels_10_to_8: conv_transpose2d!([10, 2, 9] => 8, kernel (1, 2)),
        groups_2: conv_transpose2d!([4, 3, 3] => 6, kernel 3, stride 2, padding 1, groups 2),
        groups_of_one: conv_transpose2d!([9, 3, 2] => 9, kernel 2, stride 2, groups 9),
        groups_of_8: conv_transpose2d!([6, 2, 2] => 16, kernel 2, groups 2),
    }
    ConvTranspose1d as conv_transpose1d {
        one_value: conv_transpose1d!([1, 1] => 2, kernel 3),
        kernel_4_stride_2: conv_transpose1d!([3, 5] => 4, kernel 4, stride 2, padding 1),
        output_padding: conv_transpose1d!([9, 4] => 3, kernel 3, stride 3, output_padding 2),
        causal: conv_transpose1d!([2, 6] => 9, kernel 3, dilation 2, padding (0, 4)),
        groups_3: conv_transpose1d!([6, 4] => 3, kernel 2, stride 2, groups 3),
    }
    MapwiseConv2d as mapwise_conv2d {
        article: mapwise_conv2d!([1, 8, 8] => 1, kernel 3),
        one_pixel_in_padding: mapwise_conv2d!([2, 1, 1] => 3, kernel 3, padding 1),
        one_row: mapwise_conv2d!([6, 1, 9] => 2, kernel 1, stride 2),
        maps_share_their_kernels: mapwise_conv2d!([6, 4, 5] => 3, kernel 2),
        channels_17: mapwise_conv2d!([17, 3, 3] => 2, kernel 3),
        kernel_is_the_padded_image: mapwise_conv2d!([3, 3, 3] => 9, kernel 5, padding 1),
        kernel_4_padding_4_stride_3: mapwise_conv2d!([2, 2, 3] => 2, kernel 4, stride 3, padding 4),
        stride_2_padding_1_leaves_a_rest: mapwise_conv2d!([3, 6, 7] => 2, kernel 3, stride 2, padding 1),
        stride_beyond_the_kernel: mapwise_conv2d!([2, 9, 1] => 3, kernel 1, stride 3),
        by_axis_and_side: windowed!(MapwiseConv2d [2, 6, 7] => 6 by 3, [2, 3, 1, 2, 1, 2, 1, 0, 2, 1]),
        kernel_of_one_row: windowed!(MapwiseConv2d [3, 3, 5] => 3 by 1, [1, 4, 2, 1, 1, 1, 0, 0, 0, 3]),
    }
    Linear as linear {
        one_to_one: Linear<1, 1>,
        one_to_many: Linear<1, 10>,
        many_to_one: Linear<17, 1>,
        less_than_a_vector: Linear<7, 3>,
        one_vector: Linear<6, 8>,
        a_vector_and_a_rest: Linear<36, 10>,
        more_than_the_registers_hold: Linear<9, 83>,
        ragged: Linear<10, 17>,
    }
    Relu as relu {
        one_value: Relu<Vector<1>>,
        vector: Relu<Vector<17>>,
        image: Relu<Image<3, 4, 5>>,
    }
    Relu6 as relu6 {
        one_value: Relu6<Vector<1>>,
        vector: Relu6<Vector<17>>,
        image: Relu6<Image<3, 4, 5>>,
        sequence: Relu6<Sequence<3, 7>>,
        from_minus_6_to_6: Relu6<Vector<401>>,
    }
    Gelu as gelu {
        one_value: Gelu<Vector<1>>,
        vector: Gelu<Vector<17>>,
        image: Gelu<Image<3, 4, 5>>,
        sequence: Gelu<Sequence<3, 7>>,
        from_minus_6_to_6: Gelu<Vector<401>>,
    }
    GeluTanh as gelu_tanh {
        one_value: GeluTanh<Vector<1>>,
        vector: GeluTanh<Vector<17>>,
        image: GeluTanh<Image<3, 4, 5>>,
        sequence: GeluTanh<Sequence<3, 7>>,
        from_minus_6_to_6: GeluTanh<Vector<401>>,
    }
    Silu as silu {
        one_value: Silu<Vector<1>>,
        vector: Silu<Vector<17>>,
        image: Silu<Image<3, 4, 5>>,
        sequence: Silu<Sequence<3, 7>>,
        from_minus_6_to_6: Silu<Vector<401>>,
    }
    Sigmoid as sigmoid {
        one_value: Sigmoid<Vector<1>>,
        vector: Sigmoid<Vector<17>>,
        image: Sigmoid<Image<3, 4, 5>>,
        sequence: Sigmoid<Sequence<3, 7>>,
        from_minus_6_to_6: Sigmoid<Vector<401>>,
    }
    Tanh as tanh {
        one_value: Tanh<Vector<1>>,
        vector: Tanh<Vector<17>>,
        image: Tanh<Image<3, 4, 5>>,
        sequence: Tanh<Sequence<3, 7>>,
        from_minus_6_to_6: Tanh<Vector<401>>,
    }
    HardSwish as hard_swish {
        one_value: HardSwish<Vector<1>>,
        vector: HardSwish<Vector<17>>,
        image: HardSwish<Image<3, 4, 5>>,
        sequence: HardSwish<Sequence<3, 7>>,
        from_minus_6_to_6: HardSwish<Vector<401>>,
    }
    HardSigmoid as hard_sigmoid {
        one_value: HardSigmoid<Vector<1>>,
        vector: HardSigmoid<Vector<17>>,
        image: HardSigmoid<Image<3, 4, 5>>,
        sequence: HardSigmoid<Sequence<3, 7>>,
        from_minus_6_to_6: HardSigmoid<Vector<401>>,
    }
    Softplus as softplus {
        one_value: Softplus<Vector<1>>,
        vector: Softplus<Vector<17>>,
        image: Softplus<Image<3, 4, 5>>,
        sequence: Softplus<Sequence<3, 7>>,
        from_minus_6_to_6: Softplus<Vector<401>>,
    }
    LeakyRelu as leaky_relu {
        one_value: LeakyRelu<Vector<1>>,
        vector: LeakyRelu<Vector<17>>,
        image: LeakyRelu<Image<3, 4, 5>>,
        sequence: LeakyRelu<Sequence<3, 7>>,
        from_minus_6_to_6: LeakyRelu<Vector<401>>,
        with_a_slope: leaky_relu!([3, 4, 5] => 0.3),
        steep: leaky_relu!([17] => 2.0),
        negative: leaky_relu!([3, 7] => -0.5),
        without_a_slope: leaky_relu!([9] => 0.0),
    }
    Elu as elu {
        one_value: Elu<Vector<1>>,
        vector: Elu<Vector<17>>,
        image: Elu<Image<3, 4, 5>>,
        sequence: Elu<Sequence<3, 7>>,
        from_minus_6_to_6: Elu<Vector<401>>,
        with_an_alpha: elu!([3, 4, 5] => 0.3),
        large: elu!([17] => 2.0),
        negative: elu!([3, 7] => -0.5),
    }
    Prelu as prelu {
        one_value: Prelu<Vector<1>>,
        vector: Prelu<Vector<17>>,
        image: Prelu<Image<5, 3, 4>>,
        one_channel: Prelu<Image<1, 4, 3>>,
        sequence: Prelu<Sequence<9, 7>>,
    }
    Softmax as softmax {
        one_class: Softmax<1>,
        two_classes: Softmax<2>,
        ten_classes: Softmax<10>,
        ragged: Softmax<17>,
    }
    Flatten as flatten {
        one_pixel: flatten!([1, 1, 1]),
        one_channel: flatten!([1, 3, 4]),
        channels_6: flatten!([6, 3, 2]),
        one_row: flatten!([3, 1, 5]),
    }
    BatchNorm as batch_norm {
        one_value: BatchNorm<Vector<1>>,
        vector: BatchNorm<Vector<17>>,
        more_channels_than_at_once: BatchNorm<Image<33, 1, 2>>,
        one_channel: BatchNorm<Image<1, 4, 5>>,
        image: BatchNorm<Image<6, 3, 4>>,
        sequence: BatchNorm<Sequence<3, 7>>,
        eps_of_keras: batch_norm!([5, 3, 2] => eps 1e-3, momentum 0.01),
        large_eps: batch_norm!([2, 9] => eps 2.0),
    }
    LayerNorm as layer_norm {
        one_value: LayerNorm<Vector<1>>,
        vector: LayerNorm<Vector<17>>,
        image: LayerNorm<Image<3, 4, 5>>,
        one_channel: LayerNorm<Image<1, 3, 4>>,
        sequence: LayerNorm<Sequence<3, 7>>,
        large_eps: layer_norm!([5, 3, 2] => eps 2.0),
    }
    GroupNorm as group_norm {
        one_group: group_norm!([6, 3, 4] => 1),
        two_groups: group_norm!([6, 3, 4] => 2),
        groups_of_one: group_norm!([3, 4, 5] => 3),
        one_channel: group_norm!([1, 3, 4] => 1),
        more_channels_than_a_vector: group_norm!([18, 2, 2] => 2),
        sequence: group_norm!([4, 7] => 2),
        vector: group_norm!([12] => 3),
        large_eps: group_norm!([4, 3, 2] => 2, eps 2.0),
    }
    InstanceNorm as instance_norm {
        image: InstanceNorm<Image<3, 4, 5>>,
        one_channel: InstanceNorm<Image<1, 3, 2>>,
        sequence: InstanceNorm<Sequence<9, 7>>,
        eps: instance_norm!([5, 3, 2] => eps 1e-3),
    }
    SpatialDropout as spatial_dropout {
        vector: spatial_dropout!([17] => 0.5),
        image: spatial_dropout!([3, 4, 5] => 0.999),
        sequence: spatial_dropout!([2, 9] => 0.0),
    }
    Reshape as reshape {
        image_to_vector: reshape!([3, 4, 5] => [60]),
        vector_to_image: reshape!([60] => [5, 3, 4]),
        vector_to_one_channel: reshape!([60] => [1, 6, 10]),
        image_to_sequence: reshape!([3, 4, 5] => [6, 10]),
        rows_to_one: reshape!([3, 4, 5] => [3, 20]),
        sequence_to_image: reshape!([4, 9] => [9, 2, 2]),
        nothing: reshape!([2, 3, 4] => [2, 3, 4]),
        channels_are_rows: reshape!([2, 3, 4] => [4, 3, 2]),
    }
    FakeQuant as fake_quant {
        vector: FakeQuant<Vector<17>>,
        image: FakeQuant<Image<3, 4, 5>>,
    }
    Dropout as dropout {
        vector: dropout!([17] => 0.5),
        image: dropout!([3, 4, 5] => 0.999),
        sequence: dropout!([2, 9] => 0.0),
    }
    MaxPool2d as max_pool2d {
        one_pixel: max_pool2d!([3, 1, 1] => 1),
        one_pixel_in_padding: max_pool2d!([3, 1, 1] => 3, stride 1, padding 1),
        one_row_in_padding: max_pool2d!([6, 1, 9] => 2, padding 1),
        kernel_is_the_image: max_pool2d!([9, 4, 4] => 4),
        stride_leaves_a_rest: max_pool2d!([3, 7, 9] => 2),
        windows_overlap: max_pool2d!([2, 6, 5] => 3, stride 1),
        windows_overlap_in_padding: max_pool2d!([17, 4, 5] => 3, stride 2, padding 1),
        padding_up_to_the_kernel: max_pool2d!([2, 3, 4] => 4, stride 3, padding 3),
        stride_beyond_the_kernel: max_pool2d!([10, 8, 7] => 2, stride 3),
        one_column: max_pool2d!([1, 9, 1] => 1, stride 4),
        by_axis: windowed!(MaxPool2d [3, 5, 8] => 3, [2, 4, 1, 3]),
        padding_by_side: windowed!(MaxPool2d [2, 6, 5] => 2, [3, 3, 2, 2, 1, 1, 0, 1, 2, 1]),
        dilated: windowed!(MaxPool2d [2, 7, 6] => 2, [2, 3, 1, 2, 3, 2, 1, 0, 1, 3]),
        written_by_axis_and_side: max_pool2d!([2, 6, 5] => (2, 3), stride (1, 2), dilation (3, 1), padding (1, 0, 1, 2)),
        rounded_up: max_pool2d!([3, 7, 8] => 2, ceil),
        rounded_up_where_the_rest_is_padding: max_pool2d!([3, 6, 5] => 3, stride 2, padding 1, ceil),
        rounded_up_beyond_the_padding: max_pool2d!([5, 5, 4] => 3, ceil, stride (3, 2), padding (0, 1, 1, 0)),
        rounded_up_and_larger_than_the_image: max_pool2d!([3, 2, 4] => 3, stride 2, ceil),
    }
    AvgPool2d as avg_pool2d {
        one_pixel: avg_pool2d!([3, 1, 1] => 1),
        one_pixel_in_padding: avg_pool2d!([3, 1, 1] => 3, stride 1, padding 1),
        one_row_in_padding: avg_pool2d!([6, 1, 9] => 2, padding 1),
        kernel_is_the_image: avg_pool2d!([9, 4, 4] => 4),
        stride_leaves_a_rest: avg_pool2d!([3, 7, 9] => 2),
        windows_overlap: avg_pool2d!([2, 6, 5] => 3, stride 1),
        windows_overlap_in_padding: avg_pool2d!([17, 4, 5] => 3, stride 2, padding 1),
        padding_up_to_the_kernel: avg_pool2d!([2, 3, 4] => 4, stride 3, padding 3),
        stride_beyond_the_kernel: avg_pool2d!([10, 8, 7] => 2, stride 3),
        one_column: avg_pool2d!([1, 9, 1] => 1, stride 4),
        by_axis: windowed!(AvgPool2d [3, 5, 8] => 3, [2, 4, 1, 3]),
        padding_by_side: windowed!(AvgPool2d [2, 6, 5] => 2, [3, 3, 2, 2, 1, 1, 0, 1, 2, 1]),
        dilated: windowed!(AvgPool2d [2, 7, 6] => 2, [2, 3, 1, 2, 3, 2, 1, 0, 1, 3]),
        padding_does_not_count: avg_pool2d!([3, 5, 6] => 3, stride 2, padding 1, no count),
        padding_by_side_does_not_count: avg_pool2d!([2, 6, 5] => (2, 4), no count, stride (1, 2), padding (1, 0, 1, 2)),
        dilated_padding_does_not_count: avg_pool2d!([9, 4, 5] => 2, stride 1, dilation (2, 3), padding (1, 1, 2, 1), no count),
        rounded_up: avg_pool2d!([3, 7, 8] => 2, ceil),
        rounded_up_behind_padding: avg_pool2d!([3, 5, 6] => 3, stride (3, 2), padding 1, ceil),
        rounded_up_without_padding: avg_pool2d!([3, 5, 6] => 3, stride (3, 2), padding 1, ceil, no count),
        rounded_up_and_larger_than_the_image: avg_pool2d!([3, 2, 4] => 3, stride 2, ceil),
        padding_same: avg_pool2d!([6, 5, 6] => 3, stride 2, padding same, no count),
    }
    MaxPool1d as max_pool1d {
        one_value: max_pool1d!([3, 1] => 1),
        one_value_in_padding: max_pool1d!([3, 1] => 3, stride 1, padding 1),
        stride_leaves_a_rest: max_pool1d!([9, 8] => 3),
        windows_overlap_in_padding: max_pool1d!([17, 7] => 3, stride 2, padding 1),
        causal: max_pool1d!([2, 9] => 3, stride 1, padding (2, 0)),
        dilated: max_pool1d!([3, 9] => 2, stride 1, dilation 4, padding (1, 2)),
        rounded_up: max_pool1d!([5, 8] => 3, ceil),
        padding_same: max_pool1d!([6, 8] => 3, stride 2, padding same),
    }
    AvgPool1d as avg_pool1d {
        one_value: avg_pool1d!([3, 1] => 1),
        one_value_in_padding: avg_pool1d!([3, 1] => 3, stride 1, padding 1),
        stride_leaves_a_rest: avg_pool1d!([9, 8] => 3),
        windows_overlap_in_padding: avg_pool1d!([17, 7] => 3, stride 2, padding 1),
        causal: avg_pool1d!([2, 9] => 3, stride 1, padding (2, 0)),
        causal_does_not_count: avg_pool1d!([2, 9] => 3, stride 1, padding (2, 0), no count),
        dilated: avg_pool1d!([3, 9] => 2, stride 1, dilation 4, padding (1, 2)),
        rounded_up: avg_pool1d!([5, 8] => 4, stride 3, padding 1, ceil),
        padding_same: avg_pool1d!([6, 8] => 3, stride 2, padding same, no count),
    }
    GlobalAvgPool as global_avg_pool {
        one_pixel: GlobalAvgPool<Image<3, 1, 1>>,
        one_channel: GlobalAvgPool<Image<1, 4, 4>>,
        fewer_than_four_places: GlobalAvgPool<Image<9, 1, 3>>,
        four_places: GlobalAvgPool<Image<6, 2, 2>>,
        fours_and_a_rest: GlobalAvgPool<Image<17, 3, 3>>,
        not_whole: GlobalAvgPool<Image<2, 5, 5>>,
        sequence: GlobalAvgPool<Sequence<3, 6>>,
    }
    GlobalMaxPool as global_max_pool {
        one_pixel: GlobalMaxPool<Image<3, 1, 1>>,
        one_channel: GlobalMaxPool<Image<1, 4, 4>>,
        image: GlobalMaxPool<Image<17, 3, 2>>,
        sequence: GlobalMaxPool<Sequence<3, 7>>,
    }
    Pad2d as pad2d {
        nothing: pad2d!([3, 2, 3] => 0),
        one_pixel: pad2d!([2, 1, 1] => 2, zero),
        one_pixel_repeated: pad2d!([2, 1, 1] => (1, 2), replicate),
        zeros_by_side: pad2d!([3, 4, 5] => (1, 0, 2, 3)),
        zeros_by_axis: pad2d!([17, 2, 3] => (2, 1), zero),
        edges_repeated: pad2d!([5, 3, 2] => (4, 1, 0, 5), replicate),
        mirrored: pad2d!([3, 4, 5] => (1, 2, 3, 1), reflect),
        mirrored_as_far_as_it_goes: pad2d!([2, 3, 4] => (2, 2, 3, 3), reflect),
        mirrored_on_one_side: pad2d!([9, 2, 1] => (0, 1, 0, 0), reflect),
    }
    Crop as crop {
        nothing: crop!([3, 2, 3] => 0),
        to_one_pixel: crop!([5, 3, 3] => 1),
        by_axis: crop!([17, 5, 6] => (1, 2)),
        by_side: crop!([3, 4, 6] => (0, 2, 3, 1)),
        in_front_alone: crop!([2, 4, 3] => (3, 0, 2, 0)),
    }
    Upsample as upsample {
        by_1: upsample!([3, 2, 3] => 1),
        by_1_between: upsample!([3, 2, 3] => 1, bilinear),
        one_pixel: upsample!([9, 1, 1] => (3, 2)),
        one_pixel_between: upsample!([9, 1, 1] => (4, 2), bilinear),
        by_2: upsample!([17, 3, 2] => 2, nearest),
        by_2_between: upsample!([17, 3, 2] => 2, bilinear),
        by_3_between: upsample!([2, 3, 4] => 3, bilinear),
        by_axis: upsample!([3, 2, 4] => (3, 1), nearest),
        by_axis_between: upsample!([5, 3, 4] => (4, 2), bilinear),
    }
    Chain as chain {
        two_layers: Chain<Linear<5, 7>, Relu<Vector<7>>>,
        linear_in_all: Chain<conv2d!([2, 4, 3] => 3, kernel 2, padding 1), Chain<flatten!([3, 5, 4]), Linear<60, 2>>>,
        chain_in_front:
            Chain<Chain<conv2d!([2, 5, 4] => 3, kernel 3, stride 2), max_pool2d!([3, 2, 1] => 1)>, Relu<Image<3, 2, 1>>>,
    }
    Every as network_of_every_layer { gradients: Every, }
    One as network_of_one_layer { gradients: One, }
    Two as network_of_two_layers { gradients: Two, }
    Deep as network_in_network { gradients: Deep, }
}

/// The layers that `layers/mod.rs` lists, by name.
fn exported() -> Vec<&'static str> {
    let (_, list) = include_str!("../../src/layers/mod.rs").split_once("\nlayers! {").expect("a list of layers");
    let lines = list.lines().filter_map(|line| line.strip_suffix(';')?.split_once(": "));
    lines.map(|(_, types)| types.split(',').next().expect("a type")).collect()
}

#[test]
fn every_layer_is_checked() {
    let exported = exported();
    assert!(exported.contains(&"Conv2d") && exported.len() >= 8, "{exported:?}");
    for layer in exported.iter().chain(&["Chain"]) {
        assert!(CHECKED.contains(layer), "{layer} has no case in this file");
    }
}

#[test]
fn then_makes_a_chain() {
    let chain: Chain<Linear<5, 7>, Relu<Vector<7>>> = Linear::ZERO.then(Relu::ZERO);
    assert_eq!(chain, Chain::ZERO);
}

/// Checks a layer, which is the one that its cases say it is, on drawn values.
fn check<L: Equation>(layer: &str) {
    // an activation is called as its function
    let mut names = std::any::type_name::<L>().split(['<', ',']).filter_map(|path| path.rsplit("::").next());
    let name = names.find(|&name| name != "Activation");
    // some layers are another name of the one with groups
    let layer = layer.strip_prefix("Depthwise").unwrap_or(layer).replace("InstanceNorm", "GroupNorm");
    assert!(name.is_some_and(|name| name.replace('_', "").eq_ignore_ascii_case(&layer)), "{layer} is {name:?}");
    draw(|seed| {
        gradients::<L>(seed);
        if L::AFFINE {
            adjoint::<L>(seed);
        }
    });
}

/// Runs `test` on seeds; as many as the environment's `PROPTEST_CASES`, where it says so.
fn draw(test: fn(u64)) {
    let cases = std::env::var("PROPTEST_CASES").map_or(DRAWS, |cases| cases.parse().unwrap());
    // a smaller seed gives no simpler values
    let config = ProptestConfig { cases, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(seed in any::<u64>())| test(seed));
}

/// Forward and backward against the equation and its differences, one image at a time and eight at once.
fn gradients<L: Equation>(seed: u64) {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut drawn = uniform(rng, L::COUNT);
    L::draw(&mut drawn);
    let layer = layer::<L>(&drawn);
    let parameters = wide(&drawn);
    let images: [Vec<f32>; 8] = from_fn(|_| image::<L>(rng, &parameters));
    let dy: [Vec<f32>; 8] = from_fn(|_| uniform(rng, L::Output::LEN));

    let mut eight_gradient = layer_of::<L>(START);
    let eight = passes::<L, F32x8>(&layer, &images, &dy, &mut eight_gradient);
    let mut running = layer_of::<L>(START);
    let mut total = vec![0.0; L::COUNT];
    for n in 0..8 {
        let (image, dy) = (&images[n..=n], &dy[n..=n]);
        let mut gradient = layer_of::<L>(START);
        let one = passes::<L, f32>(&layer, image, dy, &mut gradient);
        passes::<L, f32>(&layer, image, dy, &mut running);

        let (image, dy) = (wide(&image[0]), wide(&dy[0]));
        let y = L::value(&parameters, &image);
        let dx = differences(&image, |image| dot(&L::value(&parameters, image), &dy));
        let d = differences(&parameters, |parameters| dot(&L::value(parameters, &image), &dy));
        for found in [&one.y[0], &eight.y[n]] {
            assert_close("y", found, &y, 1e-5);
        }
        for found in [&one.dx[0], &eight.dx[n]] {
            assert_close("dx", found, &dx, 1e-4);
        }
        assert_gradient(&*gradient, &d);
        assert_same("y", &eight.y[n], &one.y[0]);
        assert_same("dx", &eight.dx[n], &one.dx[0]);
        for (total, d) in total.iter_mut().zip(d) {
            *total += d;
        }
    }
    assert_gradient(&*running, &total);
    assert_gradient(&*eight_gradient, &total);
    assert_same("gradient", &numbers(&*eight_gradient), &numbers(&*running));
}

/// Eight images at once against one at a time: the same bits, but where `simd` fuses multiplications and additions.
#[track_caller]
fn assert_same(what: &str, eight: &[f32], one: &[f32]) {
    if cfg!(feature = "simd") {
        assert_close(what, eight, &wide(one), 1e-5);
    } else {
        assert_eq!(bits(eight), bits(one), "{what} of eight images at once");
    }
}

/// What was added to the gradient of each array of parameters, against differences.
#[track_caller]
fn assert_gradient<L: Parameters>(gradient: &L, mut differences: &[f64]) {
    for (array, values) in gradient.arrays() {
        let added: Vec<f32> = array.iter(values).map(|value| value - START).collect();
        let expected = differences.split_off(..added.len()).unwrap();
        if array.is_learned() {
            assert_close(&array.to_string(), &added, expected, 1e-4);
        } else {
            assert_eq!(added, vec![0.0; added.len()], "{array} has no gradient, and evaluation sees nothing");
        }
    }
}

/// ∂f/∂x of each of the numbers x, by central differences.
fn differences(x: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const STEP: f64 = 1.0 / 65536.0;
    let mut moved = x.to_vec();
    let slope = |n| {
        let mut at = |x| {
            moved[n] = x;
            f(&moved)
        };
        let slope = (at(x[n] + STEP) - at(x[n] - STEP)) / (2.0 * STEP);
        moved[n] = x[n];
        slope
    };
    (0..x.len()).map(slope).collect()
}

/// ⟨f(x) − f(0), g⟩ = ⟨x, dx(g)⟩, which says that the backward pass is the forward one transposed.
///
/// The values are small multiples of a number that a mean over 1, 4, 9 or 16 leaves whole: every sum is exact, and the
/// two sides are equal, as is y what the equation says.
fn adjoint<L: Equation>(seed: u64) {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let parameters = small(rng, L::COUNT, 1.0);
    let layer = layer::<L>(&parameters);
    let x: [Vec<f32>; 8] = from_fn(|_| small(rng, L::Input::LEN, WHOLE));
    let g: [Vec<f32>; 8] = from_fn(|_| small(rng, L::Output::LEN, WHOLE));
    let zero: [Vec<f32>; 8] = from_fn(|_| vec![0.0; L::Input::LEN]);

    let pass = |x, g| passes::<L, F32x8>(&layer, x, g, &mut layer_of(0.0));
    let (at_x, at_zero) = (pass(&x, &g), pass(&zero, &g));
    for n in 0..8 {
        let (x, g) = (wide(&x[n]), wide(&g[n]));
        let (y, dx) = (wide(&at_x.y[n]), wide(&at_x.dx[n]));
        assert_eq!(y, L::value(&wide(&parameters), &x));
        assert_eq!(dot(&y, &g) - dot(&wide(&at_zero.y[n]), &g), dot(&x, &dx), "the adjoint identity");
    }
    let one = passes::<L, f32>(&layer, &x[..1], &g[..1], &mut layer_of(0.0));
    assert_eq!((&one.y[0], &one.dx[0]), (&at_x.y[0], &at_x.dx[0]));
}

/// A layer with these parameters.
fn layer<L: Layer>(parameters: &[f32]) -> Box<L> {
    let mut layer = Box::new(L::ZERO);
    set(&mut *layer, parameters);
    layer
}

/// A layer with the same number everywhere.
fn layer_of<L: Layer>(number: f32) -> Box<L> {
    layer(&vec![number; L::COUNT])
}

/// From −1 to 1.
fn uniform(rng: &mut Xoshiro256PlusPlus, count: usize) -> Vec<f32> {
    (0..count).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Seven whole numbers around 0, times `factor`.
fn small(rng: &mut Xoshiro256PlusPlus, count: usize, factor: f32) -> Vec<f32> {
    (0..count).map(|_| factor * rng.random_range(-3..=3) as f32).collect()
}

/// An image that is at least the margin from all kinks and ties: its values are that far from 0 and from each other.
fn image<L: Equation>(rng: &mut Xoshiro256PlusPlus, parameters: &[f64]) -> Vec<f32> {
    let count = L::Input::LEN;
    let far = |_| {
        let place = |n: usize| (n as f32 + 0.5 - (count / 2) as f32) / 32.0 + rng.random_range(-1.0..1.0) / 256.0;
        let mut image: Vec<f32> = (0..count).map(place).collect();
        image.shuffle(rng);
        (L::margin(parameters, &wide(&image)) >= MARGIN).then_some(image)
    };
    // the layers inside a network see values that are not drawn: some images lie too near
    (0..10_000).find_map(far).expect("an image that is far from all kinks")
}

/// A layer without parameters on one image, and on eight that are the same: what it gives, and dx.
fn exact<L: Layer>(x: &[f32], dy: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let (x, dy) = (vec![x.to_vec(); 8], vec![dy.to_vec(); 8]);
    let mut one = passes::<L, f32>(&L::ZERO, &x[..1], &dy[..1], &mut layer_of(0.0));
    let eight = passes::<L, F32x8>(&L::ZERO, &x, &dy, &mut layer_of(0.0));
    assert_eq!((eight.y, eight.dx), (vec![one.y[0].clone(); 8], vec![one.dx[0].clone(); 8]));
    (one.y.remove(0), one.dx.remove(0))
}

mod kinks_and_ties {
    use super::*;

    #[test]
    fn relu_has_no_gradient_at_zero() {
        let (y, dx) = exact::<Relu<Vector<5>>>(&[-1.0, -0.0, 0.0, f32::MIN_POSITIVE, 2.0], &[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(y, [0.0, 0.0, 0.0, f32::MIN_POSITIVE, 2.0]);
        assert_eq!(dx, [0.0, 0.0, 0.0, 4.0, 5.0]);
    }

    #[test]
    fn the_first_of_equal_maxima_takes_the_gradient() {
        let (y, dx) = exact::<max_pool2d!([1, 2, 2] => 2)>(&[5.0; 4], &[3.0]);
        assert_eq!((y, dx), (vec![5.0], vec![3.0, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn the_first_maximum_is_found_row_by_row() {
        // by columns, the 7 of the second row would come first
        let (_, dx) = exact::<max_pool2d!([1, 2, 2] => 2)>(&[1.0, 7.0, 7.0, 1.0], &[3.0]);
        assert_eq!(dx, [0.0, 3.0, 0.0, 0.0]);
        let (_, dx) = exact::<max_pool2d!([1, 2, 2] => 2)>(&[1.0, 2.0, 7.0, 7.0], &[3.0]);
        assert_eq!(dx, [0.0, 0.0, 3.0, 0.0]);
    }

    #[test]
    fn negative_and_positive_zero_are_equal_maxima() {
        let (_, dx) = exact::<max_pool2d!([1, 2, 2] => 2)>(&[-1.0, -0.0, 0.0, -1.0], &[3.0]);
        assert_eq!(dx, [0.0, 3.0, 0.0, 0.0]);
    }

    #[test]
    fn windows_that_overlap_share_a_maximum() {
        // in every window the first 4 wins, and each window gives it its own part
        let x = [1.0, 4.0, 1.0, 1.0, 4.0, 1.0];
        let (y, dx) = exact::<max_pool2d!([1, 2, 3] => 2, stride 1)>(&x, &[1.0, 10.0]);
        assert_eq!((y, dx), (vec![4.0, 4.0], vec![0.0, 11.0, 0.0, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn channels_have_maxima_of_their_own() {
        let x = [9.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 9.0];
        let (y, dx) = exact::<max_pool2d!([2, 2, 2] => 2)>(&x, &[1.0, 2.0]);
        assert_eq!((y, dx), (vec![9.0, 9.0], vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.0]));
    }

    #[test]
    fn padding_never_wins_a_maximum() {
        let x = [-5.0, -2.0, -3.0, -4.0];
        let (y, dx) = exact::<max_pool2d!([1, 2, 2] => 2, padding 1)>(&x, &[1.0, 2.0, 3.0, 4.0]);
        assert_eq!((y, dx), (x.to_vec(), vec![1.0, 2.0, 3.0, 4.0]));
        let (y, _) = exact::<max_pool2d!([1, 1, 1] => 3, padding 1)>(&[f32::MIN], &[1.0]);
        assert_eq!(y, [f32::MIN]);
    }

    #[test]
    fn the_first_maximum_of_a_channel_takes_the_gradient() {
        let x = [1.0, 7.0, 7.0, 1.0, 2.0, 2.0, 2.0, 2.0];
        let (y, dx) = exact::<GlobalMaxPool<Image<2, 2, 2>>>(&x, &[3.0, 5.0]);
        assert_eq!((y, dx), (vec![7.0, 2.0], vec![0.0, 3.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0]));
        let (y, dx) = exact::<max_pool1d!([1, 4] => 4)>(&[1.0, 7.0, 7.0, 1.0], &[3.0]);
        assert_eq!((y, dx), (vec![7.0], vec![0.0, 3.0, 0.0, 0.0]));
    }

    #[test]
    fn padding_does_not_count_in_a_mean_where_it_is_said() {
        let x = [4.0, 8.0, 12.0, 16.0];
        let (y, dx) = exact::<avg_pool2d!([1, 2, 2] => 2, padding 1, no count)>(&x, &x);
        assert_eq!((y, dx), (x.to_vec(), x.to_vec()));
        // rounded up, the last window has the value 12 and one zero that counts; what is behind the zero does not
        let (y, _) = exact::<avg_pool1d!([1, 3] => 3, stride 2, padding (0, 1), ceil)>(&[0.0, 3.0, 12.0], &[1.0; 2]);
        assert_eq!(y, [5.0, 6.0]);
        let (y, _) =
            exact::<avg_pool1d!([1, 3] => 3, stride 2, padding (0, 1), ceil, no count)>(&[0.0, 3.0, 12.0], &[1.0; 2]);
        assert_eq!(y, [5.0, 12.0]);
    }

    #[test]
    fn padding_counts_in_a_mean() {
        let (y, dx) = exact::<avg_pool2d!([1, 2, 2] => 2, padding 1)>(&[4.0, 8.0, 12.0, 16.0], &[4.0, 8.0, 12.0, 16.0]);
        assert_eq!((y, dx), (vec![1.0, 2.0, 3.0, 4.0], vec![1.0, 2.0, 3.0, 4.0]));
    }

    #[test]
    fn softmax_does_not_see_what_is_added_to_all() {
        let (x, dy) = ([0.5, -2.0, 3.25, 0.0, 1.5], [1.0, -1.0, 0.5, 2.0, 0.0]);
        let expected = exact::<Softmax<5>>(&x, &dy);
        for shift in [1.0, -3.0, 1000.0, -1000.0, 65536.0] {
            // the sums are exact: not a bit may change
            assert_eq!(exact::<Softmax<5>>(&x.map(|x| x + shift), &dy), expected, "{shift}");
        }
    }
}
