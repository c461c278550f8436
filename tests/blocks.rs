//! Networks with blocks, batch normalisation and dropout: gradients, folding, bits, what training holds.

use const_cnn::{
    Context, Elem, F32x8, Fold, Folded, Init, Input, Layer, Nested, Output, Parameters, Sgd, Trainer, Zero, network,
    worst_gradient,
};
use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

/// Numbers of every size that a trained network has.
///
/// Biases are so large, with either sign, that what is before a ReLU is far from its kink, whatever the image.
fn drawn<N: Layer>(seed: u64) -> N {
    let (mut net, rng) = (N::ZERO, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
    for index in 0..N::ARRAYS.len() {
        let array = N::ARRAYS.get(index).unwrap();
        for (n, value) in net.values_mut(index).iter_mut().enumerate() {
            *value = match (array.name(), array.dims().len()) {
                ("bias", _) => rng.random_range(4.0..5.0) * if n % 2 == 0 { 1.0 } else { -1.0 },
                ("variance", _) => rng.random_range(0.5..2.0),
                ("weight", 1) => rng.random_range(0.5..1.0),
                _ => rng.random_range(-0.5..0.5),
            };
        }
    }
    net
}

fn image<N: Layer>(rng: &mut Xoshiro256PlusPlus) -> Input<N, f32> {
    let mut x = Input::<N, f32>::ZERO;
    x.flat_mut().iter_mut().for_each(|x| *x = rng.random_range(-1.0..1.0));
    x
}

macro_rules! networks {
    ($($(#[$doc:meta])* $name:ident: $input:tt => $output:tt { $($lines:tt)* })+) => {
        $(network! {
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq)]
            struct $name: $input => $output { $($lines)* }
        })+

        #[test]
        fn gradients_are_those_of_differences() {
            $(gradients::<$name>(stringify!($name));)+
        }

        #[test]
        fn folded_networks_give_the_same() {
            $(folds::<$name>(stringify!($name));)+
        }

        #[test]
        fn the_arena_gives_the_same_bits() {
            $(arena::<$name>(stringify!($name));)+
        }

        #[test]
        fn bounds_that_are_taken_over_give_the_same_bits() {
            $(shown::<$name>(stringify!($name));)+
            shown::<Bounded>("Bounded");
            elements::<Bounded>("Bounded");
        }

        #[test]
        fn either_element_gives_the_same() {
            $(elements::<$name>(stringify!($name));)+
        }

        #[test]
        fn bytes_are_read_as_they_were_written() {
            $({
                let net = drawn::<$name>(3);
                let mut bytes = [0; $name::PARAMETER_BYTES];
                net.write_le(&mut bytes).unwrap();
                assert_eq!($name::from_le_bytes(&bytes), net);
                let (mut back, mut copy) = ($name::ZERO, $name::ZERO);
                back.read_le(&bytes).unwrap();
                copy.copy_from(&net);
                assert_eq!((&back, &copy), (&net, &net));
            })+
        }
    };
}

network! {
    #[derive(Clone, Debug, PartialEq)]
    struct Within: [4, 2, 3] => [4, 2, 3] {
        one: conv2d(5, kernel 1),
        relu: relu,
        two: conv2d(4, kernel 1),
    }
}

networks! {
    /// The block ends in what backward reads.
    EndsInRelu: [2, 3, 4] => [2, 3, 4] {
        block: residual { conv: conv2d(2, kernel 3, padding 1, no bias), norm: batch_norm, relu: relu },
        norm: batch_norm,
        after: relu,
    }
    Projection: [2, 5, 4] => [4] {
        block: residual {
            conv1: conv2d(3, kernel 3, stride 2, padding same),
            norm1: batch_norm,
            relu1: relu,
            conv2: conv2d(3, kernel 3, padding same, no bias),
            norm2: batch_norm,
        } shortcut {
            conv: conv2d(3, kernel 1, stride 2),
            norm: batch_norm(eps 1e-3, momentum 0.01),
        },
        relu: relu,
        flatten: flatten,
        dense: linear(4),
    }
    /// A shortcut that works in place, and one that is something in training alone.
    InPlace: [3, 2, 2] => [3, 2, 2] {
        one: residual { norm: batch_norm } shortcut { norm: batch_norm },
        two: residual { conv: conv2d(3, kernel 1) } shortcut { drop: dropout(0.25) },
    }
    /// Blocks of several lines, of which no output is alive before the last one, branches that wait for others, a way around that
    /// writes where it has read, and a network within.
    Places: [2, 2, 3] => [4, 2, 3] {
        inverted: residual {
            expand: conv2d(6, kernel 1),
            relu1: relu,
            depthwise: depthwise_conv2d(kernel 3, padding 1),
            relu2: relu,
            project: conv2d(2, kernel 1),
        },
        waits: concat {
            small { conv: conv2d(1, kernel 1) },
            large { one: conv2d(9, kernel 1), two: conv2d(5, kernel 1), three: conv2d(3, kernel 1) },
        },
        around: residual { conv: conv2d(4, kernel 1) } shortcut { one: conv2d(1, kernel 1), two: conv2d(4, kernel 1) },
        within: Within,
        gate: gate { one: conv2d(1, kernel 1), two: conv2d(4, kernel 1), sigmoid: sigmoid },
    }
    Branches: [2, 3, 3] => [9, 3, 3] {
        first: concat {
            conv { conv: conv2d(3, kernel 3, padding 1), norm: batch_norm, relu: relu },
            same {},
            inner {
                inner: concat {
                    pool { pool: avg_pool2d(3, stride 1, padding 1) },
                    conv { conv: conv2d(2, kernel 1, no bias), norm: batch_norm, drop: dropout(0.5) },
                },
            },
        },
        norm: batch_norm,
    }
    /// Depthwise, by channel, in groups.
    Separable: [2, 5, 4] => [3] {
        depthwise: depthwise_conv2d(kernel 3, padding same, multiplier 2, no bias),
        norm1: batch_norm,
        relu: relu,
        pointwise: conv2d(6, kernel 1),
        norm2: batch_norm,
        grouped: conv2d(4, kernel (2, 3), stride 2, groups 2, no bias),
        norm3: batch_norm,
        flatten: flatten,
        dense: linear(3),
    }
    /// The input is the first of the branches, and nothing is learned in it.
    SameFirst: [2, 2, 3] => [3] {
        both: concat { same {}, drop { drop: dropout(0.5) }, relu { norm: batch_norm, relu: relu } },
        flatten: flatten,
        dense: linear(3, no bias),
        norm: batch_norm,
    }
    GateByChannel: [3, 2, 4] => [3, 2, 4] {
        conv: conv2d(3, kernel 3, padding 1),
        norm: batch_norm,
        gate: gate {
            pool: avg_pool2d((2, 4)),
            squeeze: conv2d(2, kernel 1),
            relu: relu,
            excite: conv2d(3, kernel 1),
        },
    }
    GateByValue: [2, 3, 3] => [2, 3, 3] {
        gate: gate { conv: conv2d(2, kernel 3, padding 1, no bias), norm: batch_norm, relu: relu },
    }
    /// Where their input is the network's and stays, where they work on it in the stretch and on the network's output; with
    /// branches, a sum and a gate within, and in branches and sums.
    Gates: [2, 3, 3] => [4, 3, 3] {
        first: gate { pool: avg_pool2d(3), excite: conv2d(2, kernel 1), sigmoid: sigmoid },
        wide: conv2d(4, kernel 3, padding 1),
        nested: gate {
            gate: gate { conv: conv2d(4, kernel 1), sigmoid: sigmoid },
            both: concat { same {}, conv { conv: conv2d(2, kernel 1) } },
            down: conv2d(4, kernel 1),
            sigmoid: sigmoid,
        },
        sides: concat {
            a { gate: gate { conv: conv2d(4, kernel 1), sigmoid: sigmoid } },
            b { conv: conv2d(2, kernel 1), gate: gate { pool: avg_pool2d(3), sigmoid: sigmoid } },
        },
        sum: residual {
            gate: gate { conv: conv2d(6, kernel 1), sigmoid: sigmoid },
            down: conv2d(4, kernel 1),
        } shortcut {
            gate: gate { pool: avg_pool2d(3), sigmoid: sigmoid },
            down: conv2d(4, kernel 1),
        },
        last: gate { sum: residual { conv: conv2d(4, kernel 3, padding 1) }, sigmoid: sigmoid },
        after: gate { drop: dropout(0.5), sigmoid: sigmoid },
    }
    GateOfVector: [4] => [3] {
        gate: gate { dense: linear(4), norm: batch_norm, relu: relu, drop: dropout(0.25) },
        dense: linear(3),
    }
    Inside: [2, 4, 3] => [2, 4, 3] {
        outer: residual {
            inner: residual {
                conv: conv2d(2, kernel 3, padding 1, no bias),
                norm: batch_norm,
                relu: relu,
                drop: dropout(0.25),
            } shortcut {
                gate: gate { pool: avg_pool2d((4, 3)), conv: conv2d(2, kernel 1) },
            },
            conv: conv2d(2, kernel 1),
        },
        norm: batch_norm, // after a block whose last line is a convolution
    }
    NormFirst: [2, 4, 4] => [3, 2, 2] {
        norm: batch_norm,
        conv: conv2d(3, kernel 3),
        relu: relu,
        after: batch_norm,
    }
    /// A normalisation after a normalisation, and after what is nothing in evaluation.
    Twice: [2, 3, 3] => [2] {
        conv: conv2d(4, kernel 2),
        norm: batch_norm,
        again: batch_norm,
        flatten: flatten,
        dense: linear(2),
        drop: dropout(0.5),
        last: batch_norm,
    }
    /// Larger again, in groups and not.
    Larger: [2, 2, 3] => [2, 9, 11] {
        up1: conv_transpose2d(4, kernel 2, stride 2, groups 2, no bias),
        norm1: batch_norm,
        relu: relu,
        up2: conv_transpose2d(2, kernel 3, stride 2, output_padding (0, 1), padding (0, 0, 1, 2)),
        norm2: batch_norm,
    }
    Causal: [2, 6] => [3] {
        conv: conv1d(4, kernel 3, padding (2, 0), groups 2),
        norm1: batch_norm,
        relu: relu,
        depthwise: depthwise_conv1d(kernel 2, dilation 2, no bias),
        norm2: batch_norm,
        up: conv_transpose1d(3, kernel 2, stride 2, no bias),
        norm3: batch_norm,
        flatten: flatten,
        dense: linear(3),
    }
    SequenceOf: [3, 5] => [4] {
        norm: batch_norm,
        relu: relu,
        both: residual { norm: batch_norm, drop: dropout(0.5) },
        flatten: flatten,
        dense: linear(4),
    }
}

fn gradients<N: Layer>(name: &str) {
    for seed in 0..3 {
        let mut net = drawn::<N>(seed);
        let rng = &mut Xoshiro256PlusPlus::seed_from_u64(100 + seed);
        let (mut x, mut dy) = (image::<N>(rng), Output::<N, f32>::ZERO);
        dy.flat_mut().iter_mut().for_each(|dy| *dy = rng.random_range(-1.0..1.0));
        // in a large step lies the curvature of a normalisation, in a small one rounding; a mistake lies in all
        let worst = [64.0, 128.0, 256.0].map(|n| worst_gradient(&mut net, &mut x, &dy, 1.0 / n));
        assert!(worst.iter().any(|worst| worst.error() < 8e-3), "{name}: {}", worst[1]);
    }
}

fn infer<N: Layer>(net: &N, x: &Input<N, f32>) -> Output<N, f32> {
    let (mut scratch, mut y) = (N::Scratch::ZERO, Output::<N, f32>::ZERO);
    net.infer(x, &mut scratch, &mut y);
    y
}

fn folds<N: Layer + Fold>(name: &str)
where
    N::Folded: Layer<Input = N::Input, Output = N::Output>,
{
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(5);
    for seed in 0..3 {
        let (net, mut folded) = (drawn::<N>(seed), <N::Folded as Zero>::ZERO);
        net.fold_into(&mut folded);
        let x = image::<N>(rng);
        let (expected, found) = (infer(&net, &x), infer(&folded, &x));
        let bound = 1e-5 * expected.flat().iter().fold(1.0f32, |largest, y| largest.max(y.abs()));
        for (expected, found) in expected.flat().iter().zip(found.flat()) {
            assert!((expected - found).abs() <= bound, "{name}: {found}, expected {expected}");
        }
    }
}

fn arena<N: const_cnn::Network>(name: &str) {
    let (net, rng) = (drawn::<N>(1), &mut Xoshiro256PlusPlus::seed_from_u64(5));
    let x = image::<N>(rng);
    let mut arena = N::Arena::<f32>::ZERO;
    arena.flat_mut().fill(f32::NAN);
    *N::image_in(&mut arena) = x;
    let (found, expected) = (net.infer_in(&mut arena).flat(), infer(&net, &x));
    assert_eq!(bits(found), bits(expected.flat()), "{name}");
}

network! {
    /// All that takes over the bound of a ReLU.
    #[derive(Clone, Debug, PartialEq)]
    struct Bounded: [2, 7, 6] => [5] {
        norm: batch_norm,
        conv: conv2d(11, kernel 3),
        relu1: relu,
        depthwise: depthwise_conv2d(kernel 3, padding 1),
        norm2: batch_norm,
        relu2: relu,
        grouped: conv2d(22, kernel 1, groups 11),
        relu3: relu,
        block: residual { conv: conv2d(22, kernel 3, padding 1, no bias), norm: batch_norm },
        relu4: relu,
        around: residual { conv: conv2d(3, kernel 1), relu: relu } shortcut { conv: conv2d(3, kernel 1), relu: relu },
        relu5: relu,
        flatten: flatten,
        dense: linear(9),
        relu6: relu,
        out: linear(5),
        relu7: relu,
    }
}

/// Inference, in which a layer takes over the bound of a ReLU after it, against each line by itself, plain and folded.
fn shown<N: const_cnn::Network + Fold<Folded: const_cnn::Network>>(name: &str) {
    fn compare<N: const_cnn::Network>(net: &N, name: &str) {
        let x = image::<N>(&mut Xoshiro256PlusPlus::seed_from_u64(5));
        let (mut scratch, mut y, mut last) = (N::Scratch::ZERO, Output::<N, f32>::ZERO, Vec::new());
        net.activations(&x, &mut scratch, &mut y, |_, _, values| last = values.collect());
        let found: Vec<f32> = <N::Output as const_cnn::Shape>::LAYOUT.iter(infer(net, &x).flat()).collect();
        assert_eq!(bits(&found), bits(&last), "{name}");
    }
    let (net, mut folded) = (drawn::<N>(1), <N::Folded as Zero>::ZERO);
    net.fold_into(&mut folded);
    compare(&net, name);
    compare(&folded, name);
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Eight images at once against one at a time, in inference.
fn elements<N: Layer>(name: &str) {
    let (net, rng) = (drawn::<N>(1), &mut Xoshiro256PlusPlus::seed_from_u64(5));
    let images: [_; 8] = std::array::from_fn(|_| image::<N>(rng));
    let mut eight = Input::<N, F32x8>::ZERO;
    for (lane, image) in images.iter().enumerate() {
        eight.flat_mut().iter_mut().zip(image.flat()).for_each(|(x, &value)| x.0[lane] = value);
    }
    let (mut scratch, mut y) = (N::Scratch::<F32x8>::ZERO, Output::<N, F32x8>::ZERO);
    net.infer(&eight, &mut scratch, &mut y);
    for (lane, image) in images.iter().enumerate() {
        let found: Vec<f32> = y.flat().iter().map(|y| y.0[lane]).collect();
        assert_same(name, &found, infer(&net, image).flat());
    }
}

/// The same bits, but where `simd` fuses multiplications and additions.
#[track_caller]
fn assert_same(what: &str, found: &[f32], expected: &[f32]) {
    if cfg!(not(feature = "simd")) {
        assert_eq!(bits(found), bits(expected), "{what}");
    }
    let bound = 1e-5 * expected.iter().fold(1.0f32, |largest, value| largest.max(value.abs()));
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= bound, "{what}: {found}, expected {expected}");
    }
}

#[test]
fn only_what_can_be_folded_is() {
    // two convolutions and a shortcut of 54 + 3, 81 + 3 and 6 + 3 numbers, the dense layer's 6 · 3 · 4 + 4
    assert_eq!(Folded::<Projection>::COUNT, 57 + 84 + 9 + 76);
    assert_eq!(Projection::COUNT, 57 + 12 + 81 + 12 + 9 + 12 + 76);
    // nothing but the inner convolution, which has a bias then
    assert_eq!(Folded::<EndsInRelu>::COUNT, 36 + 2 + 8);
    // the outer normalisation stays: the convolution before it is in the block
    assert_eq!(Folded::<Inside>::COUNT, Inside::COUNT - 8 + 2);
    assert_eq!(Folded::<NormFirst>::COUNT, NormFirst::COUNT);
    // the first of two
    assert_eq!(Folded::<Twice>::COUNT, Twice::COUNT - 16);
    // the branch's convolution without a bias, and the one with
    assert_eq!(Folded::<Branches>::COUNT, Branches::COUNT - 12 - 8 + 2);
    assert_eq!(Folded::<SameFirst>::COUNT, SameFirst::COUNT - 12 + 3);
    // convolutions of groups, two of them without a bias
    assert_eq!(Folded::<Separable>::COUNT, Separable::COUNT - 4 * (4 + 6 + 4) + 4 + 4);
    assert_eq!(Folded::<Larger>::COUNT, Larger::COUNT - 4 * (4 + 2) + 4);
    assert_eq!(Folded::<Causal>::COUNT, Causal::COUNT - 4 * (4 + 4 + 3) + 4 + 3);

    let net = drawn::<Projection>(1);
    let folded = net.fold();
    let factor = net.block.norm1.weight[1] / (net.block.norm1.variance[1] + 1e-5).sqrt();
    let weight = net.block.conv1.weight[2][0][1][1] * factor;
    assert!((folded.block.conv1.weight[2][0][1][1] - weight).abs() < 1e-6);
    let shift = (net.block.conv1.bias[1] - net.block.norm1.mean[1]) * factor + net.block.norm1.bias[1];
    assert!((folded.block.conv1.bias[1] - shift).abs() < 1e-5);
    // a folded network folds to itself
    let mut again = Folded::<Projection>::ZERO;
    folded.fold_into(&mut again);
    assert_eq!(again, folded);
}

#[test]
fn parameters_are_called_by_their_blocks() {
    let names = |index: usize| Projection::ARRAYS.get(index).unwrap().to_string();
    assert_eq!(names(0), "block.conv1.weight [3, 2, 3, 3]");
    assert_eq!(names(5), "block.norm1.variance [3]");
    assert_eq!(names(11), "block.shortcut.conv.weight [3, 2, 1, 1]");
    assert_eq!(names(15), "block.shortcut.norm.mean [3]");
    let deep = Inside::ARRAYS.get(5).unwrap().to_string();
    assert_eq!(deep, "outer.inner.shortcut.gate.conv.weight [2, 2, 1, 1]");
}

#[test]
fn init_sets_what_begins_at_a_number() {
    for init in [Init::FanIn, Init::KaimingNormal, Init::Uniform { low: -1.0, high: -0.5 }] {
        let mut net = drawn::<Projection>(1);
        init.draw(&mut net, &mut Xoshiro256PlusPlus::seed_from_u64(1)).unwrap();
        let norm = &net.block.shortcut.norm;
        assert_eq!((norm.weight, norm.bias, norm.mean, norm.variance), ([1.0; 3], [0.0; 3], [0.0; 3], [1.0; 3]));
        assert!(net.block.conv1.weight.as_flattened().as_flattened().iter().all(|kernels| *kernels != [0.0; 3]));
    }
}

#[test]
fn a_held_number_that_is_not_finite_is_seen() {
    let mut net = drawn::<Projection>(1);
    assert!(net.is_finite());
    net.block.norm2.variance[1] = f32::INFINITY;
    assert!(!net.is_finite());
}

network! {
    /// What the normalisation sees is the images themselves.
    #[derive(Clone, Debug, PartialEq)]
    struct Seen: [2, 1, 2] => [2] {
        norm: batch_norm(momentum 0.25),
        flatten: flatten,
        dense: linear(2),
    }
}

type Images<N> = Vec<(Input<N, f32>, usize)>;

fn images<N: Layer>(count: usize, classes: usize) -> Images<N> {
    let rng = &mut Xoshiro256PlusPlus::seed_from_u64(9);
    (0..count).map(|n| (image::<N>(rng), n % classes)).collect()
}

fn batch<N: Layer>(images: &[(Input<N, f32>, usize)]) -> impl Iterator<Item = (&Input<N, f32>, usize)> {
    images.iter().map(|(image, label)| (image, *label))
}

/// Mean and unbiased variance of a channel.
fn statistics(images: &[(Input<Seen, f32>, usize)], channel: usize) -> [f64; 2] {
    let values = || images.iter().flat_map(|(image, _)| image[0].map(|point| f64::from(point[channel])));
    let n = values().count() as f64;
    let mean = values().sum::<f64>() / n;
    [mean, values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0)]
}

fn holds_what_elements_saw<V: Elem>() {
    let (images, start) = (images::<Seen>(11, 2), drawn::<Seen>(1));
    let (mut net, mut trainer) = (start.clone(), Trainer::<Seen, V>::ZERO);
    trainer.step(&mut net, &Sgd::new(0.0, 0.9).unwrap(), batch::<Seen>(&images)).unwrap();
    for c in 0..2 {
        let mut seen = [0.0; 2];
        for element in images.chunks(V::LANES) {
            let statistics = statistics(element, c);
            (0..2).for_each(|n| seen[n] += statistics[n] * element.len() as f64 / 11.0);
        }
        for (n, (before, after)) in
            [(start.norm.mean, net.norm.mean), (start.norm.variance, net.norm.variance)].into_iter().enumerate()
        {
            let expected = 0.75 * f64::from(before[c]) + 0.25 * seen[n];
            assert!((f64::from(after[c]) - expected).abs() < 1e-6, "{}: {}, expected {expected}", V::LANES, after[c]);
        }
    }
    // at a learning rate of 0 the rest stays
    (net.norm.mean, net.norm.variance) = (start.norm.mean, start.norm.variance);
    assert_eq!(net, start);
}

#[test]
fn training_holds_what_elements_saw_by_their_images() {
    holds_what_elements_saw::<F32x8>();
    holds_what_elements_saw::<f32>();
}

#[test]
fn a_step_that_fails_changes_nothing_held() {
    let (mut images, start) = (images::<Seen>(8, 2), drawn::<Seen>(1));
    images[3].0[0][0][1] = 1e20; // its square is infinite
    let (mut net, mut trainer) = (start.clone(), Trainer::<Seen>::ZERO);
    let error = trainer.step(&mut net, &Sgd::new(0.1, 0.9).unwrap(), batch::<Seen>(&images)).unwrap_err();
    assert!(matches!(error, const_cnn::Error::Step { .. }), "{error}");
    assert_eq!(net, start);
}

network! {
    /// What an element holds makes no difference but for rounding.
    #[derive(Clone, Debug, PartialEq)]
    struct Dropped: [2, 3, 3] => [3] {
        conv: conv2d(4, kernel 2),
        relu1: relu,
        drop1: dropout(0.25),
        flatten: flatten,
        block: residual { dense: linear(16), relu: relu, drop: dropout(0.5) },
        dense: linear(3),
    }
}

/// What some steps end with.
fn trained<N: Layer<Output: const_cnn::Logits>, V: const_cnn::Differentiate<N>>(seed: u64) -> Vec<f32> {
    let (images, mut net) = (images::<N>(29, 3), drawn::<N>(1));
    let mut trainer = Box::new(Trainer::<N, V>::ZERO);
    trainer.seed = seed;
    for images in images.chunks(11) {
        trainer.step(&mut net, &Sgd::new(0.01, 0.9).unwrap(), batch::<N>(images)).unwrap();
    }
    (0..N::ARRAYS.len()).flat_map(|index| net.values(index).to_vec()).collect()
}

#[test]
fn masks_are_the_same_in_either_element() {
    let (eight, one) = (trained::<Dropped, F32x8>(7), trained::<Dropped, f32>(7));
    assert_same("trained", &eight, &one);
    assert_eq!(bits(&eight), bits(&trained::<Dropped, F32x8>(7)));
    let other = trained::<Dropped, F32x8>(8);
    let differ = eight.iter().zip(&other).filter(|(a, b)| (*a - *b).abs() > 1e-3).count();
    assert!(differ > 20, "another seed drops others: {differ}");
}

network! {
    struct Masks: [64] => [64] {
        first: dropout(0.5),
        second: dropout(0.5),
    }
}

network! {
    struct Ways: [64, 1] => [128, 1] {
        sum: residual { drop: dropout(0.5) } shortcut { drop: dropout(0.5) },
        both: concat { a { drop: dropout(0.5) }, b { drop: dropout(0.5) } },
    }
}

#[test]
fn each_layer_has_a_mask_of_its_own() {
    let context = Context { trains: true, ..Context::EVALUATION };
    let (mut tape, mut y) = (<Masks as Layer>::Tape::ZERO, [0.0; 64]);
    Masks::ZERO.forward(&context, &[1.0; 64], &mut tape, &mut y);
    let both = y.iter().filter(|&&y| y == 4.0).count();
    assert!((4..=28).contains(&both), "16 of 64 are kept twice, within four standard errors of 3.5: {both}");

    let (mut tape, mut y) = (<Ways as Layer>::Tape::ZERO, [[0.0; 128]; 1]);
    Ways::ZERO.forward(&context, &[[1.0; 64]; 1], &mut tape, &mut y);
    let (a, b) = y[0].split_at(64);
    let one_way = a.iter().chain(b).filter(|&&y| y == 4.0).count(); // 2 of one way alone, doubled
    assert!((8..=56).contains(&one_way), "32 of 128: {one_way}");
    let apart = a.iter().zip(b).filter(|(a, b)| (**a == 0.0) != (**b == 0.0)).count();
    assert!((8..=40).contains(&apart), "3/8 of 64: {apart}");
}

#[cfg(feature = "parallel")]
mod threads {
    use const_cnn::Parallel;
    use rayon::ThreadPoolBuilder;

    use super::*;

    network! {
        #[derive(Clone, Debug, PartialEq)]
        struct Mixed: [2, 3, 3] => [3] {
            block: residual { conv: conv2d(2, kernel 3, padding 1, no bias), norm: batch_norm, relu: relu },
            drop: dropout(0.25),
            flatten: flatten,
            dense: linear(3),
            norm: batch_norm,
        }
    }

    fn same_bits<N: Layer<Output: const_cnn::Logits> + Send + Sync, V: const_cnn::Differentiate<N>>() -> Vec<f32> {
        let on =
            |threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| trained::<N, V>(7));
        let expected = on(1);
        for threads in [2, 3, 5] {
            assert_eq!(bits(&on(threads)), bits(&expected), "{threads} threads");
        }
        expected
    }

    #[test]
    fn the_same_bits_on_any_number_of_threads() {
        // and but for rounding those of one thread, since elements keep their images
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-4 * b.abs().max(1.0));
        assert!(close(&same_bits::<Mixed, Parallel<F32x8, 3>>(), &trained::<Mixed, F32x8>(7)));
        assert!(close(&same_bits::<Mixed, Parallel<f32, 2>>(), &trained::<Mixed, f32>(7)));
    }
}

#[test]
fn places_take_what_is_alive_at_once() {
    // by pixel: the block's input while it works on six channels; then four channels and five, while the branch before waits
    assert_eq!(Places::ALIVE, 6 * (1 + 9 + 5));
    assert_eq!(Places::INFERENCE_BYTES, 4 * 6 * (1 + 9 + 5));
}
