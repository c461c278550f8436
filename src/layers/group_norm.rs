//! Group normalisation.

use super::groups::groups;
use super::norm::{EPSILON, Moments, backward, is_epsilon, normalise};
use crate::layer::{Input, Output};
use crate::shape::assert_channels_last;
use crate::{Context, Dims, Elem, Former, Layer, Nested, Number, Operator, Shape, Works, arrays};

/// Maps the values of each group of `A` neighbouring channels to mean 0 and standard deviation 1, times w, plus b.
///
/// y\[c\]\[h\]\[w\] = w\[c\] · (x\[c\]\[h\]\[w\] − μ\[g\]) / √(σ²\[g\] + ε) + b\[c\], g = ⌊c / `A`⌋
///
/// μ is the mean of the values of an image's group, σ² their mean square distance from it: in training as in evaluation, and
/// whatever images are beside it.
///
/// ε is 1e-5. In [`network!`](crate::network!): `group_norm(4)`, by how many groups there are, or `group_norm(4, eps 1e-3)`. The
/// type holds the bits of ε. It is PyTorch's `GroupNorm(4, C)`.
///
/// # Shapes
///
/// Input and output have the shape `X`: an image, a sequence, or a vector, of which each value is a channel. The arrays have a
/// number for each channel.
///
/// # Gradients
///
/// For g = ∂L/∂y, x̂ = (x − μ) / √(σ² + ε):
///
/// - ∂L/∂b\[c\] = Σ g, ∂L/∂w\[c\] = Σ g · x̂ over the channel
/// - ∂L/∂x = (w · g − mean(w · g) − x̂ · mean(w · g · x̂)) / √(σ² + ε), the means over the group
///
/// # Before training
///
/// [`Init`](crate::Init) sets `weight` to 1 and `bias` to 0, whatever its rule.
///
/// # Example
///
/// ```
/// use const_cnn::{GroupNorm, Layer, Vector};
/// let norm = GroupNorm::<Vector<4>, 2> { weight: [1.0; 4], bias: [0.0; 4] };
/// let mut y = [0.0; 4];
/// norm.infer(&[3.0, 1.0, -200.0, 200.0], &mut (), &mut y);
/// assert!(y.iter().zip([1.0, -1.0, -1.0, 1.0]).all(|(y, e)| (y - e).abs() < 1e-4));
/// ```
///
/// Y. Wu, K. He (2018), *Group normalization*.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupNorm<X: Shape, const A: usize, const EPS: u32 = { EPSILON.to_bits() }> {
    /// `weight[c]`, the factor
    pub weight: X::PerChannel<f32>,
    /// `bias[c]`, the summand
    pub bias: X::PerChannel<f32>,
}

impl<X, const C: usize, const A: usize, const EPS: u32> GroupNorm<X, A, EPS>
where
    X: Shape<PerChannel<f32> = [f32; C]>,
{
    /// Normalises all values; `keep` is told what each group is normalised with.
    fn normalise<V: Elem>(&self, y: &mut [V], keep: impl FnMut(usize, Moments<V>)) {
        const {
            assert_channels_last::<X>(C);
            assert!(A > 0 && C.is_multiple_of(A), "channels fall into groups of equal size");
        }
        normalise(y, A, const { f32::from_bits(EPS) }, [&self.weight, &self.bias], keep);
    }
}

impl<X, const C: usize, const A: usize, const EPS: u32> Layer for GroupNorm<X, A, EPS>
where
    X: Shape<PerChannel<f32> = [f32; C]>,
{
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    /// Of each group; a type cannot say that there are C / A.
    type Tape<V: Elem> = [Moments<V>; C];

    const WORKS: Works = Works::InPlace;
    const READS_Y: bool = false;
    const OPERATOR: Operator = Operator { name: "group_norm", numbers: &[groups(C, A), ("eps", Number::Real(EPS))] };

    fn infer_in_place<V: Elem>(&self, y: &mut Output<Self, V>) {
        self.normalise(y.flat_mut(), |_, _| {});
    }

    fn forward_in_place<V: Elem>(&self, _: &Context, tape: &mut [Moments<V>; C], y: &mut Output<Self, V>) {
        self.normalise(y.flat_mut(), |g, moments| {
            if let Some(kept) = tape.get_mut(g) {
                *kept = moments;
            }
        });
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        tape: &mut [Moments<V>; C],
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        gradient: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let gradient: [&mut [f32]; 2] = [&mut gradient.weight, &mut gradient.bias];
        backward([x.flat(), dy.flat()], A, tape, &self.weight, gradient, dx.map(Nested::flat_mut));
    }
}

arrays! {
    impl[X, const C: usize, const A: usize, const EPS: u32] GroupNorm<X, A, EPS>
    where [X: Shape<PerChannel<f32> = [f32; C]>] { weight: [C] from 1.0, bias: [C] from 0.0 }
}

/// The numbers of `group_norm(G, eps E)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How many groups there are.
    pub groups: usize,
    /// What is added to the variance.
    pub eps: f32,
}

impl Numbers {
    /// How many channels a group has; 0 where there is none, which the rule refuses.
    pub const fn size(self, dims: Dims) -> usize {
        match dims.sizes[0].checked_div(self.groups) {
            Some(size) => size,
            None => 0,
        }
    }

    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let dims = former.takes_any("group_norm");
        if self.groups == 0 || !dims.sizes[0].is_multiple_of(self.groups) {
            let sentence = former.says("the groups of group_norm have as many channels each, but ").number(self.groups);
            let sentence = sentence.text(" groups do not divide the ").number(dims.sizes[0]);
            sentence.text(if dims.rank == 1 { " values of " } else { " channels of " }).dims(dims).panic();
        }
        if !is_epsilon(self.eps) {
            former.says("the eps of group_norm is a finite number above 0, such as 1e-5").panic();
        }
        former.gives("group_norm", dims, 2 * dims.sizes[0])
    }
}

/// The type of a [`GroupNorm`] from what it takes: `group_norm!([C, H, W] => G, eps E)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{GroupNorm, Image, Zero, group_norm};
/// let norm: group_norm!([8, 4, 4] => 2) = GroupNorm::<Image<8, 4, 4>, 4>::ZERO;
/// ```
#[macro_export]
macro_rules! group_norm {
    (@numbers) => { $crate::layers::group_norm::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => {
        $crate::GroupNorm<$crate::shape!($x), { $n.size($x) }, { $n.eps.to_bits() }>
    };
    ([$($size:expr),+] => $($numbers:tt)+) => {
        $crate::group_norm!(@type
            $crate::group_norm!($($numbers)+).after($crate::Former::by_hand(&[$($size),+])),
            (),
            $crate::group_norm!($($numbers)+))
    };
    ($groups:expr $(,)?) => { $crate::group_norm!($groups, eps $crate::layers::norm::EPSILON) };
    ($groups:expr, eps $eps:expr $(,)?) => { $crate::layers::group_norm::Numbers { groups: $groups, eps: $eps } };
    ($($other:tt)*) => {
        compile_error!("it is written `group_norm(G)`, G groups of channels, or `group_norm(G, eps 1e-5)`")
    };
}

pub use group_norm;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{F32x8, Image, Zero};

    /// Groups of one channel and of two, of the same image.
    #[test]
    fn by_hand() {
        let (x, mut y) = ([[[1.0, 4.0], [3.0, 8.0]]], [[[0.0; 2]; 2]]);
        let (weight, bias) = ([1.0, 0.5], [0.0, 1.0]);
        // ±1 from 2, ±2 from 6
        let norm = GroupNorm::<Image<2, 1, 2>, 1, { 3f32.to_bits() }> { weight, bias };
        norm.infer(&x, &mut (), &mut y);
        let seventh = 1.0 / 7f32.sqrt();
        for (y, expected) in y[0].iter().zip([[-0.5, 1.0 - seventh], [0.5, 1.0 + seventh]]) {
            assert!(y.iter().zip(expected).all(|(y, expected)| (y - expected).abs() < 1e-6), "{y:?}");
        }
        // −3, 0, −1 and 4 from 4: on average 6.5
        let norm = GroupNorm::<Image<2, 1, 2>, 2, { 2.5f32.to_bits() }> { weight, bias };
        norm.infer(&x, &mut (), &mut y);
        for (y, expected) in y[0].iter().zip([[-1.0, 1.0], [-1.0 / 3.0, 1.0 + 2.0 / 3.0]]) {
            assert!(y.iter().zip(expected).all(|(y, expected)| (y - expected).abs() < 1e-6), "{y:?}");
        }
    }

    #[test]
    fn a_large_mean_leaves_the_variance() {
        // 4096 values around a thousand, whose variance is that of −1.5, −0.5, 0.5, 1.5
        let mut y: [[[f32; 1]; 64]; 64] =
            core::array::from_fn(|h| core::array::from_fn(|w| [1000.5 + ((h + w) % 4) as f32]));
        let norm = GroupNorm::<Image<1, 64, 64>, 1> { weight: [1.0], bias: [0.0] };
        norm.infer_in_place(&mut y);
        let expected = [-1.5, -0.5, 0.5, 1.5].map(|distance| distance / 1.25001f32.sqrt());
        for (y, expected) in y[0].iter().zip(expected) {
            assert!((y[0] - expected).abs() < 1e-5, "{} not {expected}", y[0]);
        }
    }

    #[test]
    fn an_image_does_not_see_the_others() {
        let norm = GroupNorm::<Image<2, 2, 1>, 2> { weight: [1.5, -2.0], bias: [0.25, 0.0] };
        let image = |lane: usize, n: usize| ((lane * 7 + n * 5) % 11) as f32 * 10f32.powi(lane as i32 - 4);
        let eight: [F32x8; 4] = core::array::from_fn(|n| F32x8(core::array::from_fn(|lane| image(lane, n))));
        let [a, b, c, d] = eight;
        let mut y = [[[F32x8::ZERO; 2]]; 2];
        norm.infer(&[[[a, b]], [[c, d]]], &mut (), &mut y);
        for lane in 0..8 {
            let x = [[[image(lane, 0), image(lane, 1)]], [[image(lane, 2), image(lane, 3)]]];
            let mut one = [[[0.0; 2]]; 2];
            norm.infer(&x, &mut (), &mut one);
            assert_eq!(y.map(|y| y.map(|y| y.map(|y| y.0[lane]))), one);
        }
    }
}
