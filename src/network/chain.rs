//! The passes of lines one after the other.
//!
//! All of it is written into the network's own pass: places are constants there, and nothing of the choosing is left. Not so
//! where nothing is optimised: the pass would need the stack of all its lines.

use super::inference::Kind;
use super::lines::{self, Line};
use super::plan::{self, Place, Plan};
use crate::layer::{Context, Memory};
use crate::place::{self, Path, Where};
use crate::{Elem, Layer, Ordered, Shape, Works};

/// How a layer of lines is made.
pub const KIND: Kind = Kind::Chain;

/// Where the values of training lie.
pub struct Plans<const N: usize> {
    /// What is kept.
    pub kept: Plan<N>,
    /// The gradients of a pass backward.
    pub gradients: Plan<N>,
    /// Whether the pass backward reads what the lines take, and what they give.
    pub reads: (bool, bool),
}

impl<const N: usize> Plans<N> {
    /// The plans of lines.
    pub const fn of(lines: &[Line; N]) -> Self {
        let needs = lines::trainings(lines);
        Plans { kept: plan::kept(&needs), gradients: plan::gradients(&needs), reads: plan::reads(&needs) }
    }
}

/// What a line reads and writes, which lie apart in the stretch.
///
/// What does not lie in the stretch stands there as an empty range, at the end where the other is not. All numbers are
/// constants, so that no cut is looked at when it runs.
#[cfg_attr(not(debug_assertions), inline(always))]
fn parts<'a, V>(
    place: Place,
    [input, output]: [usize; 2],
    given: &'a [V],
    stretch: &'a mut [V],
    asked: &'a mut [V],
) -> (&'a [V], &'a mut [V]) {
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
    let (from, to) = place::pair(stretch, from, to);
    let from = if let Where::At(_) = place.from { &*from } else { given };
    let to = if let Where::At(_) = place.to { to } else { asked };
    (from, to)
}

/// A memory that shows what each line gives, to the function: the line's name, the dimensions, and the values in that order.
pub struct Shown<M, F>(pub M, pub F);

impl<M: Memory<f32>, F: FnMut(&'static str, &'static [usize], Ordered)> Memory<f32> for Shown<M, F> {
    #[inline(always)]
    fn parts(&mut self) -> (&[f32], &mut [f32], &mut [f32]) {
        self.0.parts()
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn line<P: Path>(&mut self, name: &'static str, layer: &impl Layer) {
        show::<P, _>(name, layer, &mut self.0, &mut self.1);
    }
}

/// Infers with a layer on the way `P`, and shows what it gives; what it is made of is not shown.
#[cfg_attr(not(debug_assertions), inline(always))]
fn show<P: Path, L: Layer>(
    name: &'static str,
    layer: &L,
    memory: &mut impl Memory<f32>,
    visit: &mut impl FnMut(&'static str, &'static [usize], Ordered),
) {
    layer.infer_at::<f32, P, _>(memory);
    let (given, stretch, asked) = memory.parts();
    let values = match const { P::PLACE.to } {
        Where::Given => given,
        Where::At(at) => &stretch[at..at + L::Output::LEN],
        Where::Asked => asked,
    };
    let layout = L::Output::LAYOUT;
    visit(name, layout.dims, layout.iter(values));
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
        let (x, y) = parts(place, [L::Input::LEN, L::Output::LEN], self.x, self.kept, self.y);
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
        let lens = [L::Output::LEN, L::Input::LEN];
        match (slope.to, self.dx.as_deref_mut()) {
            (Where::Asked, None) => {
                let (dy, _) = parts(slope, lens, self.dy, self.gradients, &mut []);
                layer.backward(context, x, tape, y, L::Output::view(dy), gradient, None);
            }
            (_, dx) => {
                let asked = match dx {
                    Some(dx) => dx,
                    None => &mut [],
                };
                let (dy, dx) = parts(slope, lens, self.dy, self.gradients, asked);
                layer.backward(context, x, tape, y, L::Output::view(dy), gradient, Some(L::Input::view_mut(dx)));
            }
        }
    }
}
