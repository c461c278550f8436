//! The largest value of each channel.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::layer::Input;
use crate::shape::assert_channels_last;
use crate::{Context, Elem, Layer, Nested, Operation, Shape, Vector, WindowSizes, Word, arrays};

/// Maps an image, or a sequence, to the largest values of its channels.
///
/// y\[c\] = max_{h,w} x\[c\]\[h\]\[w\]
///
/// In [`network!`](crate::network!): `global_max_pool`.
///
/// # Shapes
///
/// From `Image<C, H, W>` or `Sequence<C, L>` to `Vector<C>`, as [`GlobalAvgPool`](crate::GlobalAvgPool).
///
/// # Gradients
///
/// ∂L/∂x is g where x is the maximum of its channel. Of several equal values the first one, row by row, takes all.
///
/// # Example
///
/// ```
/// use const_cnn::{GlobalMaxPool, Layer, Sequence, Zero};
/// let (x, mut y) = ([[1.0, -2.0], [5.0, -1.0], [3.0, -7.0]], [0.0; 2]);
/// GlobalMaxPool::<Sequence<2, 3>>::ZERO.infer(&x, &mut (), &mut y);
/// assert_eq!(y, [5.0, -1.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalMaxPool<X>(PhantomData<X>);

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize> Layer for GlobalMaxPool<X> {
    type Input = X;
    type Output = Vector<C>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const OPERATION: Operation = Operation::MaxPool(WindowSizes::whole::<X>());

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut [V; C]) {
        const { assert_channels_last::<X>(C) }
        *y = [V::splat(f32::NEG_INFINITY); C];
        for x in x.flat().chunks_exact(C) {
            for (y, &x) in y.iter_mut().zip(x) {
                one_by_one::<V>();
                // NaN is kept, from either side
                *y = V::apply([x, *y], |[x, y]| if x <= y || y.is_nan() { y } else { x });
            }
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        x: &Input<Self, V>,
        _: &mut (),
        y: &[V; C],
        dy: &[V; C],
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        for c in 0..C {
            // what has not yet found its place: the first value that equals the maximum takes it
            let mut left = dy[c];
            for (x, dx) in x.flat().chunks_exact(C).zip(dx.flat_mut().chunks_exact_mut(C)) {
                let values = [x[c], y[c], left];
                dx[c] = V::apply(values, |[x, y, left]| if x == y { left } else { 0.0 });
                left = V::apply(values, |[x, y, left]| if x == y { 0.0 } else { left });
            }
        }
    }
}

arrays! { impl[X] GlobalMaxPool<X> = GlobalMaxPool(PhantomData) }

/// How [`GlobalMaxPool`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum global_max_pool {}

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, Flat: Shape> Word<X, Flat> for global_max_pool {
    type Layer = GlobalMaxPool<X>;

    // as `global_avg_pool`
    const TAKES: usize = if X::DIMS.len() == 1 { 3 } else { 0 };
}
