//! Whole runs: the same losses and the same checksum as ever, and what is left where training fails.

#[path = "checksum/src/run.rs"]
mod run;

use const_cnn::{
    Data, Dataset, Elem, Error, Evaluator, F32x8, Input, Linear, Loss, Nested, Optimizer, Parameters, Scalar, Sgd,
    SoftmaxCrossEntropy, Trainer, Vector, Weighted, Zero, argmax, network, training_bytes,
};
use run::{BATCH_SIZE, DIGITS, Record, START, Small, digit};

fn bytes<P: Parameters>(parameters: &P) -> Vec<u8> {
    let mut bytes = vec![0; 4 * P::COUNT];
    parameters.write_le(&mut bytes).unwrap();
    bytes
}

fn start() -> Box<Small> {
    let mut net = Box::new(Small::ZERO);
    net.read_le(START).unwrap();
    net
}

fn records() -> &'static [Record] {
    DIGITS.as_chunks().0
}

/// The `n`-th batch of digits.
fn batch(n: usize) -> impl Iterator<Item = (Input<Small, f32>, usize)> {
    records()[n * BATCH_SIZE..][..BATCH_SIZE].iter().map(digit)
}

/// The mean losses of the first ten batches.
fn losses<V: Elem>() -> Vec<f32> {
    let mut net = start();
    let mut trainer = Box::new(Trainer::<Small, V>::ZERO);
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    (0..10).map(|n| trainer.step(&mut net, &sgd, batch(n)).unwrap().loss()).collect()
}

/// What the first ten batches gave when this was written, without the feature `simd`. A change to it is a change of
/// numerical results: name it in the CHANGELOG.
const LOSSES: [u32; 10] = [
    0x4014_06e4,
    0x4013_e5bd,
    0x4016_3985,
    0x4014_4394,
    0x4013_6ff2,
    0x4013_2325,
    0x4013_e787,
    0x4013_06cf,
    0x4013_1da6,
    0x4012_cc56,
];

#[test]
fn losses_are_what_they_were() {
    for found in [losses::<f32>(), losses::<F32x8>()] {
        if cfg!(feature = "simd") {
            // multiplications and additions are fused, or not
            for (n, (&found, expected)) in found.iter().zip(LOSSES.map(f32::from_bits)).enumerate() {
                assert!((found - expected).abs() <= 1e-5, "batch {n}: {found}, it was {expected}");
            }
        } else {
            let found: Vec<u32> = found.into_iter().map(f32::to_bits).collect();
            assert_eq!(found, LOSSES);
        }
    }
}

#[test]
fn the_checksum_is_what_it_was() {
    // what the passes write on is on the stack here, several times over in a debug build
    let run = || [run::checksum::<f32>(), run::checksum::<F32x8>()].map(Result::unwrap);
    let found = || std::thread::Builder::new().stack_size(16 << 20).spawn(run).unwrap().join().unwrap();
    // fused operations depend on the machine, but two runs on one do not differ
    let expected = if cfg!(feature = "simd") { found() } else { [run::EXPECTED; 2] };
    assert_eq!(found(), expected);
    assert_eq!(run::int8_checksum(), Ok(run::EXPECTED_INT8));
}

#[cfg(feature = "rand")]
mod data {
    #[path = "../../examples/digits/data.rs"]
    #[allow(dead_code)] // the split is the example's
    mod digits;

    use const_cnn::{Init, Nested, Zero};
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    use super::{DIGITS, START, Small, bytes, records};

    #[test]
    fn the_checksum_starts_from_what_is_drawn() {
        let mut net = Box::new(Small::ZERO);
        Init::FanIn.draw(&mut *net, &mut Xoshiro256PlusPlus::seed_from_u64(0)).unwrap();
        assert!(bytes(&*net) == START);
    }

    #[test]
    fn the_checksum_reads_the_digits_of_the_example() {
        let digits = digits::Digits::load().unwrap();
        let mut expected = Vec::new();
        for (image, &label) in digits.images.iter().zip(&digits.labels).take(records().len()) {
            expected.extend(image.flat().iter().map(|pixel: &f32| (pixel * 16.0) as u8));
            expected.push(label as u8);
        }
        assert!(expected == DIGITS);
    }
}

/// Trains `net` on one batch. Where that fails, the network and the velocity must be as they were, and the trainer go on
/// as if nothing had been; where it does not, all numbers must be finite.
fn step_or_nothing<V: Elem>(start: &Small, sgd: &Sgd, images: &[(Input<Small, f32>, usize)]) -> Result<(), Error> {
    let batch = |n: usize| batch(n).take(5);
    let (mut net, mut expected) = (Box::new(Small::ZERO), Box::new(Small::ZERO));
    net.copy_from(start);
    let mut trainer = Box::new(Trainer::<Small, V>::ZERO);
    let gentle = Sgd::new(0.01, 0.9).unwrap();
    // so that there is a velocity, where the parameters are finite
    let _ = trainer.step(&mut net, &gentle, batch(0));
    let (before, velocity) = (bytes(&*net), bytes(&trainer.state[0]));
    let result = trainer.step(&mut net, sgd, images.iter().map(|(image, label)| (image, *label)));
    if result.is_ok() {
        assert!(net.is_finite() && trainer.state[0].is_finite(), "a step that succeeds leaves finite numbers");
        return Ok(());
    }
    assert!(bytes(&*net) == before, "the parameters are those before the step");
    assert!(bytes(&trainer.state[0]) == velocity, "the velocity is that before the step");

    // the same trainer goes on as one that never failed
    let mut other = Box::new(Trainer::<Small, V>::ZERO);
    expected.copy_from(start);
    let _ = other.step(&mut expected, &gentle, batch(0));
    let again = [trainer.step(&mut net, &gentle, batch(1)), other.step(&mut expected, &gentle, batch(1))];
    assert!(again[0] == again[1] || again.iter().all(Result::is_err));
    assert!(bytes(&*net) == bytes(&*expected));
    result.map(|_| ())
}

fn both(start: &Small, sgd: &Sgd, images: &[(Input<Small, f32>, usize)]) -> Result<(), Error> {
    let one = step_or_nothing::<f32>(start, sgd, images);
    let eight = step_or_nothing::<F32x8>(start, sgd, images);
    assert_eq!(one.is_ok(), eight.is_ok(), "{one:?}, {eight:?}");
    eight
}

fn digits(count: usize) -> Vec<(Input<Small, f32>, usize)> {
    records()[100..][..count].iter().map(digit).collect()
}

#[test]
fn what_is_not_finite_in_an_image_stops_training() {
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for place in [0, 7, 8, 12] {
            let mut images = digits(13);
            images[place].0[4][4] = [value];
            let result = both(&start(), &sgd, &images);
            assert!(
                matches!(result, Err(Error::Loss { .. } | Error::Step { .. })),
                "{value} in image {place}: {result:?}"
            );
        }
    }
    assert_eq!(both(&start(), &sgd, &digits(13)), Ok(()));
}

#[test]
fn what_is_not_finite_in_a_parameter_stops_training() {
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for index in 0..Small::ARRAYS.len() {
            let mut net = start();
            net.values_mut(index)[3] = value;
            let result = both(&net, &sgd, &digits(13));
            assert!(
                matches!(result, Err(Error::Loss { .. } | Error::Step { .. })),
                "{value} in array {index}: {result:?}"
            );
        }
    }
}

#[test]
fn a_label_out_of_range_changes_nothing() {
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    for found in [10, 11, i64::MAX as usize] {
        for place in [0, 7, 8, 12] {
            let mut images = digits(13);
            images[place].1 = found;
            assert_eq!(
                both(&start(), &sgd, &images),
                Err(Error::Label { index: place, classes: 10, found: found as i64 })
            );
        }
    }
    assert_eq!(both(&start(), &sgd, &[]), Err(Error::Empty));
}

#[test]
fn a_step_that_would_overflow_the_parameters_is_not_taken() {
    // a loss of 4e20 and a gradient of 2e20 are finite; 1e30 of it is not
    let mut images = digits(13);
    for (image, _) in &mut images {
        for value in image.flat_mut() {
            *value *= 1e20;
        }
    }
    let mut taken = 0;
    for learning_rate in [0.0, 1e-30, 1e-3, 1.0, 1e10, 1e20, 1e30, f32::MAX] {
        let sgd = Sgd::new(learning_rate, 0.9).unwrap();
        taken += usize::from(both(&start(), &sgd, &images).is_ok());
        let _ = both(&start(), &sgd, &digits(13));
    }
    assert!(taken > 0, "the gradient alone is finite");
    let steep = Sgd::new(f32::MAX, 0.9).unwrap();
    let result = both(&start(), &steep, &images);
    assert!(matches!(result, Err(Error::Loss { .. } | Error::Step { .. })), "{result:?}");
}

network! {
    struct One: [1] => [2] {
        dense: linear(2),
    }
}

#[test]
fn the_velocity_does_not_overflow() {
    // each gradient is finite, and so are the parameters after the first step; the velocity's sum is not
    let mut net = One { dense: Linear { weight: [[0.0; 2]], bias: [0.0; 2] } };
    let mut trainer = Trainer::<One, f32>::ZERO;
    let sgd = Sgd::new(1e-38, 0.99).unwrap();
    let mut stopped = None;
    for n in 0..10 {
        let before = bytes(&net);
        if let Err(error) = trainer.step(&mut net, &sgd, [([3e38], 0)]) {
            assert!(matches!(error, Error::Loss { .. } | Error::Step { .. }), "{error}");
            assert_eq!(bytes(&net), before, "step {n}");
            stopped = Some(n);
            break;
        }
        assert!(net.is_finite() && trainer.state[0].is_finite(), "step {n}");
    }
    assert!(stopped.is_none_or(|n| n > 0), "the first step is small");
}

#[test]
fn an_optimiser_alone_keeps_to_its_rule() {
    // v ← momentum · v + g, w ← w − learning rate · v, to the bit
    let (mut w, mut v) = (Linear::<1, 1> { weight: [[1.0]], bias: [-2.0] }, [Linear::ZERO]);
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    let (mut expected_w, mut expected_v) = ([1.0f32, -2.0], [0.0f32; 2]);
    for n in 0..5 {
        let gradient = [0.3 * n as f32, -0.7];
        _ = sgd.step(n, &mut v, &mut w, &Linear { weight: [[gradient[0]]], bias: [gradient[1]] });
        for k in 0..2 {
            expected_v[k] = 0.9 * expected_v[k] + gradient[k];
            expected_w[k] -= 0.1 * expected_v[k];
        }
        assert_eq!([w.weight[0][0], w.bias[0]], expected_w);
        assert_eq!([v[0].weight[0][0], v[0].bias[0]], expected_v);
    }
}

network! {
    /// Its logits are its image.
    struct Identity: [2] => [2] {
        dense: linear(2),
    }
}

fn identity() -> Identity {
    let mut net = Identity::ZERO;
    net.dense.weight = [[1.0, 0.0], [0.0, 1.0]];
    net
}

#[test]
fn what_evaluation_counts() {
    // right, wrong, right by the first of two equal logits, wrong by it
    let images = [([3.0, -3.0], 0), ([3.0, -3.0], 1), ([1.0, 1.0], 0), ([1.0, 1.0], 1), ([-9.0, -8.0], 1)];
    let loss = |difference: f32| (1.0 + difference.exp()).ln();
    let expected = [loss(-6.0), loss(6.0), loss(0.0), loss(0.0), loss(-1.0)].iter().sum::<f32>();
    fn evaluated<V: Elem>(images: &[([f32; 2], usize)]) -> (const_cnn::Metrics, Vec<(usize, usize)>) {
        let mut seen = Vec::new();
        let (images, labels): (Vec<_>, Vec<_>) = images.iter().copied().unzip();
        let data = Identity::dataset(&images, &labels).unwrap();
        let each = |scores: &[f32; 2], &label: &usize| seen.push((label, argmax(scores)));
        let metrics = { Evaluator::<Identity, V>::ZERO }.evaluate(&identity(), &data, each).unwrap();
        (metrics, seen)
    }
    for (mut metrics, seen) in [evaluated::<f32>(&images), evaluated::<F32x8>(&images)] {
        assert_eq!(seen, [(0, 0), (1, 0), (0, 0), (1, 0), (1, 1)]);
        assert_eq!((metrics.images, metrics.correct), (5, 3));
        assert_eq!(metrics.accuracy(), 0.6);
        assert!((metrics.loss() - expected / 5.0).abs() <= 1e-6, "{} is not {}", metrics.loss(), expected / 5.0);
        let (other, _) = evaluated::<f32>(&images[1..2]);
        metrics.join(&other);
        assert_eq!((metrics.images, metrics.correct), (6, 3));
        let expected = (expected + loss(6.0)) / 6.0;
        assert!((metrics.loss() - expected).abs() <= 1e-6, "{} is not {expected}", metrics.loss());
    }
}

#[test]
fn an_epoch_is_its_steps() {
    let images = [[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [0.0, 3.0], [2.0, 2.0]];
    let labels = [0, 1, 1, 0, 1];
    let data = Dataset::<Vector<2>>::new(&images, &labels).unwrap();
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    let (mut net, mut expected) = (identity(), identity());
    let (mut trainer, mut other) = (Trainer::<Identity>::ZERO, Trainer::<Identity>::ZERO);
    let mut reported = Vec::new();
    let metrics = trainer.epoch(&mut net, &sgd, &data, 2, |so_far| reported.push(so_far.images)).unwrap();
    let mut steps = const_cnn::Metrics::default();
    for batch in data.iter().collect::<Vec<_>>().chunks(2) {
        steps.join(&other.step(&mut expected, &sgd, batch.iter().copied()).unwrap());
    }
    assert!(bytes(&net) == bytes(&expected) && bytes(&net) != bytes(&identity()));
    assert_eq!(reported, [2, 4, 5]);
    assert_eq!(metrics, steps);
}

#[test]
fn the_image_that_an_epoch_refuses_is_named() {
    let images = [[1.0, 0.0]; 40];
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    for place in [0, 5, 39] {
        // the last come first, and what the data set leaves out is counted too
        let order: Vec<usize> = (0..40).rev().filter(|index| index % 4 != 2).collect();
        let mut labels = [0; 40];
        labels[place] = 2;
        let data = Dataset::<Vector<2>>::new(&images, &labels).unwrap().part(&order).unwrap();
        let result = { Trainer::<Identity>::ZERO }.epoch(&mut identity(), &sgd, &data, 7, |_| ());
        assert_eq!(result, Err(Error::Label { index: place, classes: 2, found: 2 }));

        let mut spoilt = images;
        spoilt[place][0] = f32::NAN;
        let spoilt = Dataset::<Vector<2>>::new(&spoilt, &[0; 40]).unwrap().part(&order).unwrap();
        let result = { Trainer::<Identity, f32>::ZERO }.epoch(&mut identity(), &sgd, &spoilt, 7, |_| ());
        assert!(matches!(result, Err(Error::Loss { index, .. }) if index == place), "{result:?}");
        let result = { Trainer::<Identity>::ZERO }.fit(&mut identity(), &sgd, &data, 1, 7).run();
        assert_eq!(result, Err(Error::Label { index: place, classes: 2, found: 2 }));
        // as it is by any other way to the same images
        let shuffled = (&data).shuffled(3, 4);
        let result = { Trainer::<Identity>::ZERO }.evaluate(&identity(), &shuffled);
        assert_eq!(result, Err(Error::Label { index: place, classes: 2, found: 2 }));
    }
}

#[test]
fn counters_at_their_end_stay_there() {
    let data = Identity::dataset(&[[1.0, 0.0]; 3], &[0, 1, 0]).unwrap();
    let (sgd, mut net, mut trainer) = (Sgd::new(0.1, 0.9).unwrap(), identity(), Trainer::<Identity>::ZERO);
    (trainer.steps, trainer.epochs) = (u64::MAX, u64::MAX);
    assert!(trainer.fit(&mut net, &sgd, &data, 2, 2).run().is_ok());
    assert_eq!((trainer.steps, trainer.epochs), (u64::MAX, u64::MAX));
}

#[test]
fn a_first_batch_that_is_none_is_refused() {
    let data = Identity::dataset(&[[1.0, 0.0]; 3], &[0, 1, 0]).unwrap();
    let (sgd, mut net) = (Sgd::new(0.1, 0.9).unwrap(), identity());
    for (first, fits) in [(1, true), (2, true), (3, false), (usize::MAX, false)] {
        let mut trainer = Trainer::<Identity>::ZERO;
        let result = trainer.fit(&mut net, &sgd, &data, 1, 2).first_batch(first).run();
        assert_eq!((result.is_ok(), trainer.epochs), (fits, u64::from(fits)), "{first}: {result:?}");
    }
    // what is asked for is looked at where nothing is to be done, too
    assert_eq!({ Trainer::<Identity>::ZERO }.fit(&mut net, &sgd, &data, 0, 0).run(), Err(Error::BatchSize));
}

#[test]
fn the_largest_label_is_not_below_0() {
    let mut trainer = Trainer::<Identity>::ZERO;
    let error = trainer.step(&mut identity(), &Sgd::new(0.1, 0.0).unwrap(), [([1.0, 0.0], usize::MAX)]);
    let found = i64::try_from(usize::MAX).unwrap_or(i64::MAX);
    assert_eq!(error, Err(Error::Label { index: 0, classes: 2, found }));
}

/// Squares, each image with a weight that its target says.
struct OwnWeight;

impl Zero for OwnWeight {
    const ZERO: Self = OwnWeight;
}

impl Loss<Vector<2>> for OwnWeight {
    type Target = Scalar;

    fn weight(&self, &weight: &f32) -> f32 {
        weight
    }

    fn loss<V: Elem>(&self, y: &[V; 2], _: &V, dy: &mut [V; 2]) -> V {
        *dy = y.map(|y| y + y);
        y[0] * y[0] + y[1] * y[1]
    }
}

#[test]
fn a_weight_that_is_none_is_refused_whoever_gives_it() {
    for found in [f32::NAN, -1.0, f32::INFINITY, f32::NEG_INFINITY, 1e-39, f32::from_bits(1), 9.9e-21] {
        let batch = [([1.0, 2.0], 1.0), ([0.0, 1.0], 0.0), ([1.0, 1.0], found)];
        let error = { Trainer::<Identity, F32x8, Sgd, OwnWeight>::ZERO }.differentiate(&identity(), batch);
        assert!(
            matches!(error, Err(Error::Weight { index: 2, found: f }) if f.to_bits() == found.to_bits()),
            "{error:?}"
        );
        let batch = batch.map(|(image, weight)| (image, (0, weight)));
        let mut trainer = Trainer::<Identity, f32, Sgd, Weighted<SoftmaxCrossEntropy>>::ZERO;
        assert!(matches!(trainer.differentiate(&identity(), batch), Err(Error::Weight { index: 2, .. })));
    }
}

#[test]
fn the_mean_of_the_least_weights() {
    type Weighing = Trainer<Identity, f32, Sgd, Weighted<SoftmaxCrossEntropy>>;
    let batch = [([0.3, 0.1], 0), ([-0.5, 0.7], 1), ([2.0, 0.0], 1)];
    let given = |weight: f32| {
        let mut trainer = Weighing::ZERO;
        let loss =
            trainer.differentiate(&identity(), batch.map(|(image, label)| (image, (label, weight)))).unwrap().loss();
        [&[loss], trainer.gradient.dense.bias.as_slice()].concat()
    };
    for (least, one) in given(1e-20).into_iter().zip(given(1.0)) {
        assert!((least / one - 1.0).abs() < 1e-6, "{least} for {one}");
    }
}

/// Of two images with which something is wrong the first is named, by either element.
#[test]
fn the_first_of_two_wrong_images_is_named() {
    fn named<V: Elem>(images: &[[f32; 2]], labels: &[usize]) -> [Option<usize>; 4] {
        let index = |error| match error {
            Error::Loss { index, .. } | Error::Label { index, .. } => Some(index),
            _ => None,
        };
        let (net, data) = (identity(), Identity::dataset(images, labels).unwrap());
        let read = Read(data);
        let mut trainer = Trainer::<Identity, V>::ZERO;
        let of_read = |error| if let ReadError::Training(error) = error { index(error) } else { Some(images.len()) };
        [
            trainer.differentiate(&net, data.iter()).map_or_else(index, |_| None),
            trainer.evaluate(&net, &data).map_or_else(index, |_| None),
            { Evaluator::<Identity, V>::ZERO }.evaluate(&net, &data, |_, _| ()).map_or_else(index, |_| None),
            // the last image cannot be read
            trainer.evaluate(&net, &read).map_or_else(of_read, |_| None),
        ]
    }
    for count in [5, 8, 11, 20] {
        for (nan, label) in [(0, 3), (3, 0), (2, 4), (4, 2), (count - 1, 1), (1, count - 1)] {
            let (mut images, mut labels) = (vec![[1.0, 0.0]; count], vec![0; count]);
            (images[nan][1], labels[label]) = (f32::NAN, 7);
            let first = [Some(nan.min(label)); 4];
            assert_eq!(named::<f32>(&images, &labels), first, "{nan}, {label} of {count}");
            assert_eq!(named::<F32x8>(&images, &labels), first, "{nan}, {label} of {count}, eight at once");
        }
        assert_eq!(named::<f32>(&vec![[1.0, 0.0]; count], &vec![0; count]), [None, None, None, Some(count)]);
        assert_eq!(named::<F32x8>(&vec![[1.0, 0.0]; count], &vec![0; count]), [None, None, None, Some(count)]);
    }
}

/// Images that are read, which may fail.
struct Read<'a>(Dataset<'a, Vector<2>>);

#[derive(Debug, PartialEq)]
enum ReadError {
    Broken(usize),
    Training(Error),
}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        ReadError::Training(error)
    }
}

impl Data for Read<'_> {
    type Input = Vector<2>;
    type Target = usize;
    type Image<'a>
        = &'a [f32; 2]
    where
        Self: 'a;
    type Expected<'a>
        = &'a usize
    where
        Self: 'a;
    type Error = ReadError;

    fn len(&self) -> usize {
        self.0.len() + 1
    }

    fn get(&self, n: usize) -> Result<(&[f32; 2], &usize), ReadError> {
        self.0.get(n).map_err(|_| ReadError::Broken(n))
    }
}

#[test]
fn an_image_that_cannot_be_read_ends_training_before_its_batch() {
    let data = Identity::dataset(&[[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]], &[0, 1, 0]).unwrap();
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    fn trained<V: Elem>(data: &Dataset<Vector<2>>, sgd: &Sgd) {
        let (mut net, mut expected) = (identity(), identity());
        let (mut trainer, mut other) = (Trainer::<Identity, V>::ZERO, Trainer::<Identity, V>::ZERO);
        let result = trainer.epoch(&mut net, sgd, &Read(*data), 2, |_| ());
        assert_eq!(result, Err(ReadError::Broken(3)));
        other.step(&mut expected, sgd, data.iter().take(2)).unwrap();
        assert!(bytes(&net) == bytes(&expected) && bytes(&trainer.state[0]) == bytes(&other.state[0]));
        assert_eq!(trainer.steps, 1);
    }
    trained::<f32>(&data, &sgd);
    trained::<F32x8>(&data, &sgd);
    // validation data that cannot fail beside training data that can
    let result = { Trainer::<Identity>::ZERO }.fit(&mut identity(), &sgd, &Read(data), 1, 4).validation(&data).run();
    assert_eq!(result, Err(ReadError::Broken(3)));
    let fitted = { Trainer::<Identity>::ZERO }.fit(&mut identity(), &sgd, &data, 1, 0).run();
    assert_eq!(fitted.map_err(ReadError::from), Err(ReadError::Training(Error::BatchSize)));
}

/// A run that is left and gone on with, between epochs and in their midst, gives the bits of one that was not.
#[test]
fn a_run_is_resumed_anywhere() {
    use std::ops::ControlFlow;

    use const_cnn::{Adam, Progress};

    let (images, labels): (Vec<_>, Vec<_>) = digits(37).into_iter().unzip();
    let data = Small::dataset(&images, &labels).unwrap();
    let adam = Adam::new(0.01).unwrap();
    let fresh = || {
        let mut trainer = Box::new(Trainer::<Small, F32x8, Adam>::ZERO);
        trainer.seed = 5;
        trainer
    };
    let (mut net, mut trainer) = (start(), fresh());
    trainer.fit(&mut net, &adam, &data, 3, 8).run().unwrap();
    let expected = bytes(&*net);
    let batches = 5;
    for left_after in 1..3 * batches {
        let (mut net, mut trainer) = (start(), fresh());
        let mut count = 0;
        let leave = |progress, _: &Small| {
            count += usize::from(matches!(progress, Progress::Batch { .. }));
            if count == left_after { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        trainer.fit(&mut net, &adam, &data, 3, 8).callback(leave).run().unwrap();
        assert_eq!(trainer.steps, left_after as u64);

        let mut resumed = fresh();
        (resumed.steps, resumed.epochs, resumed.state) = (trainer.steps, trainer.epochs, trainer.state);
        let done = resumed.epochs as usize;
        let fit = resumed.fit(&mut net, &adam, &data, 3 - done, 8);
        fit.first_batch(left_after - done * batches).run().unwrap();
        assert!(bytes(&*net) == expected, "left after {left_after}");
    }
}

/// `fit` trains on the images of each epoch, in its order, and evaluates them as they are.
#[test]
fn augmented_images_are_trained_on_anew_in_each_epoch() {
    use const_cnn::{Augment, Erase, Noise, Warp};

    fn check<V: Elem>() {
        let (images, labels): (Vec<_>, Vec<_>) = digits(21).into_iter().unzip();
        let plain = Small::dataset(&images, &labels).unwrap();
        let data = plain.augmented(Warp::NONE.shift(1.0).rotate(20.0).scale(0.8, 1.2)).unwrap();
        let data = data.augmented(Noise(0.1)).unwrap().augmented(Erase::new(0.5, 0.5)).unwrap();
        let sgd = Sgd::new(0.05, 0.9).unwrap();

        let (mut net, mut trainer) = (start(), Box::new(Trainer::<Small, V>::ZERO));
        trainer.seed = 9;
        let metrics = trainer.fit(&mut net, &sgd, &data, 3, 8).validation(&data).run().unwrap();

        let (mut expected, mut other) = (start(), Box::new(Trainer::<Small, V>::ZERO));
        other.seed = 9;
        let mut seen = Vec::new();
        for epoch in 0..3 {
            // each image by itself, made before it is trained on
            let shuffled = plain.shuffled(9, epoch);
            let places: Vec<usize> = (0..21).map(|n| shuffled.place(n)).collect();
            let changed: Vec<_> = places.iter().map(|&place| data.in_epoch(place, 9, epoch).unwrap().0).collect();
            let labels: Vec<usize> = places.iter().map(|&place| labels[place]).collect();
            for (images, labels) in changed.chunks(8).zip(labels.chunks(8)) {
                other.step(&mut expected, &sgd, images.iter().zip(labels)).unwrap();
            }
            seen.push(data.in_epoch(0, 9, epoch).unwrap().0);
        }
        assert!(bytes(&*net) == bytes(&*expected));
        assert!(seen[0] != seen[1] && seen[1] != seen[2] && seen[0] != images[0]);
        let evaluated = |data: &Dataset<_>| { Evaluator::<Small, V>::ZERO }.evaluate(&net, data, |_, _| ()).unwrap();
        assert_eq!({ Evaluator::<Small, V>::ZERO }.evaluate(&net, &data, |_, _| ()).unwrap(), evaluated(&plain));
        assert_eq!(metrics.images, 21);
    }
    check::<f32>();
    check::<F32x8>();

    /// Whose settings are never right.
    struct Refuses;

    impl<X: const_cnn::Shape> Augment<X> for Refuses {
        fn check(&self) -> Result<(), Error> {
            Err(Error::Empty)
        }

        fn augment(&self, _: &mut const_cnn::Random, _: &mut X::Of<f32>) {}
    }
    let data = Identity::dataset(&[[1.0, 0.0]], &[0]).unwrap();
    assert_eq!(data.augmented(Refuses).map(|_| ()), Err(Error::Empty));
}

#[test]
fn a_refused_image_is_gone_from_the_next_batch() {
    let sgd = Sgd::new(0.1, 0.0).unwrap();
    let mut trainer = Trainer::<Identity, F32x8>::ZERO;
    let mut net = identity();
    let mut images = [([1.0, 2.0], 0); 8];
    (images[0].1, images[7].0[0]) = (2, f32::INFINITY); // the label ends it before the images are written over
    assert!(trainer.step(&mut net, &sgd, images).is_err());
    images[0].1 = 0;
    // fewer images than the element holds: in the last place still lay the infinity
    assert!(trainer.step(&mut net, &sgd, images[..5].iter().copied()).is_ok());
}

network! {
    struct Deep: [2] => [3] {
        hidden: linear(4),
        relu: relu,
        dense: linear(3),
    }
}

/// What the docs say of it: `Trainer`, "Starting values".
#[test]
fn from_zero_only_the_last_biases_learn() {
    let (mut net, mut trainer) = (Deep::ZERO, Trainer::<Deep>::ZERO);
    let images = [([1.0, 2.0], 0), ([-1.0, 1.0], 1), ([3.0, 0.5], 2)];
    for _ in 0..50 {
        let metrics = trainer.step(&mut net, &Sgd::new(0.5, 0.9).unwrap(), images).unwrap();
        assert!((metrics.loss() - 3.0f32.ln()).abs() < 1e-6, "it stays at ln C");
    }
    assert!(bytes(&net.hidden).iter().chain(&bytes(&net.dense)[..48]).all(|&byte| byte == 0));
    // one dense layer does learn
    let (mut net, mut trainer) = (One::ZERO, Trainer::<One>::ZERO);
    let sgd = Sgd::new(0.5, 0.9).unwrap();
    let losses = [(); 50].map(|()| trainer.step(&mut net, &sgd, [([1.0], 0), ([-1.0], 1)]).unwrap().loss());
    assert!(losses[49] < 0.1 * losses[0]);
}

#[test]
fn training_holds_the_network_and_the_trainer() {
    assert_eq!(training_bytes::<Trainer<Identity, f32>>(), size_of::<Identity>() + size_of::<Trainer<Identity, f32>>());
    assert_eq!(training_bytes::<Trainer<Identity>>(), Identity::training_bytes::<F32x8>());
    // parameters, gradient and velocity are six numbers each; pixels, logits and their gradient two of each image
    assert!(training_bytes::<Trainer<Identity>>() >= 4 * (3 * 6 + 3 * 2 * 8));
}
