//! Vectors of eight: the values of eight images, or eight channels of one.

use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// The values of eight images at once; in the kernels also eight channels of one image.
///
/// ```
/// use const_cnn::{F32x8, Layer, Linear};
/// let dense = Linear::<1, 1> { weight: [[2.0]], bias: [1.0] };
/// // the one value of each of eight images
/// let x = [F32x8([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])];
/// let mut y = [F32x8([0.0; 8])];
/// dense.infer(&x, &mut (), &mut y);
/// assert_eq!(y[0].0, [1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(32))]
pub struct F32x8(pub [f32; 8]);

macro_rules! lane_by_lane {
    ($($trait:ident $method:ident $op:tt),*) => {$(
        impl $trait for F32x8 {
            type Output = F32x8;

            #[inline(always)]
            fn $method(mut self, other: F32x8) -> F32x8 {
                for lane in 0..8 {
                    self.0[lane] $op other.0[lane];
                }
                self
            }
        }
    )*};
}
lane_by_lane!(Add add +=, Sub sub -=, Mul mul *=, Div div /=);

impl AddAssign for F32x8 {
    #[inline(always)]
    fn add_assign(&mut self, other: F32x8) {
        *self = *self + other;
    }
}

impl Neg for F32x8 {
    type Output = F32x8;

    #[inline(always)]
    fn neg(mut self) -> F32x8 {
        for lane in 0..8 {
            self.0[lane] = -self.0[lane];
        }
        self
    }
}

/// How activations and weights become vectors of eight. Sealed: this module is private.
///
/// What belongs to each of the two and not to the crate's other rooms is chosen by [`pick`](Vectors::pick).
pub trait Vectors: Copy + 'static {
    /// How many channels one vector holds.
    const CHANNELS: usize;

    /// Zeros that take no room on the stack.
    fn zeros<const N: usize>() -> &'static [Self; N];

    /// The channel that the `n`-th vector of `channels` begins with. The last overlaps the one before it, so that it is full,
    /// but where vectors of eight are registers and two of them a tile: its length is then known, 51 → 67 % of the peak.
    #[inline(always)]
    fn begin(n: usize, channels: usize) -> usize {
        let at = n * Self::CHANNELS;
        if cfg!(feature = "simd") && channels <= 2 * Self::CHANNELS {
            at
        } else {
            at.min(channels.saturating_sub(Self::CHANNELS))
        }
    }

    /// The value of one channel, for every place in a vector.
    fn broadcast(self) -> F32x8;

    /// The vector of channels from `at` on, zero where there are none.
    fn load(values: &[Self], at: usize) -> F32x8;

    /// Writes a vector to the channels from `at` on, as far as there are any.
    fn store(vector: F32x8, values: &mut [Self], at: usize);

    /// The weights of the channels from `at` on, zero where there are none.
    fn weights(weights: &[f32], at: usize) -> F32x8;

    /// A vector of single values, the `n`-th being the one at `index(n)`, zero where there is none.
    fn gather(values: &[Self], index: impl Fn(usize) -> usize) -> F32x8;

    /// As [`gather`](Vectors::gather), of weights.
    fn gather_weights(weights: &[f32], index: impl Fn(usize) -> usize) -> F32x8;

    /// What there is of both, for this one.
    fn pick<T: OfBoth>(one: T::Of<f32>, eight: T::Of<F32x8>) -> T::Of<Self>;

    /// This, plus a vector's channels one after the other, or plus a vector of eight images lane by lane.
    fn add_channels(self, vector: F32x8) -> Self;
}

/// What there is once for `f32` and once for [`F32x8`].
pub trait OfBoth {
    /// It, for `V`.
    type Of<V: 'static>;
}

impl Vectors for f32 {
    const CHANNELS: usize = 8;

    #[inline(always)]
    fn zeros<const N: usize>() -> &'static [f32; N] {
        const { &[0.0; N] }
    }

    #[inline(always)]
    fn broadcast(self) -> F32x8 {
        F32x8([self; 8])
    }

    #[inline(always)]
    fn load(values: &[f32], at: usize) -> F32x8 {
        let mut vector = [0.0; 8];
        if let Some(Some(eight)) = values.get(at..).map(<[f32]>::first_chunk::<8>) {
            return F32x8(*eight);
        }
        // four, two and one: the compiler makes one load of each
        let (rest, mut n) = (values.get(at..).unwrap_or(&[]), 0);
        if let Some(&four) = rest.first_chunk::<4>() {
            [vector[0], vector[1], vector[2], vector[3]] = four;
            n = 4;
        }
        if let Some(Some(&two)) = rest.get(n..).map(<[f32]>::first_chunk::<2>) {
            [vector[n], vector[n + 1]] = two;
            n += 2;
        }
        if let Some(&one) = rest.get(n) {
            vector[n] = one;
        }
        F32x8(vector)
    }

    #[inline(always)]
    fn store(vector: F32x8, values: &mut [f32], at: usize) {
        if let Some(Some(eight)) = values.get_mut(at..).map(<[f32]>::first_chunk_mut::<8>) {
            *eight = vector.0;
            return;
        }
        for n in 0..8 {
            if let Some(value) = values.get_mut(at + n) {
                *value = vector.0[n];
            }
        }
    }

    #[inline(always)]
    fn weights(weights: &[f32], at: usize) -> F32x8 {
        f32::load(weights, at)
    }

    #[inline(always)]
    fn gather(values: &[f32], index: impl Fn(usize) -> usize) -> F32x8 {
        // not by `from_fn`, which the compiler may leave to be called, with all that it knows of the index forgotten
        let mut vector = [0.0; 8];
        for n in 0..8 {
            vector[n] = values.get(index(n)).copied().unwrap_or(0.0);
        }
        F32x8(vector)
    }

    #[inline(always)]
    fn gather_weights(weights: &[f32], index: impl Fn(usize) -> usize) -> F32x8 {
        f32::gather(weights, index)
    }

    #[inline(always)]
    fn pick<T: OfBoth>(one: T::Of<f32>, _: T::Of<F32x8>) -> T::Of<f32> {
        one
    }

    #[inline(always)]
    fn add_channels(self, vector: F32x8) -> f32 {
        let mut total = self;
        for n in 0..8 {
            total += vector.0[n];
        }
        total
    }
}

impl Vectors for F32x8 {
    const CHANNELS: usize = 1;

    #[inline(always)]
    fn zeros<const N: usize>() -> &'static [F32x8; N] {
        const { &[F32x8([0.0; 8]); N] }
    }

    #[inline(always)]
    fn broadcast(self) -> F32x8 {
        self
    }

    #[inline(always)]
    fn load(values: &[F32x8], at: usize) -> F32x8 {
        values.get(at).copied().unwrap_or(F32x8([0.0; 8]))
    }

    #[inline(always)]
    fn store(vector: F32x8, values: &mut [F32x8], at: usize) {
        if let Some(value) = values.get_mut(at) {
            *value = vector;
        }
    }

    #[inline(always)]
    fn weights(weights: &[f32], at: usize) -> F32x8 {
        F32x8([weights.get(at).copied().unwrap_or(0.0); 8])
    }

    #[inline(always)]
    fn gather(values: &[F32x8], index: impl Fn(usize) -> usize) -> F32x8 {
        F32x8::load(values, index(0))
    }

    #[inline(always)]
    fn gather_weights(weights: &[f32], index: impl Fn(usize) -> usize) -> F32x8 {
        F32x8::weights(weights, index(0))
    }

    #[inline(always)]
    fn pick<T: OfBoth>(_: T::Of<f32>, eight: T::Of<F32x8>) -> T::Of<F32x8> {
        eight
    }

    #[inline(always)]
    fn add_channels(self, vector: F32x8) -> F32x8 {
        self + vector
    }
}
