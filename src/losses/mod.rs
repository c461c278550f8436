//! What training makes small: one file a loss.

/// The losses, a line each: the file, and what it exports.
macro_rules! losses {
    ($($file:ident: $($name:ident),+;)+) => {
        $(
            mod $file;
            pub use $file::{$($name),+};
        )+
    };
}

losses! {
    binary_cross_entropy: BinaryCrossEntropy;
    cross_entropy: CrossEntropy;
    huber: Huber;
    l1: L1;
    mean_squared_error: MeanSquaredError;
    multi_margin: MultiMargin;
    soft_target_cross_entropy: SoftTargetCrossEntropy;
    softmax_cross_entropy: Logits, Scores, SoftmaxCrossEntropy, argmax, softmax_cross_entropy;
    weighted: Weighted;
}

use crate::{Elem, Error, Nested, Shape, Zero};

/// The most images that an element holds.
pub(crate) const MAX_LANES: usize = 8;

/// What an image's output is compared with: a [`Class`], a shape's values, a [`Scalar`], or two of these.
///
/// It is a type without values, which says what a data set holds for each image, and how an element holds it.
///
/// ```
/// use const_cnn::{Class, F32x8, Scalar, Target, Vector};
/// // a class, and a weight: what `Weighted<SoftmaxCrossEntropy>` expects
/// type Weighted = (Class, Scalar);
/// let data: [<Weighted as Target>::One; 2] = [(7, 1.0), (3, 0.5)]; // labels and weights
/// // a value of a vector for each of eight images
/// let [first]: <Vector<1> as Target>::Lanes<F32x8> = [F32x8([0.5; 8])];
/// assert_eq!((data[1].0, first.0[7]), (3, 0.5));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a loss expects",
    note = "a target is `Class`, `Scalar`, a shape such as `Vector<N>`, or a pair of these"
)]
pub trait Target: 'static {
    /// What is expected of one image: `usize` for a [`Class`], `[f32; N]` for a [`Vector`](crate::Vector).
    type One: Zero + Send + Sync + 'static;

    /// Of what it can be expected: [`OfAnything`], or [`OfLogits`].
    type Of;

    /// What is expected of the images of an element `V`: `[usize; 8]` for a class, `[V; N]` for a vector.
    type Lanes<V: Elem>: Zero + Send + Sync;

    /// Puts what is expected of one image where its lane is.
    fn put<V: Elem>(one: &Self::One, lane: usize, of: &mut Self::Lanes<V>);

    /// Writes to `one` what [`put`](Target::put) has put there.
    fn take<V: Elem>(of: &Self::Lanes<V>, lane: usize, one: &mut Self::One);
}

/// One of several classes, by its index. An element has it for each lane, `[usize; 8]`.
///
/// ```
/// use const_cnn::{Class, Elem, Loss, Vector, Zero};
///
/// /// L = −y[label]
/// struct Score;
/// # impl Zero for Score {
/// #     const ZERO: Self = Score;
/// # }
///
/// impl<const N: usize> Loss<Vector<N>> for Score {
///     type Target = Class;
///
///     fn loss<V: Elem>(&self, y: &[V; N], labels: &[usize; 8], dy: &mut [V; N]) -> V {
///         let mut loss = V::ZERO;
///         *dy = [V::ZERO; N];
///         for (lane, loss) in loss.lanes_mut().iter_mut().enumerate() {
///             *loss = -y[labels[lane]].lanes()[lane];
///             dy[labels[lane]].lanes_mut()[lane] = -1.0;
///         }
///         loss
///     }
/// }
/// let mut dy = [0.0; 2];
/// assert_eq!((Score.loss(&[3.0, 5.0], &[1; 8], &mut dy), dy), (-5.0, [0.0, -1.0]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class;

/// A number, such as an image's weight.
///
/// ```
/// use const_cnn::{F32x8, Sgd, SoftmaxCrossEntropy, Trainer, Weighted, Zero, network};
/// network! {
///     struct Net: [1] => [2] { logits: linear(2) }
/// }
/// // a label, and what the image counts
/// let data = Net::dataset(&[[1.0], [2.0]], &[(0, 1.0), (1, 0.25)])?;
/// let mut trainer = Trainer::<Net, F32x8, Sgd, Weighted<SoftmaxCrossEntropy>>::ZERO;
/// assert_eq!(trainer.evaluate(&Net::ZERO, &data)?.weight(), 1.25);
/// # Ok::<(), const_cnn::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scalar;

impl Zero for usize {
    const ZERO: usize = 0;
}

impl Target for Class {
    type One = usize;
    type Of = OfLogits;
    type Lanes<V: Elem> = [usize; MAX_LANES];

    #[inline(always)]
    fn put<V: Elem>(&class: &usize, lane: usize, of: &mut [usize; MAX_LANES]) {
        if let Some(of) = of.get_mut(lane) {
            *of = class;
        }
    }

    fn take<V: Elem>(of: &[usize; MAX_LANES], lane: usize, one: &mut usize) {
        *one = of.get(lane).copied().unwrap_or(0);
    }
}

impl Target for Scalar {
    type One = f32;
    type Of = OfAnything;
    type Lanes<V: Elem> = V;

    #[inline(always)]
    fn put<V: Elem>(&value: &f32, lane: usize, of: &mut V) {
        if let Some(of) = of.lanes_mut().get_mut(lane) {
            *of = value;
        }
    }

    fn take<V: Elem>(of: &V, lane: usize, one: &mut f32) {
        *one = of.lanes().get(lane).copied().unwrap_or(0.0);
    }
}

impl<X: Shape> Target for X {
    type One = X::Of<f32>;
    type Of = OfAnything;
    type Lanes<V: Elem> = X::Of<V>;

    #[inline(always)]
    fn put<V: Elem>(one: &X::Of<f32>, lane: usize, of: &mut X::Of<V>) {
        for (of, &value) in of.flat_mut().iter_mut().zip(one.flat()) {
            if let Some(of) = of.lanes_mut().get_mut(lane) {
                *of = value;
            }
        }
    }

    fn take<V: Elem>(of: &X::Of<V>, lane: usize, one: &mut X::Of<f32>) {
        for (of, one) in of.flat().iter().zip(one.flat_mut()) {
            *one = of.lanes().get(lane).copied().unwrap_or(0.0);
        }
    }
}

impl<A: Target, B: Target> Target for (A, B) {
    type One = (A::One, B::One);
    type Of = A::Of;
    type Lanes<V: Elem> = (A::Lanes<V>, B::Lanes<V>);

    #[inline(always)]
    fn put<V: Elem>((a, b): &(A::One, B::One), lane: usize, (to_a, to_b): &mut (A::Lanes<V>, B::Lanes<V>)) {
        A::put::<V>(a, lane, to_a);
        B::put::<V>(b, lane, to_b);
    }

    fn take<V: Elem>((of_a, of_b): &(A::Lanes<V>, B::Lanes<V>), lane: usize, (a, b): &mut (A::One, B::One)) {
        A::take::<V>(of_a, lane, a);
        B::take::<V>(of_b, lane, b);
    }
}

/// Of whatever a network gives.
///
/// ```
/// use const_cnn::{OfAnything, Target, Vector};
/// fn is_of_anything<T: Target<Of = OfAnything>>() {}
/// is_of_anything::<Vector<3>>(); // `MeanSquaredError` is a loss of any shape
/// ```
#[derive(Clone, Copy, Debug)]
pub enum OfAnything {}

/// Of a vector of logits.
///
/// ```
/// use const_cnn::{Class, OfLogits, Target};
/// fn is_of_logits<T: Target<Of = OfLogits>>() {}
/// is_of_logits::<Class>();
/// ```
#[derive(Clone, Copy, Debug)]
pub enum OfLogits {}

/// That something can be expected of a network that gives this shape.
///
/// ```
/// use const_cnn::{Expected, Input, Layer, Loss, Of, Sgd, Suits, Trainer, Zero};
///
/// /// The gradient's first array, of any network and any loss that suits it.
/// fn gradient<N: Layer, L: Loss<N::Output>>(
///     net: &N, x: Input<N, f32>, expected: Expected<L, N::Output>,
/// ) -> f32
/// where
///     N::Output: Suits<Of<L, N::Output>>,
/// {
///     let mut trainer = Trainer::<N, f32, Sgd, L>::ZERO;
///     trainer.differentiate(net, [(x, expected)]).unwrap();
///     trainer.gradient.values(0)[0]
/// }
/// # use const_cnn::{L1, Linear};
/// assert_eq!(gradient::<_, L1>(&Linear::<1, 1>::ZERO, [3.0], [1.0]), -3.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "a network is trained on its logits, a vector, but this one gives `{Self}`",
    label = "not a vector of logits",
    note = "labels are of a classifier; `MeanSquaredError` is a loss of any shape"
)]
pub trait Suits<Of> {}

impl<Y: Shape> Suits<OfAnything> for Y {}

/// Of what the loss `L` of a network that gives `Y` expects something.
///
/// ```
/// use const_cnn::{Of, OfAnything, OfLogits, SoftmaxCrossEntropy, L1, Vector};
/// let _: Option<Of<SoftmaxCrossEntropy, Vector<10>>> = None::<OfLogits>;
/// let _: Option<Of<L1, Vector<10>>> = None::<OfAnything>;
/// ```
pub type Of<L, Y> = <<L as Loss<Y>>::Target as Target>::Of;

/// What is expected of one image by the loss `L` of a network that gives `Y`.
///
/// ```
/// use const_cnn::{Expected, MeanSquaredError, SoftmaxCrossEntropy, Vector};
/// let label: Expected<SoftmaxCrossEntropy, Vector<10>> = 7;
/// let values: Expected<MeanSquaredError, Vector<2>> = [0.5, 1.0];
/// # assert_eq!((label, values), (7, [0.5, 1.0]));
/// ```
pub type Expected<L, Y> = <<L as Loss<Y>>::Target as Target>::One;

/// What is expected of the images of an element `V`.
///
/// ```
/// use const_cnn::{ExpectedOf, F32x8, MeanSquaredError, SoftmaxCrossEntropy, Vector};
/// let labels: ExpectedOf<SoftmaxCrossEntropy, Vector<10>, F32x8> = [7, 1, 0, 0, 2, 3, 9, 4];
/// let values: ExpectedOf<MeanSquaredError, Vector<1>, F32x8> = [F32x8([0.5; 8])];
/// # assert_eq!((labels[7], values[0].0[7]), (4, 0.5));
/// ```
pub type ExpectedOf<L, Y, V> = <<L as Loss<Y>>::Target as Target>::Lanes<V>;

/// A function of what a network gives and what is expected, which training makes small.
///
/// A loss is written over an element, for one image and eight at once: whoever writes one need not know which lanes hold
/// an image. The mean over a batch, lanes without an image, weights, threads and reports are the trainer's. Settings of a
/// loss are fields; [`ZERO`](Zero::ZERO) is the loss with those that are usual.
///
/// | loss | of | target | L, p = softmax(y), l\[c\] = −ln p\[c\] |
/// |---|---|---|---|
/// | [`SoftmaxCrossEntropy`] | C logits | [`Class`] | l\[label\] |
/// | [`CrossEntropy`] | C logits | [`Class`] | w\[label\] · (1 − ε) · l\[label\] + ε / C · Σ w\[c\] / w\[label\] · l\[c\], weight w\[label\] |
/// | [`SoftTargetCrossEntropy`] | C logits | C chances | Σ t\[c\] · l\[c\] |
/// | [`MultiMargin`] | C logits | [`Class`] | 1/C · Σ max(0, margin − y\[label\] + y\[c\]) over the other classes |
/// | [`BinaryCrossEntropy`] | any shape | the same, 0 to 1 | mean of ln(1 + eʸ) − t · y |
/// | [`MeanSquaredError`] | any shape | the same | mean of (y − t)² |
/// | [`L1`] | any shape | the same | mean of \|y − t\| |
/// | [`Huber`] | any shape | the same | mean of ½ · d² where d = \|y − t\| < δ, and δ · (d − ½ · δ) elsewhere |
/// | [`Weighted`] | that of another | its, with a [`Scalar`] | the other's, which counts as much as the weight says |
///
/// ```
/// use const_cnn::{Elem, Loss, Vector, Zero};
///
/// /// L = mean |y − t|
/// struct MeanAbsolute;
///
/// impl Zero for MeanAbsolute {
///     const ZERO: Self = MeanAbsolute;
/// }
///
/// impl<const N: usize> Loss<Vector<N>> for MeanAbsolute {
///     type Target = Vector<N>;
///
///     fn loss<V: Elem>(&self, y: &[V; N], target: &[V; N], dy: &mut [V; N]) -> V {
///         let mut sum = V::ZERO;
///         for n in 0..N {
///             let difference = y[n] - target[n];
///             sum += V::apply([difference], |[d]| d.abs());
///             dy[n] = V::apply([difference], |[d]| d.signum() / N as f32);
///         }
///         sum / V::splat(N as f32)
///     }
/// }
///
/// let mut dy = [0.0; 2];
/// assert_eq!(MeanAbsolute.loss(&[1.0, 5.0], &[2.0, 2.0], &mut dy), 2.0);
/// assert_eq!(dy, [-0.5, 0.5]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no loss of a network that gives `{Y}`",
    note = "the default, `SoftmaxCrossEntropy`, is for logits; `MeanSquaredError` is for any shape"
)]
pub trait Loss<Y: Shape>: Zero + Send + Sync {
    /// What is expected of an image.
    type Target: Target;

    /// Refuses what cannot be expected, such as a class that is none, before anything is computed.
    ///
    /// # Errors
    ///
    /// Any that says what was expected and what was found; the index in it is 0.
    fn check(&self, target: &Expected<Self, Y>) -> Result<(), Error> {
        let _ = target;
        Ok(())
    }

    /// How much an image counts in the mean: 0, or finite and at least 10⁻²⁰, or [`Error::Weight`]; 1 where it is not said otherwise.
    #[inline(always)]
    fn weight(&self, target: &Expected<Self, Y>) -> f32 {
        let _ = target;
        1.0
    }

    /// The loss of each image, and its gradient, assigned to `dy`.
    fn loss<V: Elem>(&self, y: &Y::Of<V>, target: &ExpectedOf<Self, Y, V>, dy: &mut Y::Of<V>) -> V;

    /// Whether the image of a lane was taken for what it is; `None`, where that means nothing.
    #[inline(always)]
    fn is_correct<V: Elem>(&self, y: &Y::Of<V>, target: &ExpectedOf<Self, Y, V>, lane: usize) -> Option<bool> {
        let _ = (y, target, lane);
        None
    }
}

/// Refuses targets that are no chances.
fn check_targets(targets: &[f32]) -> Result<(), Error> {
    match targets.iter().find(|target| !(0.0..=1.0).contains(*target)) {
        Some(&found) => Err(Error::Target { index: 0, expected: "from 0 to 1", found }),
        None => Ok(()),
    }
}

/// A loss that is never computed. How large the trainer of a network is follows from it, whatever the network gives: as large
/// as with any loss whose targets are labels.
pub(crate) struct OfLabels;

impl Zero for OfLabels {
    const ZERO: Self = OfLabels;
}

impl<Y: Shape> Loss<Y> for OfLabels {
    type Target = Class;

    fn loss<V: Elem>(&self, _: &Y::Of<V>, _: &[usize; MAX_LANES], _: &mut Y::Of<V>) -> V {
        V::splat(f32::NAN)
    }
}
