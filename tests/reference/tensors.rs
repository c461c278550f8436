//! Safetensors, with the crate `safetensors` and PyTorch as the other side.

use std::collections::{BTreeMap, HashMap};

use const_cnn::{Layer, Linear, Names, Parameters, Safetensors, SafetensorsError, Zero, network};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors, serialize};

/// `tests/data/state_dict.py` has it in PyTorch's words.
static STATE: &[u8] = include_bytes!("../data/state_dict.safetensors");

network! {
    #[derive(Clone, Debug, PartialEq)]
    struct Net: [4, 5, 5] => [3] {
        conv: conv2d(6, kernel 3, padding 1, groups 2),
        norm: batch_norm(eps 1e-3),
        prelu: prelu,
        up: conv_transpose2d(4, kernel 2, stride 2, no bias),
        groups: group_norm(2),
        depthwise: depthwise_conv2d(kernel 3, multiplier 2),
        relu: relu,
        pool: max_pool2d(2),
        instance: instance_norm,
        flatten: flatten,
        dense: linear(12),
        layer: layer_norm,
        logits: linear(3, no bias),
    }
}

fn numbers(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

/// What PyTorch has written, with its own names.
const PYTORCH: Names = Names::SEQUENTIAL.passing_over(&["case"]);

fn net() -> Net {
    let mut net = Net::ZERO;
    net.read_safetensors(STATE, &PYTORCH).unwrap();
    net
}

#[test]
fn a_state_dict_gives_pytorchs_values() {
    let (net, file) = (net(), SafeTensors::deserialize(STATE).unwrap());
    let [x, y] = ["case.x", "case.y"].map(|name| numbers(file.tensor(name).unwrap().data()));
    let bound = 1e-5 * y.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
    for (x, y) in x.chunks_exact(100).zip(y.chunks_exact(3)) {
        let found = net.output(&Net::image(x).unwrap());
        for (found, expected) in found.iter().zip(y) {
            assert!((found - expected).abs() <= bound, "{found}, expected {expected}");
        }
    }
    // all tensors are arrays or passed over, and all arrays are tensors
    let passed_over = ["case.x", "case.y", "1.num_batches_tracked"];
    assert_eq!(file.len(), Net::ARRAYS.len() + passed_over.len());
    assert!(passed_over.iter().all(|name| file.tensor(name).is_ok()));
}

#[test]
fn the_crate_reads_what_is_written() {
    let net = net();
    let state = SafeTensors::deserialize(STATE).unwrap();
    for names in [Names::SEQUENTIAL, Names::PYTORCH] {
        let mut bytes = vec![0; Net::safetensors_bytes(&names).unwrap()];
        assert_eq!(net.write_safetensors(&mut bytes, &names), Ok(bytes.len()));
        let (start, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        assert_eq!(start % 8, 0);
        assert_eq!(metadata.metadata(), &Some(HashMap::from([("format".into(), "pt".into())])));
        let file = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(file.len(), Net::ARRAYS.len());
        for (name, tensor) in file.tensors() {
            // as PyTorch has written it, number for number
            let (line, array) = name.split_once('.').unwrap();
            let place =
                Net::ROWS.iter().position(|row| row.name == line).map_or(line.into(), |place| place.to_string());
            let expected = state.tensor(&format!("{place}.{array}")).unwrap();
            assert_eq!((tensor.dtype(), tensor.shape()), (Dtype::F32, expected.shape()), "{name}");
            assert_eq!(tensor.data(), expected.data(), "{name}");
        }
    }
}

/// A file of the crate's with these tensors.
fn file(tensors: &BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)>) -> Vec<u8> {
    let view = |(dtype, shape, bytes): &(Dtype, Vec<usize>, Vec<u8>)| -> TensorView<'static> {
        TensorView::new(*dtype, shape.clone(), bytes.clone().leak()).unwrap()
    };
    serialize(tensors.iter().map(|(name, tensor)| (name, view(tensor))), None).unwrap()
}

/// The tensors of `Net` with PyTorch's names, as the crate has them.
fn tensors() -> BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)> {
    let arrays = net();
    let arrays = arrays.arrays().map(|(array, values)| {
        let name = array.path().join(".").replace("mean", "running_mean").replace("variance", "running_var");
        let bytes = array.iter(values).flat_map(f32::to_le_bytes).collect();
        (name, (Dtype::F32, array.dims().to_vec(), bytes))
    });
    arrays.collect()
}

#[test]
fn what_the_crate_writes_is_read() {
    let mut tensors = tensors();
    let mut back = Net::ZERO;
    back.read_safetensors(&file(&tensors), &Names::PYTORCH).unwrap();
    assert_eq!(back, net());
    // of all types, of which the crate sorts the largest to the front
    let (_, shape, bytes) = tensors["dense.bias"].clone();
    let wide: Vec<u8> = numbers(&bytes).iter().flat_map(|&number| f64::from(number).to_le_bytes()).collect();
    tensors.insert("dense.bias".into(), (Dtype::F64, shape, wide));
    tensors.insert("groups.bias".into(), (Dtype::BF16, vec![4], vec![0, 0x3f, 0, 0x40, 0xc0, 0xbf, 1, 0]));
    tensors.insert("groups.weight".into(), (Dtype::F16, vec![4], vec![0, 0x38, 0, 0x40, 0, 0xbe, 1, 0]));
    tensors.insert("norm.num_batches_tracked".into(), (Dtype::I64, vec![], vec![0; 8]));
    for (n, dtype) in
        [Dtype::BOOL, Dtype::U8, Dtype::I16, Dtype::U32, Dtype::C64, Dtype::F8_E4M3].into_iter().enumerate()
    {
        tensors.insert(format!("optimizer.{n}"), (dtype, vec![2, 4], vec![0; dtype.bitsize()]));
    }
    let mut back = Net::ZERO;
    back.read_safetensors(&file(&tensors), &Names::PYTORCH.passing_over(&["optimizer"])).unwrap();
    let mut expected = net();
    expected.groups.bias = [0.5, 2.0, -1.5, f32::from_bits(1 << 16)];
    expected.groups.weight = [0.5, 2.0, -1.5, 2f32.powi(-24)];
    assert_eq!(back, expected);
}

#[test]
fn each_tensor_that_is_missing_wrong_or_too_many_is_named() {
    let whole = tensors();
    let refused = |tensors: &BTreeMap<_, _>| {
        let mut net = net();
        let before = net.clone();
        let error = net.read_safetensors(&file(tensors), &Names::PYTORCH).unwrap_err();
        assert_eq!(net, before);
        error
    };
    for (name, (_, shape, bytes)) in &whole {
        let named = format!("{name} {shape:?}");
        let mut other = whole.clone();
        other.remove(name);
        match refused(&other) {
            SafetensorsError::Missing { expected, found } => {
                assert_eq!((expected.as_str(), found.as_str()), (&named[..], ""));
            }
            error => panic!("{error}"),
        }
        other.insert(format!("{name}_"), whole[name].clone());
        match refused(&other) {
            SafetensorsError::Missing { expected, found } => {
                assert_eq!(expected.as_str(), named);
                assert_eq!(found.as_str(), format!("{name}_ {shape:?}"));
            }
            error => panic!("{error}"),
        }
        let mut other = whole.clone();
        other.insert(format!("{name}.more"), whole[name].clone());
        match refused(&other) {
            SafetensorsError::Extra { found } => assert_eq!(found.as_str(), format!("{name}.more {shape:?}")),
            error => panic!("{error}"),
        }
        let mut other = whole.clone();
        let wrong = [&[1][..], shape].concat();
        other.insert(name.clone(), (Dtype::F32, wrong.clone(), bytes.clone()));
        match refused(&other) {
            SafetensorsError::Shape { expected, found } => {
                assert_eq!((expected.as_str(), found.as_str()), (&named[..], &format!("{name} {wrong:?}")[..]));
            }
            error => panic!("{error}"),
        }
        for dtype in [Dtype::I32, Dtype::U32] {
            let mut other = whole.clone();
            other.insert(name.clone(), (dtype, shape.clone(), bytes.clone()));
            match refused(&other) {
                SafetensorsError::Type { tensor, found } => {
                    assert_eq!((tensor.as_str(), found.as_str()), (&name[..], &format!("{dtype:?}")[..]));
                }
                error => panic!("{error}"),
            }
        }
        let mut other = whole.clone();
        let mut bytes = bytes.clone();
        let last = bytes.len() / 4 - 1;
        bytes[4 * last..].copy_from_slice(&f32::NAN.to_le_bytes());
        other.insert(name.clone(), (Dtype::F32, shape.clone(), bytes));
        match refused(&other) {
            SafetensorsError::NotFinite { tensor, index, value } => {
                assert_eq!((tensor.as_str(), index, value.is_nan()), (&name[..], last, true));
            }
            error => panic!("{error}"),
        }
    }
}

/// What is read, the crate reads too, with the same numbers; what is refused changes nothing.
fn check(bytes: &[u8]) -> bool {
    let mut dense = Linear::<3, 2>::ZERO;
    if dense.read_safetensors(bytes, &Names::PYTORCH).is_err() {
        assert_eq!(dense, Linear::ZERO);
        return false;
    }
    let file = SafeTensors::deserialize(bytes).unwrap();
    for (array, values) in dense.arrays() {
        let tensor = file.tensor(array.name()).unwrap();
        assert_eq!((tensor.dtype(), tensor.shape()), (Dtype::F32, array.dims()));
        assert_eq!(numbers(tensor.data()), array.iter(values).collect::<Vec<_>>());
    }
    true
}

#[test]
fn of_changed_files_no_more_are_read_than_the_crate_reads() {
    let dense = Linear::<3, 2> { weight: [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], bias: [7.0, 8.0] };
    let mut whole = [0; Linear::<3, 2>::SAFETENSORS_BYTES];
    dense.write_safetensors(&mut whole, &Names::PYTORCH).unwrap();
    assert!(check(&whole));
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole;
            bytes[place] ^= 1 << bit;
            check(&bytes);
        }
    }
    // pieces that are cut out, doubled, exchanged and overwritten, at places that a generator draws
    let mut state = 1u64;
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let mut read = 0;
    for _ in 0..100_000 {
        let mut header = whole[8..whole.len() - 32].to_vec();
        for _ in 0..=below(2) {
            let (from, to) = (below(header.len()), below(header.len()));
            let piece = header[from..(from + below(12)).min(header.len())].to_vec();
            let end = if below(2) == 0 { to } else { (to + piece.len()).min(header.len()) };
            let piece = if below(4) == 0 { &b"0 \"\n"[below(4)..][..1] } else { &piece[..] };
            header.splice(to..end, piece.iter().copied());
        }
        let len = (header.len() as u64).to_le_bytes();
        read += usize::from(check(&[&len[..], &header, &whole[whole.len() - 32..]].concat()));
    }
    assert!(read > 1000, "{read}");
}

#[test]
fn a_large_header_takes_no_more_than_a_moment() {
    // as many tensors as a header of the largest size has
    let mut header = String::from("{");
    for n in 0.. {
        let tensor = format!(r#"{n:x}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#);
        if header.len() + tensor.len() + 3 > 1 << 18 {
            break;
        }
        header += &format!("{}\"{tensor}", if n > 0 { "," } else { "" });
    }
    header += "}";
    let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat();
    let start = std::time::Instant::now();
    assert!(!check(&bytes));
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    println!("{:?} for {} tensors", start.elapsed(), header.matches(':').count() / 4);
}
