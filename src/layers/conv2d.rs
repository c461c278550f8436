//! Two-dimensional convolution, each output channel a sum over all input channels.

use crate::check::assert_window;
use crate::kernels::{convolution, kernel_gradient};
use crate::shape::Channels;
use crate::{Array, Arrays, Elem, Image, Layer, LeBytes, Nested, Parameters, Zero};

/// Maps an image to an image, by a kernel for each pair of channels.
///
/// y\[f\]\[i\]\[j\] = b\[f\] + Σ_c Σ_u Σ_v w\[f\]\[c\]\[u\]\[v\] · x\[c\]\[iS+u−P\]\[jS+v−P\], zero outside the image
///
/// It is a cross-correlation: the kernel is not flipped. Weights are taken to be finite: one that is infinite or NaN may
/// also show in values of which it meets only the padding.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C H W | `[[[V; C]; W]; H]` |
/// | weight | F C K K | `[[[[f32; F]; C]; K]; K]` |
/// | bias | F | `[f32; F]` |
/// | output | F OH OW | `[[[V; F]; OW]; OH]` |
///
/// OH = ⌊(H + 2P − K) / S⌋ + 1, and OW likewise from W. [`network!`](crate::network!) and the macro
/// [`conv2d!`](crate::conv2d!) compute them.
///
/// # Gradients
///
/// For g = ∂L/∂y, over all i and j of the output:
///
/// - ∂L/∂b\[f\] = Σ_i Σ_j g\[f\]\[i\]\[j\]
/// - ∂L/∂w\[f\]\[c\]\[u\]\[v\] = Σ_i Σ_j g\[f\]\[i\]\[j\] · x\[c\]\[iS+u−P\]\[jS+v−P\]
/// - ∂L/∂x\[c\]\[h\]\[w\] = Σ_f Σ_u Σ_v Σ_{i,j : h=iS+u−P, w=jS+v−P} w\[f\]\[c\]\[u\]\[v\] · g\[f\]\[i\]\[j\]
///
/// They follow from the equation's products w · x, each of which is in one y: ∂y/∂w = x and ∂y/∂x = w, times that y's g.
/// For the input, the products of one x are those with h = iS + u − P, so i = (h + P − u) / S, where S divides it: with
/// the weights transposed, \[u\]\[v\]\[f\]\[c\], this is a forward pass over g with that index, and the same loop computes it.
///
/// # Example
///
/// ```
/// use const_cnn::{Conv2d, Image, Layer, Zero};
///
/// // sums over windows of 2 × 2, and 10
/// let (weight, bias) = ([[[[1.0]]; 2]; 2], [10.0]);
/// let conv = Conv2d::<Image<1, 2, 3>, Image<1, 1, 2>, 2> { weight, bias };
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
/// # use const_cnn::{Conv2d, Image, Layer, Zero};
/// type Right = Conv2d<Image<1, 8, 8>, Image<4, 6, 6>, 3>;
/// Right::ZERO.infer(&[[[0.0; 1]; 8]; 8], &mut (), &mut [[[0.0; 4]; 6]; 6]);
/// ```
///
/// ```compile_fail,E0080
/// # use const_cnn::{Conv2d, Image, Layer, Zero};
/// type Wrong = Conv2d<Image<1, 8, 8>, Image<4, 7, 6>, 3>;
/// Wrong::ZERO.infer(&[[[0.0; 1]; 8]; 8], &mut (), &mut [[[0.0; 4]; 6]; 7]);
/// ```
///
/// # Memory
///
/// With the feature `simd` the weights begin on a cache line, so that no vector of them lies on two where F is a multiple
/// of eight: the layer is up to 63 bytes larger than its parameters.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(C, align(64)))]
pub struct Conv2d<X: Channels, Y: Channels, const K: usize, const S: usize = 1, const P: usize = 0> {
    /// `weight[u][v][c][f]`: from input channel `c` to output channel `f`, at row `u` and column `v` of the kernel.
    pub weight: [[X::PerChannel<Y::PerChannel<f32>>; K]; K],
    /// `bias[f]`
    pub bias: Y::PerChannel<f32>,
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const K: usize, const S: usize, const P: usize,
> Layer for Conv2d<Image<C, H, W>, Image<F, OH, OW>, K, S, P>
{
    type Input = Image<C, H, W>;
    type Output = Image<F, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = Transposed<K, F, C>;

    const MULTIPLY_ACCUMULATES: usize = F * OH * OW * C * K * K;

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; F]; OW]; OH]) {
        const { assert_window::<Self>(K, S, P) }
        convolution::forward::<V, S, P, C, H, W, F, OH, OW, K>(x, &self.weight, &self.bias, y);
    }

    fn backward<V: Elem>(
        &self,
        x: &[[[V; C]; W]; H],
        transposed: &mut Transposed<K, F, C>,
        _: &[[[V; F]; OW]; OH],
        dy: &[[[V; F]; OW]; OH],
        gradient: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        Self::kernel_gradient(x, dy, gradient);
        if let Some(dx) = dx {
            self.input_gradient(dy, transposed, dx);
        }
    }
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const K: usize, const S: usize, const P: usize,
> Conv2d<Image<C, H, W>, Image<F, OH, OW>, K, S, P>
{
    /// The layer whose parameters are the next of `bytes`.
    pub const fn from_le(bytes: &mut LeBytes) -> Self {
        Conv2d { weight: bytes.kernel(), bias: bytes.array() }
    }

    /// The part of [`backward`](Layer::backward) that adds ∂L/∂w and ∂L/∂b to `gradient`.
    pub fn kernel_gradient<V: Elem>(x: &[[[V; C]; W]; H], dy: &[[[V; F]; OW]; OH], gradient: &mut Self) {
        kernel_gradient::kernel_gradient::<V, S, P, C, H, W, F, OH, OW, K>(x, dy, &mut gradient.weight, &mut gradient.bias);
    }

    /// The part of [`backward`](Layer::backward) that assigns ∂L/∂x to `dx`.
    pub fn input_gradient<V: Elem>(
        &self,
        dy: &[[[V; F]; OW]; OH],
        transposed: &mut Transposed<K, F, C>,
        dx: &mut [[[V; C]; W]; H],
    ) {
        convolution::input_gradient::<V, S, P, C, H, W, F, OH, OW, K>(dy, &self.weight, &mut transposed.0, dx);
    }
}

impl<X: Channels, Y: Channels, const K: usize, const S: usize, const P: usize> Zero for Conv2d<X, Y, K, S, P> {
    const ZERO: Self = Conv2d { weight: Zero::ZERO, bias: Zero::ZERO };
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const K: usize, const S: usize, const P: usize,
> Parameters for Conv2d<Image<C, H, W>, Image<F, OH, OW>, K, S, P>
{
    const ARRAYS: Arrays =
        // in memory u and v are outermost, then c, then f
        Arrays::Own(&[Array::new("weight", &[F, C, K, K]).stored(&[2, 3, 1, 0]), Array::new("bias", &[F])]);

    fn values(&self, index: usize) -> &[f32] {
        match index {
            0 => self.weight.flat(),
            1 => &self.bias,
            _ => &[],
        }
    }

    fn values_mut(&mut self, index: usize) -> &mut [f32] {
        match index {
            0 => self.weight.flat_mut(),
            1 => &mut self.bias,
            _ => &mut [],
        }
    }
}

/// Room for the weights of a [`Conv2d`] transposed, which the gradient of its input needs.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "simd", repr(align(64)))]
pub struct Transposed<const K: usize, const F: usize, const C: usize>([[[[f32; C]; F]; K]; K]);

impl<const K: usize, const F: usize, const C: usize> Zero for Transposed<K, F, C> {
    const ZERO: Self = Transposed(Zero::ZERO);
}

/// The type of a [`Conv2d`] from what it takes: `conv2d!([C, H, W] => F, kernel K, stride S, padding P)`.
///
/// Stride and padding may be left out: they are then 1 and 0.
///
/// ```
/// use const_cnn::{Conv2d, Image, Zero, conv2d};
/// let conv: conv2d!([3, 32, 32] => 16, kernel 5, stride 2, padding 2) =
///     Conv2d::<Image<3, 32, 32>, Image<16, 16, 16>, 5, 2, 2>::ZERO;
/// ```
#[macro_export]
macro_rules! conv2d {
    ([$c:expr, $h:expr, $w:expr] => $n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::Conv2d<
            $crate::Image<{ $c }, { $h }, { $w }>,
            $crate::Image<
                { $n },
                { $crate::conv_out($h, $k, $crate::network_rules!(@or [$($s)?] 1), $crate::network_rules!(@or [$($p)?] 0)) },
                { $crate::check::width($h, $w, $k, $crate::network_rules!(@or [$($s)?] 1), $crate::network_rules!(@or [$($p)?] 0)) },
            >,
            { $k },
            { $crate::network_rules!(@or [$($s)?] 1) },
            { $crate::network_rules!(@or [$($p)?] 0) },
        >
    };
    // the check that `network!` makes of a line
    ($n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::check::convolution(LAYER, "conv2d", FORMER, $n, $k,
            $crate::network_rules!(@or [$($s)?] 1), $crate::network_rules!(@or [$($p)?] 0))
    };
    ([$($input:tt)*] $($other:tt)*) => {
        compile_error!("it is written `conv2d!([C, H, W] => F, kernel K, stride S, padding P)`, where stride and padding can be left out")
    };
    ($($other:tt)*) => {
        compile_error!("it is written `conv2d(F, kernel K, stride S, padding P)`, where stride and padding can be left out")
    };
}
