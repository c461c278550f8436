//! Where values lie while a network trains: what each line gives, which is kept for the pass backward, and the gradients.

use crate::place::Where;
use crate::{Layer, Shape, Works};

/// What a line's layer needs in training.
#[derive(Clone, Copy)]
pub struct Training {
    /// The values that it takes.
    pub input: usize,
    /// The values that it gives.
    pub output: usize,
    /// Where it works.
    pub works: Works,
    /// Whether its pass backward reads what it took.
    pub reads_x: bool,
    /// Whether its pass backward reads what it gave.
    pub reads_y: bool,
}

impl Training {
    /// What a layer needs.
    pub const fn of<L: Layer>() -> Training {
        Training {
            input: L::Input::LEN,
            output: L::Output::LEN,
            works: L::TRAINS,
            reads_x: L::READS_X,
            reads_y: L::READS_Y,
        }
    }
}

/// Where a line reads and where it writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it reads; in the pass backward the gradient of its output.
    pub from: Where,
    /// What it writes; the same place where it works in place.
    pub to: Where,
}

/// The places of `N` lines, and how many values there are.
#[derive(Clone, Copy)]
pub struct Plan<const N: usize> {
    /// One for each line.
    pub lines: [Place; N],
    /// The values.
    pub len: usize,
}

const UNPLACED: Place = Place { from: Where::Given, to: Where::Given };

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// What training keeps: the output of each line, but of those that work in place, and of the last one, which is the
/// caller's.
///
/// A line works in place if its backward pass does without its input, and that of the line before it without its output.
pub const fn kept<const N: usize>(needs: &[Training; N]) -> Plan<N> {
    let mut is_in_place = [false; N];
    let mut n = 1;
    // whether the pass backward of the line that wrote a value, or worked on it, reads it
    let mut is_read = needs[0].reads_y;
    while n < N {
        let need = needs[n];
        is_in_place[n] = match need.works {
            Works::Apart => false,
            Works::InPlace => !need.reads_x && !is_read,
            Works::Nothing => true,
        };
        is_read = match need.works {
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
    Plan { lines, len }
}

/// The gradients of a pass backward: a line reads that of its output and writes that of its input, at the two ends.
///
/// `from` is the gradient of the line's output, `to` that of its input. The lines are the same as forward, the last one first
/// at work.
pub const fn gradients<const N: usize>(needs: &[Training; N]) -> Plan<N> {
    let (mut len, mut inside, mut n) = (0, false, N);
    // the first line that writes the gradient that the caller asks for
    while n > 0 {
        n -= 1;
        let need = needs[n];
        if n > 0 && matches!(need.works, Works::Nothing) {
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
        } else if matches!(needs[n].works, Works::Nothing) {
            from
        } else if matches!(from, Where::At(0)) {
            Where::At(len - needs[n].input)
        } else {
            Where::At(0)
        };
        lines[n] = Place { from, to };
        from = to;
    }
    Plan { lines, len }
}

/// Whether the pass backward of a chain reads its input, and its output.
pub const fn reads<const N: usize>(needs: &[Training; N]) -> (bool, bool) {
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
