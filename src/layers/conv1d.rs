//! One-dimensional convolution, each output channel a sum over all input channels, or those of a group.

use core::array::{from_mut, from_ref};

use crate::kernels::{convolution, kernel_gradient};
use crate::layers::bias::{Bias, Biased, Unbiased};
use crate::layers::conv2d::{Transposed, absorb};
use crate::layers::groups::{Grouping, Ungrouped, assert_groups};
use crate::layers::sliding::assert_window;
use crate::{Context, Elem, Fold, Layer, Operation, Parameters, Sequence, Shape, SlidingWindow, WindowSizes, arrays};

/// Maps a sequence to a sequence, by a kernel for each pair of channels.
///
/// y\[f\]\[i\] = b\[f\] + Σ_c Σ_k w\[f\]\[c\]\[k\] · x\[c\]\[i·S+k·D−BEFORE\], zero outside the sequence
///
/// It is a [`Conv2d`](crate::Conv2d) of images of one row, with its loops; what is said there of groups and of weights that are
/// not finite holds here. With `padding (D·(K−1), 0)` it is causal: y\[i\] depends on no x that comes after the i-th.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C L | `[[V; C]; L]` |
/// | weight | F C K | `[[[[f32; F]; C]; K]; 1]` |
/// | weight, in groups of A | F A K | `[[[[f32; F]; A]; K]; 1]` |
/// | bias | F | `[f32; F]` |
/// | output | F OL | `[[V; F]; OL]` |
///
/// OL = ⌊(L + BEFORE + AFTER − D·(K − 1) − 1) / S⌋ + 1. The window is a [`Window`](crate::Window) of one row.
///
/// # Gradients
///
/// For g = ∂L/∂y, over all i of the output:
///
/// - ∂L/∂b\[f\] = Σ_i g\[f\]\[i\]
/// - ∂L/∂w\[f\]\[c\]\[k\] = Σ_i g\[f\]\[i\] · x\[c\]\[i·S+k·D−BEFORE\]
/// - ∂L/∂x\[c\]\[l\] = Σ_f Σ_k Σ_{i : l=i·S+k·D−BEFORE} w\[f\]\[c\]\[k\] · g\[f\]\[i\]
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, conv1d};
///
/// // each value plus ten times the one before it
/// let mut conv = <conv1d!([1, 3] => 1, kernel 2, padding (1, 0))>::ZERO;
/// conv.weight = [[[[10.0]], [[1.0]]]];
/// let mut y = [[0.0]; 3];
/// conv.infer(&[[1.0], [2.0], [3.0]], &mut (), &mut y);
/// assert_eq!(y, [[1.0], [12.0], [23.0]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(C, align(64)))]
pub struct Conv1d<X: Shape, Y: Shape, Win: SlidingWindow, B: Bias = Biased, G: Grouping = Ungrouped> {
    /// `weight[0][k][c][f]`: from input channel `c`, of the group, to output channel `f`, at place `k` of the kernel.
    pub weight: Win::Of<G::Of<X, Y::PerChannel<f32>>>,
    /// `bias[f]`
    pub bias: B::Of<Y::PerChannel<f32>>,
}

#[rustfmt::skip]
impl<
    const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, B: Bias, G,
> Layer for Conv1d<Sequence<C, L>, Sequence<F, OL>, Win, B, G>
where
    G: Grouping<Of<Sequence<C, L>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; K]; 1]>,
    Self: Parameters,
{
    type Input = Sequence<C, L>;
    type Output = Sequence<F, OL>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = (Transposed<1, K, A, F>, B::Spare<[f32; F]>);

    const MULTIPLY_ACCUMULATES: usize = F * OL * A * K;
    const READS_Y: bool = false;
    const BOUNDS: bool = true;
    const OPERATION: Operation = Operation::Conv(WindowSizes::of::<Self::Input, Self::Output, Win>(A));

    fn infer<V: Elem>(&self, x: &[[V; C]; L], _: &mut (), y: &mut [[V; F]; OL]) {
        const { assert_window::<Self, Win>() }
        const { assert_groups(C, F, A) }
        let (x, y, bias) = (from_ref(x), from_mut(y), B::values(&self.bias));
        convolution::forward::<V, Win, C, 1, L, F, 1, OL, 1, K, A>(x, &self.weight, bias, f32::NEG_INFINITY, y);
    }

    fn infer_bounded<V: Elem>(&self, x: &[[V; C]; L], _: &mut (), y: &mut [[V; F]; OL], bound: f32) {
        const { assert_window::<Self, Win>() }
        const { assert_groups(C, F, A) }
        let (x, y, bias) = (from_ref(x), from_mut(y), B::values(&self.bias));
        convolution::forward::<V, Win, C, 1, L, F, 1, OL, 1, K, A>(x, &self.weight, bias, bound, y);
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &[[V; C]; L],
        (transposed, spare): &mut (Transposed<1, K, A, F>, B::Spare<[f32; F]>),
        _: &[[V; F]; OL],
        dy: &[[V; F]; OL],
        gradient: &mut Self,
        dx: Option<&mut [[V; C]; L]>,
    ) {
        let (x, dy, db) = (from_ref(x), from_ref(dy), B::gradient(&mut gradient.bias, spare));
        kernel_gradient::kernel_gradient::<V, Win, C, 1, L, F, 1, OL, 1, K, A>(x, dy, &mut gradient.weight, db);
        if let Some(dx) = dx {
            let (w, transposed) = (&self.weight, &mut transposed.0);
            convolution::input_gradient::<V, Win, C, 1, L, F, 1, OL, 1, K, A>(dy, w, transposed, from_mut(dx));
        }
    }
}

arrays! {
    folds impl[
        const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, G
    ] Conv1d<Sequence<C, L>, Sequence<F, OL>, Win, Biased, G>
    where [
        G: Grouping<Of<Sequence<C, L>, [f32; F]> = [[f32; F]; A]>,
        Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; K]; 1]>
    ] {
        weight: [F, A, K] => [2, 1, 0] decays,
        bias: [F],
    }
}

arrays! {
    folds impl[
        const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, G
    ] Conv1d<Sequence<C, L>, Sequence<F, OL>, Win, Unbiased, G>
    where [
        G: Grouping<Of<Sequence<C, L>, [f32; F]> = [[f32; F]; A]>,
        Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; K]; 1]>
    ] {
        weight: [F, A, K] => [2, 1, 0] decays,
    } with { bias: () }
}

/// As of a [`Conv2d`](crate::Conv2d).
#[rustfmt::skip]
impl<
    const C: usize, const L: usize, const F: usize, const OL: usize, const K: usize, const A: usize, Win, B: Bias, G,
> Fold for Conv1d<Sequence<C, L>, Sequence<F, OL>, Win, B, G>
where
    G: Grouping<Of<Sequence<C, L>, [f32; F]> = [[f32; F]; A]>,
    Win: SlidingWindow<Of<[[f32; F]; A]> = [[[[f32; F]; A]; K]; 1]>,
    Self: Layer,
{
    type Folded = Self;
    type Absorbed = Conv1d<Sequence<C, L>, Sequence<F, OL>, Win, Biased, G>;

    const ABSORBS: bool = true;

    fn fold_into(&self, to: &mut Self) {
        to.copy_from(self);
    }

    fn absorb_into(&self, norm: &impl Fold, to: &mut Self::Absorbed) {
        let from = (self.weight.as_flattened().as_flattened(), B::values(&self.bias));
        absorb(norm, from, to.weight.as_flattened_mut().as_flattened_mut(), &mut to.bias);
    }
}

/// The type of a [`Conv1d`] from what it takes: `conv1d!([C, L] => F, kernel K, ..)`, as in `conv1d(F, kernel K, stride S,
/// dilation D, padding P, groups G, no bias)`.
///
/// All but the kernel may be left out: stride, dilation and groups are then 1, the padding 0. A padding of two numbers,
/// `padding (2, 0)`, is before and after the sequence; `padding same` is TensorFlow's.
///
/// ```
/// use const_cnn::{Conv1d, Sequence, Window, conv1d};
/// type Conv = Conv1d<Sequence<2, 9>, Sequence<4, 5>, Window<1, 3, 1, 2, 1, 1, 0, 0, 2>>;
/// let conv: conv1d!([2, 9] => 4, kernel 3, stride 2, padding (2, 0)) =
///     Conv { weight: [[[[0.0; 4]; 2]; 3]], bias: [0.0; 4] };
/// ```
#[macro_export]
macro_rules! conv1d {
    (@numbers) => { $crate::layers::conv2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after_rank($former, "conv1d", 2) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::Conv1d<
            $crate::Sequence<{ $x.sizes[0] }, { $x.sizes[1] }>,
            $crate::Sequence<{ $y.sizes[0] }, { $y.sizes[1] }>,
            $crate::window!(@type $x, $n.window),
            <() as $crate::layers::bias::HasBias<{ $n.window.bias }>>::Bias,
            <() as $crate::layers::groups::HasGroups<
                { $n.window.groups() > 1 }, { $n.window.in_group($x.sizes[0]) },
            >>::Grouping,
        >
    };
    ([$c:expr, $l:expr] => $($numbers:tt)+) => {
        <$crate::conv1d!(
            @type
            $crate::Dims::new(&[$c, $l]),
            $crate::conv1d!($($numbers)+).window.outputs($crate::Dims::new(&[$c, $l]), $crate::conv1d!($($numbers)+).channels),
            $crate::conv1d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::conv1d!(@gives $crate::conv1d!($($numbers)+), $crate::Former::by_hand(&[$c, $l])).rank == 2
        }>>::Layer
    };
    ($channels:expr, $($window:tt)+) => {
        $crate::layers::conv2d::Numbers {
            channels: $channels,
            window: $crate::window!(
                @line "conv1d(F, kernel K, stride S, dilation D, padding P, groups G, no bias)" [] $($window)+
            ),
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "it is written `conv1d(F, kernel K, stride S, dilation D, padding P, groups G, no bias)`, \
             where all but the first two can be left out"
        )
    };
}

pub use conv1d;
