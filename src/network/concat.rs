//! Blocks of layers side by side, whose channels are put one behind the other.
//!
//! y = \[f₁(x), f₂(x), ..\], along the channels; ∂L/∂x = Σ ∂L/∂x of each branch, for its part of ∂L/∂y
//!
//! In [`network!`](crate::network!): `concat { a { .. }, b { .. } }`; a branch without layers is the input itself. The macro
//! writes a struct with a field for each branch, whose passes are those here, one call a branch. Channels are last in memory,
//! so a branch's values are every place's channels from its first one on.

use super::branches::is_written_at_once;
use super::inference::{Inside, Kind, Parts};
use super::lines::Line;
use super::numbers::Ordinal;
use crate::layer::{Context, Memory, add};
use crate::place::{self, Cuts, Path, Place};
use crate::{Elem, Layer, Shape, Works};

/// How a layer of branches is made.
pub const KIND: Kind = Kind::Concat;

/// Where the values of a branch lie.
#[derive(Clone, Copy)]
struct Branch {
    /// Its first channel.
    first: usize,
    /// The channels of all branches.
    channels: usize,
    /// Where what training keeps of it begins.
    kept: usize,
}

/// How many values a pass has.
pub struct Plan {
    /// The values.
    pub len: usize,
}

/// Where the values of all passes lie.
pub struct Plans<const N: usize> {
    branches: [Branch; N],
    /// What training keeps: what each branch gives.
    pub kept: Plan,
    /// The gradients of what one branch gives and of what it takes.
    pub gradients: Plan,
    /// Whether the pass backward reads what the branches take, and what they give.
    pub reads: (bool, bool),
}

impl<const N: usize> Plans<N> {
    /// The plans of branches.
    pub const fn of(lines: &[Line; N]) -> Self {
        let mut branches = [Branch { first: 0, channels: 0, kept: 0 }; N];
        let (mut channels, mut kept, mut gradients, mut reads_x, mut n) = (0, 0, 0, false, 0);
        while n < N {
            let Line { training, row, .. } = lines[n];
            (branches[n].first, branches[n].kept) = (channels, kept);
            channels += row.output[0];
            let keeps = if let Works::Nothing = training.works { 0 } else { training.output };
            gradients = if keeps + training.input > gradients { keeps + training.input } else { gradients };
            kept += keeps;
            reads_x = reads_x || training.reads_x;
            n += 1;
        }
        n = 0;
        while n < N {
            branches[n].channels = channels;
            n += 1;
        }
        Plans { branches, kept: Plan { len: kept }, gradients: Plan { len: gradients }, reads: (reads_x, false) }
    }
}

/// Writes a branch's `part` to its channels of `whole`.
#[inline(always)]
fn scatter<B: Layer, V: Elem>(part: &[V], whole: &mut [V], place: Branch) {
    let own = const { B::Output::DIMS[0] };
    for (part, whole) in part.chunks_exact(own).zip(whole.chunks_exact_mut(place.channels)) {
        for (&part, whole) in part.iter().zip(whole.iter_mut().skip(place.first)) {
            *whole = part;
        }
    }
}

/// Reads a branch's `part` from its channels of `whole`.
#[inline(always)]
fn gather<B: Layer, V: Elem>(whole: &[V], part: &mut [V], place: Branch) {
    let own = const { B::Output::DIMS[0] };
    for (part, whole) in part.chunks_exact_mut(own).zip(whole.chunks_exact(place.channels)) {
        for (part, &whole) in part.iter_mut().zip(whole.iter().skip(place.first)) {
            *part = whole;
        }
    }
}

/// Writes what branch `I` of `L`, on the way `P`, has given to its channels, if it is the time: as soon as it is computed, or
/// after all of them.
#[inline(always)]
pub fn write<B: Layer, V: Elem, P: Path, L: Parts<N> + Layer, const N: usize, I: Ordinal>(
    plans: &Plans<N>,
    _: &B,
    is_at_once: bool,
    memory: &mut impl Memory<V>,
) {
    let (place, cuts, is_now) = const {
        let place = Place { from: <Inside<P, L, N, I> as Path>::PLACE.to, ..P::PLACE };
        let cuts = Cuts::of(&place, B::Output::LEN, L::Output::LEN, 0);
        (place, cuts, is_written_at_once(&L::NEEDS, L::OUTPUT, &P::PLACE, I::N))
    };
    if is_now == is_at_once {
        let (given, stretch, asked) = memory.parts();
        let (part, whole, _) = place::parts(place, cuts, given, stretch, asked);
        scatter::<B, V>(part, whole, plans.branches[I::N]);
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
        let place = self.plans.branches[n];
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
        let place = self.plans.branches[n];
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
