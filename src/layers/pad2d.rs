//! A border around an image.

use core::marker::PhantomData;

use crate::{Context, Dims, Elem, Former, Image, Layer, Number, Operator, Zero, arrays};

/// What a border around an image is made of.
///
/// ```
/// use const_cnn::{Border, Image, Layer, Pad2d, Zero};
///
/// /// Two more values in front of three.
/// fn padded<const BORDER: u8>() -> [f32; 5] {
///     let mut y = [[[0.0]; 5]];
///     let pad = Pad2d::<Image<1, 1, 3>, Image<1, 1, 5>, 0, 2, BORDER>::ZERO;
///     pad.infer(&[[[3.0], [2.0], [1.0]]], &mut (), &mut y);
///     y[0].map(|[value]| value)
/// }
/// assert_eq!(padded::<{ Border::Zero as u8 }>(), [0.0, 0.0, 3.0, 2.0, 1.0]);
/// assert_eq!(padded::<{ Border::Replicate as u8 }>(), [3.0, 3.0, 3.0, 2.0, 1.0]);
/// assert_eq!(padded::<{ Border::Reflect as u8 }>(), [1.0, 2.0, 3.0, 2.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// Zeros: `3 2 1 2 3` becomes `0 0 3 2 1 2 3 0 0`.
    Zero,
    /// The value at the edge, again and again: `3 3 3 2 1 2 3 3 3`.
    Replicate,
    /// The image, seen in a mirror that lies on the edge, whose value is not repeated: `1 2 3 2 1 2 3 2 1`.
    Reflect,
}

impl Border {
    /// How it is written.
    const fn word(self) -> &'static str {
        match self {
            Border::Zero => "zero",
            Border::Replicate => "replicate",
            Border::Reflect => "reflect",
        }
    }

    /// The place, along `n` values with `before` more in front, from which a place of the whole takes its value; zeros are from
    /// places that are too large.
    #[inline(always)]
    const fn source(self, place: usize, before: usize, n: usize) -> usize {
        match self {
            Border::Zero => place.wrapping_sub(before),
            Border::Replicate => {
                let place = place.saturating_sub(before);
                if place < n { place } else { n - 1 }
            }
            Border::Reflect => {
                // how far it is from the first value, on either side
                let place = place.abs_diff(before);
                if place < n { place } else { (2 * n - 2).wrapping_sub(place) }
            }
        }
    }
}

/// Maps an image to one with a border around it.
///
/// y\[c\]\[i\]\[j\] = x\[c\]\[i − `TOP`\]\[j − `LEFT`\] inside the image; around it what `BORDER` says, a [`Border`] as a number: 0,
/// the nearest value, or that at the mirrored place
///
/// In [`network!`](crate::network!): `pad2d(1)`, `pad2d((1, 2), replicate)` by rows and columns, or by side, `pad2d((0, 1, 0, 2),
/// reflect)`, from the top, the bottom, the left and the right.
///
/// # Shapes
///
/// From `Image<C, H, W>` to `Image<C, OH, OW>`; the border at the bottom is OH − H − `TOP`, that on the right OW − W − `LEFT`. A
/// mirror shows no more than the image: each side is then smaller than H, or W.
///
/// # Gradients
///
/// ∂L/∂x is the sum of g over the places that a value was taken to.
///
/// # Example
///
/// ```
/// use const_cnn::{Layer, Zero, pad2d};
/// let mut y = [[[0.0]; 5]];
/// <pad2d!([1, 1, 3] => (0, 0, 2, 0), reflect)>::ZERO.infer(
///     &[[[3.0], [2.0], [1.0]]],
///     &mut (),
///     &mut y,
/// );
/// assert_eq!(y, [[[1.0], [2.0], [3.0], [2.0], [1.0]]]);
/// ```
///
/// # Compile-time checks
///
/// ```compile_fail,E0080
/// use const_cnn::{Border, Image, Layer, Pad2d, Zero};
/// // three rows have no more than two beyond their edge
/// type Wrong =
///     Pad2d<Image<1, 3, 1>, Image<1, 6, 1>, 3, 0, { Border::Reflect as u8 }>;
/// Wrong::ZERO.infer(&[[[0.0]]; 3], &mut (), &mut [[[0.0]]; 6]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Pad2d<X, Y, const TOP: usize, const LEFT: usize, const BORDER: u8 = 0>(PhantomData<(X, Y)>);

impl<X, Y, const TOP: usize, const LEFT: usize, const BORDER: u8> Pad2d<X, Y, TOP, LEFT, BORDER> {
    const KIND: Border = match BORDER {
        0 => Border::Zero,
        1 => Border::Replicate,
        2 => Border::Reflect,
        _ => panic!("a border is `Border::Zero as u8`, `Border::Replicate as u8` or `Border::Reflect as u8`"),
    };
}

#[rustfmt::skip]
impl<
    const C: usize, const H: usize, const W: usize, const OH: usize, const OW: usize,
    const TOP: usize, const LEFT: usize, const BORDER: u8,
> Layer for Pad2d<Image<C, H, W>, Image<C, OH, OW>, TOP, LEFT, BORDER>
{
    type Input = Image<C, H, W>;
    type Output = Image<C, OH, OW>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator {
        name: "pad2d",
        numbers: &[
            ("sides", Number::Sides([TOP, OH.wrapping_sub(H + TOP), LEFT, OW.wrapping_sub(W + LEFT)])),
            ("border", Number::Name(Self::KIND.word())),
        ],
    };

    fn infer<V: Elem>(&self, x: &[[[V; C]; W]; H], _: &mut (), y: &mut [[[V; C]; OW]; OH]) {
        const {
            assert!(OH >= H + TOP && OW >= W + LEFT, "a padded image is as large as the image with its border");
            let numbers = Numbers { sides: [TOP, OH - H - TOP, LEFT, OW - W - LEFT], border: Self::KIND };
            numbers.after(Former::by_hand(&[C, H, W]));
        }
        for i in 0..OH {
            let row = x.get(Self::KIND.source(i, TOP, H));
            for j in 0..OW {
                let x = row.and_then(|row| row.get(Self::KIND.source(j, LEFT, W)));
                y[i][j] = *x.unwrap_or(&[V::ZERO; C]);
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
            let Some(row) = dx.get_mut(Self::KIND.source(i, TOP, H)) else { continue };
            for j in 0..OW {
                let Some(dx) = row.get_mut(Self::KIND.source(j, LEFT, W)) else { continue };
                for c in 0..C {
                    dx[c] += dy[i][j][c];
                }
            }
        }
    }
}

arrays! {
    impl[X, Y, const TOP: usize, const LEFT: usize, const BORDER: u8] Pad2d<X, Y, TOP, LEFT, BORDER> = Pad2d(PhantomData)
}

/// The numbers of `pad2d(P, border)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How large the border is at the top, at the bottom, on the left and on the right.
    pub sides: [usize; 4],
    /// What it is made of.
    pub border: Border,
}

impl Numbers {
    /// What it gives after an image.
    pub const fn outputs(self, image: Dims) -> Dims {
        let (mut dims, mut n) = (image, 0);
        while n < 4 {
            dims.sizes[1 + n / 2] = dims.sizes[1 + n / 2].saturating_add(self.sides[n]);
            n += 1;
        }
        dims
    }

    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let (image, mut n) = (former.takes("pad2d", 3), 0);
        while n < 4 {
            let (side, size) = (self.sides[n], image.sizes[1 + n / 2]);
            if let Border::Reflect = self.border
                && side >= size
            {
                let sentence = former.says("reflect shows less than the whole image, but the padding is ").number(side);
                sentence
                    .text(" and the image has ")
                    .number(size)
                    .text(if n < 2 { " rows" } else { " columns" })
                    .panic();
            }
            n += 1;
        }
        former.gives("pad2d", self.outputs(image), 0)
    }
}

/// The type of a [`Pad2d`] from what it takes: `pad2d!([C, H, W] => P, border)`.
///
/// ```
/// use const_cnn::{Image, Pad2d, Zero, pad2d};
/// type Pad = Pad2d<Image<8, 28, 28>, Image<8, 30, 29>, 1, 0>;
/// let pad: pad2d!([8, 28, 28] => (1, 1, 0, 1), zero) = Pad::ZERO;
/// ```
#[macro_export]
macro_rules! pad2d {
    (@numbers) => { $crate::layers::pad2d::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::Pad2d<
            $crate::shape!($x), $crate::shape!($y), { $n.sides[0] }, { $n.sides[2] }, { $n.border as u8 },
        >
    };
    (@border) => { $crate::Border::Zero };
    (@border zero) => { $crate::Border::Zero };
    (@border replicate) => { $crate::Border::Replicate };
    (@border reflect) => { $crate::Border::Reflect };
    (@border $($other:tt)*) => { ::core::compile_error!("the border of `pad2d` is `zero`, `replicate` or `reflect`") };
    ([$c:expr, $h:expr, $w:expr] => $($numbers:tt)+) => {
        <$crate::pad2d!(
            @type
            $crate::Dims::new(&[$c, $h, $w]),
            $crate::pad2d!($($numbers)+).outputs($crate::Dims::new(&[$c, $h, $w])),
            $crate::pad2d!($($numbers)+)
        ) as $crate::layers::sliding::Checked<{
            $crate::pad2d!($($numbers)+).after($crate::Former::by_hand(&[$c, $h, $w])).rank == 3
        }>>::Layer
    };
    (($top:expr, $bottom:expr, $left:expr, $right:expr $(,)?) $(, $border:ident)? $(,)?) => {
        $crate::layers::pad2d::Numbers { sides: [$top, $bottom, $left, $right], border: $crate::pad2d!(@border $($border)?) }
    };
    (($rows:expr, $columns:expr $(,)?) $(, $border:ident)? $(,)?) => {
        $crate::layers::pad2d::Numbers { sides: [$rows, $rows, $columns, $columns], border: $crate::pad2d!(@border $($border)?) }
    };
    ($p:expr $(, $border:ident)? $(,)?) => {
        $crate::layers::pad2d::Numbers { sides: [$p; 4], border: $crate::pad2d!(@border $($border)?) }
    };
    ($($other:tt)*) => {
        ::core::compile_error!("it is written `pad2d(P, border)`, where P may be (rows, columns) or (top, bottom, left, right)")
    };
}

pub use pad2d;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_by_hand() {
        let padded = |border: Border| core::array::from_fn::<_, 7, _>(|place| border.source(place, 2, 3));
        assert_eq!(padded(Border::Replicate), [0, 0, 0, 1, 2, 2, 2]);
        assert_eq!(padded(Border::Reflect), [2, 1, 0, 1, 2, 1, 0]);
        assert_eq!(padded(Border::Zero)[2..5], [0, 1, 2]);
        assert!([0, 1, 5, 6].into_iter().all(|place| padded(Border::Zero)[place] >= 3));
    }
}
