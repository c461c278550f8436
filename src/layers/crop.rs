//! A part of an image.

use core::marker::PhantomData;

use crate::{Context, Dims, Elem, Former, Image, Layer, Number, Operator, Zero, arrays};

/// Maps an image to a part of it.
///
/// y\[c\]\[i\]\[j\] = x\[c\]\[i + `TOP`\]\[j + `LEFT`\]
///
/// In [`network!`](crate::network!): `crop(1)`, `crop((1, 2))` by rows and columns, or by side, `crop((0, 1, 0, 2))`, from the top,
/// the bottom, the left and the right. PyTorch pads by negative numbers.
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Image<C, OH, OW>`; at the bottom H − OH − `TOP` rows are cropped, on the right W − OW − `LEFT`
/// columns.
///
/// # Gradients
///
/// ∂L/∂x is g inside the part, and 0 outside.
///
/// # Example
///
/// ```
/// use const_cnn::{Crop, Image, Layer, Zero};
/// let mut y = [[[0.0]; 2]; 1];
/// Crop::<Image<1, 2, 3>, Image<1, 1, 2>, 1, 0>::ZERO.infer(
///     &[[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]]],
///     &mut (),
///     &mut y,
/// );
/// assert_eq!(y, [[[4.0], [5.0]]]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// use const_cnn::{Crop, Image, Layer, Zero};
/// type Wrong = Crop<Image<1, 2, 3>, Image<1, 2, 2>, 1, 0>;
/// Wrong::ZERO.infer(&[[[0.0]; 3]; 2], &mut (), &mut [[[0.0]; 2]; 2]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Crop<X, Y, const TOP: usize, const LEFT: usize>(PhantomData<(X, Y)>);

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize, const TOP: usize, const LEFT: usize,
> Layer for Crop<Image<C, H, W>, Image<C, OH, OW>, TOP, LEFT>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator {
        name: "crop",
        numbers: &[("sides", Number::Sides([TOP, H.wrapping_sub(OH + TOP), LEFT, W.wrapping_sub(OW + LEFT)]))],
    };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; C]; OW]; OH]) {
        const { assert!(H >= OH + TOP && W >= OW + LEFT, "what is cropped lies inside the image") }
        for (y, x) in y.iter_mut().zip(&x[TOP..]) {
            for (y, x) in y.iter_mut().zip(&x[LEFT..]) {
                *y = *x;
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
        for (dy, dx) in dy.iter().zip(&mut dx[TOP..]) {
            for (dy, dx) in dy.iter().zip(&mut dx[LEFT..]) {
                *dx = *dy;
            }
        }
    }
}

arrays! { impl[X, Y, const TOP: usize, const LEFT: usize] Crop<X, Y, TOP, LEFT> = Crop(PhantomData) }

/// The numbers of `crop(P)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How much is cropped at the top, at the bottom, on the left and on the right.
    pub sides: [usize; 4],
}

impl Numbers {
    /// What it gives after an image; zeros where nothing is left.
    pub const fn outputs(self, image: Dims) -> Dims {
        let (mut dims, mut n) = (image, 0);
        while n < 4 {
            dims.sizes[1 + n / 2] = dims.sizes[1 + n / 2].saturating_sub(self.sides[n]);
            n += 1;
        }
        dims
    }

    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let (image, mut n) = (former.takes("crop", 3), 0);
        let output = self.outputs(image);
        while n < 2 {
            if output.sizes[1 + n] == 0 {
                let sentence = former.says("cropping ").number(self.sides[2 * n]).text(" and ");
                let sentence = sentence.number(self.sides[2 * n + 1]).text(" leaves nothing of the ");
                let sentence =
                    sentence.number(image.sizes[1 + n]).text(if n == 0 { " rows of " } else { " columns of " });
                sentence.text("[C, H, W] = ").dims(image).panic();
            }
            n += 1;
        }
        former.gives("crop", output, 0)
    }
}

/// The type of a [`Crop`] from what it takes: `crop!([C, H, W] => P)`.
///
/// ```
/// use const_cnn::{Crop, Image, Zero, crop};
/// let crop: crop!([8, 28, 28] => (2, 1)) =
///     Crop::<Image<8, 28, 28>, Image<8, 24, 26>, 2, 1>::ZERO;
/// ```
#[macro_export]
macro_rules! crop {
    (@numbers) => { $crate::layers::crop::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::Crop<$crate::shape!($x), $crate::shape!($y), { $n.sides[0] }, { $n.sides[2] }>
    };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::crop!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::crop!($($numbers)+).outputs($crate::Dims::new(&[$c, $h, $w])),
            $crate::crop!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::crop!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    (($top:expr, $bottom:expr, $left:expr, $right:expr $(,)?) $(,)?) => {
        $crate::layers::crop::Numbers { sides: [$top, $bottom, $left, $right] }
    };
    (($rows:expr, $columns:expr $(,)?) $(,)?) => { $crate::layers::crop::Numbers { sides: [$rows, $rows, $columns, $columns] } };
    ($p:expr $(,)?) => { $crate::layers::crop::Numbers { sides: [$p; 4] } };
    ($($other:tt)*) => {
        ::core::compile_error!("it is written `crop(P)`, where P may be (rows, columns) or (top, bottom, left, right)")
    };
}

pub use crop;
