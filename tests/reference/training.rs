//! PyTorch's values of what training is made of: losses, rules and clipping; `tests/data/README.md` says what they are.

use std::collections::BTreeSet;

use const_cnn::{
    Adam, Array, Arrays, Clip, Elem, Expected, ExpectedOf, F32x8, Linear, Loss, MeanSquaredError, Nested, Optimizer,
    Parameters, Sgd, SoftmaxCrossEntropy, Target, Unbiased, Vector, Weighted, Zero,
};
use safetensors::SafeTensors;
use serde_json::Value;

static TENSORS: &[u8] = include_bytes!("../data/training.safetensors");
static CASES: &str = include_str!("../data/training.json");

fn floats(name: &str) -> Vec<f32> {
    let tensors = SafeTensors::deserialize(TENSORS).unwrap();
    let tensor = tensors.tensor(name).unwrap();
    tensor.data().as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect()
}

fn labels(name: &str) -> Vec<usize> {
    let tensors = SafeTensors::deserialize(TENSORS).unwrap();
    let tensor = tensors.tensor(name).unwrap();
    tensor.data().as_chunks().0.iter().map(|eight| i64::from_le_bytes(*eight) as usize).collect()
}

/// |a − b| ≤ 1e-5 · max(1, largest |b|)
#[track_caller]
fn assert_close(found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len());
    let bound = 1e-5 * expected.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
    for (n, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= bound, "{n}: {found}, expected {expected}");
    }
}

#[test]
fn every_case_is_tested() {
    let json: Value = serde_json::from_str(CASES).unwrap();
    let cases = json["cases"].as_array().unwrap().iter();
    let found: BTreeSet<String> =
        cases.map(|case| format!("{}/{}", case["op"].as_str().unwrap(), case["name"].as_str().unwrap())).collect();
    let tested = [
        "clip_norm/plain",
        "cross_entropy/weights",
        "mse/plain",
        "optimizer/adam",
        "optimizer/adam_decay",
        "optimizer/sgd",
        "optimizer/sgd_momentum",
    ];
    assert!(found.iter().map(String::as_str).eq(tested), "{found:?}");
}

/// The mean loss of a case's images, and its gradient.
fn loss<L: Loss<Vector<4>>, V: Elem>(case: &str, loss: &L, targets: &[Expected<L, Vector<4>>]) {
    let path = |tensor: &str| format!("{case}/{tensor}");
    let images = floats(&path("x"));
    let images = images.as_chunks::<4>().0;
    let (mut total, mut weights, mut dx) = (0.0, 0.0, Vec::new());
    for (images, targets) in images.chunks(V::LANES).zip(targets.chunks(V::LANES)) {
        let (mut y, mut dy) = ([V::ZERO; 4], [V::splat(f32::NAN); 4]);
        let mut of = <ExpectedOf<L, Vector<4>, V>>::ZERO;
        for (lane, (image, target)) in images.iter().zip(targets).enumerate() {
            y.iter_mut().zip(image).for_each(|(y, &value)| y.lanes_mut()[lane] = value);
            L::Target::put::<V>(target, lane, &mut of);
        }
        let losses = loss.loss(&y, &of, &mut dy);
        for (lane, target) in targets.iter().enumerate() {
            assert_eq!(loss.check(target), Ok(()));
            let weight = loss.weight(target);
            total += weight * losses.lanes()[lane];
            weights += weight;
            dx.extend(dy.flat().iter().map(|dy: &V| weight * dy.lanes()[lane]));
        }
    }
    assert_eq!(floats(&path("dy")), [1.0], "the gradient is that of the mean itself");
    assert_close(&[total / weights], &floats(&path("y")));
    dx.iter_mut().for_each(|dx| *dx /= weights);
    assert_close(&dx, &floats(&path("dx")));
}

#[test]
fn mean_squared_error() {
    let targets = floats("mse/plain/target");
    loss::<_, f32>("mse/plain", &MeanSquaredError, targets.as_chunks().0);
    loss::<_, F32x8>("mse/plain", &MeanSquaredError, targets.as_chunks().0);
}

#[test]
fn weighted_cross_entropy() {
    let weights = floats("cross_entropy/weights/weight");
    let labels = labels("cross_entropy/weights/labels");
    let targets: Vec<_> = labels.into_iter().map(|label| (label, weights[label])).collect();
    loss::<_, f32>("cross_entropy/weights", &Weighted(SoftmaxCrossEntropy), &targets);
    loss::<_, F32x8>("cross_entropy/weights", &Weighted(SoftmaxCrossEntropy), &targets);
}

/// Nine numbers that decay.
type Nine = Linear<9, 1, Unbiased>;

fn nine(values: &[f32]) -> Nine {
    let mut nine = Nine::ZERO;
    nine.values_mut(0).copy_from_slice(values);
    nine
}

/// The parameters after each of ten steps.
fn rule<O: Optimizer>(case: &str, rule: impl Fn(&Value) -> O) {
    let json: Value = serde_json::from_str(CASES).unwrap();
    let is_case = |value: &&Value| value["op"] == "optimizer" && value["name"] == case;
    let settings = json["cases"].as_array().unwrap().iter().find(is_case).unwrap()["settings"].clone();
    let rule = rule(&settings).with_weight_decay(number(&settings["weight_decay"])).unwrap();

    let path = |tensor: &str| format!("optimizer/{case}/{tensor}");
    let (mut parameters, mut state) = (nine(&floats(&path("start"))), Zero::ZERO);
    let (gradients, after) = (floats(&path("gradients")), floats(&path("after")));
    let steps = gradients.as_chunks::<9>().0.iter().zip(after.as_chunks::<9>().0);
    assert_eq!(steps.len(), 10);
    for (step, (gradient, after)) in steps.enumerate() {
        rule.step(step as u64, &mut state, &mut parameters, &nine(gradient)).unwrap();
        assert_close(parameters.values(0), after);
    }
}

fn number(value: &Value) -> f32 {
    value.as_f64().unwrap() as f32
}

#[test]
fn sgd() {
    let sgd = |settings: &Value| Sgd::new(number(&settings["lr"]), number(&settings["momentum"])).unwrap();
    rule("sgd", sgd);
    rule("sgd_momentum", sgd);
}

#[test]
fn adam() {
    let adam = |settings: &Value| {
        let betas = [0, 1].map(|n| number(&settings["betas"][n]));
        let adam = Adam::new(number(&settings["lr"])).unwrap().betas(betas[0], betas[1]).unwrap();
        adam.epsilon(number(&settings["eps"])).unwrap()
    };
    rule("adam", adam);
    rule("adam_decay", adam);
}

/// Two arrays.
struct Two([f32; 12], [f32; 5]);

impl Zero for Two {
    const ZERO: Self = Two([0.0; 12], [0.0; 5]);
}

impl Parameters for Two {
    const ARRAYS: Arrays = Arrays::Own(&[Array::new("g0", &[4, 3]), Array::new("g1", &[5])]);

    fn values(&self, index: usize) -> &[f32] {
        if index == 0 { &self.0 } else { &self.1 }
    }

    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        if index == 0 { &mut self.0 } else { &mut self.1 }
    }
}

#[test]
fn clipping_by_norm() {
    let path = |tensor: &str| format!("clip_norm/plain/{tensor}");
    let mut gradient = Two::ZERO;
    gradient.values_mut(0).copy_from_slice(&floats(&path("g0")));
    gradient.values_mut(1).copy_from_slice(&floats(&path("g1")));
    assert_close(&[const_cnn::gradient_norm(&gradient)], &floats(&path("norm")));
    // a step of plain gradient descent at the rate 1 takes away what is left of the gradient
    let rule = Sgd::new(1.0, 0.0).unwrap().with_clip(Clip::Norm(1.0)).unwrap();
    let (mut parameters, mut state) = (Two::ZERO, Zero::ZERO);
    rule.step(0, &mut state, &mut parameters, &gradient).unwrap();
    assert_close(&parameters.0.map(|p| -p), &floats(&path("clipped0")));
    assert_close(&parameters.1.map(|p| -p), &floats(&path("clipped1")));
}
