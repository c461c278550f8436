//! Where the values of a network lie: the one stretch that inference shares, and what training keeps.
//!
//! All of it is computed by the compiler from what each line [needs](Need). A chain of layers is at one time at one line: what
//! that line reads lies at one end of the stretch, what it writes at the other, and what it needs for itself between the two.
//! So a stretch takes what is alive at once and no more. A layer that works in place stays where it is.

use crate::element::Scratch;
use crate::{Layer, Shape, Works};

/// What a line's layer needs.
#[derive(Clone, Copy)]
pub struct Need {
    /// The values that it takes.
    pub input: usize,
    /// The values that it gives.
    pub output: usize,
    /// The values that it needs for itself.
    pub scratch: usize,
    /// Where it works in evaluation.
    pub works: Works,
    pub(super) trains: Works,
    pub(super) reads_x: bool,
    pub(super) reads_y: bool,
    pub(super) bounds: bool,
    pub(super) bound: Option<f32>,
}

/// What a layer needs.
pub const fn need<L: Layer>() -> Need {
    Need {
        input: L::Input::LEN,
        output: L::Output::LEN,
        scratch: <L::Scratch<f32> as Scratch<f32>>::LEN,
        works: L::WORKS,
        trains: L::TRAINS,
        reads_x: L::READS_X,
        reads_y: L::READS_Y,
        bounds: L::BOUNDS,
        bound: L::BOUND,
    }
}

/// Where the values between two lines lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In what the caller hands in to be read: the input, or in backward the gradient of the output.
    Given,
    /// In the stretch, from this value on.
    At(usize),
    /// In what the caller hands in to be written.
    Asked,
}

/// Where a line reads and where it writes. What it needs for itself lies between the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it reads.
    pub from: Where,
    /// What it writes; the same place where it works in place.
    pub to: Where,
}

/// The places of `N` lines, and how many values the stretch has.
#[derive(Clone, Copy)]
pub struct Plan<const N: usize> {
    /// One for each line.
    pub lines: [Place; N],
    /// Where each works.
    pub works: [Works; N],
    /// What each one's output is at least: the bound of a line after it, which is nothing then.
    pub bounds: [Option<f32>; N],
    /// The values of the stretch.
    pub len: usize,
}

const UNPLACED: Place = Place { from: Where::Given, to: Where::Given };

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

const fn is_apart(works: Works) -> bool {
    matches!(works, Works::Apart)
}

/// Where lines work.
const fn works<const N: usize>(needs: &[Need; N]) -> [Works; N] {
    let mut works = [Works::Apart; N];
    let mut n = 0;
    while n < N {
        works[n] = needs[n].works;
        n += 1;
    }
    works
}

/// What each line takes over of a bound after it, that line then being [nothing](Works::Nothing).
pub const fn bounded<const N: usize>(mut needs: [Need; N]) -> ([Need; N], [Option<f32>; N]) {
    let mut bounds = [None; N];
    take_bounds(&mut needs, &mut bounds);
    (needs, bounds)
}

/// As [`bounded`], for any number of lines.
const fn take_bounds(needs: &mut [Need], bounds: &mut [Option<f32>]) {
    let mut n = 0;
    while n < needs.len() {
        let mut next = n + 1;
        while next < needs.len() && matches!(needs[next].works, Works::Nothing) {
            next += 1;
        }
        // a line that works in place writes nothing anew, and one apart moves what it bounds
        let takes = needs[n].bounds && is_apart(needs[n].works);
        if takes && next < needs.len() && needs[next].bound.is_some() && matches!(needs[next].works, Works::InPlace) {
            bounds[n] = needs[next].bound;
            needs[next].works = Works::Nothing;
        }
        n += 1;
    }
}

/// The values of the stretch of [`inference`], of lines whose number is not a constant; `bounds` are as many.
pub const fn inference_len(needs: &mut [Need], bounds: &mut [Option<f32>]) -> usize {
    take_bounds(needs, bounds);
    alive(needs, false)
}

/// The last line that writes anew: those after it work where it has written.
const fn last_writer(needs: &[Need]) -> usize {
    let mut last = needs.len() - 1;
    while last > 0 && !is_apart(needs[last].works) {
        last -= 1;
    }
    last
}

/// What is alive at once while the lines are passed.
///
/// With `is_whole` the stretch holds the input, at its front, and in the end the output, where the last place says.
const fn alive(needs: &[Need], is_whole: bool) -> usize {
    let (last, mut inside, mut most, mut n) = (last_writer(needs), is_whole, 0, 0);
    while n < needs.len() {
        let need = needs[n];
        // a line in place moves nothing, unless it has to bring the caller's input to where the caller asks for it
        if is_apart(need.works) || (!inside && n == last) || (!inside && matches!(need.works, Works::InPlace)) {
            let x = if inside { need.input } else { 0 };
            let y = if is_whole || n < last { need.output } else { 0 };
            most = max(most, x + need.scratch + y);
            inside = is_whole || n < last;
        } else if inside {
            most = max(most, need.output);
        }
        n += 1;
    }
    most
}

/// The pass of inference. With `is_whole` the image lies in the stretch, and the result in the end.
pub const fn inference<const N: usize>(needs: &[Need; N], is_whole: bool) -> Plan<N> {
    let (needs, bounds) = &bounded(*needs);
    Plan { bounds: *bounds, ..line_by_line(needs, is_whole) }
}

/// As [`inference`], each line a pass of its own.
pub const fn line_by_line<const N: usize>(needs: &[Need; N], is_whole: bool) -> Plan<N> {
    let (len, last) = (alive(needs, is_whole), last_writer(needs));
    let mut lines = [UNPLACED; N];
    let (mut from, mut n) = (if is_whole { Where::At(0) } else { Where::Given }, 0);
    while n < N {
        let need = needs[n];
        let is_given = matches!(from, Where::Given);
        let moves = match need.works {
            Works::Apart => true,
            Works::InPlace => is_given,
            Works::Nothing => is_given && n == last,
        };
        let is_front = matches!(from, Where::At(0));
        let to = match (moves, is_whole || n < last) {
            (false, _) => from,
            (true, false) => Where::Asked,
            (true, true) if is_front => Where::At(len - need.output),
            (true, true) => Where::At(0),
        };
        lines[n] = Place { from, to };
        from = to;
        n += 1;
    }
    Plan { lines, works: works(needs), bounds: [None; N], len }
}

/// What training keeps: the output of each line, but of those that work in place, and of the last one, which is the
/// caller's.
///
/// A line works in place if its backward pass does without its input, and that of the line before it without its output.
pub const fn kept<const N: usize>(needs: &[Need; N]) -> Plan<N> {
    let mut is_in_place = [false; N];
    let mut n = 1;
    // whether the pass backward of the line that wrote a value, or worked on it, reads it
    let mut is_read = needs[0].reads_y;
    while n < N {
        let need = needs[n];
        is_in_place[n] = match need.trains {
            Works::Apart => false,
            Works::InPlace => !need.reads_x && !is_read,
            Works::Nothing => true,
        };
        is_read = match need.trains {
            Works::Nothing => is_read,
            _ => need.reads_y,
        };
        n += 1;
    }
    let mut last = N - 1;
    while last > 0 && is_in_place[last] {
        last -= 1;
    }
    let mut lines = [UNPLACED; N];
    let (mut from, mut len, mut n) = (Where::Given, 0, 0);
    while n < N {
        let to = if is_in_place[n] {
            from
        } else if n >= last {
            Where::Asked
        } else {
            len += needs[n].output;
            Where::At(len - needs[n].output)
        };
        lines[n] = Place { from, to };
        from = to;
        n += 1;
    }
    Plan { lines, works: works(needs), bounds: [None; N], len }
}

/// The gradients of a pass backward: a line reads that of its output and writes that of its input, at the two ends.
///
/// `from` is the gradient of the line's output, `to` that of its input. The lines are the same as forward, the last one first
/// at work.
pub const fn gradients<const N: usize>(needs: &[Need; N]) -> Plan<N> {
    let (mut len, mut inside, mut n) = (0, false, N);
    // the first line that writes the gradient that the caller asks for
    while n > 0 {
        n -= 1;
        let need = needs[n];
        if n > 0 && matches!(need.trains, Works::Nothing) {
            continue;
        }
        let (dy, dx) = (if inside { need.output } else { 0 }, if n > 0 { need.input } else { 0 });
        len = max(len, dy + dx);
        inside = true;
    }
    let mut lines = [UNPLACED; N];
    let (mut from, mut n) = (Where::Given, N);
    while n > 0 {
        n -= 1;
        let to = if n == 0 {
            Where::Asked
        } else if matches!(needs[n].trains, Works::Nothing) {
            from
        } else if matches!(from, Where::At(0)) {
            Where::At(len - needs[n].input)
        } else {
            Where::At(0)
        };
        lines[n] = Place { from, to };
        from = to;
    }
    Plan { lines, works: works(needs), bounds: [None; N], len }
}

/// Whether the pass backward of a chain reads its input, and its output.
pub const fn reads<const N: usize>(needs: &[Need; N]) -> (bool, bool) {
    let plan = kept(needs);
    let (mut reads, mut n) = ((false, false), 0);
    while n < N {
        let need = needs[n];
        if matches!(plan.lines[n].from, Where::Given) && need.reads_x {
            reads.0 = true;
        }
        if matches!(plan.lines[n].to, Where::Given) && need.reads_y {
            reads.0 = true;
        }
        if matches!(plan.lines[n].from, Where::Asked) && need.reads_x {
            reads.1 = true;
        }
        if matches!(plan.lines[n].to, Where::Asked) && need.reads_y {
            reads.1 = true;
        }
        n += 1;
    }
    reads
}

/// Where the result lies, after a pass whose image lies in the stretch.
pub const fn result<const N: usize>(plan: &Plan<N>) -> usize {
    match plan.lines[N - 1].to {
        Where::At(at) => at,
        Where::Given | Where::Asked => panic!("all of it lies in the stretch"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEED: Need = Need {
        input: 4,
        output: 4,
        scratch: 0,
        works: Works::Apart,
        trains: Works::Apart,
        reads_x: false,
        reads_y: false,
        bounds: true,
        bound: None,
    };
    const RELU: Need = Need { works: Works::InPlace, bounds: false, bound: Some(0.0), ..NEED };

    #[test]
    fn a_bound_is_taken_over_by_what_writes_anew() {
        let nothing = Need { works: Works::Nothing, bounds: false, ..NEED };
        let (needs, bounds) = bounded([NEED, nothing, RELU, RELU]);
        assert_eq!(bounds, [Some(0.0), None, None, None]);
        assert_eq!(needs.map(|need| need.works), [Works::Apart, Works::Nothing, Works::Nothing, Works::InPlace]);
    }

    #[test]
    fn a_bound_stays_after_what_works_in_place_and_where_it_lies_apart() {
        let in_place = Need { works: Works::InPlace, ..NEED };
        assert_eq!(bounded([in_place, RELU]).1, [None; 2]);
        let apart = Need { works: Works::Apart, ..RELU };
        assert_eq!(bounded([NEED, apart]).1, [None; 2]);
        assert_eq!(bounded([NEED, Need { bounds: false, ..NEED }, RELU]).1, [None; 3]);
    }
}
