//! Training on several threads: the same bits on any number of them, the serial gradient but for rounding, and what is
//! left where a batch fails.

use const_cnn::{
    Adam, Clip, Context, Data, Dataset, Differentiate, Elem, Error, F32x8, Init, Input, Keeps, Layer, Linear, Loss,
    Metrics, Noise, Optimizer, Output, Parallel, Parameters, Settings, Sgd, Trainer, Vector, Zero, arrays, network,
    training_bytes,
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use rayon::ThreadPoolBuilder;

network! {
    #[derive(Clone)]
    struct Net: [2, 6, 5] => [4] {
        conv: conv2d(5, kernel 3, padding 1),
        relu: relu,
        pool: max_pool2d(2),
        flatten: flatten,
        hidden: linear(150), // 4500 weights: more than a thread takes at a time
        relu2: relu,
        dense: linear(4),
    }
}

type Images = Vec<Input<Net, f32>>;

fn drawn(count: usize) -> (Net, Images, Vec<usize>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut net = Net::ZERO;
    Init::FanIn.draw(&mut net, &mut rng).unwrap();
    let mut image = || Net::image(&[(); 60].map(|()| rng.random_range(-1.0..1.0))).unwrap();
    let images = (0..count).map(|_| image()).collect();
    (net, images, (0..count).map(|_| rng.random_range(0..4)).collect())
}

fn batch<'a>(
    images: &'a [Input<Net, f32>],
    labels: &'a [usize],
) -> impl ExactSizeIterator<Item = (&'a Input<Net, f32>, usize)> {
    images.iter().zip(labels.iter().copied())
}

fn bits(net: &Net) -> Vec<u32> {
    (0..Net::ARRAYS.len()).flat_map(|index| net.values(index)).map(|value| value.to_bits()).collect()
}

fn on<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

/// Two epochs, shuffled, and the bits that they end with.
fn trained<V: Differentiate<Net>>(batch_size: usize) -> (Vec<u32>, Metrics) {
    let (mut net, images, labels) = drawn(75);
    let data = Dataset::new(&images, &labels).unwrap();
    let mut trainer = Trainer::<Net, V>::ZERO;
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let metrics = trainer.fit(&mut net, &sgd, &data, 2, batch_size).run().unwrap();
    (bits(&net), metrics)
}

fn same_bits<V: Differentiate<Net>>() {
    // whole rounds of parts, a short last batch (75 = 2 · 32 + 11), several rounds with a short one, less than an element
    for batch_size in [32, 75, 13, 3] {
        let expected = trained::<V>(batch_size);
        assert_eq!(expected.1.images, 75);
        for threads in [1, 2, 3, 4, 7] {
            for _ in 0..3 {
                assert!(
                    on(threads, || trained::<V>(batch_size)) == expected,
                    "{batch_size} a batch, {threads} threads"
                );
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    same_bits::<Parallel>();
    same_bits::<Parallel<f32>>();
    same_bits::<Parallel<F32x8, 3>>();
}

#[test]
fn one_part_gives_the_bits_of_the_serial_trainer() {
    assert!(trained::<Parallel<F32x8, 1>>(32) == trained::<F32x8>(32));
    assert!(trained::<Parallel<f32, 1>>(13) == trained::<f32>(13));
}

fn agrees_with_serial<V: Elem>(count: usize)
where
    Parallel<V>: Differentiate<Net, Workspace: Send>,
{
    let (net, images, labels) = drawn(count);
    let (mut serial, mut parallel) = (Trainer::<Net, V>::ZERO, Trainer::<Net, Parallel<V>>::ZERO);
    let expected = serial.differentiate(&net, batch(&images, &labels)).unwrap();
    // a larger batch before it, so that parts which this one does not reach hold an old gradient
    let (_, more, their_labels) = drawn(100);
    parallel.differentiate(&net, batch(&more, &their_labels)).unwrap();
    let found = on(2, || parallel.differentiate(&net, batch(&images, &labels)).unwrap());
    assert_eq!((found.images, found.correct), (expected.images, expected.correct));
    assert!((found.loss() - expected.loss()).abs() <= 1e-6 * expected.loss());
    for index in 0..Net::ARRAYS.len() {
        let (found, expected) = (parallel.gradient.values(index), serial.gradient.values(index));
        let bound = 1e-6 * expected.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        assert!(bound > 0.0);
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= bound, "{count} images, array {index}: {found}, serial {expected}");
        }
    }
}

#[test]
fn the_gradient_is_the_serial_one_but_for_rounding() {
    for count in [1, 7, 8, 9, 31, 32, 33, 75] {
        agrees_with_serial::<F32x8>(count);
        agrees_with_serial::<f32>(count);
    }
}

/// A batch that fails leaves all as it was, and the trainer goes on as one that has not seen it.
fn fails(images: &[Input<Net, f32>], labels: &[usize]) -> Error {
    let (start, good, good_labels) = drawn(40);
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let (mut net, mut other) = (start.clone(), start);
    let (mut trainer, mut untroubled) = (Trainer::<Net, Parallel>::ZERO, Trainer::<Net, Parallel>::ZERO);
    trainer.step(&mut net, &sgd, batch(&good, &good_labels)).unwrap();
    untroubled.step(&mut other, &sgd, batch(&good, &good_labels)).unwrap();

    let error = on(2, || trainer.step(&mut net, &sgd, batch(images, labels)).unwrap_err());
    assert_eq!((bits(&net), bits(&trainer.state[0])), (bits(&other), bits(&untroubled.state[0])));
    let again = [
        trainer.step(&mut net, &sgd, batch(&good[..3], &good_labels[..3])),
        untroubled.step(&mut other, &sgd, batch(&good[..3], &good_labels[..3])),
    ];
    assert!(again[0].is_ok() && again[0] == again[1]);
    assert_eq!(bits(&net), bits(&other));

    let mut serial = Trainer::<Net>::ZERO;
    let serial = serial.step(&mut net, &sgd, batch(images, labels)).unwrap_err();
    assert_eq!(format!("{error}"), format!("{serial}"));
    error
}

/// Whatever the element and however images are dealt.
#[test]
fn the_first_of_two_wrong_images_is_named() {
    fn named<V: Differentiate<Net>>(images: &Images, labels: &[usize]) -> Option<usize> {
        match { Trainer::<Net, V>::ZERO }.differentiate(&drawn(0).0, batch(images, labels)) {
            Err(Error::Loss { index, .. } | Error::Label { index, .. }) => Some(index),
            _ => None,
        }
    }
    for (nan, label) in [(0, 3), (3, 0), (5, 9), (9, 5), (20, 22), (22, 20), (40, 34), (34, 40), (33, 7)] {
        let (_, mut images, mut labels) = drawn(43);
        (images[nan][1][2][0], labels[label]) = (f32::NAN, 4);
        let first = Some(nan.min(label));
        assert_eq!(named::<Parallel>(&images, &labels), first, "{nan}, {label}");
        assert_eq!(named::<Parallel<f32>>(&images, &labels), first, "{nan}, {label}, one at a time");
        assert_eq!(named::<Parallel<F32x8, 3>>(&images, &labels), first, "{nan}, {label}, three parts");
    }
}

#[test]
fn a_batch_that_fails_changes_nothing() {
    let (_, images, labels) = drawn(45);
    assert_eq!(fails(&[], &[]), Error::Empty);
    for place in [0, 9, 31, 32, 44] {
        let mut wrong = labels.clone();
        wrong[place] = 4;
        assert_eq!(fails(&images, &wrong), Error::Label { index: place, classes: 4, found: 4 });
        for value in [f32::NAN, f32::INFINITY] {
            let mut spoilt = images.clone();
            spoilt[place][2][2] = [value; 2];
            let error = fails(&spoilt, &labels);
            assert!(
                matches!(error, Error::Loss { index, .. } if index == place) || matches!(error, Error::Step { .. }),
                "{value} at {place}: {error}"
            );
        }
    }
    // the first wrong label is the one that is named, whichever part is done first
    let mut wrong = labels;
    (wrong[10], wrong[20]) = (5, 6);
    assert_eq!(fails(&images, &wrong), Error::Label { index: 10, classes: 4, found: 5 });
}

/// Three chunks of weights, and numbers for them.
type Dense = Linear<100, 90>;

fn drawn_dense(seed: u64) -> Dense {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut dense = Dense::ZERO;
    (0..Dense::ARRAYS.len()).for_each(|index| dense.values_mut(index).fill_with(|| rng.random_range(-1.0..1.0)));
    dense
}

#[test]
fn a_step_on_threads_is_the_step() {
    let sgd = Sgd::new(0.05, 0.9).unwrap();
    let (start, gradient) = ([drawn_dense(1), drawn_dense(2)], drawn_dense(3));
    let [velocity, mut expected] = start.clone();
    let mut velocity = [velocity];
    sgd.step(0, &mut velocity, &mut expected, &gradient).unwrap();
    for threads in [1, 2, 3] {
        let [found_velocity, mut found] = start.clone();
        let mut found_velocity = [found_velocity];
        on(threads, || sgd.step_parallel(0, &mut found_velocity, &mut found, &gradient)).unwrap();
        assert!((found_velocity, found) == (velocity.clone(), expected.clone()), "{threads} threads");
    }
}

#[test]
fn a_step_on_threads_to_infinity_is_not_made() {
    let sgd = Sgd::new(0.5, 0.9).unwrap();
    let start = [drawn_dense(1), drawn_dense(2)];
    // the first that is not finite is the one that is named, whichever chunk is looked at first
    for places in [vec![0], vec![8999], vec![4096, 5000], vec![100, 4095, 8500]] {
        let mut gradient = drawn_dense(3);
        for (n, &place) in places.iter().enumerate() {
            gradient.values_mut(0)[place] = if n == 0 { f32::NEG_INFINITY } else { f32::INFINITY };
        }
        for threads in [1, 2, 3] {
            let [velocity, mut dense] = start.clone();
            let mut velocity = [velocity];
            let error = on(threads, || sgd.step_parallel(0, &mut velocity, &mut dense, &gradient)).unwrap_err();
            assert_eq!(error, Error::Step { found: f32::INFINITY }, "{places:?}");
            let [velocity] = velocity;
            assert!([velocity, dense] == start, "{places:?}");
        }
    }
}

/// A rule of one's own: plain gradient descent.
#[derive(Clone, Copy)]
struct Plain(Settings);

impl Optimizer for Plain {
    type Keeps = Keeps<0>;

    fn settings(&mut self) -> &mut Settings {
        &mut self.0
    }

    fn update(&self, w: f32, g: f32, _: &mut [f32; 0]) -> f32 {
        w - self.0.learning_rate() * g
    }
}

#[test]
fn a_rule_of_one_s_own_needs_nothing_for_threads() {
    let (start, images, labels) = drawn(40);
    let (mut net, mut expected) = (start.clone(), start.clone());
    let (mut trainer, mut other) = (Trainer::<Net, Parallel, Plain>::ZERO, Trainer::<Net, Parallel>::ZERO);
    let plain = Plain(Settings::new(0.05).unwrap());
    on(2, || trainer.step(&mut net, &plain, batch(&images, &labels))).unwrap();
    on(2, || other.step(&mut expected, &Sgd::new(0.05, 0.0).unwrap(), batch(&images, &labels))).unwrap();
    assert!(bits(&net) == bits(&expected) && bits(&net) != bits(&start));
}

/// All that rules have in common, with two numbers kept.
#[test]
fn decay_clipping_and_schedules_on_threads() {
    for clip in [Clip::None, Clip::Norm(0.1), Clip::Value(0.01)] {
        let adam = Adam::new(0.01).unwrap().with_weight_decay(0.1).unwrap().with_clip(clip).unwrap();
        let (start, images, labels) = drawn(75);
        let data = Dataset::new(&images, &labels).unwrap();
        let run = |threads| {
            let (mut net, mut trainer) = (start.clone(), Trainer::<Net, Parallel, Adam>::ZERO);
            let fit = || trainer.fit(&mut net, &adam, &data, 2, 32).schedule(|m| 0.01 / (1.0 + m.epochs())).run();
            (on(threads, fit).unwrap(), bits(&net), trainer.state.iter().flat_map(bits).collect::<Vec<_>>())
        };
        let expected = run(1);
        assert!(run(2) == expected && run(3) == expected, "{clip:?}");
    }
}

#[test]
fn augmented_images_on_threads() {
    let (start, images, labels) = drawn(75);
    let data = Dataset::new(&images, &labels).unwrap().augmented(Noise(0.2)).unwrap();
    let run = |threads| {
        let (mut net, mut trainer) = (start.clone(), Trainer::<Net, Parallel>::ZERO);
        let sgd = Sgd::new(0.05, 0.9).unwrap();
        on(threads, || trainer.fit(&mut net, &sgd, &data, 2, 32).run()).unwrap();
        bits(&net)
    };
    let expected = run(1);
    assert!(run(2) == expected && run(3) == expected);
}

/// Eight images at a time, whatever the element: the elements differ by fused operations only.
#[test]
fn both_elements_deal_alike() {
    let (net, images, labels) = drawn(75);
    fn differentiated<V: Elem>(net: &Net, images: &Images, labels: &[usize]) -> (Metrics, Net)
    where
        Parallel<V>: Differentiate<Net, Workspace: Send>,
    {
        let mut trainer = Trainer::<Net, Parallel<V>>::ZERO;
        let metrics = on(2, || trainer.differentiate(net, batch(images, labels)).unwrap());
        (metrics, trainer.gradient)
    }
    let (eight, one) = (differentiated::<F32x8>(&net, &images, &labels), differentiated::<f32>(&net, &images, &labels));
    if cfg!(feature = "simd") {
        assert!((eight.0.loss() - one.0.loss()).abs() < 1e-6);
    } else {
        assert_eq!((eight.0, bits(&eight.1)), (one.0, bits(&one.1)));
    }
}

#[test]
fn parts_are_added_as_a_tree() {
    // one number is learned, and each eight images give it one: 1, 2⁻²⁴, 2⁻²⁴ and 2⁻²⁴ times 8
    let small = 2.0_f32.powi(-24);
    let tree = (1.0 + small) + (small + small);
    assert_ne!(tree, 1.0 + small + small + small, "one after the other they are lost");
    let images: Vec<[f32; 1]> = (0..32).map(|n| [if n < 8 { 1.0 } else { small }]).collect();
    let mut trainer = Trainer::<Slope, Parallel, Plain, Output1>::ZERO;
    trainer.differentiate(&Slope::ZERO, images.iter().map(|image| (image, [0.0]))).unwrap();
    assert_eq!(trainer.gradient.dense.weight[0][0], tree * 8.0 / 32.0);
}

network! {
    struct Slope: [1] => [1] {
        dense: linear(1, no bias),
    }
}

/// The output itself.
struct Output1;

impl Zero for Output1 {
    const ZERO: Self = Output1;
}

impl Loss<Vector<1>> for Output1 {
    type Target = Vector<1>;

    fn loss<V: Elem>(&self, y: &[V; 1], _: &[V; 1], dy: &mut [V; 1]) -> V {
        *dy = [V::splat(1.0)];
        y[0]
    }
}

network! {
    /// Each part of a batch writes on more than the stack of a thread holds.
    struct Large: [1, 256, 256] => [2] {
        pool: avg_pool2d(64),
        flatten: flatten,
        dense: linear(2),
    }
}

#[test]
fn a_network_larger_than_a_stack_is_trained() {
    const { assert!(training_bytes::<Trainer<Large, Parallel>>() > 4 << 21) }
    let (mut net, mut trainer) = (Large::ZERO, Trainer::<Large, Parallel>::boxed());
    let images: Vec<_> = (0..9).map(|n| Box::new([[[n as f32]; 256]; 256])).collect();
    let batch = images.iter().map(|image| (&**image, 1));
    let metrics = on(2, || trainer.step(&mut net, &Sgd::new(0.1, 0.0).unwrap(), batch).unwrap());
    assert_eq!(metrics.images, 9);
    // the gradients are the images' mean of (½ − 0) · pixel and of (½ − 1) · pixel, with pixels 0 to 8: ±2
    assert!(net.dense.weight.iter().all(|&[a, b]| (a + 0.2).abs() < 1e-6 && (b - 0.2).abs() < 1e-6));
}

/// A layer that does not keep the contract.
struct Faulty;

arrays! { impl[] Faulty = Faulty }

impl Layer for Faulty {
    type Input = Vector<2>;
    type Output = Vector<2>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &[V; 2], _: &mut (), y: &mut Output<Self, V>) {
        assert!(x[0].lanes()[0] != 13.0, "an unlucky number");
        *y = *x;
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &[V; 2],
        _: &mut (),
        _: &[V; 2],
        _: &[V; 2],
        _: &mut Self,
        _: Option<&mut Input<Self, V>>,
    ) {
    }
}

#[test]
fn a_panic_of_one_part_reaches_the_caller() {
    for threads in [1, 2, 3] {
        for place in 0..4 {
            let mut images = [[1.0, 2.0]; 32];
            images[8 * place][0] = 13.0;
            let (done, waits) = std::sync::mpsc::channel();
            // where the other threads wait for the part for ever, this test must end all the same
            std::thread::spawn(move || {
                let mut trainer = Trainer::<Faulty, Parallel>::ZERO;
                let batch = images.iter().map(|image| (image, 0));
                let step = || on(threads, || trainer.differentiate(&Faulty, batch).is_ok());
                done.send(std::panic::catch_unwind(std::panic::AssertUnwindSafe(step)).is_err())
            });
            assert_eq!(waits.recv_timeout(std::time::Duration::from_secs(60)), Ok(true), "{threads}, {place}");
        }
    }
}
