//! What the tests of the layers share: the passes of any layer on poisoned buffers, and the comparison of results.

use const_cnn::{Context, Elem, Input, Layer, Nested, Output, Parameters, Shape, Zero};

/// A layer of windows, with the ten numbers of a [`const_cnn::Window`]: `Conv2d [C, H, W] => F, [KH, KW, ..]`. Where it has
/// a number of its own, that stands after F: `by N`.
macro_rules! windowed {
    ($layer:ident [$c:tt, $h:tt, $w:tt] => $f:tt $(by $n:tt)?, [$($window:tt)*]) => {
        const_cnn::$layer<
            const_cnn::Image<$c, $h, $w>,
            const_cnn::Image<
                $f,
                { <const_cnn::Window<$($window)*> as const_cnn::SlidingWindow>::ROWS.output($h) },
                { <const_cnn::Window<$($window)*> as const_cnn::SlidingWindow>::COLUMNS.output($w) },
            >,
            $($n,)?
            const_cnn::Window<$($window)*>,
        >
    };
}

/// A convolution of groups of so many channels, and a window of numbers.
#[allow(unused_macros)] // not every test has groups
macro_rules! grouped {
    ([$c:tt, $h:tt, $w:tt] => $f:tt by $a:tt, [$($window:tt)*]) => {
        const_cnn::Conv2d<
            const_cnn::Image<$c, $h, $w>,
            const_cnn::Image<
                $f,
                { <const_cnn::Window<$($window)*> as const_cnn::SlidingWindow>::ROWS.output($h) },
                { <const_cnn::Window<$($window)*> as const_cnn::SlidingWindow>::COLUMNS.output($w) },
            >,
            const_cnn::Window<$($window)*>,
            const_cnn::Biased,
            const_cnn::Grouped<$a>,
        >
    };
}

/// What the passes of a layer gave for each image, in PyTorch's order.
pub struct Passes {
    pub y: Vec<Vec<f32>>,
    pub dx: Vec<Vec<f32>>,
}

/// Runs a layer, as in evaluation, on the images of one element, at most as many as it has lanes; those that are missing are
/// zeros.
///
/// All buffers hold NaN before. Checks what every layer promises: `infer` and `forward` give the same bits, and the
/// gradient of the parameters, which is added to `gradient`, is the same whether the input's is asked for or not.
pub fn passes<L: Layer, V: Elem>(layer: &L, images: &[Vec<f32>], dy: &[Vec<f32>], gradient: &mut L) -> Passes {
    passes_in::<L, V>(&Context::EVALUATION, layer, images, dy, gradient)
}

/// As [`passes`], and in training where the context says so: there `infer` may give something else.
pub fn passes_in<L: Layer, V: Elem>(
    context: &Context,
    layer: &L,
    images: &[Vec<f32>],
    dy: &[Vec<f32>],
    gradient: &mut L,
) -> Passes {
    let mut buffers = Box::new(Buffers::<L, V>::poisoned());
    let Buffers { x, scratch, tape, y, dy: d, dx } = &mut *buffers;
    write::<L::Input, V>(x, images);
    write::<L::Output, V>(d, dy);

    layer.infer(x, scratch, y);
    let inferred = read::<L::Output, V>(y, images.len());
    y.flat_mut().fill(V::splat(f32::NAN));
    layer.forward(context, x, tape, y);
    let forward = read::<L::Output, V>(y, images.len());
    if !context.trains {
        assert_eq!(bits(&inferred.concat()), bits(&forward.concat()), "infer against forward");
    }

    let mut without = Box::new(L::ZERO);
    without.copy_from(gradient);
    layer.backward(context, x, tape, y, d, &mut without, None);
    layer.backward(context, x, tape, y, d, gradient, Some(dx));
    assert_eq!(bits(&numbers(&*without)), bits(&numbers(gradient)), "gradient without dx against with it");
    Passes { y: forward, dx: read::<L::Input, V>(dx, images.len()) }
}

struct Buffers<L: Layer, V: Elem> {
    x: Input<L, V>,
    scratch: L::Scratch<V>,
    tape: L::Tape<V>,
    y: Output<L, V>,
    dy: Output<L, V>,
    dx: Input<L, V>,
}

impl<L: Layer, V: Elem> Buffers<L, V> {
    /// All NaN. A layer's own buffers, which are not to be reached from here, are filled by passes over nothing but NaN.
    fn poisoned() -> Self {
        let mut buffers = Self {
            x: Input::<L, V>::ZERO,
            scratch: L::Scratch::ZERO,
            tape: L::Tape::ZERO,
            y: Output::<L, V>::ZERO,
            dy: Output::<L, V>::ZERO,
            dx: Input::<L, V>::ZERO,
        };
        let (mut layer, mut gradient) = (Box::new(L::ZERO), Box::new(L::ZERO));
        set(&mut *layer, &vec![f32::NAN; L::COUNT]);
        let Buffers { x, scratch, tape, y, dy, dx } = &mut buffers;
        let nan = V::splat(f32::NAN);
        x.flat_mut().fill(nan);
        dy.flat_mut().fill(nan);
        layer.infer(x, scratch, y);
        layer.forward(&Context::EVALUATION, x, tape, y);
        layer.backward(&Context::EVALUATION, x, tape, y, dy, &mut gradient, Some(dx));
        y.flat_mut().fill(nan);
        dx.flat_mut().fill(nan);
        buffers
    }
}

/// Writes each image to its lane; the lanes that have none become 0.
fn write<X: Shape, V: Elem>(to: &mut X::Of<V>, images: &[Vec<f32>]) {
    assert!(images.len() <= V::LANES && images.iter().all(|image| image.len() == X::LEN));
    for n in 0..X::LEN {
        let value = &mut to.flat_mut()[X::LAYOUT.position(n)];
        for (lane, to) in value.lanes_mut().iter_mut().enumerate() {
            *to = images.get(lane).map_or(0.0, |image| image[n]);
        }
    }
}

/// The first `count` images, each in PyTorch's order.
fn read<X: Shape, V: Elem>(from: &X::Of<V>, count: usize) -> Vec<Vec<f32>> {
    let image = |lane: usize| (0..X::LEN).map(|n| from.flat()[X::LAYOUT.position(n)].lanes()[lane]).collect();
    (0..count).map(image).collect()
}

/// All parameters, array after array, each in PyTorch's order.
pub fn numbers<P: Parameters>(parameters: &P) -> Vec<f32> {
    parameters.arrays().flat_map(|(array, values)| array.iter(values)).collect()
}

/// Sets all parameters to `numbers`, which lie as [`numbers`] gives them.
pub fn set<P: Parameters>(parameters: &mut P, numbers: &[f32]) {
    assert_eq!(numbers.len(), P::COUNT);
    let mut numbers = numbers.iter();
    for index in 0..P::ARRAYS.len() {
        let array = P::ARRAYS.get(index).unwrap();
        let values = parameters.values_mut(index);
        for (n, &number) in numbers.by_ref().take(values.len()).enumerate() {
            values[array.layout.position(n)] = number;
        }
    }
}

/// The bits of each number: equal only if the numbers are the same, the sign of 0 and NaN included.
pub fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// |found − expected| ≤ tolerance · max(1, largest |expected|), for each number.
#[track_caller]
pub fn assert_close(what: &str, found: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: how many numbers");
    let bound = tolerance * expected.iter().fold(1.0, |largest, expected| expected.abs().max(largest));
    for (n, (&found, expected)) in found.iter().zip(expected).enumerate() {
        let distance = (f64::from(found) - expected).abs();
        assert!(distance <= bound, "{what}[{n}]: expected {expected}, got {found}; the bound is {bound:e}");
    }
}

/// The same numbers in double precision.
pub fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().copied().map(f64::from).collect()
}
