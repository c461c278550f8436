//! The steps of an int8 network in `f32`: what each layer gives, to take ranges from and to compare with. Plain loops, on the
//! host.

use std::vec::Vec;

use super::plan::{Kind, Part, Recipe, Step};
use super::{Form, part, part_mut};
use crate::Error;
use crate::window_sizes::WindowSizes;

/// A folded network's steps, with what it has learned.
pub(super) struct Float<'a> {
    steps: &'a [Step],
    recipes: &'a [Recipe],
    layers: Vec<Weights>,
    arena: Vec<f32>,
}

/// What a step has learned: `weights` in PyTorch's order, the same number for each output, and a bias for each.
#[derive(Default)]
pub(super) struct Weights {
    pub weights: Vec<f32>,
    pub biases: Vec<f32>,
}

impl Weights {
    /// Those of an output.
    pub fn of(&self, f: usize) -> &[f32] {
        let count = self.weights.len() / self.biases.len().max(1);
        part(&self.weights, Part { at: f * count, len: count })
    }
}

impl<'a> Float<'a> {
    /// The steps of a network.
    pub fn new<F: Form>(net: &F) -> Float<'a> {
        let of_array = |index: usize| -> Vec<f32> {
            let (array, values) = (F::ARRAYS.get(index), net.values(index));
            array.map_or(Vec::new(), |array| array.iter(values).collect())
        };
        let layer = |recipe: &Recipe| {
            let (first, count) = recipe.arrays;
            let mut biases = if count > 1 { of_array(first + 1) } else { Vec::new() };
            biases.resize(recipe.outputs, 0.0);
            Weights { weights: if count > 0 { of_array(first) } else { Vec::new() }, biases }
        };
        let mut arena = Vec::new();
        arena.resize(F::TOTALS.arena, 0.0);
        Float { steps: F::STEPS, recipes: F::RECIPES, layers: F::RECIPES.iter().map(layer).collect(), arena }
    }

    /// What a step has learned.
    pub fn layer(&self, n: usize) -> &Weights {
        &self.layers[n]
    }

    /// That all that is learned is finite; index 0 is the first image's, with which it would show.
    pub fn check_finite(&self) -> Result<(), Error> {
        let all = self.layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.biases));
        all.copied().try_for_each(|value| match value.is_finite() {
            true => Ok(()),
            false => Err(Error::NotFinite { index: 0, value }),
        })
    }

    /// Infers, and shows for each step what it gives: of a branch its own values.
    pub fn infer<F: Form>(&mut self, image: &[f32], mut visit: impl FnMut(usize, &[f32])) {
        part_mut(&mut self.arena, F::TOTALS.image).copy_from_slice(image);
        for (n, ((step, recipe), layer)) in self.steps.iter().zip(self.recipes).zip(&self.layers).enumerate() {
            let x = part(&self.arena, step.x).to_vec();
            let y = part_mut(&mut self.arena, step.y);
            run(step, &recipe.window, layer, &x, y);
            for y in y.iter_mut() {
                // NaN stays
                *y = if y.is_nan() { *y } else { y.max(recipe.range.0).min(recipe.range.1) };
            }
            visit(n, if let Kind::Branch(_) = step.kind { &x } else { y });
        }
    }
}

fn run(step: &Step, window: &WindowSizes, layer: &Weights, x: &[f32], y: &mut [f32]) {
    match &step.kind {
        Kind::Conv(_) | Kind::Depthwise(_) | Kind::OtherConv(_) | Kind::OtherDepthwise(_) => {
            conv(window, layer, x, y);
        }
        Kind::Dense | Kind::Narrow => {
            for (f, y) in y.iter_mut().enumerate() {
                *y = layer.biases[f] + x.iter().zip(layer.of(f)).map(|(x, w)| x * w).sum::<f32>();
            }
        }
        Kind::MaxPool(sizes) | Kind::OtherMaxPool(sizes) => {
            pool(sizes, x, y, |values, _| values.iter().fold(f32::NEG_INFINITY, |largest, &value| largest.max(value)));
        }
        Kind::AvgPool(sizes, counts) | Kind::OtherAvgPool(sizes, counts) => pool(sizes, x, y, |values, padded| {
            let count = if *counts { padded } else { values.len() };
            values.iter().sum::<f32>() / count.max(1) as f32
        }),
        Kind::Add => y.iter_mut().zip(x).for_each(|(y, x)| *y += x),
        Kind::Branch([own, first, channels]) => {
            for (x, y) in x.chunks(*own).zip(y.chunks_mut(*channels)) {
                y[*first..first + own].copy_from_slice(x);
            }
        }
        Kind::Bound => y.copy_from_slice(x),
        Kind::Reorder([from, to]) => {
            let places = [x.len() / from, x.len() / to];
            for n in 0..x.len() {
                y[n % places[1] * to + n / places[1]] = x[n % places[0] * from + n / places[0]];
            }
        }
        Kind::Chances => {
            let largest = x.iter().fold(f32::NEG_INFINITY, |largest, &x| largest.max(x));
            let exp = |x: f32| crate::math::exp::<f32>(x - largest);
            let sum: f32 = x.iter().map(|&x| exp(x)).sum();
            y.iter_mut().zip(x).for_each(|(y, &x)| *y = exp(x) / sum);
        }
    }
}

/// The places in the image that the taps of a window meet along an axis, with the tap.
fn taps(n: &WindowSizes, axis: usize, window: usize) -> impl Iterator<Item = (usize, usize)> {
    let (start, dilation, padding, size) = (window * n.stride[axis], n.dilation[axis], n.padding[axis], n.input[axis]);
    let place = move |tap: usize| (tap, (start + tap * dilation).wrapping_sub(padding[0]));
    (0..n.kernel[axis]).map(place).filter(move |&(_, place)| place < size)
}

fn conv(n: &WindowSizes, layer: &Weights, x: &[f32], y: &mut [f32]) {
    let per_group = n.outputs / (n.channels / n.group);
    let mut points = y.chunks_exact_mut(n.outputs);
    for i in 0..n.output[0] {
        for j in 0..n.output[1] {
            let Some(y) = points.next() else { return };
            for (f, y) in y.iter_mut().enumerate() {
                let (w, first, mut sum) = (layer.of(f), f / per_group * n.group, layer.biases[f]);
                for (u, row) in taps(n, 0, i) {
                    for (v, column) in taps(n, 1, j) {
                        let x = &x[(row * n.input[1] + column) * n.channels + first..][..n.group];
                        for (a, x) in x.iter().enumerate() {
                            sum += x * w[(a * n.kernel[0] + u) * n.kernel[1] + v];
                        }
                    }
                }
                *y = sum;
            }
        }
    }
}

/// `of` the values of each window, and how many there are with padding.
fn pool(n: &WindowSizes, x: &[f32], y: &mut [f32], of: impl Fn(&[f32], usize) -> f32) {
    let padded = |axis: usize, window: usize| {
        let end = n.padding[axis][0] + n.input[axis] + n.padding[axis][1];
        (0..n.kernel[axis]).filter(|tap| window * n.stride[axis] + tap * n.dilation[axis] < end).count()
    };
    let (mut places, mut values) = (Vec::new(), Vec::new());
    let mut points = y.chunks_exact_mut(n.channels);
    for i in 0..n.output[0] {
        for j in 0..n.output[1] {
            let Some(y) = points.next() else { return };
            places.clear();
            for (_, row) in taps(n, 0, i) {
                places.extend(taps(n, 1, j).map(|(_, column)| (row * n.input[1] + column) * n.channels));
            }
            for (c, y) in y.iter_mut().enumerate() {
                values.clear();
                values.extend(places.iter().map(|place| x[place + c]));
                *y = of(&values, padded(0, i) * padded(1, j));
            }
        }
    }
}
