//! Blocks of layers side by side, whose channels are put one behind the other.
//!
//! y = \[f₁(x), f₂(x), ..\], along the channels; ∂L/∂x = Σ ∂L/∂x of each branch, for its part of ∂L/∂y
//!
//! In [`network!`](crate::network!): `concat { a { .. }, b { .. } }`; a branch without layers is the input itself. The macro
//! writes a struct with a field for each branch, whose passes are made of the functions here, one call a branch. Channels are
//! last in memory, so a branch's values are every place's channels from `at` on.

use crate::element::Scratch;
use crate::layer::Context;
use crate::{Elem, Layer, Shape, Works};

/// The values that the branches need, one after the other: what a branch gives, and what it needs for itself.
pub const fn scratch<B: Layer>() -> usize {
    match B::WORKS {
        Works::Nothing => 0,
        _ => B::Output::LEN + <B::Scratch<f32> as Scratch<f32>>::LEN,
    }
}

/// The values of a branch that training keeps.
pub const fn kept<B: Layer>() -> usize {
    if let Works::Nothing = B::TRAINS { 0 } else { B::Output::LEN }
}

/// The values of the gradients of a branch: of what it gives and of what it takes.
pub const fn gradients<B: Layer>() -> usize {
    kept::<B>() + B::Input::LEN
}

/// The largest of some numbers.
pub const fn largest(numbers: &[usize]) -> usize {
    let (mut largest, mut n) = (0, 0);
    while n < numbers.len() {
        largest = if numbers[n] > largest { numbers[n] } else { largest };
        n += 1;
    }
    largest
}

/// The sum of the first `n` of some numbers.
pub const fn before(numbers: &[usize], n: usize) -> usize {
    let (mut sum, mut m) = (0, 0);
    while m < n {
        sum += numbers[m];
        m += 1;
    }
    sum
}

/// How many channels a branch gives.
pub const fn channels<B: Layer>() -> usize {
    B::Output::DIMS[0]
}

/// Writes a branch's `part` to its channels of `whole`, which has `channels` of them.
#[inline(always)]
fn scatter<B: Layer, V: Elem>(part: &[V], whole: &mut [V], at: usize, channels: usize) {
    let own = const { self::channels::<B>() };
    for (part, whole) in part.chunks_exact(own).zip(whole.chunks_exact_mut(channels)) {
        for (&part, whole) in part.iter().zip(whole.iter_mut().skip(at)) {
            *whole = part;
        }
    }
}

/// Reads a branch's `part` from its channels of `whole`.
#[inline(always)]
fn gather<B: Layer, V: Elem>(whole: &[V], part: &mut [V], at: usize, channels: usize) {
    let own = const { self::channels::<B>() };
    for (part, whole) in part.chunks_exact_mut(own).zip(whole.chunks_exact(channels)) {
        for (part, &whole) in part.iter_mut().zip(whole.iter().skip(at)) {
            *part = whole;
        }
    }
}

/// A branch of inference: its channels begin at `at`, of `channels`.
#[inline(always)]
pub fn infer<B: Layer, V: Elem>(branch: &B, (at, channels): (usize, usize), x: &[V], stretch: &mut [V], y: &mut [V]) {
    if let Works::Nothing = B::WORKS {
        return scatter::<B, V>(x, y, at, channels);
    }
    let (part, stretch) = stretch.split_at_mut(B::Output::LEN);
    let output = B::Output::view_mut(part);
    B::Scratch::<V>::within(stretch, |scratch| branch.infer(B::Input::view(x), scratch, output));
    scatter::<B, V>(part, y, at, channels);
}

/// A branch of training. What it gives is kept.
#[inline(always)]
pub fn forward<B: Layer, V: Elem>(
    branch: &B,
    (at, channels): (usize, usize),
    context: &Context,
    x: &[V],
    (kept, tape): (&mut [V], &mut B::Tape<V>),
    y: &mut [V],
) {
    if let Works::Nothing = B::TRAINS {
        return scatter::<B, V>(x, y, at, channels);
    }
    branch.forward(context, B::Input::view(x), tape, B::Output::view_mut(kept));
    scatter::<B, V>(&kept[..B::Output::LEN], y, at, channels);
}

/// A branch of the pass backward. The first one's gradient is assigned to `dx`, the others' are added.
#[inline(always)]
#[allow(clippy::too_many_arguments)] // they are the quantities of the equation
pub fn backward<B: Layer, V: Elem>(
    branch: &B,
    (at, channels): (usize, usize),
    context: &Context,
    x: &[V],
    (kept, tape): (&[V], &mut B::Tape<V>),
    dy: &[V],
    gradient: &mut B,
    (gradients, dx): (&mut [V], Option<&mut [V]>),
) {
    let (d_part, d_x) = gradients.split_at_mut(const { self::kept::<B>() });
    let d_x = &mut d_x[..B::Input::LEN];
    if let Works::Nothing = B::TRAINS {
        gather::<B, V>(dy, d_x, at, channels);
    } else {
        gather::<B, V>(dy, d_part, at, channels);
        let (x, y, dy) = (B::Input::view(x), B::Output::view(kept), B::Output::view(d_part));
        let d_x = if dx.is_some() { Some(B::Input::view_mut(d_x)) } else { None };
        branch.backward(context, x, tape, y, dy, gradient, d_x);
    }
    match dx {
        Some(dx) if at == 0 => dx.copy_from_slice(d_x),
        Some(dx) => super::lines::add(d_x, dx),
        None => (),
    }
}
