//! An int8 network in files that are made from a quantised one: read back, all layers agree; changed, it is said.

use std::fs;

use const_cnn::{Init, Int8, Layer, Multiplier, Range, Shape, Zero, quantize};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, serialize};

use super::files::Files;
use crate::int8::{compare, in_order, name, pack};
use crate::networks::SwwChances;
use crate::options::Name;

/// A tensor: its name, type, dimensions and bytes.
type Tensor = (String, Dtype, Vec<usize>, Vec<u8>);

fn write(path: &std::path::Path, tensors: &[Tensor]) {
    let view = |(name, dtype, dims, data): &'_ Tensor| (name.clone(), *dtype, dims.clone(), data.clone());
    let all: Vec<Tensor> = tensors.iter().map(view).collect();
    let views = all
        .iter()
        .map(|(name, dtype, dims, data)| (name.as_str(), TensorView::new(*dtype, dims.clone(), data).unwrap()));
    fs::write(path, serialize(views, None).unwrap()).unwrap();
}

/// The files of a drawn network: weights, cases.
fn files() -> [Vec<Tensor>; 2] {
    type Net = SwwChances;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
    let mut net = Net::boxed();
    Init::KaimingNormal.draw(&mut *net, &mut rng).unwrap();
    let len = <Net as Layer>::Input::LEN;
    let mut image = || Net::image(&(0..len).map(|_| rng.random_range(-1.0..1.0)).collect::<Vec<f32>>()).unwrap();
    let images = [image(), image()];
    let quantized = quantize(&*net, &images, Range::MinMax).unwrap();

    let bytes = &quantized.bytes;
    let mut at = 0;
    let mut next = |count: usize| {
        at += count;
        bytes[at - count..at].to_vec()
    };
    let scale = |bytes: &[u8]| f32::from_le_bytes(bytes[..4].try_into().unwrap()) as f64;
    let mut weights = vec![
        ("input.scale".into(), Dtype::F32, vec![1], next(4)),
        ("input.zero_point".into(), Dtype::I32, vec![1], next(4)),
    ];
    for entry in Int8::<Net>::entries() {
        let (name, n) = (name(entry.path), entry.outputs);
        let (output, zero, of_weights) = (next(4), next(4), next(4 * n));
        let input = scale(&bytes[entry.input.unwrap()..]); // none takes chances
        let multipliers: Vec<Multiplier> =
            of_weights.chunks(4).map(|of| Multiplier::of(input * scale(of) / scale(&output))).collect();
        let words = |of: fn(&Multiplier) -> i32| multipliers.iter().flat_map(|m| of(m).to_le_bytes()).collect();
        weights.push((format!("{name}.output_scale"), Dtype::F32, vec![1], output));
        weights.push((format!("{name}.output_zero_point"), Dtype::I32, vec![1], zero));
        weights.push((format!("{name}.weight_scale"), Dtype::F32, vec![n], of_weights));
        weights.push((format!("{name}.multiplier"), Dtype::I32, vec![n], words(|m| m.q)));
        weights.push((format!("{name}.shift"), Dtype::I32, vec![n], words(|m| m.s)));
        weights.push((format!("{name}.bias"), Dtype::I32, vec![n], next(4 * n)));
        weights.push((format!("{name}.weight"), Dtype::I8, vec![n, entry.weights / n], next(entry.weights)));
    }

    let scale = quantized.net.input_scale();
    let (mut inputs, mut layers, mut arena) = (Vec::new(), Vec::<(String, Vec<u8>)>::new(), Int8::<Net>::arena());
    for image in &images {
        let flat: Vec<i8> = image.as_flattened().iter().map(|&x| scale.quantize(x)).collect();
        quantized.net.image_in(&mut arena).copy_from_slice(&flat);
        inputs.extend(in_order(<Net as Layer>::Input::DIMS, &flat).into_iter().map(|q| q as u8));
        quantized.net.activations(&mut arena, |path, dims, values| {
            let values = in_order(dims, values).into_iter().map(|q| q as u8);
            match layers.iter_mut().find(|layer| layer.0 == name(path)) {
                Some(layer) => layer.1.extend(values),
                None => layers.push((name(path), values.collect())),
            }
        });
    }
    let two = |bytes: &Vec<u8>| vec![2, bytes.len() / 2];
    let output = layers.last().unwrap().1.clone();
    let mut cases = vec![
        ("input".into(), Dtype::I8, two(&inputs), inputs.clone()),
        ("output".into(), Dtype::I8, two(&output), output),
    ];
    for (n, (name, bytes)) in layers.into_iter().enumerate() {
        cases.push((format!("layer.{n:02}.{name}"), Dtype::I8, two(&bytes), bytes));
    }
    [weights, cases]
}

#[test]
fn an_int8_network_is_compared_bit_for_bit() {
    let ([weights, cases], files) = (files(), Files::new("int8"));
    let run = || compare::<SwwChances, _, _, _, _>(&files.weights, &files.cases);
    let change = |tensors: &[Tensor], name: &str, byte: usize| {
        let mut tensors = tensors.to_vec();
        tensors.iter_mut().find(|tensor| tensor.0 == name).unwrap().3[byte] ^= 1;
        tensors
    };
    write(&files.weights, &weights);
    write(&files.cases, &cases);
    let comparison = run().unwrap();
    assert!(comparison.agrees, "{}", comparison.table);
    assert!(comparison.table.ends_with("0 differ; 843 multipliers, 0 differ"), "{}", comparison.table);

    for (tensor, wrong) in [("layer.02.block2.dw", "layer.02.block2.dw"), ("output", "output")] {
        write(&files.cases, &change(&cases, tensor, 5));
        let comparison = run().unwrap();
        let row = comparison.table.lines().find(|row| row.starts_with(wrong)).unwrap().to_string();
        assert!(!comparison.agrees && row.ends_with(" 1"), "{}", comparison.table);
    }
    write(&files.cases, &cases);
    write(&files.weights, &change(&weights, "block3.pw.shift", 0));
    let comparison = run().unwrap();
    assert!(!comparison.agrees && comparison.table.ends_with(", 1 differ"), "{}", comparison.table);
}

#[test]
fn what_is_wrong_with_an_int8_file_is_said() {
    let ([weights, cases], files) = (files(), Files::new("int8-wrong"));
    write(&files.cases, &cases);
    let message = |name: &str, change: fn(&mut Tensor)| {
        let mut weights = weights.clone();
        change(weights.iter_mut().find(|tensor| tensor.0 == name).unwrap());
        write(&files.weights, &weights);
        match compare::<SwwChances, _, _, _, _>(&files.weights, &files.cases) {
            Ok(comparison) => panic!("{}", comparison.table),
            Err(error) => error.to_string(),
        }
    };
    let found = message("block1.dw.bias", |tensor| tensor.0 = "other".into());
    assert!(found.contains("expected a tensor `block1.dw.bias`, found none"), "{found}");
    let found = message("fc.weight", |tensor| (tensor.2, tensor.3) = (vec![1], vec![0]));
    assert!(found.contains("expected `fc.weight` to be 96 of I8, found I8 [1]"), "{found}");
    let found = message("fc.output_scale", |tensor| tensor.3.fill(0));
    assert!(found.contains("scale"), "{found}");
}

#[test]
fn what_is_packed_is_all_that_is_compared() {
    let ([weights, cases], files) = (files(), Files::new("int8-packed"));
    write(&files.weights, &weights);
    write(&files.cases, &cases);
    let packed = pack::<SwwChances, _, _, _, _>(Name::Sww, &files.weights, &files.cases).unwrap();
    let number = |at: usize| u32::from_le_bytes(*packed[at..].first_chunk().unwrap()) as usize;
    assert_eq!((&packed[..4], number(4)), (&b"sww "[..], Int8::<SwwChances>::SOURCE_BYTES));
    let mut net = Int8::<SwwChances>::ZERO;
    net.read_le(&packed[8..][..number(4)]).unwrap();

    // it runs as it was when it was packed, and the steps' values lie as they are stored
    let (mut at, mut arena, mut values) = (8 + number(4), Int8::<SwwChances>::arena(), 0);
    assert_eq!(number(at), 2);
    at += 4;
    for _image in 0..2 {
        let image = net.image_in(&mut arena);
        image.iter_mut().zip(&packed[at..]).for_each(|(value, &stored)| *value = stored as i8);
        at += image.len();
        net.activations(&mut arena, |path, _, given| {
            let count = number(at);
            assert!(count > 0, "{path:?}");
            at += 4;
            for _ in 0..count {
                assert!(given.iter().zip(&packed[at..]).all(|(&value, &stored)| value == stored as i8), "{path:?}");
                at += given.len();
                values += given.len();
            }
        });
    }
    assert_eq!(at, packed.len());
    let table = compare::<SwwChances, _, _, _, _>(&files.weights, &files.cases).unwrap().table;
    assert!(table.contains(&format!("\n{values} values, 0 differ")), "{values}: {table}");
}
