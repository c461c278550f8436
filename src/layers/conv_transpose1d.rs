//! Transposed convolution of a sequence.

use core::array::{from_mut, from_ref};

use crate::kernels::{convolution, grouped, kernel_gradient};
use crate::layers::bias::{Bias, Biased, Unbiased};
use crate::layers::conv_transpose2d::absorb;
use crate::layers::groups::{Grouping, Ungrouped, assert_groups, groups};
use crate::layers::sliding::{assert_transposed, output_padding, window};
use crate::{Context, Elem, Fold, Layer, Operator, Parameters, Sequence, Shape, SlidingWindow, arrays};

/// Maps a sequence to a longer one, by a kernel for each pair of channels: each value adds its kernels to what is given.
///
/// y\[f\]\[i\] = b\[f\] + Σ_c Σ_k Σ_{l : i=l·S+k·D−BEFORE} w\[c\]\[f\]\[k\] · x\[c\]\[l\]
///
/// It is a [`ConvTranspose2d`](crate::ConvTranspose2d) of images of one row, with its loops and gradients.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C L | `[[V; C]; L]` |
/// | weight | C F K | `[[[[f32; C]; F]; K]; 1]` |
/// | weight, in groups, A = F / G | C A K | `[[[[f32; C]; A]; K]; 1]` |
/// | bias | F | `[f32; F]` |
/// | output | F OL | `[[V; F]; OL]` |
///
/// OL = (L − 1)·S + (K − 1)·D + 1 − BEFORE − AFTER and the output padding.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, conv_transpose1d};
///
/// // each value twice, and those between neighbours added
/// let mut conv = <conv_transpose1d!([1, 3] => 1, kernel 3, stride 2)>::ZERO;
/// conv.weight = [[[[1.0]], [[1.0]], [[1.0]]]];
/// let mut y = [[0.0]; 7];
/// conv.infer(&[[1.0], [2.0], [3.0]], &mut (), &mut y);
/// assert_eq!(y, [[1.0], [1.0], [3.0], [2.0], [5.0], [3.0], [3.0]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(C, align(64)))]
pub struct ConvTranspose1d<X: Shape, Y: Shape, Win: SlidingWindow, B: Bias = Biased, G: Grouping = Ungrouped> {
    /// `weight[0][k][f][c]`: from input channel `c` to output channel `f`, of the group, at place `k` of the kernel.
    pub weight: Win::Of<G::Of<Y, X::PerChannel<f32>>>,
    /// `bias[f]`
    pub bias: B::Of<Y::PerChannel<f32>>,
}

#[rustfmt::skip]
impl<
    const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, B: Bias, G,
> Layer for ConvTranspose1d<Sequence<C, L>, Sequence<F, OL>, Win, B, G>
where
    G: Grouping<Of<Sequence<F, OL>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; K]; 1]>,
    Self: Parameters,
{
    type Input = Sequence<C, L>;
    type Output = Sequence<F, OL>;
    type Scratch<V: Elem> = ();
    // the second for the bias that the convolution would have
    type Tape<V: Elem> = (B::Spare<[f32; F]>, [f32; C]);

    const MULTIPLY_ACCUMULATES: usize = C * L * A * K;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator {
        name: "conv_transpose1d",
        numbers: &[window::<Win>(), groups(F, A), output_padding::<Self, Win>()],
    };

    fn infer<V: Elem>(&self, x: &[[V; C]; L], _: &mut (), y: &mut [[V; F]; OL]) {
        const { assert_transposed::<Self, Win>() }
        const { assert_groups(F, C, A) }
        let bias = B::values(&self.bias);
        grouped::input_gradient::<V, Win, F, 1, OL, C, 1, L, 1, K, A>(from_ref(x), &self.weight, bias, from_mut(y));
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &[[V; C]; L],
        (spare, other): &mut (B::Spare<[f32; F]>, [f32; C]),
        _: &[[V; F]; OL],
        dy: &[[V; F]; OL],
        gradient: &mut Self,
        dx: Option<&mut [[V; C]; L]>,
    ) {
        let (x, dy, dw) = (from_ref(x), from_ref(dy), &mut gradient.weight);
        kernel_gradient::bias(dy, B::gradient(&mut gradient.bias, spare));
        kernel_gradient::kernel_gradient::<V, Win, F, 1, OL, C, 1, L, 1, K, A>(dy, x, dw, other);
        if let Some(dx) = dx {
            convolution::forward::<V, Win, F, 1, OL, C, 1, L, 1, K, A>(dy, &self.weight, &[0.0; C], f32::NEG_INFINITY, from_mut(dx));
        }
    }
}

arrays! {
    folds impl[
        const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, G
    ] ConvTranspose1d<Sequence<C, L>, Sequence<F, OL>, Win, Biased, G>
    where [
        G: Grouping<Of<Sequence<F, OL>, [f32; C]> = [[f32; C]; A]>,
        Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; K]; 1]>
    ] {
        weight: [C, A, K] => [2, 1, 0] decays,
        bias: [F],
    }
}

arrays! {
    folds impl[
        const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, G
    ] ConvTranspose1d<Sequence<C, L>, Sequence<F, OL>, Win, Unbiased, G>
    where [
        G: Grouping<Of<Sequence<F, OL>, [f32; C]> = [[f32; C]; A]>,
        Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; K]; 1]>
    ] {
        weight: [C, A, K] => [2, 1, 0] decays,
    } with { bias: () }
}

/// As of a [`ConvTranspose2d`](crate::ConvTranspose2d).
#[rustfmt::skip]
impl<
    const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, B: Bias, G,
> Fold for ConvTranspose1d<Sequence<C, L>, Sequence<F, OL>, Win, B, G>
where
    G: Grouping<Of<Sequence<F, OL>, [f32; C]> = [[f32; C]; A]>,
    Win: SlidingWindow<Of<[[f32; C]; A]> = [[[[f32; C]; A]; K]; 1]>,
    Self: Layer,
{
    type Folded = Self;
    type Absorbed = ConvTranspose1d<Sequence<C, L>, Sequence<F, OL>, Win, Biased, G>;

    const ABSORBS: bool = true;

    fn fold_into(&self, to: &mut Self) {
        to.copy_from(self);
    }

    fn absorb_into(&self, norm: &impl Fold, to: &mut Self::Absorbed) {
        let from = (self.weight.as_flattened(), B::values(&self.bias));
        absorb(norm, from, to.weight.as_flattened_mut(), &mut to.bias);
    }
}

/// The type of a [`ConvTranspose1d`] from what it takes: `conv_transpose1d!([C, L] => F, kernel K, ..)`, as in
/// `conv_transpose1d(F, kernel K, stride S, dilation D, padding P, output_padding O, groups G, no bias)`.
///
/// All but the kernel may be left out. The numbers are written as those of [`conv1d!`](crate::conv1d!).
///
/// ```
/// use const_cnn::{ConvTranspose1d, Sequence, Window, conv_transpose1d};
/// type Conv = ConvTranspose1d<Sequence<2, 4>, Sequence<3, 8>, Window<1, 2, 1, 2>>;
/// let conv: conv_transpose1d!([2, 4] => 3, kernel 2, stride 2) =
///     Conv { weight: [[[[0.0; 2]; 3]; 2]], bias: [0.0; 3] };
/// ```
#[macro_export]
macro_rules! conv_transpose1d {
    (@numbers) => { $crate::layers::conv_transpose2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after_rank($former, "conv_transpose1d", 2) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::ConvTranspose1d<
            $crate::Sequence<{ $x.sizes[0] }, { $x.sizes[1] }>,
            $crate::Sequence<{ $y.sizes[0] }, { $y.sizes[1] }>,
            $crate::window!(@type $x, $n.window),
            <() as $crate::layers::bias::HasBias<{ $n.window.bias }>>::Bias,
            <() as $crate::layers::groups::HasGroups<
                { $n.window.groups() > 1 }, { $n.window.in_group($y.sizes[0]) },
            >>::Grouping,
        >
    };
    ([$c:expr, $l:expr] => $($numbers:tt)+) => {
        <$crate::conv_transpose1d!(
            @type
            $crate::Dims::new(&[$c, $l]),
            $crate::conv_transpose1d!($($numbers)+).outputs($crate::Dims::new(&[$c, $l])),
            $crate::conv_transpose1d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::conv_transpose1d!(
                @gives $crate::conv_transpose1d!($($numbers)+), $crate::Former::by_hand(&[$c, $l])
            ).rank == 2
        }>>::Layer
    };
    ($channels:expr, $($window:tt)+) => {
        $crate::layers::conv_transpose2d::Numbers {
            channels: $channels,
            window: $crate::window!(
                @line "conv_transpose1d(F, kernel K, stride S, dilation D, padding P, output_padding O, groups G, no bias)" []
                $($window)+
            ),
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "it is written `conv_transpose1d(F, kernel K, stride S, dilation D, padding P, output_padding O, groups G, no bias)`, \
             where all but the first two can be left out"
        )
    };
}

pub use conv_transpose1d;
