//! What an int8 network does, step by step, computed by the compiler from the rows of its table.
//!
//! Values lie in one arena, by the rule of the float network's plan: what a step reads at one end, what it writes at the other,
//! and what it needs for itself between them. So the arena holds what is alive at once, and no more. All places are multiples
//! of four.

use super::kernels::rest::{ADD_WORDS, BOUND_WORDS, BRANCH_WORDS, SOFTMAX_WORDS};
use super::kernels::{Room, chosen, plain};
use super::operation::{Operation, WindowSizes, len};
use super::source::Scale;
use crate::Row;

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

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

const fn aligned(len: usize) -> usize {
    len.next_multiple_of(4)
}

/// Where a layer can work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Works {
    Apart,
    InPlace,
    Nothing,
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

/// Whether a layer is none: its output is its input, as it lies.
const fn is_nothing(stage: &Row) -> bool {
    matches!(works(stage, false), Works::Nothing)
}

/// Whether a layer bounds its output where it writes it.
const fn bounds(stage: &Row) -> bool {
    matches!(stage.operation, Operation::Conv(_) | Operation::Dense | Operation::Sum { .. })
}

/// The bound of the line after the `n`-th, which takes it over.
const fn taken(lines: &[Row], n: usize) -> (f32, f32) {
    let mut next = n + 1;
    while next < lines.len() && is_nothing(&lines[next]) {
        next += 1;
    }
    if bounds(&lines[n])
        && next < lines.len()
        && let Operation::Clamp { low, high } = lines[next].operation
    {
        return (f32::from_bits(low), f32::from_bits(high));
    }
    UNBOUNDED
}

/// Where the `n`-th line works. A bound that a line before it has taken over is nothing.
const fn works_of(lines: &[Row], n: usize, is_small: bool) -> Works {
    if let Operation::Clamp { .. } = lines[n].operation {
        let mut before = n;
        while before > 0 {
            before -= 1;
            if !is_nothing(&lines[before]) {
                return if bounds(&lines[before]) { Works::Nothing } else { Works::InPlace };
            }
        }
    }
    works(&lines[n], is_small)
}

/// The last line that writes anew.
const fn last_writer(lines: &[Row], is_small: bool) -> usize {
    let mut last = lines.len() - 1;
    while last > 0 && !matches!(works_of(lines, last, is_small), Works::Apart) {
        last -= 1;
    }
    last
}

/// What the lines need beside what they take and give; with `is_whole` these too.
const fn alive(lines: &[Row], is_whole: bool, is_small: bool) -> usize {
    let (last, mut inside, mut most, mut n) = (last_writer(lines, is_small), is_whole, 0, 0);
    while n < lines.len() {
        let (stage, works) = (&lines[n], works_of(lines, n, is_small));
        if let Operation::Lines(first) = stage.operation
            && is_whole
            && n == 0
        {
            // they are the first lines of the whole
            (most, inside, n) = (alive(first, true, is_small), true, 1);
            continue;
        }
        let moves = match works {
            Works::Apart => true,
            Works::InPlace => !inside && (is_whole || n < last),
            Works::Nothing => false,
        };
        let own = if let Works::Nothing = works { 0 } else { scratch(stage, is_small) };
        if moves {
            let x = if inside { aligned(len(stage.input)) } else { 0 };
            let y = if is_whole || n < last { aligned(len(stage.output)) } else { 0 };
            most = max(most, x + own + y);
            inside = is_whole || n < last;
        } else {
            most = max(most, own + if inside { aligned(len(stage.output)) } else { 0 });
        }
        n += 1;
    }
    most
}

/// What a layer needs for itself.
const fn scratch(stage: &Row, is_small: bool) -> usize {
    match stage.operation {
        Operation::Conv(sizes) => aligned(windowed(&sizes, is_small).1.scratch),
        Operation::Dense if is_small && chosen::has_narrow(len(stage.input)) => 0,
        Operation::Dense => aligned(chosen::linear_room(len(stage.input), len(stage.output)).scratch),
        Operation::Lines(lines) => alive(lines, false, is_small),
        Operation::Sum { block, shortcut } => max(scratch(block, is_small), apart(shortcut, is_small)),
        Operation::Branches(branches) => {
            let (mut most, mut n) = (0, 0);
            while n < branches.len() {
                most = max(most, apart(&branches[n], is_small));
                n += 1;
            }
            most
        }
        _ => 0,
    }
}

/// What a layer needs, its output counted.
const fn apart(stage: &Row, is_small: bool) -> usize {
    if is_nothing(stage) { 0 } else { aligned(len(stage.output)) + scratch(stage, is_small) }
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
        // one for a branch, besides what it is made of
        sum += 2 + most(lines[n].rows);
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

/// The room of a stretch: its first value, and where it ends.
type Stretch = (usize, usize);

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
        let image = if lines.is_empty() { Part::NONE } else { Part { at: 0, len: len(lines[0].input) } };
        let mut program = Program {
            steps: [Self::EMPTY; N],
            recipes: [Self::UNKNOWN; N],
            totals: Totals {
                arena: if lines.is_empty() { 0 } else { alive(lines, true, is_small) },
                words: 0,
                bytes: 0,
                source: Scale::BYTES,
                image,
                result: image,
                scale: At::Byte(0),
                unknown: if lines.is_empty() { Some("the network") } else { None },
            },
            count: 0,
            is_small,
            arrays: 0,
            path: ([""; Recipe::MAX_DEPTH], 0),
        };
        if !lines.is_empty() {
            let (at, scale) = program.chain(lines, (0, At::Byte(0)), None, (0, program.totals.arena));
            program.totals.result = Part { at, len: len(lines[lines.len() - 1].output) };
            program.totals.scale = scale;
        }
        program
    }

    /// Lines one after the other, from a place to another, or to any in the stretch, at whose front they begin then. Returns
    /// where their output lies, and its scale.
    const fn chain(&mut self, lines: &[Row], x: (usize, At), to: Option<usize>, (low, end): Stretch) -> (usize, At) {
        let ((mut from, mut scale), last) = (x, last_writer(lines, self.is_small));
        let (mut is_given, mut is_front, mut n) = (to.is_some(), to.is_none(), 0);
        while n < lines.len() {
            let (stage, works) = (&lines[n], works_of(lines, n, self.is_small));
            let depth = self.path.1;
            self.enter(stage.name);
            if let Operation::Lines(first) = stage.operation
                && to.is_none()
                && n == 0
            {
                (from, scale) = self.chain(first, x, None, (low, end));
                is_front = from == low;
                self.path.1 = depth;
                n += 1;
                continue;
            }
            let moves = match works {
                Works::Apart => true,
                Works::InPlace => is_given,
                Works::Nothing => is_given && n == last,
            };
            if moves {
                let (input, output) = (aligned(len(stage.input)), aligned(len(stage.output)));
                let (mut free, asked) = ((low, end), to.is_some() && n >= last);
                if !is_given && is_front {
                    free.0 = low + input;
                } else if !is_given {
                    free.1 = from;
                }
                let y = match to {
                    Some(to) if asked => to,
                    _ if is_front => {
                        free.1 -= output;
                        free.1
                    }
                    _ => {
                        free.0 += output;
                        low
                    }
                };
                (is_front, is_given) = (!asked && !is_front, false);
                scale = match works {
                    Works::Nothing => self.copy(stage, (from, scale), y),
                    _ => self.line(stage, (from, scale), y, free, taken(lines, n)),
                };
                from = y;
            } else if let Works::InPlace = works {
                let free = match to {
                    Some(_) if n > last => (low, end), // it lies where it was asked for
                    _ if is_front => (low + aligned(len(stage.output)), end),
                    _ => (low, from),
                };
                scale = self.line(stage, (from, scale), from, free, taken(lines, n));
            }
            self.path.1 = depth;
            n += 1;
        }
        (from, scale)
    }

    /// A layer, from a place to another, with room between. Returns the scale of its output.
    const fn line(&mut self, stage: &Row, x: (usize, At), to: usize, free: Stretch, range: (f32, f32)) -> At {
        let (from, scale) = x;
        let depth = self.path.1;
        let arrays = (self.arrays, stage.arrays);
        if !matches!(stage.operation, Operation::Lines(_) | Operation::Sum { .. } | Operation::Branches(_)) {
            self.arrays += stage.arrays;
        }
        match stage.operation {
            Operation::Unknown => {
                if self.totals.unknown.is_none() {
                    self.totals.unknown = Some(stage.name);
                }
                scale
            }
            Operation::Nothing => self.copy(stage, x, to),
            Operation::Lines(lines) => self.chain(lines, x, Some(to), free).1,
            Operation::Sum { block, shortcut } => {
                let of_block = self.line(block, x, to, free, UNBOUNDED);
                let (mut around, mut of_around) = x;
                if !is_nothing(shortcut) {
                    around = free.0;
                    self.enter(shortcut.name);
                    of_around =
                        self.line(shortcut, x, around, (free.0 + aligned(len(stage.output)), free.1), UNBOUNDED);
                    self.path.1 = depth;
                }
                let scales = [of_around, of_block, self.scale()];
                self.step(stage, Kind::Add, (around, to), scales, range, ADD_WORDS);
                scales[2]
            }
            Operation::Branches(branches) => {
                let (given, mut first, mut n) = (self.scale(), 0, 0);
                while n < branches.len() {
                    let (branch, own) = (&branches[n], branches[n].output[0]);
                    let (mut part, mut of_part) = x;
                    self.enter(branch.name);
                    if !is_nothing(branch) {
                        part = free.0;
                        let free = (free.0 + aligned(len(branch.output)), free.1);
                        of_part = self.line(branch, x, part, free, UNBOUNDED);
                    }
                    self.path.1 = depth;
                    let kind = Kind::Branch([own, first, stage.output[0]]);
                    self.step(stage, kind, (part, to), [of_part, given, given], UNBOUNDED, BRANCH_WORDS);
                    if self.count <= N {
                        self.steps[self.count - 1].x.len = len(branch.output);
                    }
                    first += own;
                    n += 1;
                }
                given
            }
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
