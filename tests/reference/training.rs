//! PyTorch's values of what training is made of: losses, rules and clipping; `tests/data/README.md` says what they are.

use std::collections::BTreeSet;

use const_cnn::{
    Adagrad, Adam, AdamW, AmsGrad, Array, Arrays, BinaryCrossEntropy, Class, Clip, CrossEntropy, Elem, Expected,
    ExpectedOf, F32x8, Huber, L1, Linear, Loss, MeanSquaredError, Moment, MultiMargin, Nested, Optimizer, Parameters,
    RmsProp, Sgd, SoftTargetCrossEntropy, SoftmaxCrossEntropy, Target, Unbiased, Vector, Weighted, Zero, schedules,
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

/// The cases of the list.
fn cases() -> Vec<Value> {
    let json: Value = serde_json::from_str(CASES).unwrap();
    json["cases"].as_array().unwrap().clone()
}

/// What the list says of the case `op/name`.
fn case(path: &str) -> Value {
    let is_case = |case: &Value| path == format!("{}/{}", case["op"].as_str().unwrap(), case["name"].as_str().unwrap());
    cases().into_iter().find(is_case).unwrap()
}

#[test]
fn every_case_is_tested() {
    let name = |case: Value| format!("{}/{}", case["op"].as_str().unwrap(), case["name"].as_str().unwrap());
    let found: BTreeSet<String> = cases().into_iter().map(name).collect();
    let tested = [
        "bce_with_logits/huge",
        "bce_with_logits/plain",
        "clip_norm/plain",
        "cross_entropy/ignored",
        "cross_entropy/ignored_weights_smoothing",
        "cross_entropy/smoothing",
        "cross_entropy/soft_labels",
        "cross_entropy/weights",
        "huber/plain",
        "l1/plain",
        "mse/plain",
        "multi_margin/margin",
        "multi_margin/plain",
        "optimizer/adagrad",
        "optimizer/adagrad_decay",
        "optimizer/adam",
        "optimizer/adam_amsgrad",
        "optimizer/adam_amsgrad_decay",
        "optimizer/adam_decay",
        "optimizer/adamw",
        "optimizer/rmsprop",
        "optimizer/rmsprop_decay",
        "optimizer/rmsprop_momentum",
        "optimizer/sgd",
        "optimizer/sgd_dampening",
        "optimizer/sgd_dampening_without_momentum",
        "optimizer/sgd_momentum",
        "optimizer/sgd_nesterov_decay",
        "schedule/cosine",
        "schedule/exponential",
        "schedule/multi_step",
        "schedule/one_cycle",
        "schedule/plateau",
        "schedule/step",
        "schedule/warm_up",
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

/// With both elements.
fn both<L: Loss<Vector<4>>>(case: &str, of: &L, targets: &[Expected<L, Vector<4>>]) {
    loss::<L, f32>(case, of, targets);
    loss::<L, F32x8>(case, of, targets);
}

/// A loss whose targets are vectors.
fn of_vectors<L: Loss<Vector<4>, Target = Vector<4>>>(case: &str, of: &L) {
    both(case, of, floats(&format!("{case}/target")).as_chunks().0);
}

/// A loss whose targets are labels.
fn of_labels<L: Loss<Vector<4>, Target = Class>>(case: &str, of: &L) {
    both(case, of, &labels(&format!("{case}/labels")));
}

#[test]
fn losses_of_vectors() {
    of_vectors("mse/plain", &MeanSquaredError);
    of_vectors("l1/plain", &L1);
    of_vectors("huber/plain", &Huber::new(number(&case("huber/plain")["delta"])).unwrap());
    of_vectors("bce_with_logits/plain", &BinaryCrossEntropy);
    of_vectors("bce_with_logits/huge", &BinaryCrossEntropy);
    of_vectors("cross_entropy/soft_labels", &SoftTargetCrossEntropy);
}

#[test]
fn losses_of_labels() {
    of_labels("multi_margin/plain", &MultiMargin::ZERO);
    of_labels("multi_margin/margin", &MultiMargin::new(number(&case("multi_margin/margin")["margin"])).unwrap());
    for path in
        ["smoothing", "weights", "ignored", "ignored_weights_smoothing"].map(|name| format!("cross_entropy/{name}"))
    {
        let (settings, mut loss) = (case(&path), CrossEntropy::<4>::ZERO);
        if settings["tensors"].as_array().unwrap().iter().any(|tensor| tensor == "weight") {
            loss = loss.weights(floats(&format!("{path}/weight")).try_into().unwrap()).unwrap();
        }
        if let Some(class) = settings["ignore_index"].as_u64() {
            loss = loss.ignoring(class as usize);
        }
        if !settings["label_smoothing"].is_null() {
            loss = loss.smoothing(number(&settings["label_smoothing"])).unwrap();
        }
        of_labels(&path, &loss);
    }
}

#[test]
fn weighted_cross_entropy() {
    let weights = floats("cross_entropy/weights/weight");
    let labels = labels("cross_entropy/weights/labels");
    let targets: Vec<_> = labels.into_iter().map(|label| (label, weights[label])).collect();
    both("cross_entropy/weights", &Weighted(SoftmaxCrossEntropy), &targets);
}

/// Nine numbers that decay.
type Nine = Linear<9, 1, Unbiased>;

fn nine(values: &[f32]) -> Nine {
    let mut nine = Nine::ZERO;
    nine.values_mut(0).copy_from_slice(values);
    nine
}

/// The parameters after each of ten steps.
fn rule<O: Optimizer>(name: &str, rule: impl Fn(&Value) -> O) {
    let settings = case(&format!("optimizer/{name}"))["settings"].clone();
    let rule = rule(&settings).with_weight_decay(number(&settings["weight_decay"])).unwrap();

    let path = |tensor: &str| format!("optimizer/{name}/{tensor}");
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
    let sgd = |settings: &Value| {
        let sgd = Sgd::new(number(&settings["lr"]), number(&settings["momentum"])).unwrap();
        let sgd = sgd.dampening(number(&settings["dampening"])).unwrap();
        if settings["nesterov"] == true { sgd.nesterov() } else { sgd }
    };
    rule("sgd", sgd);
    rule("sgd_momentum", sgd);
    rule("sgd_nesterov_decay", sgd);
    rule("sgd_dampening", sgd);
    rule("sgd_dampening_without_momentum", sgd);
}

#[test]
fn adam_and_what_is_made_of_it() {
    let adam = |settings: &Value| {
        let betas = [0, 1].map(|n| number(&settings["betas"][n]));
        let adam = Adam::new(number(&settings["lr"])).unwrap().betas(betas[0], betas[1]).unwrap();
        adam.epsilon(number(&settings["eps"])).unwrap()
    };
    rule("adam", adam);
    rule("adam_decay", adam);
    rule("adamw", |settings| AdamW(adam(settings)));
    rule("adam_amsgrad", |settings| AmsGrad(adam(settings)));
    rule("adam_amsgrad_decay", |settings| AmsGrad(adam(settings)));
}

#[test]
fn rms_prop() {
    let rms_prop = |settings: &Value| {
        let rule = RmsProp::new(number(&settings["lr"]), number(&settings["momentum"])).unwrap();
        let rule = rule.alpha(number(&settings["alpha"])).unwrap();
        rule.epsilon(number(&settings["eps"])).unwrap()
    };
    rule("rmsprop", rms_prop);
    rule("rmsprop_momentum", rms_prop);
    rule("rmsprop_decay", rms_prop);
}

#[test]
fn adagrad() {
    let adagrad = |settings: &Value| {
        let rule = Adagrad::new(number(&settings["lr"])).unwrap();
        rule.epsilon(number(&settings["eps"])).unwrap()
    };
    rule("adagrad", adagrad);
    rule("adagrad_decay", adagrad);
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

/// The rate of each epoch, of a rule whose own is `rate`.
#[track_caller]
fn schedule(name: &str, learning_rate: f32, mut schedule: impl FnMut(&Moment) -> f32) {
    let expected = floats(&format!("schedule/{name}/learning_rate"));
    assert_eq!(expected.len(), 40);
    for (epoch, expected) in (0..).zip(expected) {
        let found = schedule(&Moment { learning_rate, epoch, batch: 0, batches: 1, last: None });
        assert!((found - expected).abs() <= 1e-5 * expected, "epoch {epoch}: {found}, expected {expected}");
    }
}

#[test]
fn schedules_of_the_epoch() {
    let settings = |name: &str| case(&format!("schedule/{name}"))["settings"].clone();
    let of = settings("step");
    schedule("step", 0.1, schedules::step(of["step_size"].as_u64().unwrap(), number(&of["gamma"])));
    let of = settings("multi_step");
    let milestones: Vec<u64> = of["milestones"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    schedule("multi_step", 0.1, schedules::multi_step(&milestones, number(&of["gamma"])));
    schedule("exponential", 0.1, schedules::exponential(number(&settings("exponential")["gamma"])));
    let of = settings("cosine");
    schedule("cosine", 0.1, schedules::cosine(of["t_max"].as_u64().unwrap(), number(&of["eta_min"])));
    let of = settings("warm_up");
    let same = |moment: &Moment| moment.learning_rate;
    schedule("warm_up", 0.1, schedules::warm_up(number(&of["total_iters"]), number(&of["start_factor"]), same));
    // of one batch an epoch; the rule's own rate is the largest
    let of = settings("one_cycle");
    let one_cycle = schedules::one_cycle(of["total_steps"].as_u64().unwrap(), number(&of["pct_start"]));
    schedule("one_cycle", number(&of["max_lr"]), one_cycle);
}

#[test]
fn reduce_on_plateau() {
    let of = case("schedule/plateau")["settings"].clone();
    let patience = of["patience"].as_u64().unwrap() as usize;
    let mut plateau = schedules::ReduceOnPlateau::new(number(&of["factor"]), patience).unwrap();
    let mut losses = floats("schedule/plateau/loss").into_iter();
    schedule("plateau", 0.1, |moment| {
        let rate = plateau.rate(moment);
        plateau.see(losses.next().unwrap());
        rate
    });
}
