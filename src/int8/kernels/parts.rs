//! Slices in parts, without a division.

use core::{iter, mem};

/// Parts of `len` values, one after the other. (Those of the standard library divide by `len`, which may be 0 for all that a
/// compiler for size sees.)
#[inline(always)]
pub(super) fn parts<T>(mut of: &[T], len: usize) -> impl Iterator<Item = &[T]> {
    iter::from_fn(move || {
        let (part, rest) = of.split_at_checked(len).filter(|_| !of.is_empty())?;
        of = rest;
        Some(part)
    })
}

/// As [`parts`], to write on.
#[inline(always)]
pub(super) fn parts_mut<T>(mut of: &mut [T], len: usize) -> impl Iterator<Item = &mut [T]> {
    iter::from_fn(move || {
        if of.is_empty() {
            return None;
        }
        let (part, rest) = mem::take(&mut of).split_at_mut_checked(len)?;
        of = rest;
        Some(part)
    })
}
