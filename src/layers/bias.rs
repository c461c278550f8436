//! Whether a layer has a bias.

use crate::Zero;

/// Whether a layer has a bias: [`Biased`], the default, or [`Unbiased`], which `no bias` means.
///
/// ```
/// use const_cnn::{Bias, Biased, Unbiased};
/// assert_eq!(Biased::values(&[0.5, 1.0]), &[0.5, 1.0]);
/// assert_eq!(Unbiased::values(&()), &[0.0, 0.0]); // which take no room
/// ```
pub trait Bias: 'static {
    /// `T`, or nothing.
    type Of<T: Zero + Copy>: Zero + Copy;

    /// What is added: zeros where there is no bias.
    fn values<const N: usize>(bias: &Self::Of<[f32; N]>) -> &[f32; N];

    /// Where a gradient goes that no one asks for: `T` where there is no bias.
    type Spare<T: Zero + Copy>: Zero + Copy;

    /// What the gradient is added to.
    fn gradient<'a, const N: usize>(
        bias: &'a mut Self::Of<[f32; N]>,
        spare: &'a mut Self::Spare<[f32; N]>,
    ) -> &'a mut [f32; N];
}

/// The layer has a bias.
///
/// ```
/// use const_cnn::{Biased, Linear, Parameters};
/// assert_eq!(Linear::<3, 2, Biased>::COUNT, 2 * 3 + 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Biased;

/// The layer has no bias.
///
/// ```
/// use const_cnn::{Layer, Linear, Parameters, Unbiased};
/// let dense = Linear::<1, 2, Unbiased> { weight: [[2.0, 3.0]], bias: () };
/// let mut y = [0.0; 2];
/// dense.infer(&[10.0], &mut (), &mut y);
/// assert_eq!((y, Linear::<1, 2, Unbiased>::COUNT), ([20.0, 30.0], 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unbiased;

impl Bias for Biased {
    type Of<T: Zero + Copy> = T;

    #[inline(always)]
    fn values<const N: usize>(bias: &[f32; N]) -> &[f32; N] {
        bias
    }

    type Spare<T: Zero + Copy> = ();

    #[inline(always)]
    fn gradient<'a, const N: usize>(bias: &'a mut [f32; N], _: &'a mut ()) -> &'a mut [f32; N] {
        bias
    }
}

impl Bias for Unbiased {
    type Of<T: Zero + Copy> = ();

    #[inline(always)]
    fn values<const N: usize>(_: &()) -> &[f32; N] {
        const { &[0.0; N] }
    }

    type Spare<T: Zero + Copy> = T;

    #[inline(always)]
    fn gradient<'a, const N: usize>(_: &'a mut (), spare: &'a mut [f32; N]) -> &'a mut [f32; N] {
        spare
    }
}

/// The type of a layer's bias, from whether there is one.
#[doc(hidden)] // layers' macros write it
pub trait HasBias<const HAS: bool> {
    /// [`Biased`] or [`Unbiased`].
    type Bias: Bias;
}

impl HasBias<true> for () {
    type Bias = Biased;
}

impl HasBias<false> for () {
    type Bias = Unbiased;
}
