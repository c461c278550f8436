//! The networks computed in plain loops, layer by layer, with weights that are drawn: what a file of cases holds.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use super::files::Tensor;

/// A map of `[C, H, W]`, in that order.
#[derive(Clone)]
struct Map {
    dims: [usize; 3],
    values: Vec<f32>,
}

/// A window: rows and columns, the step, and TensorFlow's padding, or none.
type Window = ([usize; 2], usize, bool);

/// A network up to some layer, and what its layers have given for each input.
pub struct Reference {
    rng: Xoshiro256PlusPlus,
    maps: Vec<Map>,
    pub weights: Vec<Tensor>,
    pub cases: Vec<Tensor>,
}

impl Reference {
    pub fn new(dims: [usize; 3]) -> Reference {
        let mut reference =
            Reference { rng: Xoshiro256PlusPlus::seed_from_u64(1), maps: vec![], weights: vec![], cases: vec![] };
        for _ in 0..2 {
            let values = reference.draw(dims.iter().product(), 1.0);
            reference.maps.push(Map { dims, values });
        }
        reference.keep("input");
        reference
    }

    pub fn conv(&mut self, name: &str, filters: usize, window: Window, relu: bool) {
        self.weigh(name, filters, 1, window, relu);
    }

    pub fn depthwise(&mut self, name: &str, window: Window, relu: bool) {
        let channels = self.maps[0].dims[0];
        self.weigh(name, channels, channels, window, relu);
    }

    /// A dense layer is a convolution over the whole map.
    pub fn dense(&mut self, name: &str, outputs: usize, relu: bool) {
        for map in &mut self.maps {
            map.dims = [map.values.len(), 1, 1];
        }
        self.weigh(name, outputs, 1, ([1, 1], 1, false), relu);
        let weight = self.weights.len() - 2;
        self.weights[weight].dims.truncate(2);
    }

    /// Ends a network in the mean of each channel.
    pub fn mean(&mut self, name: &str) {
        for map in &mut self.maps {
            let len = map.dims[1] * map.dims[2];
            map.values = map.values.chunks(len).map(|channel| channel.iter().sum::<f32>() / len as f32).collect();
            map.dims = [map.dims[0], 1, 1];
        }
        self.layer(name);
    }

    /// A block of two convolutions, added to its input.
    pub fn residual(&mut self, name: &str, filters: usize, stride: usize) {
        let before = self.maps.clone();
        self.conv(&format!("{name}.conv1"), filters, ([3, 3], stride, true), true);
        self.conv(&format!("{name}.conv2"), filters, ([3, 3], 1, true), false);
        let inner = std::mem::replace(&mut self.maps, before);
        if stride > 1 {
            self.conv(&format!("{name}.downsample"), filters, ([1, 1], stride, true), false);
        }
        for (map, inner) in self.maps.iter_mut().zip(inner) {
            map.values.iter_mut().zip(inner.values).for_each(|(x, f)| *x = (*x + f).max(0.0));
        }
        self.layer(&format!("{name}.add"));
    }

    /// Ends a classifier.
    pub fn softmax(mut self) -> Reference {
        self.keep("logits");
        for map in &mut self.maps {
            let sum: f32 = map.values.iter().map(|value| value.exp()).sum();
            map.values.iter_mut().for_each(|value| *value = value.exp() / sum);
        }
        self.layer("softmax");
        self.end()
    }

    /// Ends a network.
    pub fn end(mut self) -> Reference {
        self.keep("output");
        self
    }

    /// A convolution of as many groups, with a bias.
    fn weigh(&mut self, name: &str, filters: usize, groups: usize, (kernel, stride, same): Window, relu: bool) {
        let [channels, kh, kw] = [self.maps[0].dims[0] / groups, kernel[0], kernel[1]];
        let fan_in = channels * kh * kw;
        let weight = self.draw(filters * fan_in, (6.0 / fan_in as f32).sqrt());
        let bias = self.draw(filters, 0.5);
        for map in &mut self.maps {
            *map = convolved(map, &weight, &bias, [filters / groups, channels], ([kh, kw], stride, same), relu);
        }
        self.weights.push(Tensor {
            name: format!("{name}.weight"),
            dims: vec![filters, channels, kh, kw],
            values: weight,
        });
        self.weights.push(Tensor { name: format!("{name}.bias"), dims: vec![filters], values: bias });
        self.layer(name);
    }

    fn draw(&mut self, count: usize, bound: f32) -> Vec<f32> {
        (0..count).map(|_| self.rng.random_range(-bound..bound)).collect()
    }

    fn layer(&mut self, name: &str) {
        let number = self.cases.iter().filter(|tensor| tensor.name.starts_with("layer.")).count();
        self.keep(&format!("layer.{number:02}.{name}"));
    }

    /// Layers are kept for the first input only.
    fn keep(&mut self, name: &str) {
        let maps = if name.starts_with("layer.") { &self.maps[..1] } else { &self.maps };
        let [c, h, w] = maps[0].dims;
        let dims = if h * w == 1 { vec![maps.len(), c] } else { vec![maps.len(), c, h, w] };
        let values = maps.iter().flat_map(|map| &map.values).copied().collect();
        self.cases.push(Tensor { name: name.into(), dims, values });
    }
}

/// `filters` of as many channels each, for each group of channels.
fn convolved(
    x: &Map,
    weight: &[f32],
    bias: &[f32],
    [filters, channels]: [usize; 2],
    (kernel, stride, same): Window,
    relu: bool,
) -> Map {
    let sizes = [x.dims[1], x.dims[2]];
    let outputs: [usize; 2] = std::array::from_fn(|axis| match same {
        true => sizes[axis].div_ceil(stride),
        false => (sizes[axis] - kernel[axis]) / stride + 1,
    });
    let before: [usize; 2] = std::array::from_fn(|axis| match same {
        true => ((outputs[axis] - 1) * stride + kernel[axis]).saturating_sub(sizes[axis]) / 2,
        false => 0,
    });
    let mut y = Map { dims: [bias.len(), outputs[0], outputs[1]], values: Vec::new() };
    for (f, &bias) in bias.iter().enumerate() {
        for (i, j) in (0..outputs[0]).flat_map(|i| (0..outputs[1]).map(move |j| (i, j))) {
            let mut sum = f64::from(bias);
            for a in 0..channels {
                for (u, v) in (0..kernel[0]).flat_map(|u| (0..kernel[1]).map(move |v| (u, v))) {
                    let (row, column) = (i * stride + u, j * stride + v);
                    if row < before[0] || column < before[1] {
                        continue;
                    }
                    let (row, column) = (row - before[0], column - before[1]);
                    if row >= sizes[0] || column >= sizes[1] {
                        continue;
                    }
                    let w = weight[((f * channels + a) * kernel[0] + u) * kernel[1] + v];
                    let x = x.values[((f / filters * channels + a) * sizes[0] + row) * sizes[1] + column];
                    sum += f64::from(w) * f64::from(x);
                }
            }
            let value = sum as f32;
            y.values.push(if relu { value.max(0.0) } else { value });
        }
    }
    y
}
