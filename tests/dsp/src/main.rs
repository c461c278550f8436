//! The int8 kernels for the Cortex-M4 beside the plain ones: the same bits for layers of all kinds, and nothing written beside.
//!
//! The kernels' own files are compiled here, as they are private to the library. `run.sh` runs it in QEMU.

#![no_std]
#![no_main]

/// What the kernels' files use of the library.
#[allow(dead_code, unused_imports)] // the files are whole, and a part of them is used
#[path = "."]
mod int8 {
    #[path = "../../../src/int8/arithmetic.rs"]
    pub mod arithmetic;
    #[path = "."]
    pub mod kernels {
        #[path = "../../../src/int8/kernels/cortex_m4.rs"]
        pub mod cortex_m4;
        #[path = "../../../src/int8/kernels/dsp.rs"]
        pub mod dsp;
        #[path = "../../../src/int8/kernels/parts.rs"]
        mod parts;
        #[path = "../../../src/int8/kernels/plain.rs"]
        pub mod plain;
        #[path = "../../../src/int8/kernels/rest.rs"]
        pub mod rest;
        #[path = "../../../src/int8/kernels/room.rs"]
        mod room;

        use parts::{parts, parts_mut};
        pub use room::Room;
    }
    #[path = "../../../src/int8/source.rs"]
    pub mod source;
}
#[allow(dead_code)] // as above
#[path = "../../../src/window_sizes.rs"]
mod window_sizes;

mod kernels {
    pub mod simd {
        /// As there are no larger registers, `f`'s result.
        pub fn widest<R>(f: impl FnOnce() -> R) -> R {
            f()
        }
    }
}

use core::panic::PanicInfo;

use cortex_m_rt::{ExceptionFrame, entry, exception};
use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
use cortex_m_semihosting::hprintln;

use int8::kernels::{Room, cortex_m4, plain, rest};
use int8::source::{Scale, Source};
use window_sizes::WindowSizes;

/// What a layer's weights, biases and scales are like.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Style {
    /// As in trained networks, with a ReLU and the zero point −128.
    Relu,
    /// Without a ReLU: ties below the zero point.
    Linear,
    /// With a ReLU, and another zero point.
    ReluElsewhere,
    /// With a ReLU6, and another zero point.
    Relu6,
    /// Multipliers of any size, and 0.
    Multipliers,
    /// Biases up to 2³⁰.
    Biases,
    /// Weights of −128.
    Weights,
}

use Style::*;

const STYLES: [Style; 7] = [Relu, Linear, ReluElsewhere, Relu6, Multipliers, Biases, Weights];

#[derive(Clone, Copy, Debug)]
enum Kind {
    Conv,
    Depthwise,
    Linear,
}

/// Marsaglia's xorshift.
struct Draw(u32);

impl Draw {
    fn bits(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    fn byte(&mut self) -> i8 {
        (self.bits() >> 24) as i8
    }
}

const LARGEST: usize = 16 * 1024;

/// What is behind a slice, and must stay.
const GUARD: i8 = 99;

/// A layer both ways: words, bytes, scratch and output of the plain kernel and of the other.
struct Memory {
    source: [u8; LARGEST],
    x: [i8; LARGEST],
    words: [[i32; LARGEST]; 2],
    bytes: [[i8; LARGEST]; 2],
    scratch: [i32; LARGEST],
    y: [[i8; LARGEST]; 2],
}

impl Memory {
    /// Compares both kernels on a layer of the style.
    fn compare(&mut self, kind: Kind, sizes: &WindowSizes, style: Style, draw: &mut Draw) {
        let (outputs, count) = (sizes.outputs, sizes.group * sizes.kernel[0] * sizes.kernel[1]);
        let zero = draw.byte() / 2;
        let (zeros, bounds) = match style {
            Relu => ((-128, -128), (-128, 127)),
            ReluElsewhere => ((draw.byte(), zero), (zero, 127)),
            Relu6 => ((draw.byte(), zero), (zero, zero.saturating_add(60))),
            _ => ((draw.byte(), zero), (-128, 127)),
        };
        for f in 0..outputs {
            let usual = 1.0 / (150.0 * (1.0 + count as f32 / 16.0));
            let scale = match style {
                Multipliers if draw.bits().is_multiple_of(8) => 1e-30,
                Multipliers => f32::from_bits((139 - draw.bits() % 60) << 23 | draw.bits() >> 9),
                _ => usual * (1.0 + (draw.bits() % 100) as f32 / 100.0),
            };
            let bias = match style {
                Biases if draw.bits().is_multiple_of(2) => (draw.bits() >> 1) as i32 - (1 << 30),
                _ => draw.byte() as i32 * 40,
            };
            self.source[4 * f..][..4].copy_from_slice(&scale.to_le_bytes());
            self.source[4 * (outputs + f)..][..4].copy_from_slice(&bias.to_le_bytes());
        }
        for weight in &mut self.source[8 * outputs..][..outputs * count] {
            let any = draw.byte();
            let is_least = style == Weights && draw.bits().is_multiple_of(3);
            *weight = if is_least { -128 } else { any.max(-127) } as u8;
        }
        let layer = Source {
            bytes: &self.source,
            at: 0,
            outputs,
            input: Scale { scale: 0.5, zero_point: zeros.0 },
            output: Scale { scale: 1.0, zero_point: zeros.1 },
            bounds,
        };
        let x = &mut self.x[..sizes.channels * sizes.input[0] * sizes.input[1]];
        x.fill_with(|| draw.byte());
        let len = outputs * sizes.output[0] * sizes.output[1];
        let (words, bytes) = (&mut self.words[0][..], &mut self.bytes[0][..]);
        let y = &mut self.y[0];
        y[..len + 8].fill(GUARD);
        match kind {
            Kind::Conv => {
                let words = &mut words[..plain::conv_room(sizes).words];
                plain::bake_conv(sizes, &layer, words, bytes);
                plain::conv(sizes, words, bytes, x, &mut [], &mut y[..len]);
            }
            Kind::Depthwise => {
                let words = &mut words[..plain::depthwise_room(sizes).words];
                plain::bake_depthwise(sizes, &layer, words, bytes);
                plain::depthwise(sizes, words, bytes, x, &mut [], &mut y[..len]);
            }
            Kind::Linear => {
                let words = &mut words[..plain::linear_room(sizes.channels, outputs).words];
                plain::bake_linear(sizes.channels, &layer, words, bytes);
                plain::linear(words, bytes, x, &mut [], &mut y[..len]);
            }
        }
        assert!(y[len..len + 8] == [GUARD; 8]);
        let mut former = None;
        // to be fast or small, apart and in place
        for (is_small, is_in_place) in [(false, false), (true, false), (false, true), (true, true)] {
            let way = (is_small, is_in_place);
            if is_in_place && !(matches!(kind, Kind::Conv | Kind::Depthwise) && cortex_m4::is_in_place(sizes, is_small))
            {
                continue;
            }
            let [conv, depthwise] = [matches!(kind, Kind::Conv), matches!(kind, Kind::Depthwise)];
            let conv = conv.then(|| cortex_m4::conv_plan(sizes, is_small));
            let depthwise = depthwise.then(|| cortex_m4::depthwise_plan(sizes, is_small));
            let room: Room = match (&conv, &depthwise) {
                (Some(conv), _) => cortex_m4::conv_room(conv),
                (_, Some(depthwise)) => cortex_m4::depthwise_room(depthwise),
                _ => cortex_m4::linear_room(sizes.channels, outputs),
            };
            if is_small && conv.is_some() | depthwise.is_some() && former == Some((is_in_place, room.scratch)) {
                continue; // it is computed in the same way
            }
            former = Some((is_in_place, room.scratch));
            let (words, bytes) = (&mut self.words[1][..room.words], &mut self.bytes[1][..room.bytes]);
            words.fill(0);
            match kind {
                Kind::Conv => cortex_m4::bake_conv(sizes, &layer, words, bytes),
                Kind::Depthwise => cortex_m4::bake_depthwise(sizes, &layer, words, bytes),
                Kind::Linear => cortex_m4::bake_linear(sizes.channels, &layer, words, bytes),
            }
            let y = &mut self.y[1];
            y[..len + 8].fill(GUARD);
            let x = if is_in_place {
                y[..len].copy_from_slice(x);
                &[]
            } else {
                &*x
            };
            self.scratch.fill(0x5555_5555);
            // SAFETY: any word is four bytes.
            let all = unsafe { self.scratch.align_to_mut::<i8>().1 };
            let (scratch, behind) = all.split_at_mut(room.scratch);
            let y = &mut y[..len];
            match (&conv, &depthwise) {
                (Some(conv), _) => cortex_m4::conv(conv, words, bytes, x, scratch, y),
                (_, Some(depthwise)) => cortex_m4::depthwise(depthwise, words, bytes, x, scratch, y),
                _ if is_small && cortex_m4::has_narrow(x.len()) => cortex_m4::narrow(words, bytes, x, y),
                _ => cortex_m4::linear(words, bytes, x, scratch, y),
            }
            assert!(behind[..8] == [0x55; 8], "{kind:?} {style:?} {way:?} {sizes:?}: written behind the scratch");
            let [plain, other] = &self.y;
            assert!(other[len..len + 8] == [GUARD; 8]);
            let differs = plain.iter().zip(other).take(len).position(|(plain, other)| plain != other);
            assert!(differs.is_none(), "{kind:?} {style:?} {way:?} {sizes:?}: output {differs:?}");
        }
    }

    /// Compares both sums of two, of scales of any proportion.
    fn compare_sum(&mut self, draw: &mut Draw) {
        let scale = |draw: &mut Draw| Scale {
            scale: f32::from_bits((127 - draw.bits() % 12) << 23 | draw.bits() >> 9),
            zero_point: draw.byte(),
        };
        let (a, b, output) = (scale(draw), scale(draw), scale(draw));
        let b = if draw.bits().is_multiple_of(4) { Scale { scale: a.scale, ..b } } else { b };
        let bounds = if draw.bits().is_multiple_of(2) { (output.zero_point, 127) } else { (-128, 127) };
        let words = &mut self.words[0][..rest::ADD_WORDS];
        rest::bake_add(a, b, output, bounds, words);
        let (x, [plain, other]) = (&mut self.x[..1000], &mut self.y);
        x.fill_with(|| draw.byte());
        plain[..1000].fill_with(|| draw.byte());
        other.copy_from_slice(plain);
        rest::add(words, x, &mut plain[..1000]);
        cortex_m4::add(words, x, &mut other[..1000]);
        assert!(plain == other, "{a:?} {b:?} {output:?}");
    }

    /// Compares both ways to pool.
    fn compare_pools(&mut self, sizes: &WindowSizes, draw: &mut Draw) {
        let x = &mut self.x[..sizes.channels * sizes.input[0] * sizes.input[1]];
        x.fill_with(|| draw.byte());
        let [plain, other] = &mut self.y;
        plain.fill(GUARD);
        other.fill(GUARD);
        let len = sizes.outputs * sizes.output[0] * sizes.output[1];
        if cortex_m4::has_max_pool(sizes) {
            rest::max_pool(sizes, x, &mut plain[..len]);
            cortex_m4::max_pool(sizes, x, &mut other[..len]);
            assert!(plain == other, "the largest of {sizes:?}");
        }
        if cortex_m4::has_avg_pool(sizes) {
            rest::avg_pool(sizes, false, &[0], x, &mut plain[..len]);
            cortex_m4::avg_pool(sizes, false, &[0], x, &mut other[..len]);
            assert!(plain == other, "the mean of {sizes:?}");
        }
    }
}

/// A window that fits.
fn window(
    [channels, outputs, group]: [usize; 3],
    input: [usize; 2],
    kernel: [usize; 2],
    [stride, dilation]: [[usize; 2]; 2],
    padding: [[usize; 2]; 2],
) -> Option<WindowSizes> {
    let mut output = [0; 2];
    for n in 0..2 {
        let size = input[n] + padding[n][0] + padding[n][1];
        output[n] = size.checked_sub((kernel[n] - 1) * dilation[n] + 1)? / stride[n] + 1;
    }
    Some(WindowSizes { channels, input, outputs, output, group, kernel, stride, dilation, padding })
}

const NONE: [[usize; 2]; 2] = [[0; 2]; 2];
const ONE: [[usize; 2]; 2] = [[1; 2]; 2];

#[entry]
fn main() -> ! {
    static mut MEMORY: Memory = Memory {
        source: [0; LARGEST],
        x: [0; LARGEST],
        words: [[0; LARGEST]; 2],
        bytes: [[0; LARGEST]; 2],
        scratch: [0; LARGEST],
        y: [[0; LARGEST]; 2],
    };
    let (mut draw, mut layers) = (Draw(12_345), 0);
    let draw = &mut draw;
    for style in STYLES {
        for (channels, outputs) in [1, 2, 3, 4, 5, 8, 16].into_iter().flat_map(|c| [1, 2, 3, 4, 7, 10].map(|f| (c, f)))
        {
            for input in [[1, 1], [1, 5], [4, 4], [5, 7], [9, 3]] {
                let all = [
                    ([1, 1], ONE, NONE),
                    ([3, 3], ONE, ONE),
                    ([3, 2], [[2, 1], [1, 1]], [[1, 2], [0, 1]]),
                    ([2, 3], [[1, 2], [2, 2]], [[2, 1], [3, 2]]),
                ];
                for (kernel, steps, padding) in all {
                    let Some(sizes) = window([channels, outputs, channels], input, kernel, steps, padding) else {
                        continue;
                    };
                    MEMORY.compare(Kind::Conv, &sizes, style, draw);
                    layers += 1;
                }
            }
        }
        for channels in [4, 5, 6, 8, 17] {
            for input in [[1, 1], [2, 3], [3, 2], [6, 6], [7, 5], [25, 5], [13, 24]] {
                for (stride, padding) in
                    [1, 2].into_iter().flat_map(|s| [ONE, [[0, 1]; 2], [[2, 2], [1, 3]]].map(|p| (s, p)))
                {
                    let steps = [[stride; 2], [1; 2]];
                    let Some(sizes) = window([channels, channels, 1], input, [3, 3], steps, padding) else { continue };
                    MEMORY.compare(Kind::Depthwise, &sizes, style, draw);
                    layers += 1;
                }
            }
        }
        for (inputs, outputs) in
            [1, 2, 3, 4, 5, 8, 31, 64, 129].into_iter().flat_map(|i| [1, 2, 3, 4, 5, 10].map(|o| (i, o)))
        {
            let Some(sizes) = window([inputs, outputs, inputs], [1, 1], [1, 1], ONE, NONE) else { continue };
            MEMORY.compare(Kind::Linear, &sizes, style, draw);
            layers += 1;
        }
    }
    for _ in 0..200 {
        MEMORY.compare_sum(draw);
    }
    for (channels, input) in [3, 4, 8].into_iter().flat_map(|c| [[4, 4], [5, 7], [15, 17], [16, 16]].map(|i| (c, i))) {
        for (kernel, steps, padding) in
            [([2, 2], [[2; 2], [1; 2]], NONE), ([3, 2], [[1, 2], [2, 1]], ONE), (input, ONE, NONE)]
        {
            if let Some(sizes) = window([channels, channels, 1], input, kernel, steps, padding) {
                MEMORY.compare_pools(&sizes, draw);
                layers += 1;
            }
        }
    }
    hprintln!("{} layers and 200 sums: the same bits", layers);
    loop {
        exit(EXIT_SUCCESS);
    }
}

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    hprintln!("{}", info);
    loop {
        exit(EXIT_FAILURE);
    }
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    hprintln!("hard fault at {:#010x}", frame.pc());
    loop {
        exit(EXIT_FAILURE);
    }
}
