//! Dropout.

use core::marker::PhantomData;

use crate::layer::{Input, Output};
use crate::{Context, Dims, Elem, Former, Layer, Nested, Operation, Shape, Works, arrays};

/// Sets each value to 0 with the probability p, in training; in evaluation it is nothing.
///
/// y = x · m, where m is 0 with the probability p, and 1/(1 − p) otherwise
///
/// So the mean stays. Which values are dropped is a function of the trainer's seed, the step, the image's place in its batch,
/// the layer's place in the network and the value's place in memory, and of nothing else: it is the same for one image at a
/// time and for eight, and on any number of threads.
///
/// In [`network!`](crate::network!): `dropout(0.3)`, p at least 0 and below 1. The type holds the bits of p.
///
/// # Shapes
///
/// Input and output have the shape `X`.
///
/// # Gradients
///
/// ∂L/∂x = g · m
///
/// # Example
///
/// ```
/// use const_cnn::{Context, Layer, Zero, dropout};
/// let half = <dropout!([4] => 0.5)>::ZERO;
/// let (x, mut y) = ([1.0, 2.0, 3.0, 4.0], [0.0; 4]);
/// half.infer(&x, &mut (), &mut y);
/// assert_eq!(y, x);
///
/// let context = Context { trains: true, ..Context::EVALUATION };
/// half.forward(&context, &x, &mut (), &mut y);
/// assert!(y.iter().zip(x).all(|(&y, x)| y == 0.0 || y == 2.0 * x));
/// ```
///
/// N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov (2014), *Dropout: a simple way to prevent neural
/// networks from overfitting*. The mask is SplitMix64's, a counter in place of its state: G. Steele, D. Lea, C. Flood (2014),
/// *Fast splittable pseudorandom number generators*.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropout<X, const P: u32>(PhantomData<X>);

impl<X: Shape, const P: u32> Layer for Dropout<X, P> {
    type Input = X;
    type Output = X;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const WORKS: Works = Works::Nothing;
    const TRAINS: Works = Works::InPlace;
    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::Nothing;

    fn forward_in_place<V: Elem>(&self, context: &Context, _: &mut (), y: &mut Output<Self, V>) {
        mask::<V, P>(context, y.flat_mut(), |n| n);
    }

    fn backward<V: Elem>(
        &self,
        context: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &Output<Self, V>,
        dy: &Output<Self, V>,
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        *dx = *dy;
        mask::<V, P>(context, dx.flat_mut(), |n| n);
    }
}

/// Multiplies values by the mask, in training. The `n`-th value has the number `of(n)`: values of one number are dropped
/// together.
#[inline(always)]
pub(super) fn mask<V: Elem, const P: u32>(context: &Context, values: &mut [V], of: impl Fn(usize) -> usize) {
    const { assert!(is_probability(f32::from_bits(P)), "dropout has a probability that is at least 0 and below 1") }
    if !context.trains {
        return;
    }
    let (p, layer) = (const { f32::from_bits(P) }, mix(context.seed, context.layer));
    let (kept, dropped) = (1.0 / (1.0 - p), (p * (1 << 24) as f32) as u64); // of 2²⁴
    for lane in 0..V::LANES {
        let image = mix(mix(layer, context.step), (context.first + lane) as u64);
        for (n, value) in values.iter_mut().enumerate() {
            let value = &mut value.lanes_mut()[lane];
            *value = if mix(image, of(n) as u64) >> 40 < dropped { 0.0 } else { *value * kept };
        }
    }
}

/// The `n`-th number of those that follow from `seed`.
#[inline(always)]
fn mix(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const fn is_probability(p: f32) -> bool {
    p >= 0.0 && p < 1.0
}

arrays! { impl[X, const P: u32] Dropout<X, P> = Dropout(PhantomData) }

/// The number of `dropout(P)`, and of `spatial_dropout(P)`.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// How the layer is written.
    pub layer: &'static str,
    /// The probability to be dropped.
    pub p: f32,
}

impl Numbers {
    /// What it gives after `former`.
    #[track_caller]
    pub const fn after(self, former: Former) -> Dims {
        let dims = former.takes_any(self.layer);
        if !is_probability(self.p) {
            let sentence = former.says("the probability of ").text(self.layer);
            sentence.text(" is a number that is at least 0 and below 1").panic();
        }
        dims
    }
}

/// The type of a [`Dropout`] from what it takes: `dropout!([C, H, W] => P)`, `[C, L]` or `[N]`.
///
/// ```
/// use const_cnn::{Dropout, Vector, Zero, dropout};
/// let quarter: Dropout<Vector<8>, { 0.25f32.to_bits() }> = <dropout!([8] => 0.25)>::ZERO;
/// ```
#[macro_export]
macro_rules! dropout {
    (@numbers) => { $crate::layers::dropout::Numbers };
    (@gives $n:expr, $former:expr) => { $n.after($former) };
    (@type $x:expr, $y:expr, $n:expr) => { $crate::Dropout<$crate::shape!($x), { $n.p.to_bits() }> };
    ([$($size:expr),+] => $p:expr) => {
        $crate::dropout!(@type
            $crate::dropout!($p).after($crate::Former::by_hand(&[$($size),+])), (), $crate::dropout!($p))
    };
    ($p:expr $(,)?) => { $crate::layers::dropout::Numbers { layer: "dropout", p: $p } };
    ($($other:tt)*) => { compile_error!("it is written `dropout(P)`, P the probability of each value to be dropped, such as 0.3") };
}

pub use dropout;

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;
    use crate::{F32x8, Image, Vector, Zero, worst_gradient};

    const TRAINING: Context = Context { trains: true, ..Context::EVALUATION };

    type Third = Dropout<Vector<1000>, { 0.3f32.to_bits() }>;

    /// Which of a thousand values are kept.
    fn kept(context: Context) -> Vec<bool> {
        let mut y = [0.0; 1000];
        Third::ZERO.forward(&context, &[1.0; 1000], &mut (), &mut y);
        y.iter()
            .map(|&y| {
                assert!(y == 0.0 || y == 1.0 / (1.0 - 0.3));
                y != 0.0
            })
            .collect()
    }

    fn equal(a: &[bool], b: &[bool]) -> usize {
        a.iter().zip(b).filter(|(a, b)| a == b).count()
    }

    #[test]
    fn as_many_are_dropped_as_is_said() {
        let mut count = 0;
        for first in 0..100 {
            let kept = kept(Context { first, ..TRAINING });
            count += kept.iter().filter(|&&kept| kept).count();
        }
        // 100 000 · 0.7, within five standard errors of 145
        assert!((69_275..=70_725).contains(&count), "{count}");
    }

    #[test]
    fn the_mask_is_a_function_of_seed_step_image_and_layer() {
        let context = Context { seed: 1, step: 2, first: 3, ..TRAINING };
        let mask = kept(context);
        assert_eq!(mask, kept(context));
        for other in [
            Context { seed: 2, ..context },
            Context { step: 3, ..context },
            Context { first: 4, ..context },
            Context { seed: 2, step: 1, ..context },
            Context { step: 3, first: 2, ..context },
            context.inside(0),
            context.inside(1),
            context.inside(0).inside(0),
        ] {
            // of masks that have nothing to do with each other 0.7² + 0.3² is equal: 580, within five standard errors of 16
            let equal = equal(&mask, &kept(other));
            assert!((500..=660).contains(&equal), "{other:?}: {equal}");
        }
        // a place has nothing to do with the next one, nor with that of the next image
        let equal = equal(&mask[1..], &kept(Context { first: 4, ..context })[..999]);
        assert!((500..=660).contains(&equal), "{equal}");
    }

    #[test]
    fn each_lane_has_the_mask_of_its_image() {
        let x: [F32x8; 1000] = core::array::from_fn(|n| F32x8(core::array::from_fn(|lane| (n + lane + 1) as f32)));
        let (context, mut y, mut gradient) =
            (Context { seed: 5, step: 1, first: 16, ..TRAINING }, [F32x8::ZERO; 1000], Third::ZERO);
        Third::ZERO.forward(&context, &x, &mut (), &mut y);
        let mut dx = [F32x8::splat(f32::NAN); 1000];
        Third::ZERO.backward(&context, &x, &mut (), &y, &x, &mut gradient, Some(&mut dx));
        assert_eq!(dx, y, "the gradient has the same mask");
        for lane in 0..8 {
            let (x, mut one) = (x.map(|x| x.0[lane]), [0.0; 1000]);
            Third::ZERO.forward(&Context { first: 16 + lane, ..context }, &x, &mut (), &mut one);
            assert_eq!(y.map(|y| y.0[lane]), one);
        }
    }

    #[test]
    fn nothing_is_dropped_in_evaluation_nor_by_0() {
        let (x, mut y) = ([f32::NAN, 1.0, -0.0, f32::INFINITY], [0.0; 4]);
        let bits = |x: [f32; 4]| x.map(f32::to_bits);
        Dropout::<Vector<4>, { 0.9f32.to_bits() }>::ZERO.infer(&x, &mut (), &mut y);
        assert_eq!(bits(y), bits(x));
        y = [0.0; 4];
        Dropout::<Vector<4>, { 0.9f32.to_bits() }>::ZERO.forward(&Context::EVALUATION, &x, &mut (), &mut y);
        assert_eq!(bits(y), bits(x));
        y = [0.0; 4];
        Dropout::<Vector<4>, 0>::ZERO.forward(&TRAINING, &x, &mut (), &mut y);
        assert_eq!(bits(y), bits(x));
    }

    #[test]
    fn what_is_not_finite_is_dropped_too() {
        // 1 − p is 2⁻²⁴: of a thousand values none is kept
        let almost = Dropout::<Vector<1000>, 0x3f7f_ffff>::ZERO;
        let mut y = [0.0; 1000];
        almost.forward(&TRAINING, &[f32::NAN; 1000], &mut (), &mut y);
        assert_eq!(y, [0.0; 1000]);
    }

    #[test]
    fn gradients_are_those_of_differences() {
        let mut x = [[[0.5, -1.0], [2.0, 0.25]], [[1.0, 1.5], [-0.5, 3.0]]];
        let dy = [[[1.0, 2.0], [-0.5, 0.75]], [[0.25, -1.5], [2.5, -3.0]]];
        let mut half = Dropout::<Image<2, 2, 2>, { 0.5f32.to_bits() }>::ZERO;
        let worst = worst_gradient(&mut half, &mut x, &dy, 1.0 / 64.0);
        assert!(worst.error() < 1e-3, "{worst}");
    }
}
