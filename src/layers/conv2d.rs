//! Two-dimensional convolution, each output channel a sum over all input channels, or those of a group.

use crate::kernels::{convolution, kernel_gradient};
use crate::layers::bias::{Bias, Biased, Unbiased};
use crate::layers::groups::{Grouping, Ungrouped, assert_groups, groups};
use crate::layers::sliding::{Has, Sliding, assert_window, window};
use crate::{
    Context, Dims, Elem, Fold, Former, Image, Layer, Operator, Parameters, Shape, SlidingWindow, Zero, arrays,
};

/// Maps an image to an image, by a kernel for each pair of channels.
///
/// y\[f\]\[i\]\[j\] = b\[f\] + Σ_c Σ_u Σ_v w\[f\]\[c\]\[u\]\[v\] · x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\], zero
/// outside the image
///
/// The sum over c is over all channels. With `groups G` the channels fall into G groups, neighbours in each, of the input as of
/// the output, and it is over the A = C / G of the same group as f; where there are as many as channels, it is a
/// [`DepthwiseConv2d`](crate::DepthwiseConv2d). All of what follows holds for these sums.
///
/// It is a cross-correlation: the kernel is not flipped. Weights are taken to be finite: one that is infinite or NaN may
/// also show in values of which it meets only the padding.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C H W | `[[[V; C]; W]; H]` |
/// | weight | F C KH KW | `[[[[f32; F]; C]; KW]; KH]` |
/// | weight, in groups | F A KH KW | `[[[[f32; F]; A]; KW]; KH]` |
/// | bias | F | `[f32; F]` |
/// | output | F OH OW | `[[[V; F]; OW]; OH]` |
///
/// OH is as many windows as there are along H, [`Axis::output`](crate::Axis::output): ⌊(H + 2P − K) / S⌋ + 1 for a
/// [`Square`](crate::Square) one; and OW likewise from W. [`network!`](crate::network!) and the macro
/// [`conv2d!`](crate::conv2d!) compute them.
///
/// # Gradients
///
/// For g = ∂L/∂y, over all i and j of the output:
///
/// - ∂L/∂b\[f\] = Σ_i Σ_j g\[f\]\[i\]\[j\]
/// - ∂L/∂w\[f\]\[c\]\[u\]\[v\] = Σ_i Σ_j g\[f\]\[i\]\[j\] · x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\]
/// - ∂L/∂x\[c\]\[h\]\[w\] = Σ_f Σ_u Σ_v Σ_{i,j : h=i·SH+u·DH−TOP, w=j·SW+v·DW−LEFT} w\[f\]\[c\]\[u\]\[v\] · g\[f\]\[i\]\[j\]
///
/// They follow from the equation's products w · x, each of which is in one y: ∂y/∂w = x and ∂y/∂x = w, times that y's g.
/// For the input, the products of one x are those with h = i·SH + u·DH − TOP, so i = (h + TOP − u·DH) / SH, where SH
/// divides it: with the weights transposed, \[u\]\[v\]\[f\]\[c\], this is a forward pass over g with that index, and the
/// same loop computes it.
///
/// # Example
///
/// ```
/// use const_cnn::{Conv2d, Image, Layer, Square, Zero};
///
/// // sums over windows of 2 × 2, and 10
/// type Sums = Conv2d<Image<1, 2, 3>, Image<1, 1, 2>, Square<2>>;
/// let conv = Sums { weight: [[[[1.0]]; 2]; 2], bias: [10.0] };
/// let x = [[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]]];
/// let mut y = [[[0.0]; 2]; 1];
/// conv.infer(&x, &mut (), &mut y);
/// assert_eq!(y, [[[22.0], [26.0]]]);
/// ```
///
/// # Compile-time checks
///
/// A written output size that is not OH × OW does not build (it does pass `cargo check`, which evaluates no constants of
/// generic code):
///
/// ```
/// # use const_cnn::{Conv2d, Image, Layer, Square, Zero};
/// type Right = Conv2d<Image<1, 8, 8>, Image<4, 6, 6>, Square<3>>;
/// Right::ZERO.infer(&[[[0.0; 1]; 8]; 8], &mut (), &mut [[[0.0; 4]; 6]; 6]);
/// ```
///
/// ```compile_fail,E0080
/// # use const_cnn::{Conv2d, Image, Layer, Square, Zero};
/// type Wrong = Conv2d<Image<1, 8, 8>, Image<4, 7, 6>, Square<3>>;
/// Wrong::ZERO.infer(&[[[0.0; 1]; 8]; 8], &mut (), &mut [[[0.0; 4]; 6]; 7]);
/// ```
///
/// # Memory
///
/// With the feature `simd` the weights begin on a cache line, so that no vector of them lies on two where F is a multiple
/// of eight: the layer is up to 63 bytes larger than its parameters.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(C, align(64)))]
pub struct Conv2d<X: Shape, Y: Shape, Win: SlidingWindow, B: Bias = Biased, G: Grouping = Ungrouped> {
    /// `weight[u][v][c][f]`: from input channel `c`, of the group, to output channel `f`, at row `u` and column `v` of the
    /// kernel.
    pub weight: Win::Of<G::Of<X, Y::PerChannel<f32>>>,
    /// `bias[f]`
    pub bias: B::Of<Y::PerChannel<f32>>,
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, B: Bias, G,
> Layer for Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, B, G>
where
    G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>,
    Self: Parameters,
{
    type Input = Image<C, H, W>;
    type Output = Image<F, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = (Transposed<KH, KW, A, F>, B::Spare<[f32; F]>);

    const MULTIPLY_ACCUMULATES: usize = F * OH * OW * A * KH * KW;
    const READS_Y: bool = false;
    const BOUNDS: bool = true;
    const OPERATOR: Operator = Operator { name: "conv2d", numbers: &[window::<Win>(), groups(C, A)] };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; F]; OW]; OH]) {
        const { assert_window::<Self, Win>() }
        const { assert_groups(C, F, A) }
        self.correlate(x, f32::NEG_INFINITY, y);
    }

    fn infer_bounded<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; F]; OW]; OH], bound: f32) {
        const { assert_window::<Self, Win>() }
        const { assert_groups(C, F, A) }
        self.correlate(x, bound, y);
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &[[[V; C]; W]; H],
        (transposed, spare): &mut (Transposed<KH, KW, A, F>, B::Spare<[f32; F]>),
        _: &[[[V; F]; OW]; OH],
        dy: &[[[V; F]; OW]; OH],
        gradient: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        Self::kernel_gradient(x, dy, gradient, spare);
        if let Some(dx) = dx {
            self.input_gradient(dy, transposed, dx);
        }
    }
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, B: Bias, G,
> Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, B, G>
where
    G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>,
{
    fn correlate<V: Elem>(&self, x: &[[[V; C]; W]; H], bound: f32, y: &mut [[[V; F]; OW]; OH]) {
        let bias = B::values(&self.bias);
        convolution::forward::<V, Win, C, H, W, F, OH, OW, KH, KW, A>(x, &self.weight, bias, bound, y);
    }

    /// The part of [`backward`](Layer::backward) that adds ∂L/∂w and ∂L/∂b to `gradient`.
    pub fn kernel_gradient<V: Elem>(
        x: &[[[V; C]; W]; H], dy: &[[[V; F]; OW]; OH], gradient: &mut Self, spare: &mut B::Spare<[f32; F]>,
    ) {
        let db = B::gradient(&mut gradient.bias, spare);
        kernel_gradient::kernel_gradient::<V, Win, C, H, W, F, OH, OW, KH, KW, A>(x, dy, &mut gradient.weight, db);
    }

    /// The part of [`backward`](Layer::backward) that assigns ∂L/∂x to `dx`.
    pub fn input_gradient<V: Elem>(
        &self,
        dy: &[[[V; F]; OW]; OH],
        transposed: &mut Transposed<KH, KW, A, F>,
        dx: &mut [[[V; C]; W]; H],
    ) {
        convolution::input_gradient::<V, Win, C, H, W, F, OH, OW, KH, KW, A>(dy, &self.weight, &mut transposed.0, dx);
    }
}

// in memory u and v are outermost, then c, then f
arrays! {
    folds impl[
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const KH: usize, const KW: usize, const A: usize, Win, G
    ] Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>
    where [
        G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
        Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>
    ] {
        weight: [F, A, KH, KW] => [2, 3, 1, 0] decays,
        bias: [F],
    }
}

arrays! {
    folds impl[
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const KH: usize, const KW: usize, const A: usize, Win, G
    ] Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, Unbiased, G>
    where [
        G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
        Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>
    ] {
        weight: [F, A, KH, KW] => [2, 3, 1, 0] decays,
    } with { bias: () }
}

/// A normalisation after it is a factor for each kernel, and one more summand for its bias.
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, B: Bias, G,
> Fold for Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, B, G>
where
    G: Grouping<Of<Image<C, H, W>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; KW]; KH]>,
    Self: Layer,
{
    type Folded = Self;
    type Absorbed = Conv2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>;

    const ABSORBS: bool = true;

    fn fold_into(&self, to: &mut Self) {
        to.copy_from(self);
    }

    fn absorb_into(&self, norm: &impl Fold, to: &mut Self::Absorbed) {
        let from = (self.weight.as_flattened().as_flattened(), B::values(&self.bias));
        absorb(norm, from, to.weight.as_flattened_mut().as_flattened_mut(), &mut to.bias);
    }
}

/// Writes weights, of all taps to each channel, and biases with a normalisation taken in.
pub(crate) fn absorb<const F: usize>(
    norm: &impl Fold,
    (from, from_bias): (&[[f32; F]], &[f32; F]),
    to: &mut [[f32; F]],
    to_bias: &mut [f32; F],
) {
    for f in 0..F {
        let (factor, summand) = norm.affine(f);
        for (to, from) in to.iter_mut().zip(from) {
            to[f] = from[f] * factor;
        }
        to_bias[f] = from_bias[f] * factor + summand;
    }
}

/// Room for the weights of a convolution transposed, as many as there are, which the gradient of its input needs.
///
/// ```
/// use const_cnn::{Conv2d, Image, Layer, Square, Transposed, Zero};
///
/// // of 3 channels 8, by kernels of 5 × 5: part of what training keeps
/// type Conv = Conv2d<Image<3, 9, 9>, Image<8, 5, 5>, Square<5>>;
/// let tape: <Conv as Layer>::Tape<f32> = Zero::ZERO;
/// let transposed: Transposed<5, 5, 3, 8> = tape.0;
/// assert!(size_of_val(&transposed) >= 4 * 8 * 3 * 5 * 5);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(align(64)))]
pub struct Transposed<const KH: usize, const KW: usize, const A: usize, const F: usize>(
    pub(crate) [[[[f32; F]; A]; KW]; KH],
);

impl<const KH: usize, const KW: usize, const A: usize, const F: usize> Zero for Transposed<KH, KW, A, F> {
    const ZERO: Self = Transposed(Zero::ZERO);
}

/// The numbers of `conv2d(F, kernel K, ..)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many channels it gives.
    pub channels: usize,
    /// Its window, and whether it has a bias.
    pub window: Sliding,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        self.after_rank(former, "conv2d", 3)
    }

    /// As [`after`](Numbers::after), of the `layer` that takes a sequence if the rank is 2.
    #[track_caller]
    pub const fn after_rank(self, former: Former, layer: &str, rank: usize) -> Dims {
        let channels = former.takes(layer, rank).sizes[0];
        self.window.only(former, layer, Has { bias: true, groups: true, ..Has::WINDOW });
        let ([kh, kw], inputs) = (self.window.kernel, self.window.grouped(former, channels, self.channels));
        let parameters = Dims::new(&[self.channels, inputs, kh, kw]).len();
        former.gives(layer, self.window.over_rank(former, layer, self.channels, rank), parameters)
    }
}

/// The type of a [`Conv2d`] from what it takes: `conv2d!([C, H, W] => F, kernel K, ..)`, as in `conv2d(F, kernel K, stride S,
/// dilation D, padding P, groups G, no bias)`.
///
/// All but the kernel may be left out: stride and dilation are then 1, the padding 0. A number stands for both axes, two for
/// rows and columns, `kernel (3, 5)`; four, of the padding, for the top, the bottom, the left and the right. `padding same` is
/// TensorFlow's. In [`network!`](crate::network!) stands what comes after `=>`.
///
/// ```
/// use const_cnn::{Conv2d, Image, Square, conv2d};
/// let conv: conv2d!([3, 32, 32] => 16, kernel 5, stride 2, padding 2) =
///     Conv2d::<Image<3, 32, 32>, Image<16, 16, 16>, Square<5, 2, 2>> {
///         weight: [[[[0.0; 16]; 3]; 5]; 5],
///         bias: [0.0; 16],
///     };
/// ```
#[macro_export]
macro_rules! conv2d {
    (@numbers) => { $crate::layers::conv2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::Conv2d<
            $crate::Image<{ $x.sizes[0] }, { $x.sizes[1] }, { $x.sizes[2] }>,
            $crate::Image<{ $y.sizes[0] }, { $y.sizes[1] }, { $y.sizes[2] }>,
            $crate::window!(@type $x, $n.window),
            <() as $crate::layers::bias::HasBias<{ $n.window.bias }>>::Bias,
            <() as $crate::layers::groups::HasGroups<{ $n.window.groups() > 1 }, { $n.window.in_group($x.sizes[0]) }>>::Grouping,
        >
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::conv2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::conv2d!($($numbers)+).window.outputs($crate::Dims::new(&[$c, $h, $w]), $crate::conv2d!($($numbers)+).channels),
            $crate::conv2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::conv2d!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    ($channels:expr, $($window:tt)+) => {
        $crate::layers::conv2d::Numbers {
            channels: $channels,
            window: $crate::window!(
                @read "conv2d(F, kernel K, stride S, dilation D, padding P, groups G, no bias)" $($window)+
            ),
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "it is written `conv2d(F, kernel K, stride S, dilation D, padding P, groups G, no bias)`, \
             where all but the first two can be left out"
        )
    };
}

pub use conv2d;
