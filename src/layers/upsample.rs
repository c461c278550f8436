//! An image in a larger size.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::{Context, Dims, Elem, Former, Image, Layer, Number, Operator, Zero, arrays};

/// Maps an image to one with several times as many rows and columns.
///
/// y\[c\]\[i\]\[j\] = x\[c\]\[⌊i/SH⌋\]\[⌊j/SW⌋\], the nearest value; or, where it is `BILINEAR`,
///
/// y\[c\]\[i\]\[j\] = (1−a)·((1−b)·x\[c\]\[h\]\[w\] + b·x\[c\]\[h\]\[w′\]) + a·((1−b)·x\[c\]\[h′\]\[w\] + b·x\[c\]\[h′\]\[w′\])
///
/// between the four values around it: h + a = (i + ½)/SH − ½, at least 0, of which a is the fraction; h′ is the next row, or the
/// last; b, w and w′ likewise. So PyTorch and TensorFlow have it, with `align_corners=False`.
///
/// In [`network!`](crate::network!): `upsample(2)` or `upsample((2, 3), nearest)`, by rows and columns; `upsample(2, bilinear)`.
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Image<C, OH, OW>`, OH = SH·H, OW = SW·W.
///
/// # Gradients
///
/// ∂L/∂x is the sum of g over the places that a value was taken to, times its factor there.
///
/// # Example
///
/// ```
/// use const_cnn::{Image, Layer, Upsample, Zero};
/// type Row<const BILINEAR: bool> =
///     Upsample<Image<1, 1, 2>, Image<1, 1, 4>, BILINEAR>;
/// let (x, mut y) = ([[[0.0], [4.0]]], [[[0.0]; 4]]);
/// Row::<false>::ZERO.infer(&x, &mut (), &mut y);
/// assert_eq!(y, [[[0.0], [0.0], [4.0], [4.0]]]);
/// Row::<true>::ZERO.infer(&x, &mut (), &mut y);
/// assert_eq!(y, [[[0.0], [1.0], [3.0], [4.0]]]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// use const_cnn::{Image, Layer, Upsample, Zero};
/// type Wrong = Upsample<Image<1, 1, 2>, Image<1, 1, 3>>;
/// Wrong::ZERO.infer(&[[[0.0]; 2]], &mut (), &mut [[[0.0]; 3]]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Upsample<X, Y, const BILINEAR: bool = false>(PhantomData<(X, Y)>);

/// The two places of `n`, in a size `scale` times as large, that a place lies between, with the factor of each.
#[inline(always)]
fn between(place: usize, scale: usize, n: usize) -> [(usize, f32); 2] {
    // in steps of 1 / (2 · scale)
    let steps = (2 * place + 1).saturating_sub(scale);
    let (first, fraction) = (steps / (2 * scale), (steps % (2 * scale)) as f32 / (2 * scale) as f32);
    [(first.min(n - 1), 1.0 - fraction), ((first + 1).min(n - 1), fraction)]
}

impl<const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, const BILINEAR: bool> Layer
    for Upsample<Image<C, H, W>, Image<C, OH, OW>, BILINEAR>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator {
        name: "upsample",
        numbers: &[
            ("scale", Number::Pair([OH / H, OW / W])),
            ("mode", Number::Name(if BILINEAR { "bilinear" } else { "nearest" })),
        ],
    };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; C]; OW]; OH]) {
        const {
            assert!(
                OH >= H && OW >= W && OH.is_multiple_of(H) && OW.is_multiple_of(W),
                "upsampling gives a multiple of rows and columns"
            )
        }
        for i in 0..OH {
            for j in 0..OW {
                if !BILINEAR {
                    y[i][j] = x[(i / (OH / H)).min(H - 1)][(j / (OW / W)).min(W - 1)];
                    continue;
                }
                let ([(h, low), (h2, high)], [(w, left), (w2, right)]) = (between(i, OH / H, H), between(j, OW / W, W));
                let [low, high, left, right] = [low, high, left, right].map(V::splat);
                for c in 0..C {
                    one_by_one::<V>();
                    let rows = [x[h][w][c] * left + x[h][w2][c] * right, x[h2][w][c] * left + x[h2][w2][c] * right];
                    y[i][j][c] = rows[0] * low + rows[1] * high;
                }
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &[[[V; C]; W]; H],
        _: &mut (),
        _: &[[[V; C]; OW]; OH],
        dy: &[[[V; C]; OW]; OH],
        _: &mut Self,
        dx: Option<&mut [[[V; C]; W]; H]>,
    ) {
        let Some(dx) = dx else { return };
        *dx = Zero::ZERO;
        for i in 0..OH {
            for j in 0..OW {
                if !BILINEAR {
                    let dx = &mut dx[(i / (OH / H)).min(H - 1)][(j / (OW / W)).min(W - 1)];
                    for c in 0..C {
                        dx[c] += dy[i][j][c];
                    }
                    continue;
                }
                for (h, vertical) in between(i, OH / H, H) {
                    let Some(row) = dx.get_mut(h) else { continue };
                    for (w, horizontal) in between(j, OW / W, W) {
                        let Some(dx) = row.get_mut(w) else { continue };
                        for c in 0..C {
                            one_by_one::<V>();
                            dx[c] += dy[i][j][c] * V::splat(vertical * horizontal);
                        }
                    }
                }
            }
        }
    }
}

arrays! { impl[X, Y, const BILINEAR: bool] Upsample<X, Y, BILINEAR> = Upsample(PhantomData) }

/// The numbers of `upsample(S, mode)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many times as many rows and columns there are.
    pub scale: [usize; 2],
    /// Whether values between are weighted.
    pub bilinear: bool,
}

impl Numbers {
    /// What it gives after an image.
    pub const fn outputs(self, image: Dims) -> Dims {
        let ([_, height, width, ..], [rows, columns]) = (image.sizes, self.scale);
        Dims::new(&[image.sizes[0], height.saturating_mul(rows), width.saturating_mul(columns)])
    }

    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let image = former.takes("upsample", 3);
        if self.scale[0] == 0 || self.scale[1] == 0 {
            former.says("the scale is at least 1, but is ").pair(self.scale, false).panic();
        }
        former.gives("upsample", self.outputs(image), 0)
    }
}

/// The type of an [`Upsample`] from what it takes: `upsample!([C, H, W] => S, mode)`.
///
/// ```
/// use const_cnn::{Image, Upsample, Zero, upsample};
/// let up: upsample!([8, 3, 4] => (2, 3), bilinear) =
///     Upsample::<Image<8, 3, 4>, Image<8, 6, 12>, true>::ZERO;
/// ```
#[macro_export]
macro_rules! upsample {
    (@numbers) => { $crate::layers::upsample::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::Upsample<$crate::shape!($x), $crate::shape!($y), { $n.bilinear }> };
    (@bilinear) => { false };
    (@bilinear nearest) => { false };
    (@bilinear bilinear) => { true };
    (@bilinear $($other:tt)*) => { ::core::compile_error!("`upsample` is `nearest` or `bilinear`") };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::upsample!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::upsample!($($numbers)+).outputs($crate::Dims::new(&[$c, $h, $w])),
            $crate::upsample!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::upsample!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    (($rows:expr, $columns:expr $(,)?) $(, $mode:ident)? $(,)?) => {
        $crate::layers::upsample::Numbers { scale: [$rows, $columns], bilinear: $crate::upsample!(@bilinear $($mode)?) }
    };
    ($scale:expr $(, $mode:ident)? $(,)?) => {
        $crate::layers::upsample::Numbers { scale: [$scale; 2], bilinear: $crate::upsample!(@bilinear $($mode)?) }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("it is written `upsample(S, mode)`, where S may be (rows, columns)")
    };
}

pub use upsample;
