//! Transposed convolution: the gradient of a convolution's input, as a layer.

use crate::kernels::{convolution, grouped, kernel_gradient};
use crate::layers::bias::{Bias, Biased, Unbiased};
use crate::layers::groups::{Grouping, Ungrouped, assert_groups, groups};
use crate::layers::sliding::{Has, Padding, Sliding, assert_transposed, check_transposed, output_padding, window};
use crate::{Context, Dims, Elem, Fold, Former, Image, Layer, Operator, Parameters, Shape, SlidingWindow, arrays};

/// Maps an image to a larger one, by a kernel for each pair of channels: each value adds its kernels to what is given.
///
/// y\[f\]\[i\]\[j\] = b\[f\] + Σ_c Σ_u Σ_v Σ_{h,w : i=h·SH+u·DH−TOP, j=w·SW+v·DW−LEFT} w\[c\]\[f\]\[u\]\[v\] ·
/// x\[c\]\[h\]\[w\]
///
/// It is the gradient of the input of the [`Conv2d`](crate::Conv2d) with this window and weight, of F channels to C, and is
/// computed by its loops. The sum over c is over all channels, or with `groups G` over the C / G of the same group as f.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C H W | `[[[V; C]; W]; H]` |
/// | weight | C F KH KW | `[[[[f32; C]; F]; KW]; KH]` |
/// | weight, in groups, A = F / G | C A KH KW | `[[[[f32; C]; A]; KW]; KH]` |
/// | bias | F | `[f32; F]` |
/// | output | F OH OW | `[[[V; F]; OW]; OH]` |
///
/// OH = (H − 1)·SH + (KH − 1)·DH + 1 − TOP − BOTTOM and the output padding, [`Axis::transposed`](crate::Axis::transposed); and OW
/// likewise. The padding is what is cut off; the output padding, rows and columns more at the end, is less than the stride or
/// the dilation.
///
/// # Gradients
///
/// For g = ∂L/∂y:
///
/// - ∂L/∂b\[f\] = Σ_i Σ_j g\[f\]\[i\]\[j\]
/// - ∂L/∂w\[c\]\[f\]\[u\]\[v\] = Σ_h Σ_w x\[c\]\[h\]\[w\] · g\[f\]\[h·SH+u·DH−TOP\]\[w·SW+v·DW−LEFT\]
/// - ∂L/∂x\[c\]\[h\]\[w\] = Σ_f Σ_u Σ_v w\[c\]\[f\]\[u\]\[v\] · g\[f\]\[h·SH+u·DH−TOP\]\[w·SW+v·DW−LEFT\]
///
/// The last is that convolution of g, and the one before its weights' gradient, with g for the input and x for the output's
/// gradient.
///
/// # Example
///
/// ```
/// use const_cnn::{ConvTranspose2d, Image, Layer, Square};
///
/// // four pixels of each
/// type Larger = ConvTranspose2d<Image<1, 1, 2>, Image<1, 2, 4>, Square<2, 2>>;
/// let larger = Larger { weight: [[[[1.0]], [[2.0]]], [[[3.0]], [[4.0]]]], bias: [0.5] };
/// let mut y = [[[0.0]; 4]; 2];
/// larger.infer(&[[[1.0], [10.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[1.5], [2.5], [10.5], [20.5]], [[3.5], [4.5], [30.5], [40.5]]]);
/// ```
///
/// # Compile-time checks
///
/// ```
/// # use const_cnn::{ConvTranspose2d, Image, Layer, Square, Zero};
/// type Right = ConvTranspose2d<Image<1, 2, 2>, Image<3, 5, 5>, Square<3, 2>>;
/// Right::ZERO.infer(&[[[0.0; 1]; 2]; 2], &mut (), &mut [[[0.0; 3]; 5]; 5]);
/// ```
///
/// ```compile_fail,E0080
/// # use const_cnn::{ConvTranspose2d, Image, Layer, Square, Zero};
/// // 5, and at most one more
/// type Wrong = ConvTranspose2d<Image<1, 2, 2>, Image<3, 7, 5>, Square<3, 2>>;
/// Wrong::ZERO.infer(&[[[0.0; 1]; 2]; 2], &mut (), &mut [[[0.0; 3]; 5]; 7]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(C, align(64)))]
pub struct ConvTranspose2d<X: Shape, Y: Shape, Win: SlidingWindow, B: Bias = Biased, G: Grouping = Ungrouped> {
    /// `weight[u][v][f][c]`: from input channel `c` to output channel `f`, of the group, at row `u` and column `v` of the kernel.
    pub weight: Win::Of<G::Of<Y, X::PerChannel<f32>>>,
    /// `bias[f]`
    pub bias: B::Of<Y::PerChannel<f32>>,
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, B: Bias, G,
> Layer for ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, B, G>
where
    G: Grouping<Of<Image<F, OH, OW>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; KW]; KH]>,
    Self: Parameters,
{
    type Input = Image<C, H, W>;
    type Output = Image<F, OH, OW>;
    type Scratch<V: Elem> = ();
    // the second for the bias that the convolution would have
    type Tape<V: Elem> = (B::Spare<[f32; F]>, [f32; C]);

    const MULTIPLY_ACCUMULATES: usize = C * H * W * A * KH * KW;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator {
        name: "conv_transpose2d",
        numbers: &[window::<Win>(), groups(F, A), output_padding::<Self, Win>()],
    };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; F]; OW]; OH]) {
        const { assert_transposed::<Self, Win>() }
        const { assert_groups(F, C, A) }
        grouped::input_gradient::<V, Win, F, OH, OW, C, H, W, KH, KW, A>(x, &self.weight, B::values(&self.bias), y);
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &[[[V; C]; W]; H],
        (spare, other): &mut (B::Spare<[f32; F]>, [f32; C]),
        _: &[[[V; F]; OW]; OH],
        dy: &[[[V; F]; OW]; OH],
        gradient: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        Self::kernel_gradient(x, dy, gradient, spare, other);
        if let Some(dx) = dx {
            self.input_gradient(dy, dx);
        }
    }
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, B: Bias, G,
> ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, B, G>
where
    G: Grouping<Of<Image<F, OH, OW>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; KW]; KH]>,
{
    /// The part of [`backward`](Layer::backward) that adds ∂L/∂w and ∂L/∂b to `gradient`; `other` is written on.
    pub fn kernel_gradient<V: Elem>(
        x: &[[[V; C]; W]; H], dy: &[[[V; F]; OW]; OH], gradient: &mut Self, spare: &mut B::Spare<[f32; F]>,
        other: &mut [f32; C],
    ) {
        kernel_gradient::bias(dy, B::gradient(&mut gradient.bias, spare));
        let dw = &mut gradient.weight;
        kernel_gradient::kernel_gradient::<V, Win, F, OH, OW, C, H, W, KH, KW, A>(dy, x, dw, other);
    }

    /// The part of [`backward`](Layer::backward) that assigns ∂L/∂x to `dx`.
    pub fn input_gradient<V: Elem>(&self, dy: &[[[V; F]; OW]; OH], dx: &mut [[[V; C]; W]; H]) {
        convolution::forward::<V, Win, F, OH, OW, C, H, W, KH, KW, A>(dy, &self.weight, &[0.0; C], f32::NEG_INFINITY, dx);
    }
}

arrays! {
    folds impl[
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const KH: usize, const KW: usize, const A: usize, Win, G
    ] ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>
    where [
        G: Grouping<Of<Image<F, OH, OW>, [f32; C]> = [[f32; C]; A]>,
        Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; KW]; KH]>
    ] {
        weight: [C, A, KH, KW] => [2, 3, 1, 0] decays,
        bias: [F],
    }
}

arrays! {
    folds impl[
        const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
        const KH: usize, const KW: usize, const A: usize, Win, G
    ] ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, Unbiased, G>
    where [
        G: Grouping<Of<Image<F, OH, OW>, [f32; C]> = [[f32; C]; A]>,
        Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; KW]; KH]>
    ] {
        weight: [C, A, KH, KW] => [2, 3, 1, 0] decays,
    } with { bias: () }
}

/// A normalisation after it is a factor for the kernels to each channel, and one more summand for its bias.
#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const KH: usize, const KW: usize, const A: usize, Win, B: Bias, G,
> Fold for ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, B, G>
where
    G: Grouping<Of<Image<F, OH, OW>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; KW]; KH]>,
    Self: Layer,
{
    type Folded = Self;
    type Absorbed = ConvTranspose2d<Image<C, H, W>, Image<F, OH, OW>, Win, Biased, G>;

    const ABSORBS: bool = true;

    fn fold_into(&self, to: &mut Self) {
        to.copy_from(self);
    }

    fn absorb_into(&self, norm: &impl Fold, to: &mut Self::Absorbed) {
        let from = (self.weight.as_flattened(), B::values(&self.bias));
        absorb(norm, from, to.weight.as_flattened_mut(), &mut to.bias);
    }
}

/// Writes weights, each tap's `[A][C]`, and biases with a normalisation taken in.
pub(crate) fn absorb<const C: usize, const A: usize, const F: usize>(
    norm: &impl Fold,
    (from, from_bias): (&[[[f32; C]; A]], &[f32; F]),
    to: &mut [[[f32; C]; A]],
    to_bias: &mut [f32; F],
) {
    let inputs = C * A / F; // of a group
    for f in 0..F {
        let (factor, summand) = norm.affine(f);
        for (to, from) in to.iter_mut().zip(from) {
            for c in f / A * inputs..(f / A + 1) * inputs {
                to[f % A][c] = from[f % A][c] * factor;
            }
        }
        to_bias[f] = from_bias[f] * factor + summand;
    }
}

/// The numbers of `conv_transpose2d(F, kernel K, ..)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many channels it gives.
    pub channels: usize,
    /// Its window, and whether it has a bias.
    pub window: Sliding,
}

impl Numbers {
    /// What it gives for an image or a sequence; zeros where a rule is broken.
    pub const fn outputs(self, dims: Dims) -> Dims {
        let ([rows, columns], image) = (self.window.axes(dims), dims.as_image());
        let more = self.window.more();
        let (height, width) = (rows.transposed(image.sizes[1], more[0]), columns.transposed(image.sizes[2], more[1]));
        if dims.rank == 2 { Dims::new(&[self.channels, width]) } else { Dims::new(&[self.channels, height, width]) }
    }

    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        self.after_rank(former, "conv_transpose2d", 3)
    }

    /// As [`after`](Numbers::after), of the `layer` that takes a sequence if the rank is 2.
    #[track_caller]
    pub const fn after_rank(self, former: Former, layer: &str, rank: usize) -> Dims {
        let dims = former.takes(layer, rank);
        let has = Has { bias: true, groups: true, output_padding: true, ..Has::WINDOW };
        self.window.only(former, layer, has);
        if let Padding::Same = self.window.padding {
            former.says(layer).text(" has no `padding same`").panic();
        }
        self.window.grouped(former, dims.sizes[0], self.channels);
        let output = self.outputs(dims);
        check_transposed(former.name, dims, self.window.axes(dims), self.window.more(), output);
        let [kh, kw] = self.window.kernel;
        let parameters = Dims::new(&[dims.sizes[0], self.window.in_group(self.channels), kh, kw]).len();
        former.gives(layer, output, parameters)
    }
}

/// The type of a [`ConvTranspose2d`] from what it takes: `conv_transpose2d!([C, H, W] => F, kernel K, ..)`, as in
/// `conv_transpose2d(F, kernel K, stride S, dilation D, padding P, output_padding O, groups G, no bias)`.
///
/// All but the kernel may be left out. The numbers are written as those of [`conv2d!`](crate::conv2d!); the output padding is
/// one, or two for rows and columns.
///
/// ```
/// use const_cnn::{ConvTranspose2d, Image, Square, conv_transpose2d};
/// type Conv = ConvTranspose2d<Image<3, 4, 4>, Image<5, 10, 10>, Square<3, 2>>;
/// let conv: conv_transpose2d!([3, 4, 4] => 5, kernel 3, stride 2, output_padding 1) =
///     Conv { weight: [[[[0.0; 3]; 5]; 3]; 3], bias: [0.0; 5] };
/// ```
#[macro_export]
macro_rules! conv_transpose2d {
    (@numbers) => { $crate::layers::conv_transpose2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::ConvTranspose2d<
            $crate::Image<{ $x.sizes[0] }, { $x.sizes[1] }, { $x.sizes[2] }>,
            $crate::Image<{ $y.sizes[0] }, { $y.sizes[1] }, { $y.sizes[2] }>,
            $crate::window!(@type $x, $n.window),
            <() as $crate::layers::bias::HasBias<{ $n.window.bias }>>::Bias,
            <() as $crate::layers::groups::HasGroups<
                { $n.window.groups() > 1 }, { $n.window.in_group($y.sizes[0]) },
            >>::Grouping,
        >
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::conv_transpose2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::conv_transpose2d!($($numbers)+).outputs($crate::Dims::new(&[$c, $h, $w])),
            $crate::conv_transpose2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::conv_transpose2d!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    ($channels:expr, $($window:tt)+) => {
        $crate::layers::conv_transpose2d::Numbers {
            channels: $channels,
            window: $crate::window!(
                @read "conv_transpose2d(F, kernel K, stride S, dilation D, padding P, output_padding O, groups G, no bias)"
                $($window)+
            ),
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "it is written `conv_transpose2d(F, kernel K, stride S, dilation D, padding P, output_padding O, groups G, no bias)`, \
             where all but the first two can be left out"
        )
    };
}

pub use conv_transpose2d;
