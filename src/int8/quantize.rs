//! From a float network to its int8 form.

use std::boxed::Box;
use std::fmt;
use std::string::String;
use std::vec;
use std::vec::Vec;

use super::float::Float;
use super::plan::{At, Kind};
use super::source::Scale;
use super::{Arena, Form, Quantized};
use crate::layer::Input;
use crate::{Error, Fold, Nested, Zero};

/// How the range of what a layer gives is found, from what it gives for images.
///
/// ```
/// use const_cnn::{Range, Zero, network, quantize};
///
/// network! {
///     struct Net: [1] => [1] { dense: linear(1) }
/// }
/// // of 1001 images from 0 to 1 one is an outlier
/// let mut images: Vec<[f32; 1]> = (0..1000).map(|n| [n as f32 / 1000.0]).collect();
/// images.push([8.0]);
/// let high = |how| quantize(&Net::ZERO, &images, how).map(|q| q.layers[0].range.1);
/// assert_eq!(high(Range::MinMax)?, 8.0);
/// assert!(high(Range::Percentile(99.0))? < 1.0);
/// assert!(high(Range::SquaredError)? <= 8.0);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// From the least to the largest value.
    MinMax,
    /// So that this share of the values, in percent, is in it, and as many below as above.
    Percentile(f32),
    /// The part of the range whose rounding has the least mean squared error.
    SquaredError,
}

/// A quantised network, and what was measured on the way: what [`quantize`] gives.
///
/// As text it is a table, by layer: the range, the scale, the zero point, and how far the int8 layer is from the float one on the
/// same images, as the root of the mean square and as a share of the float values' own.
///
/// ```
/// use const_cnn::{Int8, Range, Zero, network, quantize};
///
/// network! {
///     struct Net: [2] => [1] { dense: linear(1), relu: relu }
/// }
/// let quantised = quantize(&Net::ZERO, &[[1.0, 0.5]], Range::MinMax)?;
/// // the same bytes, in a file, make the same network: in a `static`, too
/// let again = Int8::<Net>::from_le_bytes(&quantised.bytes);
/// let mut arena = Int8::<Net>::arena();
/// let y = quantised.net.output(&[0.5, 1.0], &mut arena);
/// assert_eq!(again.output(&[0.5, 1.0], &mut arena), y);
/// assert_eq!(quantised.to_string().lines().count(), 1 + quantised.layers.len());
/// # Ok::<(), const_cnn::Error>(())
/// ```
pub struct Quantization<N> {
    /// The network.
    pub net: Box<N>,
    /// The bytes that it is made from; see [`SOURCE_BYTES`](Quantized::SOURCE_BYTES).
    pub bytes: Vec<u8>,
    /// What was measured: of the image, then of each layer with a scale of its own, in the order in which they run.
    pub layers: Vec<Measured>,
}

/// What was measured of a layer.
///
/// ```
/// use const_cnn::{Measured, Range, Zero, network, quantize};
///
/// network! {
///     struct Net: [2] => [1] { dense: linear(1), relu: relu }
/// }
/// let quantised = quantize(&Net::ZERO, &[[1.0, -0.5]], Range::MinMax)?;
/// let Measured { name, range, .. } = &quantised.layers[0];
/// assert_eq!((name.as_str(), *range), ("image", (-0.5, 1.0)));
/// assert_eq!(quantised.layers[1].name, "dense"); // with its ReLU
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// The names that lead to the layer, with dots.
    pub name: String,
    /// The range that was chosen.
    pub range: (f32, f32),
    /// How int8 values stand for it.
    pub scale: Scale,
    /// The root of the mean squared difference of the int8 layer from the float one.
    pub error: f32,
    /// The root of the mean square of the float layer.
    pub size: f32,
}

impl<N> fmt::Display for Quantization<N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let names = self.layers.iter().map(|layer| layer.name.len()).max().unwrap_or(0).max(5);
        let head = ["from", "to", "scale", "zero", "error", "share"];
        let [from, to, scale, zero, error, share] = head;
        write!(f, "{:names$}{from:>10}{to:>10}{scale:>12}{zero:>6}{error:>10}{share:>9}", "layer")?;
        for Measured { name, range: (low, high), scale, error, size } in &self.layers {
            let Scale { scale, zero_point } = scale;
            let share = if *size > 0.0 { 100.0 * error / size } else { 0.0 };
            write!(f, "\n{name:names$}{low:>10.3}{high:>10.3}{scale:>12.6}{zero_point:>6}{error:>10.4}{share:>7.2} %")?;
        }
        Ok(())
    }
}

/// The largest number of weights' steps on either side.
const MOST: f32 = 127.0;

/// How many bins a range has while it is measured.
const BINS: usize = 2048;

/// What a layer gives for all images.
struct Seen {
    low: f32,
    high: f32,
    bins: Vec<u64>,
}

impl Seen {
    fn new() -> Seen {
        Seen { low: f32::INFINITY, high: f32::NEG_INFINITY, bins: vec![0; BINS] }
    }

    /// The bin of a value, once the range is known.
    fn bin(&self, x: f32) -> usize {
        let share = (x - self.low) / (self.high - self.low).max(f32::MIN_POSITIVE);
        ((share * BINS as f32) as usize).min(BINS - 1)
    }

    /// The middle of a bin.
    fn value(&self, bin: usize) -> f32 {
        self.low + (self.high - self.low) * (bin as f32 + 0.5) / BINS as f32
    }

    /// The range that is chosen.
    fn range(&self, how: Range) -> (f32, f32) {
        let (low, high) = (self.low, self.high);
        match how {
            Range::MinMax => (low, high),
            Range::Percentile(percent) => {
                let all: u64 = self.bins.iter().sum();
                let outside = (all as f64 * (100.0 - percent as f64) / 200.0) as u64;
                // the first bin that is not outside, from either end
                let mut sums = [0; 2];
                let mut is_in = |end: usize, bin: usize| {
                    sums[end] += self.bins[bin];
                    sums[end] > outside
                };
                let first = (0..BINS).find(|&bin| is_in(0, bin)).unwrap_or(0);
                let last = (0..BINS).rev().find(|&bin| is_in(1, bin)).unwrap_or(BINS - 1);
                let step = (high - low) / BINS as f32;
                (low + step * first as f32, low + step * (last + 1) as f32)
            }
            Range::SquaredError => {
                let error = |scale: Scale| -> f64 {
                    let of = |(bin, &count): (usize, &u64)| {
                        let x = self.value(bin);
                        let far = (scale.real(scale.quantize(x)) - x) as f64;
                        count as f64 * far * far
                    };
                    self.bins.iter().enumerate().map(of).sum()
                };
                let part = |n: i32| (low * n as f32 / 100.0, high * n as f32 / 100.0);
                let errors = (20..=100).rev().map(|n| (error(Scale::of_range(part(n).0, part(n).1)), n));
                let best = errors.fold((f64::INFINITY, 100), |best, next| if next.0 < best.0 { next } else { best });
                part(best.1)
            }
        }
    }
}

/// The int8 form of a network: its normalisation folded, the range of each layer taken from what it gives for `images`.
///
/// Weights are rounded by output channel to 127 steps on either side of 0. Some hundred images that are like those to come are
/// enough.
///
/// ```
/// use const_cnn::{Int8, Range, Zero, network, quantize};
///
/// network! {
///     struct Net: [2] => [2] { dense: linear(2) }
/// }
///
/// let mut net = Net::ZERO;
/// net.dense.weight = [[1.0, -0.5], [0.25, 1.0]];
/// let quantised = quantize(&net, &[[1.0, 0.5], [-1.0, 0.0]], Range::MinMax)?;
/// println!("{quantised}");
/// let y = quantised.net.output(&[0.5, 0.25], &mut Int8::<Net>::arena());
/// assert!((y[0] - 0.5625).abs() < 0.02);
/// # Ok::<(), const_cnn::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Empty`] without images; [`Error::NotFinite`] when a value of an image, of a layer, or a weight, normalisation folded,
/// is NaN or infinite; its index is that of the image, and 0 of a weight. [`Error::Setting`] when a percentile is not above 0 and
/// at most 100, and when an output's products and bias could have a sum that 32 bits do not hold, which takes more than 33 000
/// weights for it.
#[rustfmt::skip]
pub fn quantize<N, F, const W: usize, const B: usize, const A: usize>(
    net: &N, images: &[Input<F, f32>], how: Range,
) -> Result<Quantization<Quantized<F, W, B, A>>, Error>
where
    N: Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>> + Fold + Send,
{
    if let Range::Percentile(found) = how
        && !(found > 0.0 && found <= 100.0)
    {
        return Err(Error::Setting { name: "percentile", expected: "above 0 and at most 100", found });
    }
    let mut folded = F::boxed();
    net.fold_into(&mut folded);
    let mut float = Float::new(&*folded);
    if images.is_empty() {
        return Err(Error::Empty);
    }
    float.check_finite()?;
    let places = places::<F>();
    let seen = see::<F>(&mut float, images, &places)?;

    let ranges: Vec<(f32, f32)> = seen.iter().map(|seen| seen.range(how)).collect();
    let scales: Vec<Scale> = ranges.iter().map(|&(low, high)| Scale::of_range(low, high)).collect();
    let bytes = bytes::<F>(&float, &places, &scales)?;
    let mut net = Quantized::<F, W, B, A>::boxed();
    net.read_le(&bytes)?;
    let errors = errors::<F, W, B, A>(&mut float, &net, images, &places, &scales);

    let name = |&(at, _): &(usize, usize)| {
        // layers at the front keep the image's scale
        let recipe = F::RECIPES.iter().find(|recipe| at > 0 && recipe.scales[2] == At::Byte(at));
        recipe.map_or("image".into(), |recipe| recipe.path().join("."))
    };
    let layers = (0..places.len()).map(|n| {
        let (error, size) = errors[n];
        Measured { name: name(&places[n]), range: ranges[n], scale: scales[n], error, size }
    });
    Ok(Quantization { layers: layers.collect(), net, bytes })
}

/// Where scales are written, and the last step that gives values of each before another scale follows; the image first, as step 0.
fn places<F: Form>() -> Vec<(usize, usize)> {
    let mut places = vec![(0, 0)];
    for (n, (recipe, step)) in F::RECIPES.iter().zip(F::STEPS).enumerate() {
        let At::Byte(at) = recipe.scales[2] else { continue };
        match places.iter_mut().find(|place| place.0 == at) {
            Some(place) if matches!(step.kind, Kind::Branch(_)) => place.1 = n + 1,
            Some(_) => (),
            None => places.push((at, n + 1)),
        }
    }
    places.sort_unstable();
    places
}

/// Which of the scales a step gives anew, if it does.
fn given<F: Form>(places: &[(usize, usize)], n: usize) -> Option<usize> {
    let At::Byte(at) = F::RECIPES[n].scales[2] else { return None };
    let is_new = places.iter().any(|&place| place == (at, n + 1)) || matches!(F::STEPS[n].kind, Kind::Branch(_));
    places.iter().position(|place| place.0 == at).filter(|_| is_new)
}

/// What all layers give for the images.
fn see<F: Form>(float: &mut Float, images: &[Input<F, f32>], places: &[(usize, usize)]) -> Result<Vec<Seen>, Error> {
    let mut seen: Vec<Seen> = places.iter().map(|_| Seen::new()).collect();
    for (index, image) in images.iter().enumerate() {
        let mut wrong = None;
        let mut see = |seen: &mut Seen, values: &[f32]| {
            for &x in values {
                (seen.low, seen.high) = (seen.low.min(x), seen.high.max(x));
                if !x.is_finite() {
                    wrong.get_or_insert(x);
                }
            }
        };
        see(&mut seen[0], image.flat());
        float.infer::<F>(image.flat(), |n, values| {
            if let Some(place) = given::<F>(places, n) {
                see(&mut seen[place], values);
            }
        });
        if let Some(value) = wrong {
            return Err(Error::NotFinite { index, value });
        }
    }
    for image in images {
        let count = |seen: &mut Seen, values: &[f32]| {
            for &x in values {
                let bin = seen.bin(x);
                seen.bins[bin] += 1;
            }
        };
        count(&mut seen[0], image.flat());
        float.infer::<F>(image.flat(), |n, values| {
            if let Some(place) = given::<F>(places, n) {
                count(&mut seen[place], values);
            }
        });
    }
    Ok(seen)
}

/// The bytes of a network of these scales.
fn bytes<F: Form>(float: &Float, places: &[(usize, usize)], scales: &[Scale]) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![0; F::TOTALS.source];
    let write = |bytes: &mut [u8], at: usize, word: &[u8]| bytes[at..at + word.len()].copy_from_slice(word);
    for (&(at, _), scale) in places.iter().zip(scales) {
        write(&mut bytes, at, &scale.scale.to_le_bytes());
        write(&mut bytes, at + 4, &i32::from(scale.zero_point).to_le_bytes());
    }
    for (n, recipe) in F::RECIPES.iter().enumerate() {
        let (taken, layer) = (recipe.scales[0].read(&bytes), float.layer(n));
        let input = taken.scale;
        let mut rounded: Vec<i8> = Vec::new();
        for (f, &bias) in layer.biases.iter().enumerate() {
            let largest = layer.of(f).iter().fold(0.0f32, |largest, w| largest.max(w.abs()));
            // a bias is at most 2³⁰ of its steps
            let least = (bias.abs() / (1u32 << 30) as f32 / input).max(f32::MIN_POSITIVE);
            let scale = (largest / MOST).max(least);
            let first = rounded.len();
            rounded.extend(layer.of(f).iter().map(|w| (w / scale).round().clamp(-MOST, MOST) as i8));
            let bias = (bias as f64 / (input as f64 * scale as f64)).round() as i32;
            check_sums(&rounded[first..], bias, taken.zero_point)?;
            write(&mut bytes, recipe.source + 4 * f, &scale.to_le_bytes());
            write(&mut bytes, recipe.source + 4 * (recipe.outputs + f), &bias.to_le_bytes());
        }
        let rounded: Vec<u8> = rounded.into_iter().map(|w| w as u8).collect();
        write(&mut bytes, recipe.source + 8 * recipe.outputs, &rounded);
    }
    Ok(bytes)
}

/// That the sum of an output is an `i32`, whatever the values are that it takes.
fn check_sums(weights: &[i8], bias: i32, zero_point: i8) -> Result<(), Error> {
    let ends = [i8::MIN, i8::MAX].map(|q| i64::from(q) - i64::from(zero_point));
    let (mut low, mut high) = (i64::from(bias), i64::from(bias));
    for &w in weights {
        let products = ends.map(|x| x * i64::from(w));
        (low, high) = (low + products[0].min(products[1]), high + products[0].max(products[1]));
    }
    match [low, high].into_iter().find(|&sum| i32::try_from(sum).is_err()) {
        Some(sum) => {
            let expected = "from -2147483648 to 2147483647";
            Err(Error::Setting { name: "sum of products", expected, found: sum as f32 })
        }
        None => Ok(()),
    }
}

/// How far the int8 layers are from the float ones, and how large these are, as roots of mean squares.
fn errors<F: Form, const W: usize, const B: usize, const A: usize>(
    float: &mut Float,
    net: &Quantized<F, W, B, A>,
    images: &[Input<F, f32>],
    places: &[(usize, usize)],
    scales: &[Scale],
) -> Vec<(f32, f32)> {
    let mut sums = vec![(0.0f64, 0.0f64, 0u64); places.len()];
    let mut arena = Box::new(Arena::<A>::ZERO);
    for image in images {
        let mut expected: Vec<Vec<f32>> = vec![image.flat().to_vec()];
        float.infer::<F>(image.flat(), |_, values| expected.push(values.to_vec()));
        let mut add = |place: usize, expected: &[f32], found: &mut dyn Iterator<Item = i8>| {
            let (error, size, count) = &mut sums[place];
            for (&expected, q) in expected.iter().zip(found) {
                *error += ((scales[place].real(q) - expected) as f64).powi(2);
                *size += (expected as f64).powi(2);
                *count += 1;
            }
        };
        for (q, &x) in net.image_in(&mut arena).iter_mut().zip(image.flat()) {
            *q = scales[0].quantize(x);
        }
        add(0, &expected[0], &mut net.image_in(&mut arena).iter().copied());
        let mut n = 0;
        net.activations(&mut arena, |_, _, values| {
            if let Some(place) = given::<F>(places, n) {
                let found: Vec<i8> = match F::STEPS[n].kind {
                    Kind::Branch([own, first, channels]) => {
                        values.chunks(channels).flat_map(|values| values[first..first + own].iter().copied()).collect()
                    }
                    _ => values.to_vec(),
                };
                add(place, &expected[n + 1], &mut found.into_iter());
            }
            n += 1;
        });
    }
    let root = |sum: f64, count: u64| (sum / count.max(1) as f64).sqrt() as f32;
    sums.into_iter().map(|(error, size, count)| (root(error, count), root(size, count))).collect()
}
