//! Which loop computes a convolution, and what it keeps in registers: a function of the direction, the element, the layer and
//! the instructions.
//!
//! All that was measured stands here, as % of what a loop of nothing but multiply-adds gets, before and after the choice; taps
//! on the padding count as work. The layers' tables, and the command that makes them, are in `benches/README.md`.
//!
//! # What each loop earns
//!
//! | loop | for | earns |
//! |---|---|---|
//! | [`Tile`](Plan::Tile) | forward and input gradient | the work of all layers but those below: 90 to 106 % |
//! | [`Points`](Plan::Points) | few channels without `simd` | 13 → 27 %: LeNet's first layer, and `small` |
//! | [`Outer`](Plan::Outer) | kernel gradient | the work of all layers but those below: 79 to 106 % |
//! | [`RowProducts`](Plan::RowProducts) | kernel gradient of one image of few channels | 16 → 48 %: LeNet's and ResNet-8's first layers |
//! | [`PointProducts`](Plan::PointProducts) | kernel gradient of 1 × 1 for eight images | 29 → 63 %: DS-CNN and MobileNet |
//! | [`Grouped`](Plan::Grouped) | channels in groups | depthwise layers: 42 → 90 % |
//!
//! `any_shape` is for processors without AVX2 in a program built with `simd`, whatever the layer.

use super::taps::Taps;
use crate::Axis;

/// The instructions that loops are compiled for, as far as the choice depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// AVX2 and FMA: sixteen registers of eight lanes.
    Avx2,
    /// NEON, fused: thirty-two registers of four.
    Neon,
    /// x86-64 without a token: sixteen registers of four lanes.
    X86,
    /// As [`X86`](Set::X86), in a program compiled for AVX.
    Avx,
    /// As [`X86`](Set::X86), in a program compiled for AVX-512.
    Avx512,
    /// 32-bit ARM: registers of one number.
    Arm,
    /// Any other without a token.
    Other,
}

impl Set {
    /// What this program is compiled for.
    pub(crate) const HERE: Set = match () {
        _ if cfg!(all(feature = "simd", target_arch = "x86_64")) => Set::Avx2,
        _ if cfg!(all(feature = "simd", target_arch = "aarch64", target_feature = "neon")) => Set::Neon,
        _ if cfg!(target_arch = "arm") => Set::Arm,
        _ if cfg!(not(target_arch = "x86_64")) => Set::Other,
        _ if cfg!(target_feature = "avx512f") => Set::Avx512,
        _ if cfg!(target_feature = "avx") => Set::Avx,
        _ => Set::X86,
    };

    /// Whether a multiplication and an addition are one instruction.
    const fn is_fast(self) -> bool {
        matches!(self, Set::Avx2 | Set::Neon)
    }

    const fn is_x86(self) -> bool {
        matches!(self, Set::Avx2 | Set::X86 | Set::Avx | Set::Avx512)
    }

    /// Without a token, the points of a tile whose sums stay in registers.
    ///
    /// They are 2, by [`VECTORS`], for sixteen registers of four lanes, and 1 for registers of one number. What is compiled for
    /// AVX without a token is left to the compiler to make vectors of, which it does at 3; at 4 or 2 some kernels stay
    /// without, and reach 5 % of the peak. With AVX-512 it is 2: at 3 some reach 1 %, at 4 more.
    pub(crate) const fn points(self) -> usize {
        match self {
            Set::Arm => 1,
            Set::Avx => 3,
            _ => 2,
        }
    }
}

/// Without a token, the vectors of a tile whose sums stay in registers.
pub(crate) const VECTORS: usize = 2;

/// A loop, and its tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plan {
    /// [`convolution`](super::convolution): points, and vectors of channels.
    Tile(usize, usize),
    /// `points`: eights of points, and channels.
    Points(usize, usize),
    /// [`kernel_gradient`](super::kernel_gradient), outer products: channels of the input one by one, vectors of the output's,
    /// and how many tiles read a row of the input one after the other.
    Outer(usize, usize, usize),
    /// The same, the channels of the output one by one, and vectors of the input's.
    OuterSwapped(usize, usize),
    /// The same, products with rows of the input: vectors.
    RowProducts(usize),
    /// The same, a product of matrices: channels and vectors.
    PointProducts(usize, usize),
    /// [`grouped`](super::grouped): points or rows of taps, and vectors.
    Grouped(usize, usize),
}

impl Plan {
    /// Whether it is one of these.
    pub(crate) const fn is_in(self, plans: &[Plan]) -> bool {
        let mut n = 0;
        while n < plans.len() {
            if self.is(plans[n]) {
                return true;
            }
            n += 1;
        }
        false
    }

    /// As `==`, which is not for constants.
    const fn is(self, other: Plan) -> bool {
        match (self, other) {
            (Plan::RowProducts(a), Plan::RowProducts(b)) => a == b,
            (Plan::Tile(a, b), Plan::Tile(c, d))
            | (Plan::Points(a, b), Plan::Points(c, d))
            | (Plan::OuterSwapped(a, b), Plan::OuterSwapped(c, d))
            | (Plan::PointProducts(a, b), Plan::PointProducts(c, d))
            | (Plan::Grouped(a, b), Plan::Grouped(c, d)) => a == c && b == d,
            (Plan::Outer(a, b, c), Plan::Outer(d, e, f)) => a == d && b == e && c == f,
            _ => false,
        }
    }
}

/// What a loop computes: a correlation of an image of `inputs` channels, which gives one of `outputs`.
#[derive(Clone, Copy)]
pub(crate) struct Correlation {
    /// How many channels a vector holds: eight of one image, or one of eight images.
    pub(crate) lanes: usize,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Height and width of what it gives.
    pub(crate) size: [usize; 2],
    /// Which positions meet.
    pub(crate) taps: Taps,
}

impl Correlation {
    const fn is_one_image(self) -> bool {
        self.lanes > 1
    }

    /// How many positions are neighbours to a loop.
    const fn points(self) -> usize {
        self.taps.points(self.size)
    }
}

/// The plan of a convolution's forward pass or, transposed, of its input's gradient.
///
/// With 16 registers eight sums are enough to hide that each waits four cycles for the one before it. A row of 14
/// points is 16 in tiles of four and 15 in tiles of five: 81 → 90 % of the peak, 10 points 72 → 95 %; 10 points are 16
/// in tiles of eight and 12 in tiles of six, which are a seventh slower, 55 → 64 %, with one channel also 28 points, 49
/// → 54 %. A kernel of one tap sees the image as one row: 6 × 6 points, 64 → 91 %. Eight images at once load the values of a
/// point from far away, and one weight of a channel takes no more room than the next: tiles of two points by four channels
/// take them half as often, 72 → 90 %, unless there is but one channel to add, 101 → 70 %; for tiles of five points there are
/// too few registers, 78 → 42 %. Three and six channels are all in one tile: 57 → 75 % and 60 → 89 %.
pub(crate) const fn correlation(set: Set, of: Correlation) -> Plan {
    let (inputs, outputs) = (of.inputs, of.outputs);
    if !set.is_fast() {
        return correlation_without_token(set, of);
    }
    match outputs {
        _ if outputs <= of.lanes && fits(6, of.points(), 8) && (inputs == 1 || of.points() <= 24) => Plan::Tile(6, 1),
        _ if outputs <= of.lanes => Plan::Tile(8, 1),
        3 if !of.is_one_image() && inputs > 1 => Plan::Tile(3, 3),
        6 if !of.is_one_image() && inputs > 1 => Plan::Tile(2, 6),
        _ if !of.is_one_image() && inputs > 1 && outputs.is_multiple_of(4) => Plan::Tile(2, 4),
        _ if of.is_one_image() && fits(5, of.points(), 4) => Plan::Tile(5, 2),
        _ => Plan::Tile(4, 2),
    }
}

/// Without `simd` full vectors are worth it, which `points` makes of neighbours: 1 × 28 × 28 to 6, K = 5, 13 → 27 %; 8 × 8 × 8
/// to 10, K = 3, 22 → 26; 8 × 8 × 4 to 4, 14 → 24; 8 × 8 × 8 to 1, 3 → 16; 1 × 28 × 28 to 6, one row of taps, 1 × 5, 9 → 18,
/// one column, 5 × 1, 8 → 26. With AVX-512 the compiler's vectors of these are slower than none: 1 × 28 × 28 to 6, 2 %.
///
/// There, tiles to few channels are smaller: 1 × 8 × 8 to 8, 14 → 56 %; 16 × 8 × 8 to 8, 13 → 33 %. Of eight images three
/// channels are four in tiles of two, 22 → 29 %.
const fn correlation_without_token(set: Set, of: Correlation) -> Plan {
    let Taps { rows, columns, transposed } = of.taps;
    let suits_points = matches!(set, Set::X86 | Set::Avx)
        && of.is_one_image()
        && of.inputs <= 16
        && (of.outputs <= 6 || of.outputs == 10)
        && of.size[1] >= 4
        && rows.kernel * columns.kernel > 1
        && has_neighbours(rows, 5)
        && has_neighbours(columns, 5);
    match of.outputs {
        1 if suits_points => Plan::Points(4, 1),
        2 | 4 if suits_points => Plan::Points(2, 2),
        3 if suits_points => Plan::Points(2, 3),
        5 if suits_points => Plan::Points(1, 5),
        6 if suits_points => Plan::Points(1, 6),
        10 if suits_points => Plan::Points(1, 5),
        few if few <= of.lanes && matches!(set, Set::Avx512) => {
            if of.inputs < 4 && !transposed {
                Plan::Tile(8, 1)
            } else {
                Plan::Tile(2, 1)
            }
        }
        few if few <= of.lanes => Plan::Tile(2 * set.points(), 1),
        3 if set.is_x86() && !of.is_one_image() => Plan::Tile(4, 1),
        _ => Plan::Tile(set.points(), VECTORS),
    }
}

/// The plan of a kernel's gradient; `of` is the convolution, `width` that of its input.
///
/// One image of fewer than four channels would have few sums in tiles of channels: 1 × 28 × 28 to 6, 16 → 48 %, 3 to 16, 73 →
/// 88 %; 14 → 22 % and more without `simd`, but of four rows of taps the compiler makes vectors, 20 → 6 %. Where vectors of
/// input channels are full and those of the output's are not, they change places: 8 channels to 6, 42 → 66 %, to 10, 64 → 68 %;
/// 16 to 4, 35 → 81 %, to 6, 42 → 80 %; without `simd` 8 to 10, 16 → 32 %.
///
/// One channel times two vectors are sums too few, which wait for each other: 30 → 64 %; ten channels are one tile, where tiles
/// of eight compute sixteen. All of six channels, where tiles of four compute eight: one image 63 → 80 %, eight 68 → 79 %.
/// Eight images of many channels do not fit the L2 cache, and points of 32 channels and more, which lie a power of two apart,
/// not the L1: fewer passes, 74 → 79 % for 32 channels, 72 → 84 % for 64, whose sums and row take at most 17 kilobytes of the
/// stack; kernels of one tap as a product of matrices, 29 → 63 %. Of eight images all of three channels, and of their
/// multiples, 65 → 80 %, without `simd` 22 → 30 %; fewer passes over many, 67 → 72 %.
pub(crate) const fn kernel_gradient(set: Set, of: Correlation, width: usize) -> Plan {
    let (inputs, outputs) = (of.inputs, of.outputs);
    let ([kh, kw], dilation) = ([of.taps.rows.kernel, of.taps.columns.kernel], of.taps.columns.dilation);
    let swaps = of.is_one_image() && inputs.is_multiple_of(of.lanes) && !outputs.is_multiple_of(of.lanes);
    let has_few = of.is_one_image() && inputs < 4 && dilation == 1;
    if !set.is_fast() {
        return match inputs {
            _ if set.is_x86() && has_few && matches!((kh, kw), (1 | 2 | 3 | 5, 2 | 3 | 5)) => Plan::RowProducts(1),
            _ if set.is_x86() && swaps => Plan::OuterSwapped(set.points(), VECTORS),
            3 if set.is_x86() && !of.is_one_image() => Plan::Outer(3, 1, 1),
            _ => Plan::Outer(set.points(), VECTORS, 1),
        };
    }
    match inputs {
        _ if has_few && 1 < kw && kw <= 5 && kh <= 5 => Plan::RowProducts(2),
        _ if has_few && 1 < kw && kw <= 7 && kh <= 7 => Plan::RowProducts(1),
        _ if swaps => match (inputs.is_multiple_of(16), outputs % 5, outputs % 3) {
            (true, 0, _) => Plan::OuterSwapped(5, 2),
            (true, _, 0) => Plan::OuterSwapped(3, 2),
            (true, ..) => Plan::OuterSwapped(4, 2),
            (false, _, 0) => Plan::OuterSwapped(6, 1),
            (false, ..) => Plan::OuterSwapped(5, 1),
        },
        1 if outputs.is_multiple_of(10) => Plan::Outer(1, 10, 1),
        1 => Plan::Outer(1, 8, 1),
        6 => Plan::Outer(3, 2, 1),
        _ if of.is_one_image() => Plan::Outer(4, 2, 1),
        _ if inputs >= 16 && outputs >= 16 && of.taps.are_points() => Plan::PointProducts(4, 2),
        _ if kw <= 4 && inputs > 16 && outputs >= 16 && width <= 32 => Plan::Outer(4, 2, 4),
        _ if outputs.is_multiple_of(4) && (inputs.is_multiple_of(3) || inputs > 16) => Plan::Outer(3, 4, 1),
        _ => Plan::Outer(4, 2, 1),
    }
}

/// How many rows of taps the outer products of a kernel's gradient are of at a time: as many as leave the sums, 256 or 384 bytes
/// of each tap, and the rows that are read room in the nearest cache.
pub(crate) const fn rows_of_taps(kernel_width: usize, inputs: usize) -> usize {
    match kernel_width {
        0..=4 => 3,
        5 if inputs <= 6 => 5,
        5..=6 => 2,
        _ => 1,
    }
}

/// The plan of a forward pass or an input's gradient of channels in groups: all points of a short row, or as few twice as can be.
///
/// Depthwise, one image: 6 points of a row in tiles of six points by one vector 74 → 96 %; rows of 12 in tiles of four, 47 →
/// 88 %, of 24 and 48 in tiles of eight, 46 → 90 % and 52 → 90 %.
pub(crate) const fn grouped(set: Set, of: Correlation) -> Plan {
    let points = of.points();
    match points {
        _ if !set.is_fast() => Plan::Grouped(set.points(), VECTORS),
        1..=3 => Plan::Grouped(points, 4),
        4..=5 => Plan::Grouped(points, 2),
        6 => Plan::Grouped(6, 1),
        _ if fits(4, points, 8) => Plan::Grouped(4, 2),
        _ => Plan::Grouped(8, 1),
    }
}

/// The plan of their kernel's gradient: rows of taps, whose sums take at most 6 kilobytes of the stack, and vectors that take
/// turns at a row.
pub(crate) const fn grouped_kernel_gradient(set: Set, kernel_width: usize) -> Plan {
    match (set.is_fast(), kernel_width) {
        (true, 0..=3) => Plan::Grouped(3, 16),
        (true, 4..=6) => Plan::Grouped(2, 16),
        (true, 7..=12) => Plan::Grouped(1, 16),
        (false, 0..=6) => Plan::Grouped(1, 8),
        _ => Plan::Grouped(1, 1),
    }
}

/// Whether tiles of `tile` points compute fewer points of a row twice than tiles of `other`.
const fn fits(tile: usize, points: usize, other: usize) -> bool {
    points.next_multiple_of(tile) < points.next_multiple_of(other)
}

/// Whether taps and windows are neighbours, with at most so many taps.
const fn has_neighbours(axis: Axis, most: usize) -> bool {
    axis.kernel <= most && axis.stride == 1 && axis.dilation == 1
}

/// The plans that the loops are written out for. Of each list, a constant and a macro that runs the one of them that a plan is:
/// `$run!(isa, plan)`, all others being left out when a layer is compiled.
macro_rules! lists {
    ($d:tt $($list:ident $constant:ident: $($plan:ident $numbers:tt)+;)+) => {$(
        #[cfg_attr(not(test), allow(dead_code))] // with `simd` one half of them is used, without it the other
        pub(crate) const $constant: &[Plan] = &[$(Plan::$plan $numbers),+];

        #[allow(unused_macros)] // as above
        macro_rules! $list {
            ($d isa:ident, $d plan:expr, $d run:ident) => {{
                const { assert!($d plan.is_in($crate::kernels::plan::$constant), "a plan that no loop is written out for") }
                $(if const { matches!($d plan, $crate::kernels::plan::Plan::$plan $numbers) } {
                    $d run!($d isa, $plan $numbers)
                } else)+ {}
            }};
        }
        #[allow(unused_imports)] // as above
        pub(crate) use $list;
    )+};
}

lists! { $
    fast_correlations FAST_CORRELATIONS:
        Tile(4, 2) Tile(5, 2) Tile(2, 4) Tile(8, 1) Tile(6, 1) Tile(3, 3) Tile(2, 6);
    base_correlations BASE_CORRELATIONS:
        Tile(2, 2) Tile(1, 2) Tile(3, 2) Tile(4, 1) Tile(2, 1) Tile(6, 1) Tile(8, 1)
        Points(4, 1) Points(2, 2) Points(2, 3) Points(1, 5) Points(1, 6);
    fast_kernel_gradients FAST_KERNEL_GRADIENTS:
        Outer(4, 2, 1) Outer(4, 2, 4) PointProducts(4, 2) Outer(3, 4, 1) Outer(3, 2, 1) Outer(1, 8, 1) Outer(1, 10, 1)
        RowProducts(2) RowProducts(1)
        OuterSwapped(5, 2) OuterSwapped(3, 2) OuterSwapped(4, 2) OuterSwapped(6, 1) OuterSwapped(5, 1);
    base_kernel_gradients BASE_KERNEL_GRADIENTS:
        Outer(2, 2, 1) Outer(1, 2, 1) Outer(3, 2, 1) Outer(3, 1, 1) RowProducts(1) OuterSwapped(2, 2) OuterSwapped(3, 2);
    fast_groups FAST_GROUPS:
        Grouped(8, 1) Grouped(4, 2) Grouped(6, 1) Grouped(5, 2) Grouped(3, 4) Grouped(2, 4) Grouped(1, 4);
    base_groups BASE_GROUPS: Grouped(2, 2) Grouped(1, 2) Grouped(3, 2);
    fast_group_kernel_gradients FAST_GROUP_KERNEL_GRADIENTS:
        Grouped(3, 16) Grouped(2, 16) Grouped(1, 16) Grouped(1, 1);
    base_group_kernel_gradients BASE_GROUP_KERNEL_GRADIENTS: Grouped(1, 8) Grouped(1, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETS: [Set; 7] = [Set::Avx2, Set::Neon, Set::X86, Set::Avx, Set::Avx512, Set::Arm, Set::Other];

    /// Calls with layers of every kind: one image and eight, few channels and many, all windows.
    fn each_layer(mut see: impl FnMut(Set, Correlation)) {
        const SIZES: [usize; 13] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 33];
        let axes = [(1, 1, 0), (3, 2, 1), (5, 1, 2), (5, 1, 0), (7, 1, 0), (14, 1, 0)]
            .map(|(kernel, stride, padding)| Axis { kernel, stride, dilation: 1, padding: [padding; 2] });
        for set in SETS {
            for lanes in [1, 8] {
                for inputs in SIZES {
                    for outputs in SIZES {
                        for width in [1, 2, 3, 4, 5, 6, 8, 10, 12, 32] {
                            for (rows, columns) in axes.iter().flat_map(|&rows| axes.map(|columns| (rows, columns))) {
                                for transposed in [false, true] {
                                    let taps = Taps { rows, columns, transposed };
                                    see(set, Correlation { lanes, inputs, outputs, size: [width; 2], taps });
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_plan_is_written_out_and_every_loop_is_planned() {
        let mut used = std::collections::BTreeSet::new();
        let mut see = |list: &'static str, plans: &[Plan], plan: Plan| {
            assert!(plan.is_in(plans), "{list} lacks {plan:?}");
            used.insert((list, plan));
        };
        each_layer(|set, of| {
            let lists = if set.is_fast() {
                [FAST_CORRELATIONS, FAST_KERNEL_GRADIENTS, FAST_GROUPS, FAST_GROUP_KERNEL_GRADIENTS]
            } else {
                [BASE_CORRELATIONS, BASE_KERNEL_GRADIENTS, BASE_GROUPS, BASE_GROUP_KERNEL_GRADIENTS]
            };
            let names = if set.is_fast() { ["f", "fk", "fg", "fgk"] } else { ["b", "bk", "bg", "bgk"] };
            see(names[0], lists[0], correlation(set, of));
            see(names[2], lists[2], grouped(set, of));
            if !of.taps.transposed {
                see(names[1], lists[1], kernel_gradient(set, of, of.size[1]));
                see(names[3], lists[3], grouped_kernel_gradient(set, of.taps.columns.kernel));
            }
        });
        let written = [
            FAST_CORRELATIONS,
            FAST_KERNEL_GRADIENTS,
            FAST_GROUPS,
            FAST_GROUP_KERNEL_GRADIENTS,
            BASE_CORRELATIONS,
            BASE_KERNEL_GRADIENTS,
            BASE_GROUPS,
            BASE_GROUP_KERNEL_GRADIENTS,
        ];
        assert_eq!(used.len(), written.iter().map(|plans| plans.len()).sum::<usize>());
    }

    #[test]
    fn rows_of_taps_are_those_that_are_written_out() {
        assert!((1..40).all(|width| (1..20).all(|inputs| [1, 2, 3, 5].contains(&rows_of_taps(width, inputs)))));
    }
}
