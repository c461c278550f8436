mod files;
mod int8;
mod reference;
mod references;

use std::fs;
use std::path::Path;

use const_cnn::Folded;

use crate::compare::compare;
use crate::networks::{Ad, Ic, Kws, Sww, Vww};
use crate::task::Task;
use crate::tasks::area_under_curve;
use files::{Files, Tensor, bytes};
use reference::Reference;

#[test]
fn the_networks_are_those_of_the_benchmark() {
    // parameters and multiply-accumulates of what is published, and the values that are alive at once
    let sizes = [
        [Folded::<Kws>::PARAMETERS, Kws::MULTIPLY_ACCUMULATES, Kws::ALIVE],
        [Folded::<Vww>::PARAMETERS, Vww::MULTIPLY_ACCUMULATES, Vww::ALIVE],
        [Folded::<Ic>::PARAMETERS, Ic::MULTIPLY_ACCUMULATES, Ic::ALIVE],
        [Folded::<Ad>::PARAMETERS, Ad::MULTIPLY_ACCUMULATES, Ad::ALIVE],
        [Folded::<Sww>::PARAMETERS, Sww::MULTIPLY_ACCUMULATES, Sww::ALIVE],
    ];
    let published = [
        [22_604, 2_656_768, 16_000],
        [210_850, 7_489_664, 55_296],
        [77_706, 12_501_632, 49_152],
        [265_864, 264_192, 768],
        [46_883, 826_368, 6_656],
    ];
    assert_eq!(sizes, published);
    let folded = [Folded::<Kws>::ALIVE, Folded::<Vww>::ALIVE, Folded::<Ic>::ALIVE, Folded::<Ad>::ALIVE];
    assert_eq!(folded, [16_000, 55_296, 49_152, 768]);
}

/// What plain loops give, the network gives; and where they differ by little it is said.
fn agrees<N: Task>(Reference { weights, mut cases, .. }: Reference) {
    let files = Files::new(N::NAME);
    files.write(&weights, &cases);
    let comparison = compare::<N>(&files.weights, &files.cases).unwrap();
    assert!(comparison.agrees, "{}", comparison.table);
    for name in ["conv1", "block1.dw", "block4.pw", "layer1", "layer3", "fc", "fc1", "fc10", "softmax", "output"] {
        let named = |tensor: &Tensor| tensor.name.trim_end_matches(".add").ends_with(name);
        let is_shown = comparison.table.lines().any(|line| line.split(' ').next() == Some(name));
        assert_eq!(is_shown, cases.iter().any(named), "{name}: {}", comparison.table);
    }

    let output = cases.iter_mut().find(|tensor| tensor.name == "output").unwrap();
    let largest = output.values.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
    *output.values.last_mut().unwrap() += 3e-5 * largest;
    files.write(&weights, &cases);
    assert!(!compare::<N>(&files.weights, &files.cases).unwrap().agrees);
}

#[test]
fn kws_gives_what_plain_loops_give() {
    agrees::<Kws>(references::kws());
}

#[test]
fn vww_gives_what_plain_loops_give() {
    agrees::<Vww>(references::vww());
}

#[test]
fn ic_gives_what_plain_loops_give() {
    agrees::<Ic>(references::ic());
}

#[test]
fn ad_gives_what_plain_loops_give() {
    agrees::<Ad>(references::ad());
}

#[test]
fn sww_gives_what_plain_loops_give() {
    agrees::<Sww>(references::sww());
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let Reference { weights, cases, .. } = references::sww();
    let files = Files::new("wrong");
    let message = || match compare::<Sww>(&files.weights, &files.cases) {
        Ok(comparison) => panic!("{}", comparison.table),
        Err(error) => error.to_string(),
    };
    // a change to the tensor of a name, in either file
    type Change = fn(&mut Tensor);
    let changes: [(&str, Change, &str); 8] = [
        ("block2.dw.weight", |t| t.name = "other".into(), "expected a tensor `block2.dw.weight`, found none"),
        ("block2.dw.weight", |t| t.dims = vec![128, 5, 1, 1], "to be F32 [128, 1, 5], found F32 [128, 5, 1, 1]"),
        ("block4.pw.bias", |t| t.dims = vec![1, 32], "`block4.pw.bias` to be F32 [32], found F32 [1, 32]"),
        ("fc.bias", |t| t.values[1] = f32::NAN, "weights: expected finite values in `fc.bias`, found NaN"),
        ("input", |t| t.dims = vec![], "`input` to be F32 [1, 40, 30], found F32 []"),
        ("input", |t| t.values[1] = f32::INFINITY, "expected finite values in `input`, found inf"),
        ("output", |t| t.name = "outputs".into(), "cases: expected a tensor `output`, found none"),
        (
            "layer.01.block1.pw",
            |t| t.dims = vec![1, 28, 128],
            "`layer.01.block1.pw` to be F32 [1, 128, 28], found F32 [1, 28, 128]",
        ),
    ];
    for (name, change, expected) in changes {
        let [mut weights, mut cases] = [weights.clone(), cases.clone()];
        let tensor = weights.iter_mut().chain(&mut cases).find(|tensor| tensor.name == name).unwrap();
        change(tensor);
        tensor.values.truncate(tensor.dims.iter().product());
        files.write(&weights, &cases);
        assert!(message().contains(expected), "{}", message());
    }

    let other = Tensor { name: "fc2.bias".into(), dims: vec![1], values: vec![0.0] };
    files.write(&[&weights[..], &[other]].concat(), &cases);
    assert!(message().contains("expected the weights of one network, found `fc2.bias` beside them"), "{}", message());

    let whole = bytes(&weights);
    let mut long_header = whole.clone();
    long_header[..8].fill(0xff);
    for broken in [&whole[..whole.len() - 1], &whole[..20], &[], b"no tensors at all", &long_header] {
        fs::write(&files.weights, broken).unwrap();
        assert!(message().contains("weights: expected a safetensors file: "), "{}", message());
    }
    let error = compare::<Sww>(Path::new("/none/of/these"), &files.cases).err().unwrap().to_string();
    assert!(error.starts_with("cannot read /none/of/these: "), "{error}");
}

#[test]
fn the_area_under_the_curve_counts_pairs() {
    assert_eq!(area_under_curve(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
    assert_eq!(area_under_curve(&[3.0, 4.0], &[1.0, 2.0]), 0.0);
    assert_eq!(area_under_curve(&[1.0, 3.0], &[2.0, 3.0]), 0.625); // of four pairs two, and one by half
}
