//! What `network!` knows of a struct of lines, or of branches, and what is the same for both.
//!
//! The macro writes each pass as one call a line, `pass.line(0, &self.conv1, ..)`, whatever the line is. The passes are here, in
//! [`chain`](super::chain) for lines one after the other, and in [`concat`](super::concat) for branches side by side.

use crate::network::plan::Training;
use crate::place::Need;
use crate::{Arrays, Fold, Row, Zero};

/// What is known of a line: all that constants of the whole are computed from.
#[derive(Clone, Copy)]
pub struct Line {
    /// Its row in the network's table.
    pub row: Row,
    /// Its arrays of parameters.
    pub arrays: Arrays,
    /// What it needs while it infers.
    pub need: Need,
    /// What it needs in training.
    pub training: Training,
    /// Whether the images of an element are mixed.
    pub mixes_images: bool,
}

impl Line {
    /// A layer called `name`, which is `written` so.
    pub const fn of<L: Fold>(name: &'static str, written: &'static str) -> Line {
        // once for each type
        let line = const {
            let (row, training) = (Row::of::<L>(""), Training::of::<L>());
            Line { row, arrays: L::ARRAYS, need: L::NEED, training, mixes_images: L::MIXES_IMAGES }
        };
        Line { row: Row { name, written, ..line.row }, ..line }
    }
}

/// The rows of a network's table.
pub const fn rows<const N: usize>(lines: &[Line; N]) -> [Row; N] {
    let mut rows = [lines[0].row; N];
    let mut n = 0;
    while n < N {
        rows[n] = lines[n].row;
        n += 1;
    }
    rows
}

/// The arrays of each line, with the line's name.
pub const fn arrays<const N: usize>(lines: &[Line; N]) -> [(&'static str, Arrays); N] {
    let mut arrays = [("", lines[0].arrays); N];
    let mut n = 0;
    while n < N {
        arrays[n] = (lines[n].row.name, lines[n].arrays);
        n += 1;
    }
    arrays
}

/// What each line needs while it infers.
pub const fn needs<const N: usize>(lines: &[Line; N]) -> [Need; N] {
    let mut needs = [lines[0].need; N];
    let mut n = 0;
    while n < N {
        needs[n] = lines[n].need;
        n += 1;
    }
    needs
}

/// What each line needs in training.
pub(super) const fn trainings<const N: usize>(lines: &[Line; N]) -> [Training; N] {
    let mut trainings = [lines[0].training; N];
    let mut n = 0;
    while n < N {
        trainings[n] = lines[n].training;
        n += 1;
    }
    trainings
}

/// The multiplications of all lines.
pub const fn multiply_accumulates(lines: &[Line]) -> usize {
    let (mut sum, mut n) = (0, 0);
    while n < lines.len() {
        sum += lines[n].row.multiply_accumulates;
        n += 1;
    }
    sum
}

/// Whether a line mixes the images of an element.
pub const fn mixes_images(lines: &[Line]) -> bool {
    let (mut mixes, mut n) = (false, 0);
    while n < lines.len() {
        mixes = mixes || lines[n].mixes_images;
        n += 1;
    }
    mixes
}

/// What is known of a line to fold it.
#[derive(Clone, Copy)]
pub struct Folding {
    absorbs: bool,
    is_norm: bool,
}

impl Folding {
    /// A layer.
    pub const fn of<L: Fold>() -> Folding {
        Folding { absorbs: L::ABSORBS, is_norm: L::IS_NORM }
    }
}

/// How the `n`-th line is [folded](crate::fold::FoldedAs).
pub const fn how(lines: &[Folding], n: usize) -> u8 {
    if n > 0 && lines[n].is_norm && lines[n - 1].absorbs {
        2
    } else if n + 1 < lines.len() && lines[n].absorbs && lines[n + 1].is_norm {
        1
    } else {
        0
    }
}

/// How a branch is folded, beside which others stand and not after which.
pub const fn alone(_: &[Folding], _: usize) -> u8 {
    0
}

/// How many arrays each line has.
pub const fn counts<const N: usize>(lines: &[Line; N]) -> [usize; N] {
    let mut counts = [0; N];
    let mut n = 0;
    while n < N {
        counts[n] = lines[n].arrays.len();
        n += 1;
    }
    counts
}

/// The line that has the `index`-th array, and which one of its arrays it is.
#[inline]
pub fn find(counts: &[usize], mut index: usize) -> (usize, usize) {
    for (n, &count) in counts.iter().enumerate() {
        match index.checked_sub(count) {
            Some(rest) => index = rest,
            None => return (n, index),
        }
    }
    (counts.len(), index)
}

/// What the lines gave and keep, the gradients between them, and what each keeps for itself.
pub struct Tape<K, G, T> {
    /// What the lines gave.
    pub kept: K,
    /// The gradients between them.
    pub gradients: Gradients<G>,
    /// The tapes of the lines.
    pub lines: T,
}

impl<K: Zero, G: Zero, T: Zero> Zero for Tape<K, G, T> {
    const ZERO: Self = Tape { kept: K::ZERO, gradients: Gradients(G::ZERO), lines: T::ZERO };
}

/// The buffer of the gradients between lines.
///
/// With the feature `simd` it begins on a cache line: of gradients at its front no vector then lies on two, where the
/// channels are a multiple of eight, 93 → 101 % of the peak for the kernel gradient of 8 to 16 channels.
#[cfg_attr(feature = "simd", repr(align(64)))]
pub struct Gradients<T>(pub T);
