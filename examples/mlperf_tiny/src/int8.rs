//! Whether an int8 network gives what others have computed with the same weights: all bits of all layers.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use const_cnn::{Entry, Fold, Form, Int8, Layer, Layout, Multiplier, Network, Quantized, Scale, Shape, Zero};
use safetensors::Dtype;

use crate::compare::{Comparison, layer};
use crate::options::Name;
use crate::tensors::{File, read};
use crate::weights;

/// Compares what all layers of an int8 network of the `weights` give with the `cases`, and the multipliers with those stored.
///
/// # Errors
///
/// A sentence, when a file is not that of such a network.
pub fn compare<N, F, const W: usize, const B: usize, const A: usize>(
    weights: &Path,
    cases: &Path,
) -> Result<Comparison, Box<dyn Error>>
where
    N: Network + Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>> + Layer<Input = N::Input, Output = N::Output>,
{
    let (weight_bytes, case_bytes) = (read(weights)?, read(cases)?);
    let (weights, cases) = (File::new(weights, &weight_bytes)?, File::new(cases, &case_bytes)?);
    let (source, multipliers) = source::<N, F, W, B, A>(&weights)?;
    let mut net = Int8::<N>::ZERO;
    net.read_le(&source)?;

    let count = cases.count("input")?;
    let inputs = cases.bytes("input", Dtype::I8, count * N::Input::LEN)?;
    let mut given: BTreeMap<String, Vec<i8>> = BTreeMap::new();
    let mut arena = Int8::<N>::arena();
    for input in inputs.chunks(N::Input::LEN) {
        put(input, &N::Input::LAYOUT, net.image_in(&mut arena));
        net.activations(&mut arena, |path, dims, values| {
            let of_layer = given.entry(step_name(path)).or_default();
            of_layer.extend(in_order(dims, values));
        });
    }

    let mut table = format!("{:26}{:>10}{:>10}\n", N::NAME, "values", "differ");
    let (mut values, mut differ) = (0, 0);
    for tensor in cases.names() {
        let name = name_of_tensor::<N>(tensor);
        let Some(found) = given.get(name) else { continue };
        let stored = cases.count(tensor)? * (found.len() / count.max(1));
        let expected = cases.bytes(tensor, Dtype::I8, stored)?;
        let wrong = expected.iter().zip(found).filter(|(expected, found)| **expected as i8 != **found).count();
        table += &format!("{tensor:26}{stored:>10}{wrong:>10}\n");
        (values, differ) = (values + stored, differ + wrong);
    }
    table += &format!("{values} values, {differ} differ; {} multipliers, {} differ", multipliers.0, multipliers.1);
    Ok(Comparison { agrees: values > 0 && differ + multipliers.1 == 0, table })
}

/// Puts an int8 network and its cases into one file: what each step gives is stored as it lies, see `tests/layers`.
///
/// # Errors
///
/// A sentence, when a file is not that of such a network.
pub fn pack<N, F, const W: usize, const B: usize, const A: usize>(
    name: Name,
    weights: &Path,
    cases: &Path,
) -> Result<Vec<u8>, Box<dyn Error>>
where
    N: Network + Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>> + Layer<Input = N::Input, Output = N::Output>,
{
    let (weight_bytes, case_bytes) = (read(weights)?, read(cases)?);
    let (weights, cases) = (File::new(weights, &weight_bytes)?, File::new(cases, &case_bytes)?);
    let (source, _) = source::<N, F, W, B, A>(&weights)?;
    let net = Int8::<N>::ZERO; // whatever it gives: only which steps it has is asked
    let count = cases.count("input")?;
    let inputs = cases.bytes("input", Dtype::I8, count * N::Input::LEN)?;

    let number = |n: usize| (n as u32).to_le_bytes();
    let mut packed = format!("{:4}", format!("{name:?}").to_lowercase()).into_bytes();
    packed.extend(number(source.len()));
    packed.extend(source);
    packed.extend(number(count));
    let mut arena = Int8::<N>::arena();
    for (n, input) in inputs.chunks(N::Input::LEN).enumerate() {
        put(input, &N::Input::LAYOUT, net.image_in(&mut arena));
        packed.extend(net.image_in(&mut arena).iter().map(|&value| value as u8));
        let mut steps = Vec::new();
        net.activations(&mut arena, |path, dims, _| steps.push((step_name(path), dims)));
        for (step, dims) in steps {
            let len = dims.iter().product();
            let mut stored = Vec::new();
            for tensor in cases.names().into_iter().filter(|tensor| name_of_tensor::<N>(tensor) == step) {
                let all = cases.bytes(tensor, Dtype::I8, cases.count(tensor)? * len)?;
                stored.extend(all.chunks(len).nth(n));
            }
            packed.extend(number(stored.len()));
            for values in stored {
                let mut as_it_lies = vec![0; len];
                put(values, &layout(dims), &mut as_it_lies);
                packed.extend(as_it_lies.iter().map(|&value| value as u8));
            }
        }
    }
    Ok(packed)
}

/// Puts values into their places.
fn put(values: &[u8], layout: &Layout, to: &mut [i8]) {
    for (n, &value) in values.iter().enumerate() {
        to[layout.position(n)] = value as i8;
    }
}

/// The layer of which a tensor of the cases is.
fn name_of_tensor<N: Network>(tensor: &str) -> &str {
    match tensor {
        "output" if N::NAME.ends_with("Chances") => "softmax",
        "output" => "fc10",
        "logits" => "fc",
        _ => layer(tensor),
    }
}

/// The layer of which a step is.
fn step_name(path: &[&str]) -> String {
    name(path).trim_end_matches(".add").into()
}

/// The bytes of a network; how many multipliers there are, and how many differ.
type Sourced = (Vec<u8>, (usize, usize));

/// The bytes of an int8 network from a file, and how many multipliers there are in it and differ from what its scales give.
fn source<N, F, const W: usize, const B: usize, const A: usize>(file: &File) -> Result<Sourced, Box<dyn Error>>
where
    N: Fold<Folded = F>,
    F: Form<Net = Quantized<F, W, B, A>>,
{
    let mut bytes = Vec::new();
    let one = |name: &str, dtype| file.bytes(name, dtype, 1);
    bytes.extend(one("input.scale", Dtype::F32)?);
    bytes.extend(one("input.zero_point", Dtype::I32)?);
    let mut multipliers = (0, 0);
    let scale = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as f64;
    for Entry { path, input, outputs, weights } in Int8::<N>::entries() {
        let name = name(path) + if outputs == 0 { ".add" } else { "" };
        let given = one(&format!("{name}.output_scale"), Dtype::F32)?;
        let input = input.map_or(Scale::SOFTMAX.scale as f64, |at| scale(&bytes[at..]));
        bytes.extend(given);
        bytes.extend(one(&format!("{name}.output_zero_point"), Dtype::I32)?);
        if outputs == 0 {
            continue;
        }
        let of_weights = match file.bytes(&format!("{name}.weight_scale"), Dtype::F32, outputs) {
            Ok(of_each) => of_each.to_vec(),
            Err(_) => one(&format!("{name}.weight_scale"), Dtype::F32)?.repeat(outputs), // of all
        };
        let count = file.count(&format!("{name}.multiplier"))?.min(outputs);
        let q = file.bytes(&format!("{name}.multiplier"), Dtype::I32, count)?;
        let s = file.bytes(&format!("{name}.shift"), Dtype::I32, count)?;
        for (n, (q, s)) in q.as_chunks().0.iter().zip(s.as_chunks().0).enumerate() {
            let stored = Multiplier { q: i32::from_le_bytes(*q), s: i32::from_le_bytes(*s) };
            let found = Multiplier::of(input * scale(&of_weights[4 * n..]) / scale(given));
            multipliers = (multipliers.0 + 1, multipliers.1 + usize::from(stored != found));
        }
        bytes.extend(of_weights);
        bytes.extend(file.bytes(&format!("{name}.bias"), Dtype::I32, outputs)?);
        bytes.extend(file.bytes(&format!("{name}.weight"), Dtype::I8, weights)?);
    }
    Ok((bytes, multipliers))
}

/// MLPerf's name of a layer.
pub fn name(path: &[&str]) -> String {
    let path = path.strip_prefix(&["net"]).unwrap_or(path);
    weights::name(&path.join("."))
}

/// Values that lie channels last in the order channel, row, column.
pub fn in_order(dims: &'static [usize], values: &[i8]) -> Vec<i8> {
    let layout = layout(dims);
    (0..values.len()).map(|n| values[layout.position(n)]).collect()
}

/// How values lie channels last.
fn layout(dims: &'static [usize]) -> Layout {
    match dims {
        [_, _, _] => Layout::new(dims).stored(&[1, 2, 0]),
        [_, _] => Layout::new(dims).stored(&[1, 0]),
        _ => Layout::new(dims),
    }
}
