//! Places of an element in which there is no image: they change nothing, whatever the parameters.

use const_cnn::{
    Context, Dataset, Differentiate, Elem, Error, Evaluator, F32x8, Input, Layer, Metrics, Parameters, Probabilities,
    Trainer, Vector, Zero, arrays, network,
};

network! {
    /// Of an image of zeros `b` is infinite, of an image of ones nothing is.
    #[derive(Clone)]
    struct Dense: [1] => [2] {
        a: linear(1),
        b: linear(1),
        relu: relu,
        c: linear(2),
    }
}

fn dense(bias: f32) -> Dense {
    let mut net = Dense::ZERO;
    (net.a.weight, net.a.bias) = ([[-3e38]], [3e38]);
    (net.b.weight, net.b.bias) = ([[10.0]], [bias]);
    (net.c.weight, net.c.bias) = ([[1.0, 0.5]], [0.25, 0.0]);
    net
}

network! {
    /// The same with maps: `maps` is infinite.
    #[derive(Clone)]
    struct Pooled: [1, 6, 6] => [3] {
        conv: conv2d(2, kernel 3),
        maps: mapwise_conv2d(2, kernel 2),
        max: max_pool2d(2, stride 1),
        average: avg_pool2d(2),
        relu: relu,
        flatten: flatten,
        dense: linear(3),
    }
}

fn pooled() -> Pooled {
    let mut net = Pooled::ZERO;
    // the first of nine taps takes away what the bias adds
    net.conv.bias = [3e38; 2];
    net.conv.weight[0][0][0] = [-3e38; 2];
    for array in 2..Pooled::ARRAYS.len() {
        for (n, value) in net.values_mut(array).iter_mut().enumerate() {
            *value = (n * 7 % 5) as f32 + 1.0;
        }
    }
    net
}

network! {
    /// The same with a softmax inside, which then is NaN.
    #[derive(Clone)]
    struct Inner: [2] => [2] {
        a: linear(2),
        grown: linear(2),
        chances: softmax,
        own: Divided,
        c: linear(2),
    }
}

fn inner() -> Inner {
    let mut net = Inner::ZERO;
    (net.a.weight, net.a.bias) = ([[-3e38, 0.0], [0.0, -3e38]], [3e38; 2]);
    net.grown.weight = [[10.0, -10.0], [10.0, 10.0]];
    (net.c.weight, net.c.bias) = ([[1.0, -1.0], [0.5, 2.0]], [0.25, 0.0]);
    net
}

/// A layer of one's own: y = x² / x.
#[derive(Clone)]
struct Divided;

arrays! { impl[] Divided = Divided }

impl Layer for Divided {
    type Input = Probabilities<2>;
    type Output = Vector<2>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    fn infer<V: Elem>(&self, x: &[V; 2], _: &mut (), y: &mut [V; 2]) {
        *y = x.map(|x| x * x / x);
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &[V; 2],
        _: &mut (),
        _: &[V; 2],
        dy: &[V; 2],
        _: &mut Self,
        dx: Option<&mut [V; 2]>,
    ) {
        if let Some(dx) = dx {
            *dx = [0, 1].map(|n| dy[n] * x[n] / x[n]);
        }
    }
}

fn numbers<N: Parameters>(net: &N) -> Vec<f32> {
    (0..N::ARRAYS.len()).flat_map(|index| net.values(index).to_vec()).collect()
}

/// What a batch of `count` such images gives: metrics and gradient.
fn differentiated<N: Layer<Output = Vector<C>>, V: Differentiate<N>, const C: usize>(
    net: &N,
    image: &Input<N, f32>,
    count: usize,
) -> (Metrics, Vec<f32>) {
    let mut trainer = Box::new(Trainer::<N, V>::ZERO);
    let metrics = trainer.differentiate(net, (0..count).map(|n| (image, n * n % C))).unwrap();
    (metrics, numbers(&trainer.gradient))
}

fn evaluated<N: Layer<Output = Vector<C>>, V: Elem, const C: usize>(
    net: &N,
    image: &Input<N, f32>,
    count: usize,
) -> Result<Metrics, Error> {
    let images = vec![*image; count];
    let labels: Vec<usize> = (0..count).map(|n| n * n % C).collect();
    let mut evaluator = Box::new(Evaluator::<N, V>::ZERO);
    evaluator.evaluate(net, &Dataset::<N::Input>::new(&images, &labels)?, |_, _| ())
}

#[track_caller]
fn assert_same(found: f32, expected: f32, bound: f32, exact: bool) {
    assert!(found.is_finite(), "{found}, expected {expected}");
    if exact {
        assert_eq!(found.to_bits(), expected.to_bits(), "{found}, expected {expected}");
    }
    assert!((found - expected).abs() <= bound, "{found}, expected {expected}");
}

/// Batches that fill elements, and that do not, against one image at a time.
fn check<N: Layer<Output = Vector<C>>, V: Differentiate<N>, const C: usize>(
    net: &N,
    [image, zeros]: [Input<N, f32>; 2],
    exact: bool,
) {
    let of_zeros = evaluated::<N, f32, C>(net, &zeros, 1);
    assert!(matches!(of_zeros, Err(Error::Loss { index: 0, .. })), "the case is none: {of_zeros:?}");
    for count in 1..=17 {
        let (expected, gradient) = differentiated::<N, f32, C>(net, &image, count);
        let largest = gradient.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        assert!(largest > 0.0 && largest.is_finite());

        let (metrics, found) = differentiated::<N, V, C>(net, &image, count);
        assert_eq!(found.len(), gradient.len());
        for (&found, &expected) in found.iter().zip(&gradient) {
            assert_same(found, expected, 2e-6 * largest, exact);
        }
        for metrics in [metrics, evaluated::<N, F32x8, C>(net, &image, count).unwrap()] {
            assert_eq!((metrics.images, metrics.correct), (count, expected.correct));
            assert_same(metrics.loss(), expected.loss(), 2e-6 * expected.loss(), false);
        }
    }
}

fn check_all<V>(exact: bool)
where
    V: Differentiate<Dense> + Differentiate<Pooled> + Differentiate<Inner>,
{
    for bias in [0.0, 0.5] {
        check::<Dense, V, 2>(&dense(bias), [[1.0], [0.0]], exact);
    }
    check::<Pooled, V, 3>(&pooled(), [[[[1.0]; 6]; 6], [[[0.0]; 6]; 6]], exact);
    check::<Inner, V, 2>(&inner(), [[1.0; 2], [0.0; 2]], exact);
}

#[test]
fn eight_at_once() {
    // with `simd` multiplications and additions are fused, or not
    check_all::<F32x8>(cfg!(not(feature = "simd")));
}

#[test]
#[cfg(feature = "parallel")]
fn on_all_cores() {
    use const_cnn::Parallel;

    // the sums of the parts are added in another order
    check_all::<Parallel>(false);
    check_all::<Parallel<f32>>(false);
    check_all::<Parallel<F32x8, 3>>(false);
}
