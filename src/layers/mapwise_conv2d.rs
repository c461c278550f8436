//! The article's convolution: the same kernels applied to each input map apart.

use core::marker::PhantomData;

use crate::check::assert_window;
use crate::{Array, Arrays, Elem, Image, Layer, LeBytes, Nested, Parameters, Zero};

/// Maps an image to an image, by `N` kernels that are each applied to each channel apart.
///
/// y\[c·N + f\]\[i\]\[j\] = b\[f\] + Σ_u Σ_v w\[f\]\[u\]\[v\] · x\[c\]\[iS+u−P\]\[jS+v−P\], zero outside the image
///
/// All channels share the kernels, so it has N·K·K + N parameters. It is neither the usual convolution, which sums over
/// the channels, nor a depthwise one, which has kernels for each channel.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C H W | `[[[V; C]; W]; H]` |
/// | weight | N 1 K K | `[[[[f32; N]; 1]; K]; K]` |
/// | bias | N | `[f32; N]` |
/// | output | F = C·N, OH OW | `[[[V; F]; OW]; OH]` |
///
/// OH = ⌊(H + 2P − K) / S⌋ + 1, and OW likewise from W.
///
/// # Gradients
///
/// For g = ∂L/∂y, over all i and j of the output:
///
/// - ∂L/∂b\[f\] = Σ_c Σ_i Σ_j g\[c·N + f\]\[i\]\[j\]
/// - ∂L/∂w\[f\]\[u\]\[v\] = Σ_c Σ_i Σ_j g\[c·N + f\]\[i\]\[j\] · x\[c\]\[iS+u−P\]\[jS+v−P\]
/// - ∂L/∂x\[c\]\[h\]\[w\] = Σ_f Σ_u Σ_v Σ_{i,j : h=iS+u−P, w=jS+v−P} w\[f\]\[u\]\[v\] · g\[c·N + f\]\[i\]\[j\]
///
/// # Example
///
/// ```
/// use const_cnn::{Image, Layer, MapwiseConv2d};
///
/// // kernels of one pixel: × 1 and × 10, for each of the two channels
/// type Scaled = MapwiseConv2d<Image<2, 1, 1>, Image<4, 1, 1>, 2, 1>;
/// let conv = Scaled::new([[[[1.0, 10.0]]]], [0.0, 0.5]);
/// let mut y = [[[0.0; 4]; 1]; 1];
/// conv.infer(&[[[3.0, 4.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[3.0, 30.5, 4.0, 40.5]]]);
/// ```
///
/// # Compile-time checks
///
/// ```
/// # use const_cnn::{Image, Layer, MapwiseConv2d, Zero};
/// type Right = MapwiseConv2d<Image<2, 4, 4>, Image<6, 2, 2>, 3, 3>;
/// Right::ZERO.infer(&[[[0.0; 2]; 4]; 4], &mut (), &mut [[[0.0; 6]; 2]; 2]);
/// ```
///
/// ```compile_fail,E0080
/// # use const_cnn::{Image, Layer, MapwiseConv2d, Zero};
/// type Wrong = MapwiseConv2d<Image<2, 4, 4>, Image<5, 2, 2>, 3, 3>; // 2 · 3 = 6 channels
/// Wrong::ZERO.infer(&[[[0.0; 2]; 4]; 4], &mut (), &mut [[[0.0; 5]; 2]; 2]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MapwiseConv2d<X, Y, const N: usize, const K: usize, const S: usize = 1, const P: usize = 0> {
    /// `weight[u][v][0][f]`: kernel `f` at row `u` and column `v`.
    pub weight: [[[[f32; N]; 1]; K]; K],
    /// `bias[f]`
    pub bias: [f32; N],
    shapes: PhantomData<(X, Y)>,
}

impl<X, Y, const N: usize, const K: usize, const S: usize, const P: usize> MapwiseConv2d<X, Y, N, K, S, P> {
    /// A layer with these kernels, `weight[u][v][0][f]`, and biases.
    pub const fn new(weight: [[[[f32; N]; 1]; K]; K], bias: [f32; N]) -> Self {
        MapwiseConv2d { weight, bias, shapes: PhantomData }
    }

    /// The layer whose parameters are the next of `bytes`.
    pub const fn from_le(bytes: &mut LeBytes) -> Self {
        Self::new(bytes.kernel(), bytes.array())
    }
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const N: usize, const K: usize, const S: usize, const P: usize,
> Layer for MapwiseConv2d<Image<C, H, W>, Image<F, OH, OW>, N, K, S, P>
{
    type Input = Image<C, H, W>;
    type Output = Image<F, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const MULTIPLY_ACCUMULATES: usize = F * OH * OW * K * K;

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; F]; OW]; OH]) {
        const { assert_window::<Self>(K, S, P) }
        const { assert!(F == C * N, "MapwiseConv2d gives C * N channels: each of the N kernels' maps of each input channel") }
        for i in 0..OH {
            for j in 0..OW {
                for c in 0..C {
                    for f in 0..N {
                        let mut sum = V::splat(self.bias[f] + 0.0);
                        for u in 0..K {
                            let Some(row) = x.get((i * S + u).wrapping_sub(P)) else { continue };
                            for v in 0..K {
                                let Some(point) = row.get((j * S + v).wrapping_sub(P)) else { continue };
                                sum += V::splat(self.weight[u][v][0][f]) * point[c];
                            }
                        }
                        y[i][j][c * N + f] = sum;
                    }
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        x: &[[[V; C]; W]; H],
        _: &mut (),
        _: &[[[V; F]; OW]; OH],
        dy: &[[[V; F]; OW]; OH],
        gradient: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        for f in 0..N {
            let mut db = V::ZERO;
            for c in 0..C {
                for point in dy.as_flattened() {
                    db += point[c * N + f];
                }
            }
            db.accumulate(&mut gradient.bias[f]);
            for u in 0..K {
                for v in 0..K {
                    let mut dw = V::ZERO;
                    for c in 0..C {
                        for i in 0..OH {
                            let Some(row) = x.get((i * S + u).wrapping_sub(P)) else { continue };
                            for j in 0..OW {
                                let Some(point) = row.get((j * S + v).wrapping_sub(P)) else { continue };
                                dw += dy[i][j][c * N + f] * point[c];
                            }
                        }
                    }
                    dw.accumulate(&mut gradient.weight[u][v][0][f]);
                }
            }
        }
        let Some(dx) = dx else { return };
        *dx = Zero::ZERO;
        for i in 0..OH {
            for u in 0..K {
                let Some(row) = dx.get_mut((i * S + u).wrapping_sub(P)) else { continue };
                for j in 0..OW {
                    for v in 0..K {
                        let Some(point) = row.get_mut((j * S + v).wrapping_sub(P)) else { continue };
                        for c in 0..C {
                            for f in 0..N {
                                point[c] += V::splat(self.weight[u][v][0][f]) * dy[i][j][c * N + f];
                            }
                        }
                    }
                }
            }
        }
    }
}

#[rustfmt::skip]
impl<X, Y, const N: usize, const K: usize, const S: usize, const P: usize> Zero
    for MapwiseConv2d<X, Y, N, K, S, P>
{
    const ZERO: Self = Self::new(Zero::ZERO, Zero::ZERO);
}

#[rustfmt::skip]
impl<X, Y, const N: usize, const K: usize, const S: usize, const P: usize> Parameters
    for MapwiseConv2d<X, Y, N, K, S, P>
{
    const ARRAYS: Arrays =
        Arrays::Own(&[Array::new("weight", &[N, 1, K, K]).stored(&[2, 3, 1, 0]), Array::new("bias", &[N])]);

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

/// The type of a [`MapwiseConv2d`] from what it takes: `mapwise_conv2d!([C, H, W] => N, kernel K, stride S, padding P)`.
///
/// Stride and padding may be left out: they are then 1 and 0.
///
/// ```
/// use const_cnn::{Image, MapwiseConv2d, mapwise_conv2d};
/// type Conv = MapwiseConv2d<Image<2, 8, 8>, Image<6, 6, 6>, 3, 3>;
/// let conv: mapwise_conv2d!([2, 8, 8] => 3, kernel 3) =
///     Conv::new([[[[0.0; 3]; 1]; 3]; 3], [0.0; 3]);
/// ```
#[macro_export]
macro_rules! mapwise_conv2d {
    ([$c:expr, $h:expr, $w:expr] => $n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::MapwiseConv2d<
            $crate::Image<{ $c }, { $h }, { $w }>,
            $crate::Image<
                { $c * $n },
                { $crate::conv_out($h, $k, $crate::network_rules!(@or [$($s)?] 1), $crate::network_rules!(@or [$($p)?] 0)) },
                { $crate::check::width($h, $w, $k, $crate::network_rules!(@or [$($s)?] 1), $crate::network_rules!(@or [$($p)?] 0)) },
            >,
            { $n },
            { $k },
            { $crate::network_rules!(@or [$($s)?] 1) },
            { $crate::network_rules!(@or [$($p)?] 0) },
        >
    };
    // the check that `network!` makes of a line
    ($n:expr, kernel $k:expr $(, stride $s:expr)? $(, padding $p:expr)? $(,)?) => {
        $crate::check::convolution(LAYER, "mapwise_conv2d", FORMER, $n, $k,
            $crate::network_rules!(@or [$($s)?] 1), $crate::network_rules!(@or [$($p)?] 0))
    };
    ([$($input:tt)*] $($other:tt)*) => {
        compile_error!("it is written `mapwise_conv2d!([C, H, W] => N, kernel K, stride S, padding P)`, where stride and padding can be left out")
    };
    ($($other:tt)*) => {
        compile_error!("it is written `mapwise_conv2d(N, kernel K, stride S, padding P)`, where stride and padding can be left out")
    };
}
