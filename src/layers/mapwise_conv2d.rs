//! The article's convolution: the same kernels applied to each input map apart.

use core::marker::PhantomData;

use crate::layers::sliding::{Has, Sliding, assert_window, window};
use crate::{Context, Dims, Elem, Former, Image, Layer, Operator, SlidingWindow, Zero, arrays};

/// Maps an image to an image, by `N` kernels that are each applied to each channel apart.
///
/// y\[c·N + f\]\[i\]\[j\] = b\[f\] + Σ_u Σ_v w\[f\]\[u\]\[v\] · x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\], zero
/// outside the image
///
/// All channels share the kernels, so it has N·KH·KW + N parameters. It is neither the usual convolution, which sums over
/// the channels, nor a depthwise one, which has kernels for each channel.
///
/// # Shapes
///
/// | | PyTorch's dimensions | in memory |
/// |---|---|---|
/// | input | C H W | `[[[V; C]; W]; H]` |
/// | weight | N 1 KH KW | `[[[[f32; N]; 1]; KW]; KH]` |
/// | bias | N | `[f32; N]` |
/// | output | F = C·N, OH OW | `[[[V; F]; OW]; OH]` |
///
/// OH and OW are those of a [`Conv2d`](crate::Conv2d).
///
/// # Gradients
///
/// For g = ∂L/∂y, over all i and j of the output:
///
/// - ∂L/∂b\[f\] = Σ_c Σ_i Σ_j g\[c·N + f\]\[i\]\[j\]
/// - ∂L/∂w\[f\]\[u\]\[v\] = Σ_c Σ_i Σ_j g\[c·N + f\]\[i\]\[j\] · x\[c\]\[i·SH+u·DH−TOP\]\[j·SW+v·DW−LEFT\]
/// - ∂L/∂x\[c\]\[h\]\[w\] = Σ_f Σ_u Σ_v Σ_{i,j : h=i·SH+u·DH−TOP, w=j·SW+v·DW−LEFT} w\[f\]\[u\]\[v\] · g\[c·N + f\]\[i\]\[j\]
///
/// # Example
///
/// ```
/// use const_cnn::{Image, Layer, MapwiseConv2d, Square};
///
/// // kernels of one pixel: × 1 and × 10, for each of the two channels
/// type Twice = MapwiseConv2d<Image<2, 1, 1>, Image<4, 1, 1>, 2, Square<1>>;
/// let conv = Twice::new([[[[1.0, 10.0]]]], [0.0, 0.5]);
/// let mut y = [[[0.0; 4]; 1]; 1];
/// conv.infer(&[[[3.0, 4.0]]], &mut (), &mut y);
/// assert_eq!(y, [[[3.0, 30.5, 4.0, 40.5]]]);
/// ```
///
/// # Compile-time checks
///
/// ```
/// # use const_cnn::{Image, Layer, MapwiseConv2d, Square, Zero};
/// type Right = MapwiseConv2d<Image<2, 4, 4>, Image<6, 2, 2>, 3, Square<3>>;
/// Right::ZERO.infer(&[[[0.0; 2]; 4]; 4], &mut (), &mut [[[0.0; 6]; 2]; 2]);
/// ```
///
/// ```compile_fail,E0080
/// # use const_cnn::{Image, Layer, MapwiseConv2d, Square, Zero};
/// // 2 · 3 = 6 channels
/// type Wrong = MapwiseConv2d<Image<2, 4, 4>, Image<5, 2, 2>, 3, Square<3>>;
/// Wrong::ZERO.infer(&[[[0.0; 2]; 4]; 4], &mut (), &mut [[[0.0; 5]; 2]; 2]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MapwiseConv2d<X, Y, const N: usize, Win: SlidingWindow> {
    /// `weight[u][v][0][f]`: kernel `f` at row `u` and column `v`.
    pub weight: Win::Of<[[f32; N]; 1]>,
    /// `bias[f]`
    pub bias: [f32; N],
    shapes: PhantomData<(X, Y)>,
}

impl<X, Y, const N: usize, Win: SlidingWindow> MapwiseConv2d<X, Y, N, Win> {
    /// A layer with these kernels, `weight[u][v][0][f]`, and biases.
    pub const fn new(weight: Win::Of<[[f32; N]; 1]>, bias: [f32; N]) -> Self {
        MapwiseConv2d { weight, bias, shapes: PhantomData }
    }
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const F: usize, const OH: usize, const OW: usize,
    const N: usize, const KH: usize, const KW: usize, Win,
> Layer for MapwiseConv2d<Image<C, H, W>, Image<F, OH, OW>, N, Win>
where
    Win: SlidingWindow<Of<[[f32; N]; 1]> = [[[[f32; N]; 1]; KW]; KH]>,
{
    type Input = Image<C, H, W>;
    type Output = Image<F, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const MULTIPLY_ACCUMULATES: usize = F * OH * OW * KH * KW;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator { name: "mapwise_conv2d", numbers: &[window::<Win>()] };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; F]; OW]; OH]) {
        const { assert_window::<Self, Win>() }
        const { assert!(F == C * N, "MapwiseConv2d gives C * N channels: each of the N kernels' maps of each input channel") }
        for i in 0..OH {
            for j in 0..OW {
                for c in 0..C {
                    for f in 0..N {
                        // a bias of −0 counts as 0: a sum of zeros then has the sign that `Conv2d` gives it, whether taps
                        // off the image are passed over, as here, or added as zeros
                        let mut sum = V::splat(self.bias[f] + 0.0);
                        for u in 0..KH {
                            let Some(row) = x.get(Win::ROWS.index(i, u)) else { continue };
                            for v in 0..KW {
                                let Some(point) = row.get(Win::COLUMNS.index(j, v)) else { continue };
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
        _: &Context,
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
            for u in 0..KH {
                for v in 0..KW {
                    let mut dw = V::ZERO;
                    for c in 0..C {
                        for i in 0..OH {
                            let Some(row) = x.get(Win::ROWS.index(i, u)) else { continue };
                            for j in 0..OW {
                                let Some(point) = row.get(Win::COLUMNS.index(j, v)) else { continue };
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
            for u in 0..KH {
                let Some(row) = dx.get_mut(Win::ROWS.index(i, u)) else { continue };
                for j in 0..OW {
                    for v in 0..KW {
                        let Some(point) = row.get_mut(Win::COLUMNS.index(j, v)) else { continue };
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

arrays! {
    impl[X, Y, const N: usize, const KH: usize, const KW: usize, Win] MapwiseConv2d<X, Y, N, Win>
    where [Win: SlidingWindow<Of<[[f32; N]; 1]> = [[[[f32; N]; 1]; KW]; KH]>] {
        weight: [N, 1, KH, KW] => [2, 3, 1, 0] decays,
        bias: [N],
    } with { shapes: PhantomData }
}

/// The numbers of `mapwise_conv2d(N, kernel K, ..)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many kernels there are.
    pub kernels: usize,
    /// Their window.
    pub window: Sliding,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let channels = former.takes("mapwise_conv2d", 3).sizes[0].saturating_mul(self.kernels);
        if !self.window.bias {
            former.says("mapwise_conv2d always has a bias").panic();
        }
        self.window.only(former, "mapwise_conv2d", Has::WINDOW);
        let [kh, kw] = self.window.kernel;
        let dims = self.window.over(former, "mapwise_conv2d", channels);
        former.gives("mapwise_conv2d", dims, Dims::new(&[self.kernels, kh, kw]).len())
    }
}

/// The type of a [`MapwiseConv2d`] from what it takes: `mapwise_conv2d!([C, H, W] => N, kernel K, stride S, padding P)`.
///
/// All but the kernel may be left out. They are written as those of [`conv2d!`](crate::conv2d!).
///
/// ```
/// use const_cnn::{Image, MapwiseConv2d, Square, mapwise_conv2d};
/// type Conv = MapwiseConv2d<Image<2, 8, 8>, Image<6, 6, 6>, 3, Square<3>>;
/// let conv: mapwise_conv2d!([2, 8, 8] => 3, kernel 3) =
///     Conv::new([[[[0.0; 3]; 1]; 3]; 3], [0.0; 3]);
/// ```
#[macro_export]
macro_rules! mapwise_conv2d {
    (@numbers) => { $crate::layers::mapwise_conv2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::MapwiseConv2d<
            $crate::Image<{ $x.sizes[0] }, { $x.sizes[1] }, { $x.sizes[2] }>,
            $crate::Image<{ $y.sizes[0] }, { $y.sizes[1] }, { $y.sizes[2] }>,
            { $n.kernels },
            $crate::window!(@type $x, $n.window),
        >
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::mapwise_conv2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::mapwise_conv2d!($($numbers)+).window.outputs($crate::Dims::new(&[$c, $h, $w]), $c * $crate::mapwise_conv2d!($($numbers)+).kernels),
            $crate::mapwise_conv2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::mapwise_conv2d!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    ($kernels:expr, $($window:tt)+) => {
        $crate::layers::mapwise_conv2d::Numbers {
            kernels: $kernels,
            window: $crate::window!(
                @read "mapwise_conv2d(N, kernel K, stride S, dilation D, padding P)" $($window)+
            ),
        }
    };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "it is written `mapwise_conv2d(N, kernel K, stride S, dilation D, padding P)`, \
             where all but the first two can be left out"
        )
    };
}

pub use mapwise_conv2d;
