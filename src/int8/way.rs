//! What an int8 form spares: time or memory.

/// What an int8 form spares: [`Fast`] or [`Small`]. It decides the kernels and where they work; the results are the same bits.
///
/// ```
/// use const_cnn::int8::{Fast, Small, Way};
/// use const_cnn::{Fold, Form, Int8Arena, network};
///
/// /// What the int8 form writes on, in a function of any network and either way.
/// fn arena_bytes<N: Fold<Folded: Form<W>>, W: Way>() -> usize {
///     size_of::<Int8Arena<N, W>>()
/// }
///
/// network! {
///     struct Net: [640] => [8] { dense: linear(8) }
/// }
/// assert!(arena_bytes::<Net, Small>() <= arena_bytes::<Net, Fast>());
/// ```
pub trait Way: Sealed + 'static {
    #[doc(hidden)]
    const IS_SMALL: bool;
}

/// Time: what a loop works on is copied and widened where that makes it faster. What [`Int8`](crate::Int8) is without being asked.
///
/// ```
/// use const_cnn::int8::Fast;
/// use const_cnn::{Int8, network};
///
/// network! {
///     struct Net: [4] => [2] { dense: linear(2) }
/// }
/// assert_eq!(Int8::<Net, Fast>::ARENA_BYTES, Int8::<Net>::ARENA_BYTES);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Fast {}

/// Memory: an [`Int8`](crate::Int8)`<Net, Small>` has the smaller arena, and takes a little longer.
///
/// On a processor with ARM's DSP instructions and with the feature `simd`, convolutions copy a few rows at a time and dense layers
/// widen their inputs again and again, unless there is room for more. Elsewhere the loops need nothing for themselves, and there is no difference.
///
/// ```
/// use const_cnn::int8::Small;
/// use const_cnn::{Int8, network};
///
/// network! {
///     struct Net: [640] => [8] { dense: linear(8) }
/// }
///
/// const _: () = assert!(Int8::<Net, Small>::ARENA_BYTES == 640 + 8);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Small {}

impl Way for Fast {
    const IS_SMALL: bool = false;
}

impl Way for Small {
    const IS_SMALL: bool = true;
}

/// There are no others.
pub trait Sealed {}

impl Sealed for Fast {}
impl Sealed for Small {}
