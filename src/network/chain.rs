//! The passes of lines one after the other, each between the places that a [`plan`](super::plan) gives it.
//!
//! All of it is written into the network's own pass: places are constants there, and nothing of the choosing is left. Not so
//! where nothing is optimised: the pass would need the stack of all its lines.

use super::lines::{self, Line};
use super::plan::{self, Place, Plan, Where};
use crate::element::Scratch;
use crate::layer::Context;
use crate::{Elem, Layer, Operation, Ordered, Shape, Stage, Works};

/// What the whole computes.
pub const fn operation(stages: &'static [Stage]) -> Operation {
    Operation::Lines(stages)
}

/// Where the values of all passes lie.
pub struct Plans<const N: usize> {
    /// Inference, between what the caller hands in.
    pub inference: Plan<N>,
    /// Inference on an image that lies in the stretch.
    pub whole: Plan<N>,
    /// Inference that shows what each line gives.
    pub shown: Plan<N>,
    /// What training keeps.
    pub kept: Plan<N>,
    /// The gradients of a pass backward.
    pub gradients: Plan<N>,
    /// Whether the pass backward reads what the lines take, and what they give.
    pub reads: (bool, bool),
}

impl<const N: usize> Plans<N> {
    /// The plans of lines.
    pub const fn of(lines: &[Line; N]) -> Self {
        let needs = lines::needs(lines);
        Plans {
            inference: plan::inference(&needs, false),
            whole: plan::inference(&needs, true),
            shown: plan::line_by_line(&needs, false),
            kept: plan::kept(&needs),
            gradients: plan::gradients(&needs),
            reads: plan::reads(&needs),
        }
    }
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

/// Inference.
pub struct Infer<'a, const N: usize, V> {
    /// Where the values lie.
    pub plan: &'a Plan<N>,
    /// What the lines take, of the caller's.
    pub x: &'a [V],
    /// What lies between them.
    pub stretch: &'a mut [V],
    /// What they give, of the caller's.
    pub y: &'a mut [V],
}

impl<const N: usize, V: Elem> Infer<'_, N, V> {
    /// Line `n`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn line<L: Layer>(&mut self, n: usize, layer: &L) {
        let place = self.plan.lines[n];
        if place.from == place.to {
            return match (self.plan.works[n], place.to) {
                (Works::InPlace, Where::At(at)) => layer.infer_in_place(L::Output::view_mut(&mut self.stretch[at..])),
                (Works::InPlace, Where::Asked) => layer.infer_in_place(L::Output::view_mut(self.y)),
                _ => (),
            };
        }
        let lens = [L::Input::LEN, L::Output::LEN, const { <L::Scratch<V> as Scratch<V>>::LEN }];
        let (x, y, scratch) = parts(place, lens, self.x, self.stretch, self.y);
        let (x, y) = (L::Input::view(x), L::Output::view_mut(y));
        let bound = self.plan.bounds[n];
        L::Scratch::<V>::within(scratch, |scratch| match bound {
            Some(bound) => layer.infer_bounded(x, scratch, y, bound),
            None => layer.infer(x, scratch, y),
        });
    }
}

/// Inference that shows what each line gives.
pub struct Activations<'a, const N: usize, F> {
    /// What infers.
    pub infer: Infer<'a, N, f32>,
    /// The lines.
    pub lines: &'a [Line; N],
    /// What it is shown to: the line's name, the dimensions, and the values in that order.
    pub visit: F,
}

impl<const N: usize, F: FnMut(&'static str, &'static [usize], Ordered)> Activations<'_, N, F> {
    /// Line `n`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn line<L: Layer>(&mut self, n: usize, layer: &L) {
        self.infer.line(n, layer);
        let Infer { plan, x, stretch, y } = &self.infer;
        let values = match plan.lines[n].to {
            Where::Given => x,
            Where::At(at) => &stretch[at..at + L::Output::LEN],
            Where::Asked => &**y,
        };
        let layout = L::Output::LAYOUT;
        (self.visit)(self.lines[n].row.name, layout.dims, layout.iter(values));
    }
}

/// Training.
pub struct Forward<'a, const N: usize, V> {
    /// Where the values lie.
    pub plans: &'a Plans<N>,
    /// What the passes are told.
    pub context: &'a Context,
    /// What the lines take, of the caller's.
    pub x: &'a [V],
    /// What lies between them.
    pub kept: &'a mut [V],
    /// What they give, of the caller's.
    pub y: &'a mut [V],
}

impl<const N: usize, V: Elem> Forward<'_, N, V> {
    /// Line `n`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn line<L: Layer>(&mut self, n: usize, layer: &L, tape: &mut L::Tape<V>) {
        let (place, context) = (self.plans.kept.lines[n], &self.context.inside(n));
        if place.from == place.to {
            return match (L::TRAINS, place.to) {
                (Works::Apart, _) | (_, Where::Given) => (),
                (_, Where::At(at)) => layer.forward_in_place(context, tape, L::Output::view_mut(&mut self.kept[at..])),
                (_, Where::Asked) => layer.forward_in_place(context, tape, L::Output::view_mut(self.y)),
            };
        }
        let (x, y, _) = parts(place, [L::Input::LEN, L::Output::LEN, 0], self.x, self.kept, self.y);
        layer.forward(context, L::Input::view(x), tape, L::Output::view_mut(y));
    }
}

/// The pass backward, which goes the lines in reverse.
pub struct Backward<'a, const N: usize, V> {
    /// Where the values and the gradients lie.
    pub plans: &'a Plans<N>,
    /// What the passes are told.
    pub context: &'a Context,
    /// What the lines take, of the caller's.
    pub x: &'a [V],
    /// What training has kept.
    pub kept: &'a [V],
    /// What the lines give, of the caller's.
    pub y: &'a [V],
    /// The gradient of that.
    pub dy: &'a [V],
    /// The gradients between the lines.
    pub gradients: &'a mut [V],
    /// The gradient of what they take, if it is asked for.
    pub dx: Option<&'a mut [V]>,
}

impl<const N: usize, V: Elem> Backward<'_, N, V> {
    /// Line `n`.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn line<L: Layer>(&mut self, n: usize, layer: &L, tape: &mut L::Tape<V>, gradient: &mut L) {
        let (value, slope) = (self.plans.kept.lines[n], self.plans.gradients.lines[n]);
        let context = &self.context.inside(n);
        let values = |at| match at {
            Where::Given => self.x,
            Where::At(at) => &self.kept[at..],
            Where::Asked => self.y,
        };
        let (x, y) = (L::Input::view(values(value.from)), L::Output::view(values(value.to)));
        if slope.from == slope.to {
            return; // the gradient stays where it is, and there is nothing to learn
        }
        let lens = [L::Output::LEN, L::Input::LEN, 0];
        match (slope.to, self.dx.as_deref_mut()) {
            (Where::Asked, None) => {
                let (dy, _, _) = parts(slope, lens, self.dy, self.gradients, &mut []);
                layer.backward(context, x, tape, y, L::Output::view(dy), gradient, None);
            }
            (_, dx) => {
                let asked = match dx {
                    Some(dx) => dx,
                    None => &mut [],
                };
                let (dy, dx, _) = parts(slope, lens, self.dy, self.gradients, asked);
                layer.backward(context, x, tape, y, L::Output::view(dy), gradient, Some(L::Input::view_mut(dx)));
            }
        }
    }
}
