//! The element of an activation: one image's value, or the values of eight images at once.

use core::fmt::Debug;
use core::hint::black_box;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub};
#[cfg(feature = "std")]
use std::{boxed::Box, panic::resume_unwind, thread};

use crate::eight::{F32x8, Vectors};

/// A value whose zero is known at compile time, so that buffers and networks can be statics.
///
/// ```
/// use std::sync::Mutex;
///
/// use const_cnn::{Trainer, Zero, network};
///
/// network! {
///     struct Net: [2] => [2] { logits: linear(2) }
/// }
/// // all that training writes on, in no stack and no heap
/// static TRAINER: Mutex<Trainer<Net>> = Mutex::new(Trainer::ZERO);
/// assert_eq!(TRAINER.lock().unwrap().steps, 0);
/// ```
pub trait Zero: Sized {
    /// All numbers zero.
    ///
    /// Of a network this is where its parameters are drawn or loaded to. It is not where training begins: a network of
    /// several layers [does not learn from it](crate::Trainer#starting-values), and its loss stays at ln C.
    const ZERO: Self;

    /// [`ZERO`](Zero::ZERO) on the heap, of any size: it does not go by the stack of this thread.
    ///
    /// In a build without optimisation `Box::new(T::ZERO)` makes the value on the stack and copies it, which ends a
    /// program whose value is larger than that; a thread that is not the main one has 2 MiB. Here that is done on a stack
    /// of a thread of its own, which is as large as the value needs and ends at once. Where no thread can be started, as
    /// in a web page, it is done on this one.
    ///
    /// ```
    /// use const_cnn::{Trainer, Zero, network};
    ///
    /// network! {
    ///     struct Large: [1000] => [10] {
    ///         hidden: linear(1000),
    ///         relu: relu,
    ///         logits: linear(10),
    ///     }
    /// }
    /// assert!(Large::PARAMETER_BYTES > 4_000_000);
    /// let (net, trainer) = (Large::boxed(), Trainer::<Large>::boxed());
    /// assert_eq!(net.hidden.weight[999][999], trainer.gradient.hidden.weight[0][0]);
    /// ```
    #[cfg(feature = "std")]
    fn boxed() -> Box<Self>
    where
        Self: Send,
    {
        // on the stack there is one copy; some compilers may make another
        let stack = (2 * size_of::<Self>()).saturating_add(64 * 1024);
        thread::scope(|scope| match thread::Builder::new().stack_size(stack).spawn_scoped(scope, by_the_stack) {
            Ok(made) => made.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => by_the_stack(),
        })
    }
}

#[cfg(feature = "std")]
#[inline(never)] // or its copy would lie on the caller's stack
fn by_the_stack<T: Zero>() -> Box<T> {
    Box::new(T::ZERO)
}

impl Zero for f32 {
    const ZERO: f32 = 0.0;
}

impl Zero for () {
    const ZERO: () = ();
}

impl<A: Zero, B: Zero> Zero for (A, B) {
    const ZERO: (A, B) = (A::ZERO, B::ZERO);
}

impl<T: Zero, const N: usize> Zero for [T; N] {
    const ZERO: [T; N] = [const { T::ZERO }; N];
}

/// Arrays of arrays of `V`, seen as the one slice that they are in memory.
///
/// ```
/// use const_cnn::Nested;
/// let mut image: [[[f32; 1]; 2]; 2] = [[[1.0], [2.0]], [[3.0], [4.0]]];
/// image.flat_mut().iter_mut().for_each(|value| *value *= 10.0);
/// assert_eq!(image.flat(), [10.0, 20.0, 30.0, 40.0]);
/// ```
pub trait Nested<V>: Sized {
    /// How many values one item has.
    const LEN: usize;

    /// Neighbouring values as the items that they are; what is left over is left out.
    fn items_mut(flat: &mut [V]) -> &mut [Self];

    /// All values of neighbouring items.
    fn flatten(items: &[Self]) -> &[V];

    /// All values of neighbouring items, to write on.
    fn flatten_mut(items: &mut [Self]) -> &mut [V];

    /// All values in the order in which they lie in memory.
    #[inline(always)]
    fn flat(&self) -> &[V] {
        Self::flatten(core::slice::from_ref(self))
    }

    /// As [`flat`](Nested::flat), to write on.
    #[inline(always)]
    fn flat_mut(&mut self) -> &mut [V] {
        Self::flatten_mut(core::slice::from_mut(self))
    }
}

macro_rules! leaf {
    ($($v:ty),*) => {$(
        impl Nested<$v> for $v {
            const LEN: usize = 1;

            #[inline(always)]
            fn items_mut(flat: &mut [$v]) -> &mut [$v] {
                flat
            }

            #[inline(always)]
            fn flatten(items: &[$v]) -> &[$v] {
                items
            }

            #[inline(always)]
            fn flatten_mut(items: &mut [$v]) -> &mut [$v] {
                items
            }
        }
    )*};
}
leaf!(f32, F32x8);

impl<V, T: Nested<V>, const N: usize> Nested<V> for [T; N] {
    const LEN: usize = N * T::LEN;

    #[inline(always)]
    fn items_mut(flat: &mut [V]) -> &mut [[T; N]] {
        T::items_mut(flat).as_chunks_mut().0
    }

    #[inline(always)]
    fn flatten(items: &[[T; N]]) -> &[V] {
        T::flatten(items.as_flattened())
    }

    #[inline(always)]
    fn flatten_mut(items: &mut [[T; N]]) -> &mut [V] {
        T::flatten_mut(items.as_flattened_mut())
    }
}

/// What a layer writes on while it infers: a part of the one stretch of values that the layers of a network share.
///
/// It is nested arrays of values, or `()` for a layer that needs none. A struct of your own that is none of these implements
/// the trait without a method; in a network it then lies on the stack during the layer's pass.
///
/// ```
/// use const_cnn::Scratch;
/// type Rows = [[f32; 3]; 2];
/// let mut stretch = [1.0; 8];
/// Rows::within(&mut stretch, |rows| rows[1] = [5.0; 3]);
/// assert_eq!(stretch, [1.0, 1.0, 1.0, 5.0, 5.0, 5.0, 1.0, 1.0]);
/// assert_eq!(<Rows as Scratch<f32>>::LEN, 6);
/// ```
pub trait Scratch<V>: Zero {
    /// How many values of the stretch it takes.
    const LEN: usize = 0;

    /// Calls `pass` with the first [`LEN`](Scratch::LEN) values of `stretch`.
    #[inline(always)]
    fn within(stretch: &mut [V], pass: impl FnOnce(&mut Self)) {
        let _ = stretch;
        let mut scratch = Self::ZERO;
        pass(&mut scratch)
    }
}

impl<V> Scratch<V> for () {}

impl<V, T: Nested<V> + Zero + Copy, const N: usize> Scratch<V> for [T; N] {
    const LEN: usize = N * T::LEN;

    #[inline(always)]
    fn within(stretch: &mut [V], pass: impl FnOnce(&mut Self)) {
        pass(T::items_mut(stretch).first_chunk_mut().expect("a stretch holds what is written on it"))
    }
}

/// The element of an activation: `f32` for one image, [`F32x8`] for eight images at once.
///
/// A layer written over `V: Elem` runs with both. What it needs is here: `+ − × ÷` and negation, lane by lane,
/// [`apply`](Elem::apply) for any other function, and [`accumulate`](Elem::accumulate) for gradients.
///
/// ```
/// use const_cnn::{Elem, F32x8};
///
/// fn leaky<V: Elem>(x: V) -> V {
///     V::apply([x], |[x]| if x > 0.0 { x } else { 0.1 * x })
/// }
///
/// assert_eq!(leaky(-2.0), -0.2);
/// let eight = F32x8([1.0, -2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 10.0]);
/// assert_eq!(leaky(eight).0[1], -0.2);
/// ```
pub trait Elem:
    Copy
    + Debug
    + PartialEq
    + Zero
    + Nested<Self>
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Vectors
    + Send
    + Sync
    + 'static
{
    /// How many images an element holds a value of.
    const LANES: usize;

    /// As many `T` as there are elements to eight images: eight of `f32`, one of [`F32x8`].
    type Eight<T: Zero>: Zero + AsRef<[T]> + AsMut<[T]>;

    /// The same value for all images.
    fn splat(value: f32) -> Self;

    /// The images' values.
    fn lanes(&self) -> &[f32];

    /// The images' values, to write on.
    fn lanes_mut(&mut self) -> &mut [f32];

    /// `f` of the values of each image.
    fn apply<const N: usize>(values: [Self; N], f: impl Fn([f32; N]) -> f32) -> Self;

    /// Adds the images' contributions to a parameter's gradient, one image after another.
    ///
    /// Sum first what one image contributes in several places, then call this once: eight images at once then give the
    /// same bits as one image at a time.
    #[inline(always)]
    fn accumulate(self, gradient: &mut f32) {
        for &value in self.lanes() {
            *gradient += value;
        }
    }
}

/// Keeps the compiler from working on neighbouring elements together where each is a vector of its own: it would take
/// eight apart and transpose them.
#[inline(always)]
pub(crate) fn one_by_one<V: Elem>() {
    if V::LANES > 1 {
        black_box(());
    }
}

impl Elem for f32 {
    const LANES: usize = 1;
    type Eight<T: Zero> = [T; 8];

    #[inline(always)]
    fn splat(value: f32) -> f32 {
        value
    }

    #[inline(always)]
    fn lanes(&self) -> &[f32] {
        core::slice::from_ref(self)
    }

    #[inline(always)]
    fn lanes_mut(&mut self) -> &mut [f32] {
        core::slice::from_mut(self)
    }

    #[inline(always)]
    fn apply<const N: usize>(values: [f32; N], f: impl Fn([f32; N]) -> f32) -> f32 {
        f(values)
    }
}

impl Zero for F32x8 {
    const ZERO: F32x8 = F32x8([0.0; 8]);
}

impl Elem for F32x8 {
    const LANES: usize = 8;
    type Eight<T: Zero> = [T; 1];

    #[inline(always)]
    fn splat(value: f32) -> F32x8 {
        F32x8([value; 8])
    }

    #[inline(always)]
    fn lanes(&self) -> &[f32] {
        &self.0
    }

    #[inline(always)]
    fn lanes_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }

    #[inline(always)]
    fn apply<const N: usize>(values: [F32x8; N], f: impl Fn([f32; N]) -> f32) -> F32x8 {
        let mut result = F32x8::ZERO;
        for lane in 0..8 {
            let mut one = [0.0; N];
            for n in 0..N {
                one[n] = values[n].0[lane];
            }
            result.0[lane] = f(one);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_independent() {
        let a = F32x8([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        let b = F32x8::splat(2.0);
        assert_eq!((a + b).0[7], 10.0);
        assert_eq!((a - b).0[0], -1.0);
        assert_eq!((a * b).0[3], 8.0);
        assert_eq!((a / b).0[4], 2.5);
        assert_eq!((-a).0[1], -2.0);
        assert_eq!(
            F32x8::apply([a, b], |[a, b]| if a > b { a } else { 0.0 }).0,
            [0.0, 0.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
        );
    }

    #[test]
    fn contributions_are_added_in_order() {
        // 1e8 swallows 1.0 when it comes first: the order shows in the result
        let mut gradient = 0.0;
        F32x8([1e8, 1.0, -1e8, 1.0, 0.0, 0.0, 0.0, 0.0]).accumulate(&mut gradient);
        assert_eq!(gradient, 1.0);
    }

    #[test]
    fn nested_arrays_are_one_slice() {
        let mut image = [[[1.0, 2.0], [3.0, 4.0]]];
        assert_eq!(Nested::<f32>::flat(&image), [1.0, 2.0, 3.0, 4.0]);
        Nested::<f32>::flat_mut(&mut image)[3] = 9.0;
        assert_eq!(image[0][1][1], 9.0);
    }
}
