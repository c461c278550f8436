//! Blocks of layers side by side, whose channels are put one behind the other.
//!
//! y = \[f₁(x), f₂(x), ..\], along the channels; ∂L/∂x = Σ ∂L/∂x of each branch, for its part of ∂L/∂y
//!
//! In [`network!`](crate::network!): `concat { a { .. }, b { .. } }`; a branch without layers is the input itself. The macro
//! writes a struct with a field for each branch, whose passes are those here, one call a branch. Channels are last in memory,
//! so a branch's values are every place's channels from its first one on.

use super::lines::Line;
use crate::element::Scratch;
use crate::layer::{Context, add};
use crate::{Elem, Layer, Operation, Shape, Stage, Works};

/// Where the values of a branch lie.
#[derive(Clone, Copy)]
struct Place {
    /// Its first channel.
    first: usize,
    /// The channels of all branches.
    channels: usize,
    /// Where what training keeps of it begins.
    kept: usize,
}

/// The places of `N` branches, and how many values the stretch has.
pub struct Plan<const N: usize> {
    lines: [Place; N],
    /// The values of the stretch.
    pub len: usize,
}

/// What the whole computes.
pub const fn operation(stages: &'static [Stage]) -> Operation {
    Operation::Branches(stages)
}

/// Where the values of all passes lie.
pub struct Plans<const N: usize> {
    /// Inference: what one branch gives, and what it needs for itself.
    pub inference: Plan<N>,
    /// What training keeps: what each branch gives.
    pub kept: Plan<N>,
    /// The gradients of what one branch gives and of what it takes.
    pub gradients: Plan<N>,
    /// Whether the pass backward reads what the branches take, and what they give.
    pub reads: (bool, bool),
}

impl<const N: usize> Plans<N> {
    /// The plans of branches.
    pub const fn of(branches: &[Line; N]) -> Self {
        let mut lines = [Place { first: 0, channels: 0, kept: 0 }; N];
        let (mut channels, mut inference, mut kept, mut gradients, mut reads_x, mut n) = (0, 0, 0, 0, false, 0);
        while n < N {
            let Line { need, row, .. } = branches[n];
            (lines[n].first, lines[n].kept) = (channels, kept);
            channels += row.output[0];
            let writes = if let Works::Nothing = need.works { 0 } else { need.output + need.scratch };
            let keeps = if let Works::Nothing = need.trains { 0 } else { need.output };
            inference = if writes > inference { writes } else { inference };
            gradients = if keeps + need.input > gradients { keeps + need.input } else { gradients };
            kept += keeps;
            reads_x = reads_x || need.reads_x;
            n += 1;
        }
        n = 0;
        while n < N {
            lines[n].channels = channels;
            n += 1;
        }
        Plans {
            inference: Plan { lines, len: inference },
            kept: Plan { lines, len: kept },
            gradients: Plan { lines, len: gradients },
            reads: (reads_x, false),
        }
    }
}

/// Writes a branch's `part` to its channels of `whole`.
#[inline(always)]
fn scatter<B: Layer, V: Elem>(part: &[V], whole: &mut [V], place: Place) {
    let own = const { B::Output::DIMS[0] };
    for (part, whole) in part.chunks_exact(own).zip(whole.chunks_exact_mut(place.channels)) {
        for (&part, whole) in part.iter().zip(whole.iter_mut().skip(place.first)) {
            *whole = part;
        }
    }
}

/// Reads a branch's `part` from its channels of `whole`.
#[inline(always)]
fn gather<B: Layer, V: Elem>(whole: &[V], part: &mut [V], place: Place) {
    let own = const { B::Output::DIMS[0] };
    for (part, whole) in part.chunks_exact_mut(own).zip(whole.chunks_exact(place.channels)) {
        for (part, &whole) in part.iter_mut().zip(whole.iter().skip(place.first)) {
            *part = whole;
        }
    }
}

/// Inference.
pub struct Infer<'a, const N: usize, V> {
    /// Where the values lie.
    pub plan: &'a Plan<N>,
    /// What the branches take.
    pub x: &'a [V],
    /// What one of them writes on.
    pub stretch: &'a mut [V],
    /// What all of them give.
    pub y: &'a mut [V],
}

impl<const N: usize, V: Elem> Infer<'_, N, V> {
    /// Branch `n`.
    #[inline(always)]
    pub fn line<B: Layer>(&mut self, n: usize, branch: &B) {
        let place = self.plan.lines[n];
        if let Works::Nothing = B::WORKS {
            return scatter::<B, V>(self.x, self.y, place);
        }
        let (part, stretch) = self.stretch.split_at_mut(B::Output::LEN);
        let (x, output) = (B::Input::view(self.x), B::Output::view_mut(part));
        B::Scratch::<V>::within(stretch, |scratch| branch.infer(x, scratch, output));
        scatter::<B, V>(part, self.y, place);
    }
}

/// Training. What the branches give is kept.
pub struct Forward<'a, const N: usize, V> {
    /// Where the values lie.
    pub plans: &'a Plans<N>,
    /// What the passes are told.
    pub context: &'a Context,
    /// What the branches take.
    pub x: &'a [V],
    /// What each of them gives.
    pub kept: &'a mut [V],
    /// What all of them give.
    pub y: &'a mut [V],
}

impl<const N: usize, V: Elem> Forward<'_, N, V> {
    /// Branch `n`.
    #[inline(always)]
    pub fn line<B: Layer>(&mut self, n: usize, branch: &B, tape: &mut B::Tape<V>) {
        let place = self.plans.kept.lines[n];
        if let Works::Nothing = B::TRAINS {
            return scatter::<B, V>(self.x, self.y, place);
        }
        let kept = &mut self.kept[place.kept..];
        branch.forward(&self.context.inside(n), B::Input::view(self.x), tape, B::Output::view_mut(kept));
        scatter::<B, V>(&kept[..B::Output::LEN], self.y, place);
    }
}

/// The pass backward. The first branch's gradient is assigned to `dx`, the others' are added.
pub struct Backward<'a, const N: usize, V> {
    /// Where the values and the gradients lie.
    pub plans: &'a Plans<N>,
    /// What the passes are told.
    pub context: &'a Context,
    /// What the branches take.
    pub x: &'a [V],
    /// What each of them gave.
    pub kept: &'a [V],
    /// What all of them gave.
    pub y: &'a [V],
    /// The gradient of that.
    pub dy: &'a [V],
    /// The gradients of one of them.
    pub gradients: &'a mut [V],
    /// The gradient of what they take, if it is asked for.
    pub dx: Option<&'a mut [V]>,
}

impl<const N: usize, V: Elem> Backward<'_, N, V> {
    /// Branch `n`.
    #[inline(always)]
    pub fn line<B: Layer>(&mut self, n: usize, branch: &B, tape: &mut B::Tape<V>, gradient: &mut B) {
        let place = self.plans.kept.lines[n];
        let d_x = if let Works::Nothing = B::TRAINS {
            let d_x = &mut self.gradients[..B::Input::LEN];
            gather::<B, V>(self.dy, d_x, place);
            d_x
        } else {
            let (d_part, d_x) = self.gradients.split_at_mut(B::Output::LEN);
            let d_x = &mut d_x[..B::Input::LEN];
            gather::<B, V>(self.dy, d_part, place);
            let (x, y, dy) =
                (B::Input::view(self.x), B::Output::view(&self.kept[place.kept..]), B::Output::view(d_part));
            let asked = if self.dx.is_some() { Some(B::Input::view_mut(d_x)) } else { None };
            branch.backward(&self.context.inside(n), x, tape, y, dy, gradient, asked);
            d_x
        };
        match &mut self.dx {
            Some(dx) if n == 0 => dx.copy_from_slice(d_x),
            Some(dx) => add(d_x, dx),
            None => (),
        }
    }
}
