//! What `fit` can do beside its steps: accumulated batches, schedules, averages and an early end; and losses in training.

use std::ops::ControlFlow;

use const_cnn::schedules::{ReduceOnPlateau, cosine, warm_up};
use const_cnn::{
    BinaryCrossEntropy, CrossEntropy, Data, EarlyStopping, Elem, Error, F32x8, MovingAverage, Optimizer, Parameters,
    Progress, Sgd, SoftTargetCrossEntropy, SoftmaxCrossEntropy, Trainer, Zero, network,
};

network! {
    struct Net: [3] => [2] {
        hidden: linear(5),
        norm: batch_norm,
        relu: relu,
        logits: linear(2),
    }
}

network! {
    struct Plain: [3] => [2] {
        hidden: linear(5),
        relu: relu,
        logits: linear(2),
    }
}

fn drawn<P: Parameters>() -> P {
    let mut net = P::ZERO;
    for index in 0..P::ARRAYS.len() {
        let start = P::ARRAYS.get(index).and_then(|array| array.start());
        for (n, value) in net.values_mut(index).iter_mut().enumerate() {
            *value = start.unwrap_or(((n * 37 + index * 11) % 101) as f32 / 50.0 - 1.0);
        }
    }
    net
}

fn bits<P: Parameters>(net: &P) -> Vec<u32> {
    (0..P::ARRAYS.len()).flat_map(|index| net.values(index).iter().map(|value| value.to_bits())).collect()
}

const COUNT: usize = 75;

fn images() -> [[f32; 3]; COUNT] {
    std::array::from_fn(|n| [3, 5, 7].map(|k| ((n * n + k * n) % 23) as f32 / 11.0 - 1.0))
}

fn labels() -> [usize; COUNT] {
    std::array::from_fn(|n| usize::from(images()[n][0] + images()[n][1] > 0.0))
}

#[test]
fn accumulated_batches_are_one_to_the_bit() {
    fn check<V: Elem>() {
        let (images, labels) = (images(), labels());
        let data = Net::dataset(&images, &labels).unwrap();
        let sgd = Sgd::new(0.1, 0.9).unwrap();
        let (mut small, mut large) = (drawn::<Net>(), drawn::<Net>());
        let (mut trainer, mut other) = (Trainer::<Net, V>::ZERO, Trainer::<Net, V>::ZERO);
        let mut reports = 0;
        let fit = trainer.fit(&mut small, &sgd, &data, 3, 8).accumulate(4).callback(|_, _| {
            reports += 1;
            ControlFlow::Continue(())
        });
        let metrics = fit.run().unwrap();
        assert_eq!(metrics, other.fit(&mut large, &sgd, &data, 3, 32).run().unwrap());
        assert_eq!(bits(&small), bits(&large));
        assert_eq!((trainer.steps, reports), (9, 9 + 3), "three steps an epoch");
        assert_ne!(bits(&small), bits(&drawn::<Net>()));
        // the state too
        assert_eq!(bits(&trainer.state[0]), bits(&other.state[0]));
    }
    check::<f32>();
    check::<F32x8>();
    let (images, labels) = (images(), labels());
    let (data, sgd) = (Net::dataset(&images, &labels).unwrap(), Sgd::new(0.1, 0.9).unwrap());
    let run = |batch_size, batches| {
        { Trainer::<Net>::ZERO }.fit(&mut drawn(), &sgd, &data, 1, batch_size).accumulate(batches).run()
    };
    assert_eq!([run(8, 0), run(0, 4)], [Err(Error::BatchSize); 2]);
    assert!(run(8, usize::MAX).is_ok(), "all images are one batch");
}

/// What accumulating is by definition: the step goes by the mean of the gradients of batches that are as large.
#[test]
fn accumulated_batches_are_the_mean_of_their_gradients() {
    let (images, labels) = (images(), labels());
    let sgd = Sgd::new(0.1, 0.0).unwrap();
    let (mut net, mut trainer, mut sum) = (drawn::<Plain>(), Trainer::<Plain>::ZERO, Plain::ZERO);
    for batch in 0..4 {
        let batch = (8 * batch..8 * batch + 8).map(|n| (&images[n], labels[n]));
        trainer.differentiate(&net, batch).unwrap();
        for index in 0..Plain::ARRAYS.len() {
            let pairs = sum.values_mut(index).iter_mut().zip(trainer.gradient.values(index));
            pairs.for_each(|(sum, gradient)| *sum += gradient / 4.0);
        }
    }
    let mut expected = drawn::<Plain>();
    let mut state = Zero::ZERO;
    sgd.step(0, &mut state, &mut expected, &sum).unwrap();
    let batches = images[..32].iter().zip(labels).collect::<Vec<_>>();
    trainer.step(&mut net, &sgd, batches.chunks(8).flatten().copied()).unwrap();
    for index in 0..Plain::ARRAYS.len() {
        for (found, expected) in net.values(index).iter().zip(expected.values(index)) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }
}

#[test]
fn images_that_are_left_out_change_nothing() {
    fn check<V: Elem>() {
        let (images, labels) = (images(), labels());
        let mut trainer = Trainer::<Plain, V, Sgd, CrossEntropy<2>>::ZERO;
        trainer.loss = trainer.loss.ignoring(255);
        let net = drawn::<Plain>();
        let with = images.iter().zip(labels).enumerate();
        let with = with.map(|(n, (image, label))| (image, if n % 3 == 0 { 255 } else { label }));
        let found = trainer.differentiate(&net, with.clone()).unwrap();
        let gradient = bits(&trainer.gradient);
        let mut other = Trainer::<Plain, V>::ZERO;
        let expected = other.differentiate(&net, with.filter(|&(_, label)| label != 255)).unwrap();
        assert_eq!((found.images, found.counted, found.correct), (COUNT, expected.counted, expected.correct));
        assert!((found.loss() - expected.loss()).abs() < 1e-6);
        if V::LANES == 1 {
            assert_eq!(gradient, bits(&other.gradient)); // lanes come in another order where there are eight
        }
        // a batch of nothing else has no gradient
        let metrics = trainer.differentiate(&net, [(&images[0], 255), (&images[1], 255)]).unwrap();
        assert!(metrics.loss().is_nan() && bits(&trainer.gradient).iter().all(|bits| bits << 1 == 0));
        let error = trainer.differentiate(&net, [(&images[0], 255), (&images[1], 254)]);
        assert_eq!(error, Err(Error::Label { index: 1, classes: 2, found: 254 }));
    }
    check::<f32>();
    check::<F32x8>();
}

#[test]
fn a_target_out_of_range_is_named() {
    let images = images();
    let mut targets = [[0.25, 0.75]; COUNT];
    targets[37] = [0.5, 1.5];
    let order: Vec<usize> = (0..COUNT).rev().collect();
    let data = Plain::dataset(&images, &targets).unwrap().part(&order).unwrap();
    let expected = Err(Error::Target { index: 37, expected: "from 0 to 1", found: 1.5 });
    let (sgd, mut net) = (Sgd::new(0.1, 0.0).unwrap(), drawn::<Plain>());
    let before = bits(&net);
    let run = { Trainer::<Plain, F32x8, Sgd, BinaryCrossEntropy>::ZERO }.fit(&mut net, &sgd, &data, 1, COUNT).run();
    assert_eq!(run, expected);
    let run = { Trainer::<Plain, f32, Sgd, SoftTargetCrossEntropy>::ZERO }.fit(&mut net, &sgd, &data, 1, COUNT).run();
    assert_eq!(run, expected);
    assert_eq!(bits(&net), before);
}

#[test]
fn an_average_follows_each_step() {
    let (images, labels) = (images(), labels());
    let data = Net::dataset(&images, &labels).unwrap();
    let (mut net, mut trainer) = (drawn::<Net>(), Trainer::<Net>::ZERO);
    let (mut average, mut after) = (MovingAverage::new(0.9).unwrap(), Vec::new());
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    let fit = trainer.fit(&mut net, &sgd, &data, 2, 8).callback(|progress, net| {
        if matches!(progress, Progress::Batch { .. }) {
            average.follow(net);
            after.push(bits(net));
        }
        ControlFlow::Continue(())
    });
    fit.run().unwrap();
    assert_eq!((average.steps, after.len()), (20, 20));
    let found = bits(&average.average);
    for (n, found) in found.into_iter().enumerate() {
        let numbers = after.iter().map(|bits| f64::from(f32::from_bits(bits[n])));
        let expected = numbers.reduce(|average, number| 0.9 * average + 0.1 * number).unwrap();
        assert!((f64::from(f32::from_bits(found)) - expected).abs() < 1e-5, "{n}");
    }
    // what is held was averaged: it is not that of the last step
    let held = (0..Net::ARRAYS.len()).find(|&index| !Net::ARRAYS.is_learned(index)).unwrap();
    assert_ne!(average.average.values(held), net.values(held));
}

#[test]
fn training_ends_early_with_the_best_parameters() {
    let (images, labels) = (images(), labels());
    // five images are learned by heart, which the others do not gain from
    let data = Plain::dataset(&images, &labels).unwrap();
    let (few, others) = ([0, 1, 2, 3, 4], (5..COUNT).collect::<Vec<_>>());
    let (train, validation) = (data.part(&few).unwrap(), data.part(&others).unwrap());
    let (mut net, mut trainer) = (drawn::<Plain>(), Trainer::<Plain>::ZERO);
    let (mut stopping, mut losses, mut after) = (EarlyStopping::new(7), Vec::new(), Vec::new());
    let sgd = Sgd::new(0.2, 0.9).unwrap();
    let fit = trainer.fit(&mut net, &sgd, &train, 1000, 5).validation(&validation).callback(|progress, net| {
        if let Progress::Epoch { validation: Some(validation), .. } = progress {
            losses.push(validation.loss());
            after.push(bits(net));
        }
        stopping.see(progress, net)
    });
    fit.run().unwrap();
    let best = (0..losses.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap();
    assert_eq!(losses.len(), best + 8, "seven epochs after the best");
    assert_eq!((stopping.epoch, stopping.loss), (Some(best as u64), losses[best]));
    assert_ne!(bits(&net), after[best]);
    stopping.restore(&mut net);
    assert_eq!(bits(&net), after[best]);
}

#[test]
fn a_plateau_makes_steps_smaller() {
    let (images, labels) = (images(), labels());
    let data = Plain::dataset(&images, &labels).unwrap();
    let validation = data.part(&[0, 1, 2]).unwrap();
    let (mut net, mut trainer, sgd) = (drawn::<Plain>(), Trainer::<Plain>::ZERO, Sgd::new(0.5, 0.0).unwrap());
    // without a step no epoch is better than the first: 2 more are let pass, and the third is one too many
    let (mut plateau, mut rates) = (ReduceOnPlateau::new(0.5, 2).unwrap(), Vec::new());
    let fit = trainer.fit(&mut net, &sgd, &data, 9, COUNT).validation(&validation);
    let fit = fit.schedule(|moment| {
        rates.push(plateau.rate(moment));
        0.0
    });
    fit.run().unwrap();
    assert_eq!(rates, [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125]);
}

#[test]
fn a_schedule_sets_each_step() {
    let (images, labels) = (images(), labels());
    let data = Plain::dataset(&images, &labels).unwrap();
    let sgd = Sgd::new(0.5, 0.0).unwrap();
    let (mut net, mut trainer) = (drawn::<Plain>(), Trainer::<Plain>::ZERO);
    trainer.fit(&mut net, &sgd, &data, 2, COUNT).schedule(warm_up(1.0, 0.25, cosine(2, 0.0))).run().unwrap();
    // a batch an epoch: ¼ of the whole rate, and half of it
    let (mut expected, mut other) = (drawn::<Plain>(), Trainer::<Plain>::ZERO);
    for rate in [0.125, 0.25] {
        let shuffled = data.shuffled(0, if rate == 0.125 { 0 } else { 1 });
        other.epoch(&mut expected, &sgd.with_learning_rate(rate).unwrap(), &shuffled, COUNT, |_| ()).unwrap();
    }
    for index in 0..Plain::ARRAYS.len() {
        let pairs = net.values(index).iter().zip(expected.values(index));
        pairs.for_each(|(found, expected)| assert!((found - expected).abs() < 1e-6, "{found} {expected}"));
    }
    // what is no rate is refused, and named
    let error = trainer.fit(&mut net, &sgd, &data, 1, 8).schedule(const_cnn::schedules::step(0, 0.5)).run();
    assert!(matches!(error, Err(Error::Setting { name: "learning rate", .. })), "{error:?}");
}

#[test]
fn smoothing_and_weights_train() {
    let (images, labels) = (images(), labels());
    let data = Plain::dataset(&images, &labels).unwrap();
    let sgd = Sgd::new(0.1, 0.9).unwrap();
    let (mut net, mut trainer) = (drawn::<Plain>(), Trainer::<Plain, F32x8, Sgd, CrossEntropy<2>>::ZERO);
    trainer.loss = trainer.loss.smoothing(0.1).unwrap().weights([1.0, 2.0]).unwrap();
    assert!(trainer.fit(&mut net, &sgd, &data, 60, 8).run().unwrap().accuracy() > 0.9);
    // without settings it trains to the bits of the plain loss
    let (mut net, mut plain) = (drawn::<Plain>(), drawn::<Plain>());
    { Trainer::<Plain, F32x8, Sgd, CrossEntropy<2>>::ZERO }.fit(&mut net, &sgd, &data, 2, 8).run().unwrap();
    { Trainer::<Plain, F32x8, Sgd, SoftmaxCrossEntropy>::ZERO }.fit(&mut plain, &sgd, &data, 2, 8).run().unwrap();
    assert_eq!(bits(&net), bits(&plain));
}
