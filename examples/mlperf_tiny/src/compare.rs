//! Whether a network gives what others have computed with the same weights.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use const_cnn::{Folded, Layer, Nested, Network, Output, Shape, Zero};

use crate::task::Task;
use crate::tensors::{File, read};
use crate::weights;

/// How far an output may be from what is expected, as a share of the largest one, or of 1.
const TOLERANCE: f32 = 1e-5;

/// How far what a network gives is from what is expected.
pub struct Comparison {
    /// Whether its outputs are near enough.
    pub agrees: bool,
    /// A row for the outputs, and for the layers, which show where a difference comes from.
    pub table: String,
}

/// Compares what a network of the `weights` gives with the `cases`.
///
/// # Errors
///
/// A sentence, when a file is not that of such a network.
pub fn compare<N: Task>(weights: &Path, cases: &Path) -> Result<Comparison, Box<dyn Error>> {
    let (weight_bytes, case_bytes) = (read(weights)?, read(cases)?);
    let (weights, cases) = (File::new(weights, &weight_bytes)?, File::new(cases, &case_bytes)?);
    let mut net = Folded::<N>::boxed();
    weights::load(&mut *net, &weights)?;
    let count = cases.count("input")?.max(1);
    let inputs = cases.values("input", &with(count, N::Input::DIMS))?;
    cases.values("output", &with(count, N::Output::DIMS))?;
    let given = infer::<N>(&net, &inputs)?;

    let mut table = format!("{:16}{:>10}{:>14}{:>20}\n", N::NAME, "values", "largest", "largest difference");
    let (mut difference, mut agrees) = (0.0f32, true);
    for tensor in cases.names() {
        let layer = layer(tensor);
        let Some(Given { dims, values }) = given.get(layer) else { continue };
        let stored = cases.count(tensor)?.clamp(1, count); // layers are there for some of the inputs
        let expected = cases.values(tensor, &with(stored, dims))?;
        let largest = expected.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        let farthest = expected.iter().zip(values).map(|(expected, found)| distance(*expected, *found));
        let farthest = farthest.max_by(f32::total_cmp).unwrap_or(0.0);
        table += &format!("{layer:16}{:>10}{largest:>14.4}{farthest:>20.1e}\n", expected.len());
        if !tensor.starts_with("layer.") {
            difference = difference.max(farthest);
            agrees &= farthest <= TOLERANCE * largest.max(1.0);
        }
    }
    let verdict = if agrees { "at most" } else { "over" };
    table += &format!("largest difference of an output: {difference:.1e}, {verdict} 1e-5 of the largest or of 1");
    Ok(Comparison { agrees, table })
}

/// The name of the layer whose values a tensor has: `layer.03.layer1.add` are those of `layer1`, which is a sum.
pub fn layer(tensor: &str) -> &str {
    let name = tensor.strip_prefix("layer.").and_then(|rest| rest.split_once('.')).map_or(tensor, |(_, name)| name);
    name.trim_end_matches(".add")
}

fn with(count: usize, dims: &[usize]) -> Vec<usize> {
    [&[count], dims].concat()
}

/// How far apart two values are: infinitely, if one is not finite.
fn distance(a: f32, b: f32) -> f32 {
    let distance = (a - b).abs();
    if distance.is_nan() { f32::INFINITY } else { distance }
}

/// What a layer has given for one input after the other.
struct Given {
    /// Those of one input.
    dims: &'static [usize],
    values: Vec<f32>,
}

/// What the layers give, by MLPerf's names, a normalisation and an activation being part of the layer before them; the last
/// one's values are called `logits`, what is published of them `output`.
fn infer<N: Task>(net: &Folded<N>, inputs: &[f32]) -> Result<BTreeMap<String, Given>, const_cnn::Error> {
    let mut given: BTreeMap<String, Given> = BTreeMap::new();
    let mut keep = |name: String, dims, values: &mut dyn Iterator<Item = f32>| {
        given.entry(name).or_insert(Given { dims, values: Vec::new() }).values.extend(values);
    };
    let mut scratch = <Folded<N> as Layer>::Scratch::<f32>::boxed();
    for input in inputs.chunks(N::Input::LEN) {
        let input = N::Input::from_slice(input)?;
        let mut y = Output::<N, f32>::ZERO;
        let mut layers = BTreeMap::new();
        net.activations(&input, &mut scratch, &mut y, |line, dims, values| {
            let name = line.trim_end_matches("_relu").trim_end_matches("_norm");
            layers.insert(name, (dims, values.collect::<Vec<f32>>()));
        });
        for (name, (dims, values)) in layers {
            keep(weights::name(name), dims, &mut values.into_iter());
        }
        keep("logits".into(), N::Output::DIMS, &mut y.flat().iter().copied());
        N::publish(y.flat_mut());
        for name in ["softmax", "output"] {
            keep(name.into(), N::Output::DIMS, &mut y.flat().iter().copied());
        }
    }
    Ok(given)
}
