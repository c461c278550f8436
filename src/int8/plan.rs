//! What an int8 network does, step by step, computed by the compiler from the rows of its table.
//!
//! Values lie in one arena, where the float network's [`inference`] places them: so it holds what is alive at once, and no more.
//! All places are multiples of four.

use super::kernels::rest::{ADD_WORDS, BOUND_WORDS, BRANCH_WORDS, SOFTMAX_WORDS};
use super::kernels::{Room, chosen, plain};
use super::source::Scale;
use crate::network::{branches, inference};
use crate::operation::{Operation, WindowSizes, len};
use crate::place::{Need, Place, Stretch, Where};
use crate::{Row, Works};

/// Whether what is [fast](super::Fast) and what is [small](super::Small) differ.
pub const HAS_WAYS: bool = chosen::HAS_WAYS;

/// What a step computes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A convolution, by the [chosen](super::kernels) loop.
    Conv(chosen::Conv),
    /// A convolution whose groups are single channels, by the chosen loop.
    Depthwise(chosen::Depthwise),
    /// A convolution that the chosen loop is not for.
    OtherConv(WindowSizes),
    /// One whose groups are single channels.
    OtherDepthwise(WindowSizes),
    /// A dense layer.
    Dense,
    /// A dense layer without room for itself.
    Narrow,
    /// The largest value of each window, by the chosen loop.
    MaxPool(WindowSizes),
    /// The largest value of each window.
    OtherMaxPool(WindowSizes),
    /// The mean of each window, by the chosen loop; whether padding counts.
    AvgPool(WindowSizes, bool),
    /// The mean of each window; whether padding counts.
    OtherAvgPool(WindowSizes, bool),
    /// y = x + y
    Add,
    /// Writes a branch's channels among those of others: how many it has, the first one, and all of them.
    Branch([usize; 3]),
    /// Bounds values, or copies them.
    Bound,
    /// The same values in another order: the channels before and after.
    Reorder([usize; 2]),
    /// Chances of classes.
    Chances,
}

/// Where a step's values lie: from which place on, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The first one.
    pub at: usize,
    /// How many there are.
    pub len: usize,
}

impl Part {
    const NONE: Part = Part { at: 0, len: 0 };
}

/// What is done at run time.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What it computes.
    pub(crate) kind: Kind,
    /// What it reads.
    pub(crate) x: Part,
    /// What it writes; where it reads, if it works in place.
    pub(crate) y: Part,
    /// What it needs for itself.
    pub(crate) scratch: Part,
    /// Its baked parameters.
    pub(crate) words: Part,
    /// Its baked weights.
    pub(crate) bytes: Part,
}

/// What is known of a step before it runs.
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// The names that lead to its layer; the first `depth` of them.
    pub(crate) path: [&'static str; Recipe::MAX_DEPTH],
    pub(crate) depth: usize,
    /// The dimensions of what it gives.
    pub(crate) dims: &'static [usize],
    /// Where the scale of what it reads is written, of what it adds to, and of what it gives.
    pub(crate) scales: [At; 3],
    /// Where what it is baked from begins, after the scale.
    pub(crate) source: usize,
    /// The range of what it gives, where a bound is part of it.
    pub(crate) range: (f32, f32),
    /// The first of its arrays of parameters, and how many it has.
    pub(crate) arrays: (usize, usize),
    /// How many outputs, or channels of them, it has.
    pub(crate) outputs: usize,
    /// How many weights all of them have.
    pub(crate) weights: usize,
    /// The window of a convolution.
    pub(crate) window: WindowSizes,
}

impl Recipe {
    const MAX_DEPTH: usize = crate::Array::MAX_DEPTH;

    /// The names that lead to its layer.
    pub const fn path(&self) -> &[&'static str] {
        self.path.split_at(self.depth).0
    }
}

/// Where a scale is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// It is written from this byte on.
    Byte(usize),
    /// It is that of a softmax.
    Chances,
}

impl At {
    /// The scale.
    pub(crate) const fn read(self, bytes: &[u8]) -> Scale {
        match self {
            At::Byte(at) => Scale::read(bytes, at),
            At::Chances => Scale::SOFTMAX,
        }
    }
}

const UNBOUNDED: (f32, f32) = (f32::NEG_INFINITY, f32::INFINITY);

/// What a network needs in all.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    /// The values of the arena.
    pub arena: usize,
    /// The words that are baked.
    pub words: usize,
    /// The bytes that are baked.
    pub bytes: usize,
    /// The bytes that they are baked from.
    pub source: usize,
    /// The image in the arena.
    pub image: Part,
    /// The result in the arena.
    pub result: Part,
    /// Where the scale of the result is known from.
    pub scale: At,
    /// A layer that has no int8 form.
    pub unknown: Option<&'static str>,
}

/// All steps of a network: the first `count` of `N`.
pub struct Program<const N: usize> {
    /// What is done.
    pub steps: [Step; N],
    /// What is known of each.
    pub recipes: [Recipe; N],
    /// What it needs.
    pub totals: Totals,
    /// How many there are.
    pub count: usize,
    is_small: bool,
    arrays: usize,
    path: ([&'static str; Recipe::MAX_DEPTH], usize),
}

const fn aligned(len: usize) -> usize {
    (len + 3) & !3
}

const fn works(stage: &Row, is_small: bool) -> Works {
    match stage.operation {
        Operation::Conv(sizes) if chosen::is_in_place(&sizes, is_small) => Works::InPlace,
        Operation::Nothing => Works::Nothing,
        Operation::Clamp { .. } | Operation::Chances => Works::InPlace,
        Operation::Reorder { from, to } => {
            let is_in_order = (from == 1 || from == len(stage.input)) && (to == 1 || to == len(stage.input));
            if from == to || is_in_order { Works::Nothing } else { Works::Apart }
        }
        _ => Works::Apart,
    }
}

/// The most lines of a network or block, and branches.
const MOST_LINES: usize = 256;

/// What layers need: the first as many as there are.
const fn needs(rows: &[Row], is_small: bool) -> [Need; MOST_LINES] {
    let mut needs = [Need::of(0, 0, 0, Works::Nothing); MOST_LINES];
    let mut n = 0;
    while n < rows.len() {
        needs[n] = need(&rows[n], is_small);
        n += 1;
    }
    needs
}

/// How a layer is made of layers, if it is.
const fn kind(stage: &Row) -> Option<inference::Kind> {
    match stage.operation {
        _ if stage.rows.is_empty() || stage.rows.len() > MOST_LINES => None,
        Operation::Lines => Some(inference::Kind::Chain),
        Operation::Sum if stage.rows.len() == 2 => Some(inference::Kind::Residual),
        Operation::Branches => Some(inference::Kind::Concat),
        _ => None,
    }
}

/// What a layer needs; all in multiples of four.
const fn need(stage: &Row, is_small: bool) -> Need {
    let (input, output) = (aligned(len(stage.input)), aligned(len(stage.output)));
    if let Some(kind) = kind(stage) {
        return inference::need(kind, needs(stage.rows, is_small).split_at(stage.rows.len()).0, output);
    }
    let scratch = match stage.operation {
        Operation::Conv(sizes) => aligned(windowed(&sizes, is_small).1.scratch),
        Operation::Dense if is_small && chosen::has_narrow(len(stage.input)) => 0,
        Operation::Dense => aligned(chosen::linear_room(len(stage.input), len(stage.output)).scratch),
        _ => 0,
    };
    let works = works(stage, is_small);
    let mut need = Need::of(input, output, scratch, works);
    if let Works::InPlace = works {
        need.alive[1][1] += scratch;
    }
    need.bounds = matches!(stage.operation, Operation::Conv(_) | Operation::Dense);
    if let Operation::Clamp { low, .. } = stage.operation {
        need.bound = Some(f32::from_bits(low));
    }
    need
}

/// The first value of what lies in the arena, as all values do.
const fn at(place: Where) -> usize {
    match place {
        Where::At(at) => at,
        Where::Given | Where::Asked => panic!("all of it lies in the arena"),
    }
}

const fn is_depthwise(sizes: &WindowSizes) -> bool {
    sizes.group == 1 && sizes.channels > 1
}

/// A convolution, and what it needs.
const fn windowed(sizes: &WindowSizes, is_small: bool) -> (Kind, Room) {
    match (is_depthwise(sizes), chosen::has_depthwise(sizes), chosen::has_conv(sizes)) {
        (true, true, _) => {
            let plan = chosen::depthwise_plan(sizes, is_small);
            (Kind::Depthwise(plan), chosen::depthwise_room(&plan))
        }
        (true, false, _) => (Kind::OtherDepthwise(*sizes), plain::depthwise_room(sizes)),
        (false, _, true) => {
            let plan = chosen::conv_plan(sizes, is_small);
            (Kind::Conv(plan), chosen::conv_room(&plan))
        }
        (false, _, false) => (Kind::OtherConv(*sizes), plain::conv_room(sizes)),
    }
}

/// At least as many as a network of these lines has steps.
pub const fn most(lines: &[Row]) -> usize {
    let (mut sum, mut n) = (0, 0);
    while n < lines.len() {
        let rows = lines[n].rows;
        // besides what it is made of one for a sum, and one for each branch
        sum += if rows.is_empty() { 1 } else { 1 + rows.len() + most(rows) };
        n += 1;
    }
    sum
}

/// The first `M` of these.
pub const fn first<T: Copy, const M: usize, const N: usize>(all: &[T; N]) -> [T; M] {
    let mut first = [all[0]; M];
    let mut n = 0;
    while n < M {
        first[n] = all[n];
        n += 1;
    }
    first
}

impl<const N: usize> Program<N> {
    const EMPTY: Step = Step {
        kind: Kind::Bound,
        x: Part::NONE,
        y: Part::NONE,
        scratch: Part::NONE,
        words: Part::NONE,
        bytes: Part::NONE,
    };

    const UNKNOWN: Recipe = Recipe {
        path: [""; Recipe::MAX_DEPTH],
        depth: 0,
        dims: &[],
        scales: [At::Chances; 3],
        source: 0,
        range: UNBOUNDED,
        arrays: (0, 0),
        outputs: 0,
        weights: 0,
        window: WindowSizes::NONE,
    };

    /// The steps of a network of these lines.
    pub const fn of(lines: &[Row], is_small: bool) -> Self {
        let is_known = !lines.is_empty() && lines.len() <= MOST_LINES;
        let image = if is_known { Part { at: 0, len: len(lines[0].input) } } else { Part::NONE };
        let mut program = Program {
            steps: [Self::EMPTY; N],
            recipes: [Self::UNKNOWN; N],
            totals: Totals {
                arena: 0,
                words: 0,
                bytes: 0,
                source: Scale::BYTES,
                image,
                result: image,
                scale: At::Byte(0),
                unknown: if is_known { None } else { Some("the network") },
            },
            count: 0,
            is_small,
            arrays: 0,
            path: ([""; Recipe::MAX_DEPTH], 0),
        };
        if is_known {
            let last = &lines[lines.len() - 1];
            let needs = needs(lines, is_small);
            let needs = needs.split_at(lines.len()).0;
            let whole = inference::need(inference::Kind::Chain, needs, aligned(len(last.output)));
            let place = inference::whole(&whole);
            program.totals.arena = place.free.1;
            program.totals.result = Part { at: at(place.to), len: len(last.output) };
            program.totals.scale = program.chain(lines, needs, place, At::Byte(0));
        }
        program
    }

    /// Lines one after the other, and what they need. Returns the scale of their output.
    const fn chain(&mut self, lines: &[Row], needs: &[Need], place: Place, scale: At) -> At {
        let output = needs[needs.len() - 1].output;
        let mut places = [Place::NONE; MOST_LINES];
        inference::place(inference::Kind::Chain, needs, output, place, &mut places);
        let (mut scale, mut n) = (scale, 0);
        while n < lines.len() {
            let depth = self.path.1;
            self.enter(lines[n].name);
            let range = match inference::taken(needs, n) {
                Some(next) if let Operation::Clamp { low, high } = lines[next].operation => {
                    (f32::from_bits(low), f32::from_bits(high))
                }
                _ => UNBOUNDED,
            };
            scale = self.line(&lines[n], places[n], scale, range);
            self.path.1 = depth;
            n += 1;
        }
        scale
    }

    /// A layer at its place. Returns the scale of its output.
    const fn line(&mut self, stage: &Row, place: Place, scale: At, range: (f32, f32)) -> At {
        let arrays = (self.arrays, stage.arrays);
        if let Some(kind) = kind(stage) {
            let needs = needs(stage.rows, self.is_small);
            return self.parts(stage, kind, needs.split_at(stage.rows.len()).0, place, scale, range);
        }
        self.arrays += stage.arrays;
        let (from, to) = (at(place.from), at(place.to));
        if let Works::Nothing = place.works {
            return if from == to { scale } else { self.copy(stage, (from, scale), to) };
        }
        let x = (from, scale);
        // what is free beside what it reads and writes
        let free = Place::without(place.free, place.from, aligned(len(stage.input)));
        let free = Place::without(free, place.to, aligned(len(stage.output)));
        match stage.operation {
            Operation::Unknown | Operation::Lines | Operation::Sum | Operation::Branches => {
                if self.totals.unknown.is_none() {
                    self.totals.unknown = Some(stage.name);
                }
                scale
            }
            Operation::Nothing => self.copy(stage, x, to),
            Operation::Conv(sizes) => {
                // the faster one where there is room for it
                let (mut kind, mut room) = windowed(&sizes, false);
                if self.is_small && aligned(room.scratch) > free.1 - free.0 {
                    (kind, room) = windowed(&sizes, true);
                }
                let weights = sizes.outputs * sizes.group * sizes.kernel[0] * sizes.kernel[1];
                let given = self.weighted(stage, kind, (x, to), free, range, (room, arrays, sizes.outputs, weights));
                if self.count <= N {
                    self.recipes[self.count - 1].window = sizes;
                }
                given
            }
            Operation::Dense => {
                let (inputs, outputs) = (len(stage.input), len(stage.output));
                let (mut kind, mut room) = (Kind::Dense, chosen::linear_room(inputs, outputs));
                if self.is_small && chosen::has_narrow(inputs) && aligned(room.scratch) > free.1 - free.0 {
                    (kind, room) = (Kind::Narrow, Room { scratch: 0, ..room });
                }
                self.weighted(stage, kind, (x, to), free, range, (room, arrays, outputs, inputs * outputs))
            }
            Operation::MaxPool(sizes) => {
                let has = chosen::has_max_pool(&sizes);
                let kind = if has { Kind::MaxPool(sizes) } else { Kind::OtherMaxPool(sizes) };
                self.step(stage, kind, (from, to), [scale; 3], UNBOUNDED, 0);
                scale
            }
            Operation::AvgPool { window, counts } => {
                let has = chosen::has_avg_pool(&window);
                let kind = if has { Kind::AvgPool(window, counts) } else { Kind::OtherAvgPool(window, counts) };
                self.step(stage, kind, (from, to), [scale; 3], UNBOUNDED, 1);
                scale
            }
            Operation::Clamp { low, high } => {
                let range = (f32::from_bits(low), f32::from_bits(high));
                self.step(stage, Kind::Bound, (from, to), [scale; 3], range, BOUND_WORDS);
                scale
            }
            Operation::Reorder { from: channels, to: after } => {
                self.step(stage, Kind::Reorder([channels, after]), (from, to), [scale; 3], UNBOUNDED, 0);
                scale
            }
            Operation::Chances => {
                self.step(stage, Kind::Chances, (from, to), [scale, scale, At::Chances], UNBOUNDED, SOFTMAX_WORDS);
                At::Chances
            }
        }
    }

    /// A layer that is made of others at its place.
    const fn parts(
        &mut self,
        stage: &Row,
        kind: inference::Kind,
        needs: &[Need],
        place: Place,
        scale: At,
        range: (f32, f32),
    ) -> At {
        let (rows, output, depth) = (stage.rows, aligned(len(stage.output)), self.path.1);
        let mut places = [Place::NONE; MOST_LINES];
        inference::place(kind, needs, output, place, &mut places);
        match kind {
            inference::Kind::Residual => {
                let of_block = self.line(&rows[0], places[0], scale, UNBOUNDED);
                self.enter(rows[1].name);
                let of_around = self.line(&rows[1], places[1], scale, UNBOUNDED);
                self.path.1 = depth;
                let scales = [of_around, of_block, self.scale()];
                self.step(stage, Kind::Add, (at(places[1].to), at(place.to)), scales, range, ADD_WORDS);
                scales[2]
            }
            inference::Kind::Concat => {
                let given = self.scale();
                let mut scales = [scale; MOST_LINES];
                let (mut is_computed, mut n) = (false, 0);
                // branches, and those that are written after all of them
                while !is_computed || n < rows.len() {
                    if n == rows.len() {
                        (is_computed, n) = (true, 0);
                    }
                    if !is_computed {
                        self.enter(rows[n].name);
                        scales[n] = self.line(&rows[n], places[n], scale, UNBOUNDED);
                        self.path.1 = depth;
                    }
                    if branches::is_written_at_once(needs, output, &place, n) != is_computed {
                        self.branch(stage, n, at(places[n].to), at(place.to), [scales[n], given, given]);
                    }
                    n += 1;
                }
                given
            }
            _ => self.chain(rows, needs, place, scale),
        }
    }

    /// Writes the `n`-th branch to its channels.
    const fn branch(&mut self, stage: &Row, n: usize, from: usize, to: usize, scales: [At; 3]) {
        let (branch, mut first, mut before) = (&stage.rows[n], 0, 0);
        while before < n {
            first += stage.rows[before].output[0];
            before += 1;
        }
        let kind = Kind::Branch([branch.output[0], first, stage.output[0]]);
        self.step(stage, kind, (from, to), scales, UNBOUNDED, BRANCH_WORDS);
        if self.count <= N {
            self.steps[self.count - 1].x.len = len(branch.output);
        }
    }

    /// A layer with weights: its kernel's room, its arrays, how many outputs and weights it has.
    const fn weighted(
        &mut self,
        stage: &Row,
        kind: Kind,
        ((from, scale), to): ((usize, At), usize),
        free: Stretch,
        range: (f32, f32),
        (room, arrays, outputs, weights): (Room, (usize, usize), usize, usize),
    ) -> At {
        let given = self.scale();
        self.step(stage, kind, (from, to), [scale, scale, given], range, room.words);
        if self.count <= N {
            let (step, recipe) = (&mut self.steps[self.count - 1], &mut self.recipes[self.count - 1]);
            step.scratch = Part { at: free.0, len: aligned(room.scratch) };
            step.bytes = Part { at: self.totals.bytes, len: aligned(room.bytes) };
            (recipe.arrays, recipe.outputs, recipe.weights) = (arrays, outputs, weights);
        }
        self.totals.bytes += aligned(room.bytes);
        self.totals.source += 8 * outputs + weights;
        given
    }

    /// Values that are moved as they are.
    const fn copy(&mut self, stage: &Row, (from, scale): (usize, At), to: usize) -> At {
        self.step(stage, Kind::Bound, (from, to), [scale; 3], UNBOUNDED, BOUND_WORDS);
        scale
    }

    /// The place of the next scale.
    const fn scale(&mut self) -> At {
        self.totals.source += Scale::BYTES;
        At::Byte(self.totals.source - Scale::BYTES)
    }

    /// One step more, which has so many words.
    const fn step(
        &mut self,
        stage: &Row,
        kind: Kind,
        (from, to): (usize, usize),
        scales: [At; 3],
        range: (f32, f32),
        words: usize,
    ) {
        if self.count < N {
            let at = self.totals.words;
            let (x, y) = (Part { at: from, len: len(stage.input) }, Part { at: to, len: len(stage.output) });
            let x = if let Kind::Add = kind { Part { at: from, len: len(stage.output) } } else { x };
            self.steps[self.count] = Step { kind, x, y, words: Part { at, len: words }, ..Self::EMPTY };
            let (path, depth) = self.path;
            let (dims, source) = (stage.output, self.totals.source);
            self.recipes[self.count] = Recipe { path, depth, dims, scales, source, range, ..Self::UNKNOWN };
        }
        self.totals.words += words;
        self.count += 1;
    }

    /// Goes into a layer that has a name.
    const fn enter(&mut self, name: &'static str) {
        let (path, depth) = &mut self.path;
        if !name.is_empty() && *depth < Recipe::MAX_DEPTH {
            path[*depth] = name;
            *depth += 1;
        }
    }
}
