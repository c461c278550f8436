//! The passes of one line, between the places that a [`plan`](super::plan) gives it.
//!
//! All of it is written into the network's own pass: places are constants there, and nothing of the choosing is left. Not so
//! where nothing is optimised: the pass would need the stack of all its lines.

use super::plan::{Place, Where};
use crate::element::Scratch;
use crate::layer::Context;
use crate::{Elem, Layer, Shape, Works, Zero};

/// The buffer of the gradients between the lines of a chain.
///
/// With the feature `simd` it begins on a cache line: of gradients at its front no vector then lies on two, where the
/// channels are a multiple of eight, 93 → 101 % of the peak for the kernel gradient of 8 to 16 channels.
#[cfg_attr(feature = "simd", repr(align(64)))]
pub struct Gradients<T>(pub T);

impl<T: Zero> Zero for Gradients<T> {
    const ZERO: Self = Gradients(T::ZERO);
}

/// What a line reads, writes and needs for itself.
///
/// The first two lie apart in the stretch, and the third between them. What does not lie in the stretch stands there as an
/// empty range, at the end where the other is not. All numbers are constants, so that no cut is looked at when it runs.
#[cfg_attr(not(debug_assertions), inline(always))]
fn parts<'a, V>(
    place: Place,
    [input, output, scratch]: [usize; 3],
    given: &'a [V],
    stretch: &'a mut [V],
    asked: &'a mut [V],
) -> (&'a [V], &'a mut [V], &'a mut [V]) {
    let end = stretch.len();
    let from = match (place.from, place.to) {
        (Where::At(at), _) => (at, at + input),
        (_, Where::At(0)) => (end, end),
        _ => (0, 0),
    };
    let to = match place.to {
        Where::At(at) => (at, at + output),
        _ if from.0 == 0 => (end, end),
        _ => (0, 0),
    };
    let is_forward = from <= to;
    let (first, second) = if is_forward { (from, to) } else { (to, from) };
    let (front, back) = stretch.split_at_mut(second.0);
    let (front, between) = front.split_at_mut(first.1);
    let (first, second) = (&mut front[first.0..], &mut back[..second.1 - second.0]);
    let (from, to) = if is_forward { (first, second) } else { (second, first) };
    let from = if let Where::At(_) = place.from { from } else { given };
    let to = if let Where::At(_) = place.to { to } else { asked };
    (from, to, &mut between[..scratch])
}

/// A line of inference.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn infer<L: Layer, V: Elem>(layer: &L, place: Place, x: &[V], stretch: &mut [V], y: &mut [V]) {
    if place.from == place.to {
        return match (L::WORKS, place.to) {
            (Works::InPlace, Where::At(at)) => layer.infer_in_place(L::Output::view_mut(&mut stretch[at..])),
            (Works::InPlace, Where::Asked) => layer.infer_in_place(L::Output::view_mut(y)),
            _ => (),
        };
    }
    let lens = [L::Input::LEN, L::Output::LEN, const { <L::Scratch<V> as Scratch<V>>::LEN }];
    let (x, y, scratch) = parts(place, lens, x, stretch, y);
    let (x, y) = (L::Input::view(x), L::Output::view_mut(y));
    L::Scratch::<V>::within(scratch, |scratch| layer.infer(x, scratch, y));
}

/// The values that a line has given.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn given<'a, L: Layer, V>(_: &L, at: Where, x: &'a [V], stretch: &'a [V], y: &'a [V]) -> &'a [V] {
    match at {
        Where::Given => x,
        Where::At(at) => &stretch[at..at + L::Output::LEN],
        Where::Asked => y,
    }
}

/// A line of training.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn forward<L: Layer, V: Elem>(
    layer: &L,
    place: Place,
    context: &Context,
    x: &[V],
    tape: (&mut [V], &mut L::Tape<V>),
    y: &mut [V],
) {
    let (kept, tape) = tape;
    if place.from == place.to {
        return match (L::TRAINS, place.to) {
            (Works::Apart, _) | (_, Where::Given) => (),
            (_, Where::At(at)) => layer.forward_in_place(context, tape, L::Output::view_mut(&mut kept[at..])),
            (_, Where::Asked) => layer.forward_in_place(context, tape, L::Output::view_mut(y)),
        };
    }
    let (x, y, _) = parts(place, [L::Input::LEN, L::Output::LEN, 0], x, kept, y);
    layer.forward(context, L::Input::view(x), tape, L::Output::view_mut(y));
}

/// A line of the pass backward. `places` are those of its values and of its gradients.
#[cfg_attr(not(debug_assertions), inline(always))]
#[allow(clippy::too_many_arguments)] // they are the quantities of the equation
pub fn backward<L: Layer, V: Elem>(
    layer: &L,
    places: (Place, Place),
    context: &Context,
    x: &[V],
    tape: (&[V], &mut L::Tape<V>),
    (y, dy): (&[V], &[V]),
    gradient: &mut L,
    (gradients, dx): (&mut [V], Option<&mut [V]>),
) {
    let (value, slope) = places;
    let (kept, tape) = tape;
    let values = |at| match at {
        Where::Given => x,
        Where::At(at) => &kept[at..],
        Where::Asked => y,
    };
    let (x, y) = (L::Input::view(values(value.from)), L::Output::view(values(value.to)));
    if slope.from == slope.to {
        return; // the gradient stays where it is, and there is nothing to learn
    }
    let lens = [L::Output::LEN, L::Input::LEN, 0];
    match (slope.to, dx) {
        (Where::Asked, None) => {
            let (dy, _, _) = parts(slope, lens, dy, gradients, &mut []);
            layer.backward(context, x, tape, y, L::Output::view(dy), gradient, None);
        }
        (_, dx) => {
            let asked = match dx {
                Some(dx) => dx,
                None => &mut [],
            };
            let (dy, dx, _) = parts(slope, lens, dy, gradients, asked);
            layer.backward(context, x, tape, y, L::Output::view(dy), gradient, Some(L::Input::view_mut(dx)));
        }
    }
}

/// Adds values to others.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn add<V: Elem>(from: &[V], to: &mut [V]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to += from;
    }
}
