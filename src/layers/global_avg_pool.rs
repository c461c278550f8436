//! The mean of each channel.

use core::marker::PhantomData;

use crate::element::one_by_one;
use crate::layer::{Input, copy};
use crate::shape::assert_channels_last;
use crate::{Context, Elem, Layer, Nested, Operation, Shape, Vector, WindowSizes, Word, arrays};

/// Maps an image, or a sequence, to the means of its channels.
///
/// y\[c\] = 1/(H·W) · Σ_h Σ_w x\[c\]\[h\]\[w\]
///
/// It gives a vector, as Keras' `GlobalAveragePooling2D` does and PyTorch's `AdaptiveAvgPool2d(1)` with `Flatten` after it: a
/// dense layer can follow, and a [`Gate`](crate::Gate) can end in it. In [`network!`](crate::network!): `global_avg_pool`.
///
/// # Shapes
///
/// From `Image<C, H, W>` or `Sequence<C, L>` to `Vector<C>`.
///
/// # Gradients
///
/// ∂L/∂x\[c\]\[h\]\[w\] = g\[c\] / (H·W)
///
/// # Example
///
/// ```
/// use const_cnn::{GlobalAvgPool, Image, Layer, Zero};
/// let (x, mut y) = ([[[1.0, 10.0], [3.0, 30.0]]], [0.0; 2]);
/// GlobalAvgPool::<Image<2, 1, 2>>::ZERO.infer(&x, &mut (), &mut y);
/// assert_eq!(y, [2.0, 20.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct GlobalAvgPool<X>(PhantomData<X>);

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize> Layer for GlobalAvgPool<X> {
    type Input = X;
    type Output = Vector<C>;
    type Scratch<V: Elem> = ();
    type Tape<V: Elem> = ();

    const READS_X: bool = false;
    const READS_Y: bool = false;
    const OPERATION: Operation = Operation::AvgPool { window: WindowSizes::whole::<X>(), counts: true };

    fn infer<V: Elem>(&self, x: &Input<Self, V>, _: &mut (), y: &mut [V; C]) {
        const { assert_channels_last::<X>(C) }
        *y = [V::ZERO; C];
        // the sums are in memory: four places at once read and write them a quarter as often
        let fours = x.flat().chunks_exact(const { 4 * C });
        let rest = fours.remainder();
        for x in fours {
            for c in 0..C {
                one_by_one::<V>();
                y[c] = y[c] + x[c] + x[C + c] + x[2 * C + c] + x[3 * C + c];
            }
        }
        for x in rest.chunks_exact(C) {
            for c in 0..C {
                y[c] += x[c];
            }
        }
        for c in 0..C {
            y[c] = y[c] / V::splat(const { (X::LEN / C) as f32 });
        }
    }

    fn backward<V: Elem>(
        &self,
        _: &Context,
        _: &Input<Self, V>,
        _: &mut (),
        _: &[V; C],
        dy: &[V; C],
        _: &mut Self,
        dx: Option<&mut Input<Self, V>>,
    ) {
        let Some(dx) = dx else { return };
        let (first, others) = dx.flat_mut().split_at_mut(C);
        for (dx, &dy) in first.iter_mut().zip(dy) {
            *dx = dy / V::splat(const { (X::LEN / C) as f32 });
        }
        for dx in others.chunks_exact_mut(C) {
            copy(first, dx);
        }
    }
}

arrays! { impl[X] GlobalAvgPool<X> = GlobalAvgPool(PhantomData) }

/// How [`GlobalAvgPool`] is written in a network.
#[doc(hidden)]
#[allow(non_camel_case_types)] // it is a word of `network!`
pub enum global_avg_pool {}

impl<X: Shape<PerChannel<f32> = [f32; C]>, const C: usize, Flat: Shape> Word<X, Flat> for global_avg_pool {
    type Layer = GlobalAvgPool<X>;

    // of a vector, each value of which is a channel, it would be nothing: it stands after `flatten` by mistake
    const TAKES: usize = if X::DIMS.len() == 1 { 3 } else { 0 };
}
