//! Where values lie while a network infers: places in one stretch of values, which are constants.
//!
//! What a layer [needs](Need) is known without its place; where it [lies](Place) is told from outside inwards, by a type, a
//! [`Path`]. So the lines of a network that stands in another, or of a block, share the stretch with all others.

/// Where a layer can work.
///
/// ```
/// use const_cnn::{Flatten, Image, Layer, Linear, Relu, Vector, Works};
/// assert_eq!(Linear::<4, 4>::WORKS, Works::Apart); // each sum reads all of x
/// assert_eq!(Relu::<Vector<4>>::WORKS, Works::InPlace);
/// assert_eq!(Flatten::<Image<1, 2, 2>, Vector<4>>::WORKS, Works::Nothing);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Works {
    /// Its output lies apart from its input.
    Apart,
    /// It can write its output where its input lies, value for value.
    InPlace,
    /// Its output is its input as it lies in memory: in evaluation it costs no pass.
    Nothing,
}

/// What a layer needs while it infers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// The values that it takes.
    pub input: usize,
    /// The values that it gives.
    pub output: usize,
    /// The values of the stretch that are alive at once: by whether what it takes lies there, and is no more needed after it,
    /// and whether what it gives does.
    pub alive: [[usize; 2]; 2],
    /// Where it works.
    pub works: Works,
    /// Whether what it gives lies at the other end of the stretch than what it took.
    pub flips: bool,
    /// Whether it can bound its output where it writes it.
    pub bounds: bool,
    /// The bound of a layer that is nothing else.
    pub bound: Option<f32>,
}

impl Need {
    /// What a layer needs that is made of no others, and needs `scratch` values for itself where it does not work in place.
    pub const fn of(input: usize, output: usize, scratch: usize, works: Works) -> Need {
        let alive = match works {
            Works::Apart => [[scratch, scratch + output], [input + scratch, input + scratch + output]],
            _ => [[scratch, scratch + output], [input + scratch, output]],
        };
        let flips = matches!(works, Works::Apart);
        Need { input, output, alive, works, flips, bounds: false, bound: None }
    }

    /// What is alive at once, [by](Need::alive) where its input and its output lie.
    pub const fn alive(&self, x: bool, y: bool) -> usize {
        self.alive[x as usize][y as usize]
    }
}

/// Where values lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In what the caller hands in to be read.
    Given,
    /// In the stretch, from this value on.
    At(usize),
    /// In what the caller hands in to be written.
    Asked,
}

impl Where {
    /// The places of `len` values, if they lie in the stretch.
    pub(crate) const fn range(self, len: usize) -> Option<(usize, usize)> {
        match self {
            Where::At(at) => Some((at, at + len)),
            Where::Given | Where::Asked => None,
        }
    }
}

/// A part of the stretch: its first value, and where it ends.
pub type Stretch = (usize, usize);

/// Where a layer reads and where it writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What it reads.
    pub from: Where,
    /// What it writes; the same place where it works in place.
    pub to: Where,
    /// What it may write on during its pass, what it writes counted, and what it reads if that is no more needed.
    pub free: Stretch,
    /// Where it works: nowhere, where a line before it has taken over its bound.
    pub works: Works,
    /// What its output is at least: the bound of a line after it.
    pub bound: Option<f32>,
    /// Whether each of the lines that it is made of is a pass of its own.
    pub is_shown: bool,
}

impl Place {
    /// Of a layer whose place nobody asks for.
    pub const NONE: Place =
        Place { from: Where::Given, to: Where::Given, free: (0, 0), works: Works::Apart, bound: None, is_shown: false };

    /// What is free beside `len` values, which lie at an end of it or outside.
    pub const fn without(free: Stretch, values: Where, len: usize) -> Stretch {
        match values {
            Where::At(at) if at == free.0 && at < free.1 => (at + len, free.1),
            Where::At(at) if at > free.0 && at < free.1 => (free.0, at),
            _ => free,
        }
    }

    /// Whether it writes where it reads.
    pub const fn is_in_place(&self) -> bool {
        match (self.from, self.to) {
            (Where::At(from), Where::At(to)) => from == to,
            (Where::Given, Where::Given) | (Where::Asked, Where::Asked) => true,
            _ => false,
        }
    }

    /// Whether what it reads is no more needed after it.
    pub const fn is_last_use(&self) -> bool {
        matches!(self.from, Where::At(at) if self.free.0 <= at && at < self.free.1)
    }
}

/// What a layer reads, writes and has for itself, as parts of the stretch. What does not lie there is an empty part, so that
/// nothing of it is looked at when it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cuts {
    from: Stretch,
    hull: Stretch,
    to: Stretch,
    scratch: Stretch,
}

impl Cuts {
    /// Those of a layer at `place` that takes `input` values, gives `output`, and needs `scratch` for itself.
    pub const fn of(place: &Place, input: usize, output: usize, scratch: usize) -> Cuts {
        let free = Place::without(Place::without(place.free, place.from, input), place.to, output);
        Cuts::with(place, input, output, (free.0, free.0 + scratch))
    }

    /// As [`of`](Cuts::of), what it has for itself lying on one side of the input with the output.
    pub const fn with(place: &Place, input: usize, output: usize, scratch: Stretch) -> Cuts {
        let is_needed = scratch.0 < scratch.1;
        let (to, scratch, hull) = match (place.to.range(output), is_needed) {
            (None, false) => ((0, 0), (0, 0), (0, 0)),
            (None, true) => ((scratch.0, scratch.0), scratch, scratch),
            (Some(to), false) => (to, (to.1, to.1), to),
            (Some(to), true) if to.0 < scratch.0 => (to, scratch, (to.0, scratch.1)),
            (Some(to), true) => (to, scratch, (scratch.0, to.1)),
        };
        let from = match place.from.range(input) {
            Some(from) => from,
            None => (hull.1, hull.1),
        };
        Cuts { from, hull, to, scratch }
    }
}

/// Two parts that do not overlap.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn pair<V>(stretch: &mut [V], a: Stretch, b: Stretch) -> (&mut [V], &mut [V]) {
    let is_forward = a.1 <= b.0;
    let (first, second) = if is_forward { (a, b) } else { (b, a) };
    let (front, back) = stretch.split_at_mut(second.0);
    let (first, second) = (&mut front[first.0..first.1], &mut back[..second.1 - second.0]);
    if is_forward { (first, second) } else { (second, first) }
}

/// What a layer at `place` reads, writes and has for itself.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn parts<'a, V>(
    place: Place,
    cuts: Cuts,
    given: &'a [V],
    stretch: &'a mut [V],
    asked: &'a mut [V],
) -> (&'a [V], &'a mut [V], &'a mut [V]) {
    let within = |part: Stretch| (part.0 - cuts.hull.0, part.1 - cuts.hull.0);
    let (from, hull) = pair(stretch, cuts.from, cuts.hull);
    let (to, scratch) = pair(hull, within(cuts.to), within(cuts.scratch));
    let from = if let Where::At(_) = place.from { &*from } else { given };
    match (place.from, place.to) {
        (Where::Asked, _) => (asked, to, scratch), // within a gate, which works on its output
        (_, Where::At(_)) => (from, to, scratch),
        _ => (from, asked, scratch),
    }
}

/// The values that lie somewhere, from the first one on.
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn values<'a, V>(place: Where, stretch: &'a mut [V], asked: &'a mut [V]) -> &'a mut [V] {
    match place {
        Where::At(at) => &mut stretch[at..],
        Where::Given | Where::Asked => asked,
    }
}

/// The way to a layer from the network that infers, which says where the layer's values lie.
pub trait Path {
    /// Where the layer reads and writes.
    const PLACE: Place;
}
