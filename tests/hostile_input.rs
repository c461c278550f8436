//! Values that no one meant: NaN, infinities, subnormals, huge logits, labels out of range, bytes cut short.

use std::panic::catch_unwind;

use const_cnn::{
    Context, Conv2d, Data, Dataset, Elem, Error, Evaluator, F32x8, Image, Input, Layer, LeBytes, Linear, MaxPool2d,
    Metrics, Nested, Output, Parameters, Relu, Sgd, Shape, Softmax, Square, Trainer, Vector, Zero, argmax, conv2d,
    naive, network, softmax_cross_entropy,
};

network! {
    #[derive(Clone, Debug, PartialEq)]
    struct Net: [2, 6, 6] => [3] {
        conv: conv2d(3, kernel 3, padding 1),
        relu: relu,
        pool: max_pool2d(2),
        maps: mapwise_conv2d(2, kernel 2),
        average: avg_pool2d(2),
        flatten: flatten,
        dense: linear(3),
    }
}

network! {
    struct Line: [1] => [3] {
        dense: linear(3),
    }
}

network! {
    #[derive(Clone, Debug, PartialEq)]
    struct Chances: [3] => [3] {
        dense: linear(3),
        softmax: softmax,
    }
}

const NOT_FINITE: [f32; 4] = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY];

/// Every bit pattern that has tripped someone: zeros, subnormals, the ends of the range, what is not finite.
const STRANGE: [f32; 16] = [
    0.0,
    -0.0,
    1e-45,
    -1e-45,
    1e-39,
    f32::MIN_POSITIVE,
    1e-20,
    -1.0,
    1.0,
    1e20,
    1e30,
    -1e30,
    f32::MAX,
    f32::MIN,
    f32::INFINITY,
    f32::NAN,
];

fn net() -> Net {
    let mut net = Net::ZERO;
    for index in 0..Net::ARRAYS.len() {
        for (n, value) in net.values_mut(index).iter_mut().enumerate() {
            *value = (n * 37 % 101 + 1) as f32 / 200.0 - 0.25;
        }
    }
    net
}

fn image() -> Vec<f32> {
    (0..72).map(|n| (n * 29 % 17) as f32 / 16.0).collect()
}

fn bytes<P: Parameters>(parameters: &P) -> Vec<u8> {
    let mut bytes = vec![0; 4 * P::COUNT];
    parameters.write_le(&mut bytes).unwrap();
    bytes
}

#[test]
fn bytes_of_a_wrong_length_change_nothing() {
    let (mut net, before) = (net(), net());
    let expected = Net::PARAMETER_BYTES;
    let other = vec![0x40; 3 * expected];
    for found in (0..other.len()).filter(|&found| found != expected) {
        assert_eq!(net.read_le(&other[..found]), Err(Error::Bytes { expected, found }));
        if found < 2 * expected {
            let mut to = vec![0x55; found];
            assert_eq!(before.write_le(&mut to), Err(Error::Bytes { expected, found }));
            assert!(to.iter().all(|&byte| byte == 0x55));
        }
    }
    assert_eq!(net, before);
    assert_eq!(net.read_le(&other[..expected]), Ok(()));
    assert!(net != before && net.arrays().flat_map(|(_, values)| values).all(|&v| v == f32::from_bits(0x4040_4040)));
}

#[test]
fn bytes_of_a_number_that_is_not_finite_change_nothing() {
    let (mut net, before) = (net(), net());
    let good = bytes(&Net::ZERO);
    for index in 0..Net::PARAMETERS {
        for value in NOT_FINITE {
            let mut bytes = good.clone();
            bytes[4 * index..][..4].copy_from_slice(&value.to_le_bytes());
            match net.read_le(&bytes) {
                Err(Error::NotFinite { index: found, value: v }) => {
                    assert_eq!((found, v.to_bits()), (index, value.to_bits()));
                }
                result => panic!("{result:?}"),
            }
        }
    }
    assert_eq!(net, before);
}

#[test]
fn every_flipped_bit_is_read_as_it_is_or_refused() {
    let good = bytes(&net());
    for bit in 0..8 * good.len() {
        let mut flipped = good.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let mut net = Net::ZERO;
        match net.read_le(&flipped) {
            Ok(()) => assert_eq!(bytes(&net), flipped),
            Err(error) => {
                assert!(matches!(error, Error::NotFinite { index, .. } if index == bit / 32), "{error}");
                assert_eq!(net, Net::ZERO);
            }
        }
    }
}

#[test]
fn constants_from_bytes_read_the_same_or_stop() {
    let good = bytes(&net());
    let array: &[u8; Net::PARAMETER_BYTES] = good.as_slice().try_into().unwrap();
    assert_eq!(Net::from_le_bytes(array), net());
    assert_eq!(Net::from_le(&mut LeBytes::new(&[good.as_slice(), &[7, 7]].concat())), net());
    for len in 0..good.len() {
        let message = catch_unwind(|| Net::from_le(&mut LeBytes::new(&good[..len]))).unwrap_err();
        assert_eq!(message.downcast_ref(), Some(&"the bytes end before the parameters do"), "{len}");
    }
    for index in 0..Net::PARAMETERS {
        for value in NOT_FINITE {
            let mut bytes = good.clone();
            bytes[4 * index..][..4].copy_from_slice(&value.to_le_bytes());
            let message = catch_unwind(|| Net::from_le(&mut LeBytes::new(&bytes))).unwrap_err();
            assert_eq!(message.downcast_ref(), Some(&"a parameter is NaN or infinite"), "{value} at {index}");
        }
    }
    for value in STRANGE.into_iter().filter(|value| value.is_finite()) {
        assert_eq!(LeBytes::new(&value.to_le_bytes()).number().to_bits(), value.to_bits());
    }
}

#[cfg(feature = "std")]
#[test]
fn files_of_other_arrays_or_cut_short_change_nothing() {
    use const_cnn::{FileError, load};
    use std::fs;

    let folder = std::env::temp_dir().join(format!("const-cnn-hostile-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("net");
    let (mut net, before) = (net(), net());
    let mut good = vec![0; Net::FILE_BYTES];
    Net::ZERO.write_file(&mut good).unwrap();
    let header = good.len() - Net::PARAMETER_BYTES;
    for len in (0..good.len()).chain([good.len() + 1, 2 * good.len(), 1 << 20]) {
        let mut file = good.clone();
        file.resize(len, 0);
        fs::write(&path, file).unwrap();
        match load(&mut net, &path) {
            Err(FileError::Header(_)) => assert!(len < header),
            Err(FileError::Data(Error::Bytes { expected, found })) => {
                assert_eq!((expected, found), (good.len(), len));
                assert!(len >= header);
            }
            result => panic!("{len} bytes: {result:?}"),
        }
    }
    // each byte of the header counts, and so does the order of bytes
    let reversed = good.chunks(4).flat_map(|four| four.iter().rev().copied()).collect();
    let text = b"what a user has written ".iter().copied().cycle().take(good.len()).collect();
    let bare = good[header..].to_vec();
    let flipped = (0..header).map(|n| good.iter().enumerate().map(|(m, byte)| byte ^ u8::from(m == n)).collect());
    for file in flipped.chain([reversed, text, bare]) {
        let file: Vec<u8> = file;
        fs::write(&path, file).unwrap();
        assert!(matches!(load(&mut net, &path), Err(FileError::Header(_))));
    }
    for index in [0, Net::PARAMETERS / 2, Net::PARAMETERS - 1] {
        let mut file = good.clone();
        file[header + 4 * index..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
        fs::write(&path, file).unwrap();
        match load(&mut net, &path) {
            Err(FileError::Data(Error::NotFinite { index: found, .. })) => assert_eq!(found, index),
            result => panic!("{result:?}"),
        }
    }
    assert!(matches!(load(&mut net, &folder), Err(FileError::Io(_))));
    if cfg!(target_os = "linux") {
        // a file without an end, whose length the system gives as 0
        assert!(matches!(load(&mut net, "/dev/zero"), Err(FileError::Header(_))));
    }
    assert_eq!(net, before);
    fs::write(&path, &good).unwrap();
    load(&mut net, &path).unwrap();
    assert_eq!(net, Net::ZERO);
    fs::remove_dir_all(&folder).unwrap();
}

#[cfg(feature = "std")]
#[test]
fn bare_files_cut_short_change_nothing() {
    use const_cnn::{FileError, load_bare};
    use std::fs;

    let folder = std::env::temp_dir().join(format!("const-cnn-hostile-bare-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("net");
    let (mut net, before) = (net(), net());
    let good = bytes(&Net::ZERO);
    for len in (0..good.len()).chain([good.len() + 1, 2 * good.len(), 1 << 20]) {
        let mut file = good.clone();
        file.resize(len, 0);
        fs::write(&path, file).unwrap();
        match load_bare(&mut net, &path) {
            Err(FileError::Data(Error::Bytes { expected, found })) => assert_eq!((expected, found), (good.len(), len)),
            result => panic!("{len} bytes: {result:?}"),
        }
    }
    for index in [0, Net::PARAMETERS / 2, Net::PARAMETERS - 1] {
        let mut file = good.clone();
        file[4 * index..][..4].copy_from_slice(&f32::NAN.to_le_bytes());
        fs::write(&path, file).unwrap();
        match load_bare(&mut net, &path) {
            Err(FileError::Data(Error::NotFinite { index: found, .. })) => assert_eq!(found, index),
            result => panic!("{result:?}"),
        }
    }
    assert!(matches!(load_bare(&mut net, &folder), Err(FileError::Io(_))));
    if cfg!(target_os = "linux") {
        // a file without an end, whose length the system gives as 0
        let result = load_bare(&mut net, "/dev/zero");
        let expected = good.len();
        assert!(
            matches!(result, Err(FileError::Data(Error::Bytes { expected: e, found })) if e == expected && found > e),
            "{result:?}"
        );
    }
    assert_eq!(net, before);
    fs::write(&path, &good).unwrap();
    load_bare(&mut net, &path).unwrap();
    assert_eq!(net, Net::ZERO);
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn images_of_a_wrong_length_or_not_finite_change_nothing() {
    let values = [image(), image()].concat();
    let mut to = [[[9.0; 2]; 6]; 6];
    for found in (0..values.len()).filter(|&found| found != 72) {
        let error = Err(Error::Length { expected: 72, found });
        assert_eq!(Image::<2, 6, 6>::read(&values[..found], &mut to), error);
        assert_eq!(Net::image(&values[..found]), error.map(|()| to));
    }
    for index in 0..72 {
        for value in NOT_FINITE {
            let mut values = image();
            values[index] = value;
            match Image::<2, 6, 6>::read(&values, &mut to) {
                Err(Error::NotFinite { index: found, value: v }) => {
                    assert_eq!((found, v.to_bits()), (index, value.to_bits()));
                }
                result => panic!("{result:?}"),
            }
        }
    }
    assert_eq!(to, [[[9.0; 2]; 6]; 6]);
    assert_eq!(Image::<2, 6, 6>::read(&values[..72], &mut to), Ok(()));
    assert_eq!((to[0][0][0], to[0][1][1], to[5][5][1]), (values[0], values[37], values[71]));
}

network! {
    struct Single: [1] => [2] {
        dense: linear(2),
    }
}

#[test]
fn data_sets_that_do_not_fit_are_refused() {
    let images = [[0.0]; 3];
    let new = |labels: &[usize]| Dataset::<Vector<1>>::new(&images, labels).map(|_| ());
    assert_eq!(new(&[0; 4]), Err(Error::Labels { images: 3, found: 4 }));
    let data = Dataset::<Vector<1>>::new(&images, &[0; 3]).unwrap();
    for found in [3, usize::MAX] {
        assert_eq!(data.part(&[0, found]).map(|_| ()), Err(Error::Index { images: 3, found }));
        assert_eq!(data.get(found).map(|_| ()), Err(Error::Index { images: 3, found }));
        assert_eq!(data.shuffled(1, 2).get(found).map(|_| ()), Err(Error::Index { images: 3, found }));
    }
    let (mut net, sgd) = (Single::ZERO, Sgd::new(0.1, 0.0).unwrap());
    let mut epoch = |size| { Trainer::<Single>::ZERO }.epoch(&mut net, &sgd, &data, size, |_| ());
    assert_eq!(epoch(usize::MAX).map(|metrics| metrics.images), Ok(3));
    assert_eq!(epoch(0), Err(Error::BatchSize));
    let (mut trainer, mut net) = (Trainer::<Single>::ZERO, Single::ZERO);
    assert_eq!(trainer.fit(&mut net, &sgd, &data, 1, 0).run(), Err(Error::BatchSize));
    let rate = trainer.fit(&mut net, &sgd, &data, 1, 2).schedule(|_| f32::NAN).run();
    assert!(matches!(rate, Err(Error::Setting { name: "learning rate", .. })), "{rate:?}");
    assert_eq!((trainer.steps, net.dense.bias), (0, [0.0; 2]));
}

/// The logits of one image, run alone; and of the same image run in `lane` of eight, the others being ordinary.
fn logits(net: &Net, image: &Input<Net, f32>, lane: usize) -> ([f32; 3], [F32x8; 3]) {
    let mut one = [0.0; 3];
    net.infer(image, &mut Box::new(Zero::ZERO), &mut one);
    let mut eight = Input::<Net, F32x8>::ZERO;
    let ordinary = Net::image(&self::image()).unwrap();
    for (value, (&strange, &ordinary)) in eight.flat_mut().iter_mut().zip(image.flat().iter().zip(ordinary.flat())) {
        *value = F32x8::splat(ordinary);
        value.0[lane] = strange;
    }
    let mut y = [F32x8::ZERO; 3];
    net.infer(&eight, &mut Box::new(Zero::ZERO), &mut y);
    (one, y)
}

#[test]
fn a_value_that_is_not_finite_reaches_the_logits_of_its_image_alone() {
    let net = net();
    let ordinary = logits(&net, &Net::image(&image()).unwrap(), 0).0;
    assert!(ordinary.iter().all(|logit| logit.is_finite()));
    for lane in 0..8 {
        let mut strange = Net::image(&image()).unwrap();
        strange[2][3][1] = f32::NAN;
        let (one, eight) = logits(&net, &strange, lane);
        assert!(one.iter().all(|logit| logit.is_nan()), "NaN is lost: {one:?}");
        for (logit, ordinary) in eight.iter().zip(ordinary) {
            for other in 0..8 {
                let found = logit.0[other];
                let close = (found - ordinary).abs() <= 1e-5;
                assert!(if other == lane { found.is_nan() } else { close }, "{found} in lane {other}");
            }
        }
    }
}

#[test]
fn a_parameter_that_is_nan_reaches_the_logits() {
    for index in 0..Net::ARRAYS.len() {
        let mut net = net();
        net.values_mut(index)[0] = f32::NAN;
        let (one, eight) = logits(&net, &Net::image(&image()).unwrap(), 0);
        assert!(one.iter().any(|logit| logit.is_nan()), "array {index}: {one:?}");
        assert!(eight.iter().any(|logit| logit.0.iter().all(|logit| logit.is_nan())), "array {index}: {eight:?}");
    }
}

/// Runs all passes of a network on values of one kind after another. Nothing may panic.
fn passes<N: Layer, V: Elem>() {
    for (n, &weight) in STRANGE.iter().enumerate() {
        for (k, &value) in STRANGE.iter().enumerate() {
            let mut net = Box::new(N::ZERO);
            for index in 0..N::ARRAYS.len() {
                net.values_mut(index).fill(weight);
            }
            let mut x = Box::new(Input::<N, V>::ZERO);
            let mut dy = Box::new(Output::<N, V>::ZERO);
            for (place, x) in x.flat_mut().iter_mut().flat_map(Elem::lanes_mut).enumerate() {
                *x = if place % 3 == 0 { STRANGE[(n + place) % STRANGE.len()] } else { value };
            }
            dy.flat_mut().fill(V::splat(STRANGE[(n * 5 + k) % STRANGE.len()]));
            let (mut y, mut dx) = (dy.clone(), x.clone());
            let (mut tape, mut gradient) = (Box::new(N::Tape::<V>::ZERO), Box::new(N::ZERO));
            net.infer(&x, &mut Box::new(Zero::ZERO), &mut y);
            let inferred: Vec<u32> = y.flat().iter().flat_map(Elem::lanes).map(|value| value.to_bits()).collect();
            net.forward(&Context::EVALUATION, &x, &mut tape, &mut y);
            for (forward, inferred) in y.flat().iter().flat_map(Elem::lanes).zip(inferred) {
                // which NaN it is may differ
                assert!(forward.to_bits() == inferred || forward.is_nan() && f32::from_bits(inferred).is_nan());
            }
            net.backward(&Context::EVALUATION, &x, &mut tape, &y, &dy, &mut gradient, Some(&mut dx));
            net.backward(&Context::EVALUATION, &x, &mut tape, &y, &dy, &mut gradient, None);
        }
    }
}

#[test]
fn no_pass_panics_on_any_value() {
    passes::<Net, f32>();
    passes::<Net, F32x8>();
    passes::<Chances, f32>();
    passes::<Chances, F32x8>();
}

#[test]
fn subnormals_are_kept() {
    let subnormal = [1e-45f32, -3e-42, 1e-39, -1.17e-38];
    for value in subnormal {
        assert!(value != 0.0 && !value.is_normal());
        // the largest value of a window, the sum with weight 1, what is not negative
        let x = [[[value]; 2]; 2];
        let mut y = [[[0.0]; 1]; 1];
        MaxPool2d::<Image<1, 2, 2>, Image<1, 1, 1>, Square<2>>::ZERO.infer(&x, &mut (), &mut y);
        assert_eq!(y[0][0][0].to_bits(), value.to_bits());
        let mut conv = Conv2d::<Image<1, 2, 2>, Image<1, 2, 2>, Square<1>>::ZERO;
        conv.weight = [[[[1.0]]]];
        let mut y = [[[0.0]; 2]; 2];
        conv.infer(&x, &mut (), &mut y);
        assert_eq!(y, x);
        let (mut eight, input) = ([[[F32x8::ZERO]; 2]; 2], [[[F32x8::splat(value)]; 2]; 2]);
        conv.infer(&input, &mut (), &mut eight);
        assert_eq!(eight, input);
        let mut y = [0.0];
        Linear::<1, 1> { weight: [[1.0]], bias: [0.0] }.infer(&[value], &mut (), &mut y);
        assert_eq!(y, [value]);
        Linear::<1, 1> { weight: [[value]], bias: [value] }.infer(&[1.0], &mut (), &mut y);
        assert_eq!(y, [2.0 * value]);
        Relu::<Vector<1>>::ZERO.infer(&[value], &mut (), &mut y);
        assert_eq!(y, [value.max(0.0)]);
        let mut gradient = Linear::<1, 1>::ZERO;
        let dense = Linear::<1, 1> { weight: [[1.0]], bias: [0.0] };
        let mut dx = [0.0];
        dense.backward(&Context::EVALUATION, &[1.0], &mut (), &[1.0], &[value], &mut gradient, Some(&mut dx));
        assert_eq!((gradient.weight, gradient.bias, dx), ([[value]], [value], [value]));
    }
    let mut chances = [0.0; 4];
    Softmax::<4>.infer(&subnormal, &mut (), &mut chances);
    assert_eq!(chances, [0.25; 4]);
    let mut d = [0.0; 4];
    assert_eq!(softmax_cross_entropy(&subnormal, &[1], &mut d), Ok(4.0f32.ln()));
}

#[test]
fn softmax_of_huge_logits_is_exact() {
    let huge = [1e30, f32::MAX, 100.0];
    for size in huge {
        let cases: [([f32; 3], [f32; 3]); 4] = [
            ([size, -size, -size], [1.0, 0.0, 0.0]),
            ([-size, size, 0.0], [0.0, 1.0, 0.0]),
            ([size, size, -size], [0.5, 0.5, 0.0]),
            ([-size, -size, -size], [1.0 / 3.0; 3]),
        ];
        for (logits, expected) in cases {
            // a difference of 200 is e^−200, which no f32 holds; one of 100 is subnormal
            let near = |found: f32, expected: f32| (found - expected).abs() <= 1e-38;
            let mut one = [0.0; 3];
            Softmax::<3>.infer(&logits, &mut (), &mut one);
            assert!(one.iter().zip(expected).all(|(&found, expected)| near(found, expected)), "{logits:?}: {one:?}");
            let mut eight = [F32x8::ZERO; 3];
            Softmax::<3>.infer(&logits.map(F32x8::splat), &mut (), &mut eight);
            assert_eq!(eight, one.map(F32x8::splat));

            for label in 0..3 {
                let mut d = [0.0; 3];
                let loss = softmax_cross_entropy(&logits, &[label], &mut d).unwrap();
                let right = expected[label];
                if right == 0.0 {
                    // as far below the largest logit as the label's is
                    let distance = logits.iter().fold(f32::MIN, |a, &b| a.max(b)) - logits[label];
                    assert!(loss == distance || (loss - distance).abs() <= 1.0, "{logits:?} {label}: {loss}");
                } else {
                    assert!((loss + right.ln()).abs() <= 1e-6, "{logits:?} {label}: {loss}");
                }
                assert!(d.iter().sum::<f32>().abs() <= 1e-6 && (d[label] - (right - 1.0)).abs() <= 1e-6);
            }
        }
    }
    // a network that predicts them
    let mut net = Chances::ZERO;
    net.dense.bias = [1e30, -1e30, 1e30];
    assert_eq!(net.predict(&[0.0; 3]), [0.5, 0.0, 0.5]);
    let mut ends_in_logits = Net::ZERO;
    ends_in_logits.dense.bias = [-1e30, 1e30, -1e30];
    assert_eq!(ends_in_logits.predict(&Net::image(&image()).unwrap()), [0.0, 1.0, 0.0]);
}

#[test]
fn softmax_of_what_is_not_finite_is_not_a_number() {
    let mut y = [0.0; 2];
    for strange in [f32::NAN, f32::INFINITY] {
        Softmax::<2>.infer(&[strange, 0.0], &mut (), &mut y);
        assert!(y[0].is_nan(), "{strange}: {y:?}");
        let loss = softmax_cross_entropy(&[strange, 0.0], &[0], &mut y).unwrap();
        assert!(loss.is_nan(), "{strange}: {loss}");
    }
    Softmax::<2>.infer(&[f32::NEG_INFINITY, 0.0], &mut (), &mut y);
    assert_eq!(y, [0.0, 1.0]);
    assert_eq!(softmax_cross_entropy(&[f32::NEG_INFINITY, 0.0], &[0], &mut y), Ok(f32::INFINITY));
    // the images beside it are not touched by it
    let mut logits = [F32x8::splat(1.0), F32x8::splat(2.0)];
    logits[1].0[3] = f32::NAN;
    let mut d = [F32x8::ZERO; 2];
    let loss = softmax_cross_entropy(&logits, &[0; 8], &mut d).unwrap();
    for lane in 0..8 {
        assert_eq!(loss.0[lane].is_nan(), lane == 3);
        assert_eq!(d[0].0[lane].is_nan(), lane == 3);
    }
}

#[test]
fn labels_out_of_range_are_refused_in_every_lane() {
    let logits = [F32x8::splat(1.0); 3];
    for lane in 0..8 {
        for found in [3, 4, i64::MAX as usize] {
            let mut labels = [2; 8];
            labels[lane] = found;
            let mut d = [F32x8::splat(7.0); 3];
            let error = Err(Error::Label { index: lane, classes: 3, found: found as i64 });
            assert_eq!(softmax_cross_entropy(&logits, &labels, &mut d), error);
            assert_eq!(d, [F32x8::splat(7.0); 3]);
        }
    }
    let mut d = [F32x8::splat(7.0); 3];
    let error = Err(Error::Length { expected: 8, found: 9 });
    assert_eq!(softmax_cross_entropy(&logits, &[0; 9], &mut d), error);
    assert_eq!(softmax_cross_entropy(&logits, &[0], &mut d[..2]), Err(Error::Length { expected: 3, found: 2 }));
    let error = Error::Label { index: 0, classes: 0, found: 0 };
    assert_eq!(softmax_cross_entropy::<f32>(&[], &[0], &mut []), Err(error));
    assert!(error.to_string().contains("found 0"));

    let (net, image) = (net(), Net::image(&image()).unwrap());
    let mut evaluator = Box::new(Evaluator::<Net>::ZERO);
    for count in [1, 8, 9] {
        let mut labels = vec![0; count];
        labels[count - 1] = 3;
        let images = vec![image; count];
        let data = Net::dataset(&images, &labels).unwrap();
        let error = Error::Label { index: count - 1, classes: 3, found: 3 };
        assert_eq!(evaluator.evaluate(&net, &data, |_, _| ()), Err(error));
    }
    assert_eq!(evaluator.evaluate(&net, &Nothing, |_, _| ()), Err(Error::Empty));
}

/// Data without images.
struct Nothing;

impl Data for Nothing {
    type Input = Image<2, 6, 6>;
    type Target = usize;
    type Image<'a> = &'a Input<Net, f32>;
    type Expected<'a> = usize;
    type Error = Error;

    fn len(&self) -> usize {
        0
    }

    fn get(&self, _: usize) -> Result<(&Input<Net, f32>, usize), Error> {
        Err(Error::Empty)
    }
}

/// What evaluation gives, and how many images it has called right.
fn evaluated<V: Elem>(net: &Net, images: &[(Input<Net, f32>, usize)]) -> (Result<Metrics, Error>, usize) {
    let mut right = 0;
    let (images, labels): (Vec<_>, Vec<_>) = images.iter().copied().unzip();
    let data = Net::dataset(&images, &labels).unwrap();
    let mut evaluator = Box::new(Evaluator::<Net, V>::ZERO);
    let result = evaluator.evaluate(net, &data, |scores, &label| {
        right += usize::from(label == argmax(scores));
    });
    (result, right)
}

#[test]
fn an_evaluation_that_is_not_finite_is_an_error() {
    let image = Net::image(&image()).unwrap();
    // class 0 is what argmax gives of nothing but NaN
    for found in NOT_FINITE {
        for (count, place) in [(1, 0), (8, 7), (9, 8), (20, 3), (20, 13)] {
            let mut images = vec![(image, 0); count];
            images[place].0[1][1][0] = found;
            for (result, _) in [evaluated::<f32>(&net(), &images), evaluated::<F32x8>(&net(), &images)] {
                let is_named =
                    matches!(result, Err(Error::Loss { index, found }) if index == place && !found.is_finite());
                assert!(is_named, "{found} in image {place} of {count}: {result:?}");
            }
        }
    }
    // the parameters of a run that has diverged: finite, as they are loaded, and far too large
    let mut net = net();
    (0..Net::ARRAYS.len()).for_each(|index| net.values_mut(index).fill(3e38));
    for (result, right) in [evaluated::<f32>(&net, &[(image, 0); 9]), evaluated::<F32x8>(&net, &[(image, 0); 9])] {
        assert!(matches!(result, Err(Error::Loss { index: 0, found }) if found.is_nan()), "{result:?}");
        assert_eq!(right, 0, "NaN is not right");
    }
    // a logit of -inf is a chance of 0: an infinite loss if it is the label's, and otherwise no error
    let line = Line { dense: Linear { weight: [[-3e38, 0.0, 1.0]], bias: [0.0; 3] } };
    let mut evaluator = Evaluator::<Line>::ZERO;
    let mut evaluated = |label| {
        let labels = [2, label];
        evaluator.evaluate(&line, &Line::dataset(&[[1.0], [2.0]], &labels).unwrap(), |_, _| ())
    };
    assert_eq!(evaluated(0), Err(Error::Loss { index: 1, found: f32::INFINITY }));
    assert_eq!(evaluated(2).map(|metrics| metrics.correct), Ok(2));
}

#[test]
fn settings_are_in_their_range_or_refused() {
    for learning_rate in STRANGE {
        for momentum in STRANGE.into_iter().chain([0.5, 1.0 - f32::EPSILON]) {
            let fits = (0.0..f32::INFINITY).contains(&learning_rate) && (0.0..1.0).contains(&momentum);
            assert_eq!(Sgd::new(learning_rate, momentum).is_ok(), fits, "{learning_rate} {momentum}");
        }
    }
}

#[cfg(feature = "rand")]
#[test]
fn what_is_drawn_is_finite_or_refused() {
    use const_cnn::Init;
    use rand::{SeedableRng, rngs::Xoshiro256PlusPlus};

    let mut drawn = 0;
    for a in STRANGE {
        for b in STRANGE {
            for init in [Init::Normal { mean: a, std: b }, Init::Uniform { low: a, high: b }] {
                let mut net = net();
                let result = init.draw(&mut net, &mut Xoshiro256PlusPlus::seed_from_u64(1));
                match result {
                    Ok(()) => {
                        assert!(net.is_finite(), "{init:?} draws what is not finite");
                        drawn += 1;
                    }
                    Err(error) => {
                        assert!(matches!(error, Error::Setting { .. }), "{error}");
                        assert_eq!(net, self::net());
                        assert!(!error.to_string().is_empty());
                    }
                }
            }
        }
    }
    assert!(drawn > 100, "most are in range");
}

/// An infinite weight shows wherever it meets the image; beside the padding it may show too.
#[test]
fn an_infinite_weight_is_not_hidden() {
    type Conv = conv2d!([1, 8, 8] => 8, kernel 5, padding 2);
    fn of_first_image<V: Elem>(conv: &Conv) -> Vec<f32> {
        let mut y = [[[V::ZERO; 8]; 8]; 8];
        conv.infer(&[[[V::splat(1.0)]; 8]; 8], &mut (), &mut y);
        y.flat().iter().map(|value: &V| value.lanes()[0]).collect()
    }
    let mut conv = Conv { weight: [[[[0.5; 8]]; 5]; 5], bias: [0.0; 8] };
    for row in &mut conv.weight {
        row[0] = [[f32::INFINITY; 8]];
    }
    let mut expected = [[[0.0; 8]; 8]; 8];
    naive::conv2d::<f32, Square<5, 1, 2>, 1, 8, 8, 8, 8, 8, 5, 5, 1>(
        &[[[1.0]; 8]; 8],
        &conv.weight,
        &conv.bias,
        &mut expected,
    );
    let expected: &[f32] = expected.flat();
    assert_eq!(expected.iter().filter(|y| !y.is_finite()).count(), 8 * 8 * 6);
    for found in [of_first_image::<f32>(&conv), of_first_image::<F32x8>(&conv)] {
        for (found, expected) in found.iter().zip(expected) {
            assert!(found == expected || !found.is_finite(), "{found}, expected {expected}");
        }
    }
}
