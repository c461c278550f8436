//! Where the values of a network lie while it infers, of its lines and of all that they are made of.
//!
//! All of it is computed by the compiler. A chain of layers is at one time at one line: what that line reads lies at one end of
//! the stretch that is free, what it writes at the other, and what it needs for itself between the two. A block keeps what it
//! reads at its end, and its lines share the rest. So a stretch takes what is alive at once and no more.

use core::marker::PhantomData;

use super::branches::{self, Order};
use super::numbers::Ordinal;
use crate::place::{Need, Path, Place, Stretch, Where};
use crate::{Layer, Works};

/// How a layer is made of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One after the other.
    Chain,
    /// Side by side, their channels one behind the other.
    Concat,
    /// A block, and the way around it.
    Residual,
    /// A block, whose output the input is multiplied with.
    Gate,
}

/// A layer that is made of `N` layers.
pub trait Parts<const N: usize> {
    /// How.
    const KIND: Kind;
    /// The values that it gives.
    const OUTPUT: usize;
    /// What each needs.
    const NEEDS: [Need; N];
}

pub(super) const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

pub(super) const fn is_apart(works: Works) -> bool {
    matches!(works, Works::Apart)
}

pub(super) const fn is_nothing(works: Works) -> bool {
    matches!(works, Works::Nothing)
}

/// The line after the `n`-th whose bound that takes over.
pub const fn taken(lines: &[Need], n: usize) -> Option<usize> {
    if !lines[n].bounds {
        return None;
    }
    let mut next = n + 1;
    while next < lines.len() && matches!(lines[next].works, Works::Nothing) {
        next += 1;
    }
    // one apart moves what it bounds
    if next < lines.len() && matches!(lines[next], Need { bound: Some(_), works: Works::InPlace, .. }) {
        return Some(next);
    }
    None
}

/// Lines one after the other, and where each works: a bound that a line before it has taken over is nothing.
struct Bounds {
    /// The line whose bound the last one has taken over that could; the first line's is never taken.
    taken: usize,
}

impl Bounds {
    const NONE: Bounds = Bounds { taken: 0 };

    /// Where the `n`-th line works, the next one that is asked for.
    const fn works(&mut self, lines: &[Need], n: usize) -> Works {
        let is_taken = n > 0 && n == self.taken;
        if lines[n].bounds
            && let Some(next) = taken(lines, n)
        {
            self.taken = next;
        }
        if is_taken { Works::Nothing } else { lines[n].works }
    }
}

/// The last line that writes anew: those after it work where it has written. Where none does it is the first that works in place,
/// which writes elsewhere if the input stays.
const fn last_writer(lines: &[Need]) -> usize {
    let mut last = lines.len();
    while last > 0 {
        last -= 1;
        if let Works::Apart = lines[last].works {
            return last;
        }
    }
    while last + 1 < lines.len() && matches!(lines[last].works, Works::Nothing) {
        last += 1;
    }
    last
}

/// Whether the `n`-th line writes anew. What is given stays as it is, so that a line in place writes elsewhere then.
const fn moves(works: Works, n: usize, last: usize, is_given: bool) -> bool {
    match works {
        Works::Apart => true,
        Works::InPlace => is_given,
        Works::Nothing => is_given && n == last,
    }
}

/// What a layer needs that is made of others, and gives `output` values.
pub const fn need(kind: Kind, parts: &[Need], output: usize) -> Need {
    if let Kind::Chain = kind {
        return chain_need(parts, output);
    }
    let input = parts[0].input;
    let (works, flips) = match kind {
        Kind::Gate => (Works::InPlace, false),
        Kind::Concat => (Works::Apart, !matches!(branches::order(parts, input, output), Order::Over)),
        Kind::Residual | Kind::Chain => (Works::Apart, true),
    };
    let bounds = matches!(kind, Kind::Residual);
    let mut need = Need { input, output, alive: [[0; 2]; 2], works, flips, bounds, bound: None };
    let (mut x, mut y) = (0, 0);
    while x < 2 {
        need.alive[x][y] = match kind {
            Kind::Concat => {
                let (x, y) = (input * x, output * y);
                branches::alive_in(parts, branches::order(parts, x, y), x, y)
            }
            Kind::Residual => residual_alive(&need, parts, x > 0, y > 0),
            // what it is multiplied with, beside what it works on
            _ if x > 0 && y > 0 => input + parts[0].alive(false, true),
            _ => input * x + max(parts[0].alive(false, true), parts[0].output + output * y),
        };
        (x, y) = (x + y, 1 - y);
    }
    need
}

/// Writes to `places` where the layers lie that a layer at `place` is made of, which gives `output` values.
pub const fn place(kind: Kind, parts: &[Need], output: usize, place: Place, places: &mut [Place]) {
    let (count, mut n) = (parts.len(), 0);
    while n < count {
        places[n] = Place { works: parts[n].works, bound: None, is_shown: false, ..place };
        n += 1;
    }
    let beside = Place::without(place.free, place.from, parts[0].input);
    match kind {
        Kind::Chain => place_chain(parts, place, places),
        Kind::Concat => branches::place(parts, output, place, places),
        Kind::Residual => {
            let free = Place::without(place.free, place.to, output);
            (places[0].free, places[1].free) = (beside, free);
            places[1].to = onward(&parts[1], place.from, free);
        }
        Kind::Gate => (places[0].free, places[0].to) = (beside, away(&parts[0], place.to, beside)),
    }
}

/// Whether a value lies at the front of the stretch that is free; otherwise at its end.
pub(super) const fn is_front(value: Where, free: Stretch) -> bool {
    matches!(value, Where::At(at) if at == free.0)
}

/// Where a layer's output lies, at an end of the stretch that is free.
pub(super) const fn end(need: &Need, is_front: bool, free: Stretch) -> Where {
    Where::At(if is_front { free.0 } else { free.1 - need.output })
}

/// Where a layer's output lies away from a value at the end of the stretch that is free.
const fn away(need: &Need, value: Where, free: Stretch) -> Where {
    end(need, !is_front(value, free), free)
}

/// Where a layer's output lies, that may overwrite its input if that lies in the stretch that is free.
pub(super) const fn onward(need: &Need, from: Where, free: Stretch) -> Where {
    match need.works {
        Works::Nothing => from,
        _ if !(Place { from, free, ..Place::NONE }).is_last_use() => Where::At(free.0),
        Works::InPlace => from,
        Works::Apart => end(need, is_front(from, free) != need.flips, free),
    }
}

/// As [`need`], of lines one after the other.
///
/// It is written without calls, which are most of what the compiler takes for it, twice for each network.
const fn chain_need(lines: &[Need], output: usize) -> Need {
    let (mut works, mut flips, mut alive) = (Works::Nothing, false, [[0; 2]; 2]);
    // by whether the input lies in the stretch and is no more needed, and whether the output does: whether the value lies there
    let (mut inside, mut is_given) = ([[0, 0], [1, 1]], true);
    let (count, last, mut bounds, mut n) = (lines.len(), last_writer(lines), Bounds::NONE, 0);
    while n < count {
        let (line, own) = (&lines[n], bounds.works(lines, n));
        let (is_apart, is_nothing) = (matches!(own, Works::Apart), matches!(own, Works::Nothing));
        if is_apart {
            (works, flips) = (own, flips != line.flips);
        } else if !is_nothing && matches!(works, Works::Nothing) {
            works = own;
        }
        // what is given stays as it is
        let moves = [is_apart || is_given && (n == last || !is_nothing), is_apart];
        is_given = is_given && !moves[0];
        let (mut x, mut y) = (0, 0);
        while x < 2 {
            let from = inside[x][y];
            let mut most = line.alive[1][1];
            if moves[x] {
                inside[x][y] = if n < last { 1 } else { y };
                most = line.alive[from][inside[x][y]];
            } else if from == 0 {
                most -= line.output;
            }
            if alive[x][y] < most {
                alive[x][y] = most;
            }
            (x, y) = (x + y, 1 - y);
        }
        n += 1;
    }
    Need { input: lines[0].input, output, alive, works, flips, bounds: false, bound: None }
}

/// Lines one after the other: values alternate between the ends of the stretch that is free, so that the last lies where it is
/// asked for.
const fn place_chain(lines: &[Need], place: Place, places: &mut [Place]) {
    let (last, free, mut is_given) = (last_writer(lines), place.free, !place.is_last_use());
    let mut at_front = if is_given { first_at_front(lines, place) } else { is_front(place.from, free) };
    let (count, mut bounds, mut from, mut n) = (lines.len(), Bounds::NONE, place.from, 0);
    while n < count {
        let mut works = lines[n].works;
        if !place.is_shown {
            works = bounds.works(lines, n);
            if lines[n].bounds
                && let Some(next) = taken(lines, n)
            {
                places[n].bound = lines[next].bound;
            }
        }
        let mut to = from;
        if moves(works, n, last, is_given) {
            at_front = if is_given { at_front } else { at_front != lines[n].flips };
            is_given = false;
            to = if n == last { place.to } else { end(&lines[n], at_front, free) };
        }
        (places[n].from, places[n].to, places[n].works) = (from, to, works);
        from = to;
        n += 1;
    }
}

/// Whether the first line that writes anew, of lines whose input stays, writes at the front of the stretch.
const fn first_at_front(lines: &[Need], place: Place) -> bool {
    let (last, mut bounds, mut first) = (last_writer(lines), Bounds::NONE, 0);
    while !moves(bounds.works(lines, first), first, last, true) {
        first += 1;
    }
    let (mut at_front, mut n) = (!matches!(place.to, Where::At(_)) || is_front(place.to, place.free), last);
    while n > first {
        if is_apart(lines[n].works) {
            at_front = at_front != lines[n].flips;
        }
        n -= 1;
    }
    at_front
}

/// As [`chain_alive`], of a block and the way around it, which may overwrite the input.
const fn residual_alive(whole: &Need, parts: &[Need], x: bool, y: bool) -> usize {
    let (block, around) = (&parts[0], &parts[1]);
    let (input, output) = (whole.input * x as usize, whole.output * y as usize);
    let second = if is_nothing(around.works) { input } else { around.alive(x, true) };
    max(input + block.alive(false, y), output + second)
}

/// Where the layers lie that `L` is made of, on the way `P`.
struct Within<P, L, const N: usize>(PhantomData<(P, L)>);

impl<P: Path, L: Parts<N>, const N: usize> Within<P, L, N> {
    const PLACES: [Place; N] = {
        let mut places = [Place::NONE; N];
        place(L::KIND, &L::NEEDS, L::OUTPUT, P::PLACE, &mut places);
        places
    };
}

/// The way `P` to a layer `L` that is made of `N`, and on to the `I`-th of these.
pub struct Inside<P, L, const N: usize, I>(PhantomData<(P, L, I)>);

impl<P: Path, L: Parts<N>, const N: usize, I: Ordinal> Path for Inside<P, L, N, I> {
    const PLACE: Place = Within::<P, L, N>::PLACES[I::N];
}

/// The way to a layer that reads and writes what the caller hands in, and has a stretch of `LEN` values.
pub struct Between<const LEN: usize, const IS_SHOWN: bool>;

impl<const LEN: usize, const IS_SHOWN: bool> Path for Between<LEN, IS_SHOWN> {
    const PLACE: Place = Place {
        from: Where::Given,
        to: Where::Asked,
        free: (0, LEN),
        works: Works::Apart,
        bound: None,
        is_shown: IS_SHOWN,
    };
}

/// The place of a layer whose input lies at the front of the stretch, which is as large as what is alive at once and holds the
/// output at last.
pub const fn whole(need: &Need) -> Place {
    let free = (0, need.alive(true, true));
    let to = end(need, !need.flips, free);
    Place { from: Where::At(0), to, free, works: need.works, bound: None, is_shown: false }
}

/// The way to a layer that lies [whole](whole()) in a stretch.
pub struct Whole<L>(PhantomData<L>);

impl<L: Layer> Path for Whole<L> {
    const PLACE: Place = whole(&L::NEED);
}

/// Where the output lies of a layer that lies [whole](whole()) in a stretch.
pub const fn result<L: Layer>() -> usize {
    match whole(&L::NEED).to {
        Where::At(at) => at,
        Where::Given | Where::Asked => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::vec;
    use std::vec::Vec;

    use super::super::branches::is_written_at_once;
    use super::*;

    /// A layer that needs some values for itself, or how it is made of others.
    enum Tree {
        Leaf(Need, usize),
        Node(Kind, Vec<Tree>),
    }

    fn leaf(input: usize, output: usize) -> Tree {
        Tree::Leaf(Need { bounds: true, ..Need::of(input, output, 0, Works::Apart) }, 0)
    }

    fn in_place(len: usize) -> Tree {
        Tree::Leaf(Need { bound: Some(0.0), ..Need::of(len, len, 0, Works::InPlace) }, 0)
    }

    fn nothing(len: usize) -> Tree {
        Tree::Leaf(Need::of(len, len, 0, Works::Nothing), 0)
    }

    fn chain(lines: impl Into<Vec<Tree>>) -> Tree {
        Tree::Node(Kind::Chain, lines.into())
    }

    fn residual(block: Tree, around: Tree) -> Tree {
        Tree::Node(Kind::Residual, vec![block, around])
    }

    impl Tree {
        fn need(&self) -> Need {
            match self {
                Tree::Leaf(need, _) => *need,
                Tree::Node(kind, parts) => {
                    let needs: Vec<Need> = parts.iter().map(Tree::need).collect();
                    let output = match kind {
                        Kind::Chain => needs[needs.len() - 1].output,
                        Kind::Concat => needs.iter().map(|need| need.output).sum(),
                        Kind::Residual => needs[0].output,
                        Kind::Gate => needs[0].input,
                    };
                    need(*kind, &needs, output)
                }
            }
        }

        /// Where its parts lie.
        fn places(&self, at: Place) -> Vec<Place> {
            let Tree::Node(kind, parts) = self else { return Vec::new() };
            let (needs, mut places) =
                (parts.iter().map(Tree::need).collect::<Vec<_>>(), vec![Place::NONE; parts.len()]);
            place(*kind, &needs, self.need().output, at, &mut places);
            places
        }

        /// Infers in as many values as are said to be alive at once, and says how many.
        fn infer(&self, x: bool, y: bool) -> usize {
            let need = self.need();
            let len = need.alive(x, y);
            let (free, mut memory) = ((0, len), Memory { values: vec![0; len], count: 1 });
            let from = if x { Where::At(0) } else { Where::Given };
            let to = if y { end(&need, !x || !need.flips, free) } else { Where::Asked };
            memory.write(from, need.input, 1, free);
            let y = memory.infer(self, Place { from, to, free, works: need.works, ..Place::NONE }, 1);
            memory.read(to, need.output, y);
            len
        }
    }

    /// A stretch in which each value is the number of the layer that wrote it.
    struct Memory {
        values: Vec<usize>,
        count: usize,
    }

    impl Memory {
        fn write(&mut self, to: Where, len: usize, who: usize, free: Stretch) {
            if let Some((start, end)) = to.range(len) {
                assert!(free.0 <= start && end <= free.1, "{start}..{end} is not free, but {free:?}");
                self.values[start..end].fill(who);
            }
        }

        fn read(&self, from: Where, len: usize, who: usize) {
            if let Some((start, end)) = from.range(len) {
                assert!(self.values[start..end].iter().all(|&value| value == who), "{start}..{end} is overwritten");
            }
        }

        /// Writes a new value, and says who it is.
        fn put(&mut self, to: Where, len: usize, free: Stretch) -> usize {
            self.count += 1;
            self.write(to, len, self.count, free);
            self.count
        }

        /// Infers with what `x` has written, as the layers do; says who has written the output.
        fn infer(&mut self, tree: &Tree, place: Place, x: usize) -> usize {
            let (Need { input, output, .. }, places) = (tree.need(), tree.places(place));
            match tree {
                Tree::Leaf(..) if place.is_in_place() && is_nothing(place.works) => x,
                Tree::Leaf(_, scratch) => {
                    self.read(place.from, input, x);
                    let y = self.put(place.to, output, place.free);
                    if !place.is_in_place() {
                        let free = Place::without(Place::without(place.free, place.from, input), place.to, output);
                        self.write(Where::At(free.0), *scratch, 0, free);
                        self.read(place.from, input, x);
                    }
                    self.read(place.to, output, y);
                    y
                }
                Tree::Node(Kind::Chain, lines) => {
                    lines.iter().zip(places).fold(x, |x, (line, place)| self.infer(line, place, x))
                }
                Tree::Node(Kind::Residual, parts) => {
                    let block = self.infer(&parts[0], places[0], x);
                    let around = self.infer(&parts[1], places[1], x);
                    self.read(places[1].to, output, around);
                    self.read(place.to, output, block);
                    self.put(place.to, output, place.free)
                }
                Tree::Node(Kind::Gate, parts) => {
                    let gate = self.infer(&parts[0], places[0], x);
                    self.read(place.from, input, x);
                    let y = self.put(place.to, output, place.free);
                    if !place.is_in_place() {
                        self.read(place.from, input, x);
                    }
                    self.read(places[0].to, parts[0].need().output, gate);
                    y
                }
                Tree::Node(Kind::Concat, branches) => {
                    let needs: Vec<Need> = branches.iter().map(Tree::need).collect();
                    let (mut y, mut values) = (None, vec![x; needs.len()]);
                    for is_at_once in [true, false] {
                        for n in 0..needs.len() {
                            if is_at_once {
                                values[n] = self.infer(&branches[n], places[n], x);
                            }
                            if is_written_at_once(&needs, output, &place, n) == is_at_once {
                                let y = *y.get_or_insert_with(|| self.put(place.to, output, place.free));
                                self.read(places[n].to, needs[n].output, values[n]);
                                self.read(place.to, output, y);
                            }
                        }
                    }
                    y.unwrap()
                }
            }
        }
    }

    #[test]
    fn a_bound_is_taken_over_by_what_writes_anew() {
        let relu = in_place(4).need();
        let lines = [leaf(4, 4).need(), nothing(4).need(), relu, relu];
        assert_eq!([taken(&lines, 0), taken(&lines, 2)], [Some(2), None]);
        let mut bounds = Bounds::NONE;
        let works: Vec<Works> = (0..4).map(|n| bounds.works(&lines, n)).collect();
        assert_eq!(works, [Works::Apart, Works::Nothing, Works::Nothing, Works::InPlace]);
    }

    #[test]
    fn a_bound_stays_where_it_lies_apart() {
        let (conv, relu) = (leaf(4, 4).need(), in_place(4).need());
        assert_eq!(taken(&[conv, Need { works: Works::Apart, ..relu }], 0), None);
        assert_eq!(taken(&[conv, Need { bounds: false, ..conv }, relu], 0), None);
    }

    #[test]
    fn a_network_within_a_network_takes_no_more_than_its_lines() {
        let lines = || [leaf(4, 12), in_place(12), leaf(12, 12), leaf(12, 4)];
        let nested = chain([leaf(4, 4), chain(lines()), leaf(4, 1)]);
        let flat = chain([leaf(4, 4)].into_iter().chain(lines()).chain([leaf(4, 1)]).collect::<Vec<_>>());
        assert_eq!([nested.infer(true, true), nested.infer(false, false)], [24, 24]);
        assert_eq!(nested.need().alive, flat.need().alive);
    }

    #[test]
    fn what_works_in_place_needs_nothing_for_itself_there() {
        let own = || Tree::Leaf(Need::of(2, 2, 2, Works::InPlace), 2);
        assert_eq!([chain([own()]).infer(true, true), chain([own()]).infer(false, false)], [2, 2]);
        // what is given stays, so that it works elsewhere
        assert_eq!(chain([own(), leaf(2, 1)]).infer(false, false), 2 + 2);
        assert_eq!(chain([leaf(1, 2), own(), leaf(2, 1)]).infer(false, false), 2);
    }

    #[test]
    fn a_block_takes_what_is_alive_at_once() {
        // what comes out of it is alive no sooner than it is computed
        let inverted = || residual(chain([leaf(4, 24), leaf(24, 24), leaf(24, 4)]), nothing(4));
        assert_eq!([inverted().infer(false, false), inverted().infer(true, true)], [48, 4 + 48]);
        // a way around may write where it has read
        let around = || chain([leaf(8, 2), leaf(2, 8)]);
        assert_eq!(residual(leaf(8, 8), around()).infer(true, true), 8 + 8 + 2);
        assert_eq!(residual(leaf(8, 8), leaf(8, 8)).infer(true, true), 3 * 8);
        let gate = Tree::Node(Kind::Gate, vec![chain([leaf(8, 2), leaf(2, 8)])]);
        // where its input stays, it reads it there, whatever line that is nothing stands between
        let deep = Tree::Node(Kind::Gate, vec![chain([leaf(5, 20), leaf(20, 20), leaf(20, 5)])]);
        assert_eq!(chain([nothing(5), deep]).infer(false, true), 40);
        // it works where its input lies, if that is no more needed
        assert_eq!([gate.infer(true, true), gate.infer(false, true)], [8 + 2 + 8, 8 + 8]);
    }

    #[test]
    fn branches_take_what_is_alive_at_once() {
        let concat = |branches: Vec<Tree>| Tree::Node(Kind::Concat, branches);
        // one level of a U-Net: the input, while what is below it is computed, and the channels of both
        let level = |deep: usize| concat(vec![nothing(16), chain([leaf(16, 4), leaf(4, deep), leaf(deep, 16)])]);
        assert_eq!([level(8).infer(true, true), level(8).infer(false, false)], [16 + 16 + 32, 24]);
        assert_eq!(level(40).infer(true, true), 16 + 40 + 16);
        // the second branch needs much, so what the first gives waits
        assert_eq!(
            concat(vec![leaf(8, 2), chain([leaf(8, 20), leaf(20, 5), leaf(5, 6)])]).infer(true, true),
            2 + 20 + 8
        );
        // what is put together may lie where the input did
        let last = || chain([leaf(8, 1), leaf(1, 4)]);
        assert_eq!(concat(vec![leaf(8, 4), last()]).infer(true, true), 8 + 4 + 1 + 4);
        assert_eq!(concat(vec![last(), last(), last()]).infer(true, true), 12 + 12);
        // the only branch may write where the input lies
        assert_eq!(concat(vec![in_place(8)]).infer(true, true), 8 + 8);
        assert_eq!(chain([leaf(4, 8), concat(vec![in_place(8)])]).infer(false, false), 8);
        assert_eq!(concat(vec![chain([leaf(8, 2), leaf(2, 8)])]).infer(true, true), 8 + 8);
    }

    /// Any layer of layers that takes so many values.
    fn any(random: &mut impl FnMut(usize) -> usize, depth: usize, input: usize) -> Tree {
        let lines = |random: &mut _, first: Tree, count: usize| {
            let mut lines = vec![first];
            while lines.len() < count {
                lines.push(any(random, depth.saturating_sub(1), lines[lines.len() - 1].need().output));
            }
            chain(lines)
        };
        match random(if depth == 0 { 4 } else { 10 }) {
            0 => {
                let scratch = random(4) * random(2);
                let need = Need::of(input, input, scratch, Works::InPlace);
                Tree::Leaf(Need { bound: if scratch == 0 { Some(0.0) } else { None }, ..need }, scratch)
            }
            1 => nothing(input),
            2 | 3 => {
                let (output, scratch) = (1 + random(9), random(4) * random(2));
                Tree::Leaf(Need { bounds: true, ..Need::of(input, output, scratch, Works::Apart) }, scratch)
            }
            4 => {
                let branches = (0..1 + random(4)).map(|_| any(random, depth - 1, input)).collect();
                Tree::Node(Kind::Concat, branches)
            }
            5 => Tree::Node(Kind::Gate, vec![any(random, depth - 1, input)]),
            6 | 7 => {
                let block = any(random, depth - 1, input);
                let output = block.need().output;
                let around = any(random, depth - 1, input);
                let around = if output == input && random(2) == 0 {
                    nothing(input)
                } else {
                    chain([leaf(around.need().output, output), around].into_iter().rev().collect::<Vec<_>>())
                };
                residual(block, around)
            }
            _ => {
                let first = any(random, depth - 1, input);
                let count = 1 + random(4);
                lines(random, first, count)
            }
        }
    }

    #[test]
    fn nothing_is_overwritten_that_is_needed() {
        let mut state = 1u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % below
        };
        let mut sizes = 0;
        for _ in 0..2000 {
            let input = 1 + random(9);
            let tree = any(&mut random, 3, input);
            for y in [false, true] {
                sizes += tree.infer(false, y);
                // what works where its input lies gives its output there
                if y || is_apart(tree.need().works) {
                    sizes += tree.infer(true, y);
                }
            }
        }
        assert!(sizes > 2000 * 9, "{sizes}");
    }
}
