//! What a Cortex-M4 has beyond the compiler's reach: two products of 16 bits added in one instruction, bytes widened two at a
//! time. All `unsafe` of the int8 kernels is here; each function is safe to call, whatever it is called with.
//!
//! # Mixed weights
//!
//! A half word holds the weights of two outputs for the same input, 256 · a + b; a word those for two inputs, as SXTB16 leaves
//! the bytes 0 and 2, or 1 and 3, of four. The sum T of products with such halves is 256 · A + B; SXTB16 of the same word gives
//! b for both inputs, and so B. Then A = (T − B) / 256, exact even where T overflows, as long as |A| < 2²³.
//!
//! # Requantisation
//!
//! Of twice the sum, with c = 2^(e − 1) + (zero point · 2^e), e being 1 to 23: SMMLAR is the first rounding and adds c; then a
//! shift, and SSAT. That has ties below the zero point upwards, and is for outputs that have none: with a ReLU. Else ties
//! away from zero: SMMULR, less 1 where that is negative, plus c.

#![allow(unsafe_code)] // instructions that the compiler does not choose; slices seen as words

use core::arch::asm;
use core::ops::Range;

/// The points of a convolution's tile.
pub(super) const POINTS: usize = 4;

/// The words of two outputs' parameters beside their weights: (256 · bias a + bias b, bias b) before, q, c, e of either behind.
pub(super) const PAIR: usize = 8;

/// How often the loops of a convolution and of a dense layer are written out.
const CONV_STEPS: usize = 16;
const LINEAR_STEPS: usize = 8;

/// The words of a stretch of bytes that begins with one.
pub(super) fn words_of(bytes: &mut [i8]) -> &mut [u32] {
    // SAFETY: any four bytes are a word.
    unsafe { bytes.align_to_mut().1 }
}

/// The bytes of words.
pub(super) fn bytes_of(words: &mut [u32]) -> &mut [i8] {
    // SAFETY: any word is four bytes, which any address suits.
    unsafe { words.align_to_mut().1 }
}

macro_rules! instruction {
    ($($(#[$doc:meta])* $name:ident($($operand:ident),+) = $text:literal;)+) => { $(
        $(#[$doc])*
        #[inline(always)]
        pub(super) fn $name($($operand: u32),+) -> u32 {
            let result;
            // SAFETY: arithmetic on registers.
            unsafe {
                asm!($text, r = lateout(reg) result, $($operand = in(reg) $operand),+, options(pure, nomem, nostack));
            }
            result
        }
    )+ };
}

instruction! {
    /// The sums of halves.
    sadd16(a, b) = "sadd16 {r}, {a}, {b}";
    /// Bytes 0 and 2, added to halves.
    sxtab16(sum, x) = "sxtab16 {r}, {sum}, {x}";
    /// Bytes 1 and 3, added to halves.
    sxtab16_odd(sum, x) = "sxtab16 {r}, {sum}, {x}, ror #8";
}

/// Of each four values of a point the largest at as many rows and columns, which lie `apart`: the first is that of `x`.
#[inline(never)]
pub(super) fn largest(
    x: &[[i8; 4]],
    [rows, columns]: [usize; 2],
    [row_apart, column_apart]: [usize; 2],
    y: &mut [[i8; 4]],
) {
    let is_none = rows == 0 || columns == 0 || y.is_empty();
    if is_none || (rows - 1) * row_apart + (columns - 1) * column_apart + y.len() > x.len() {
        return y.fill([-128; 4]);
    }
    let y = y.as_mut_ptr_range();
    let row_rest = (4 * row_apart).wrapping_sub(4 * columns * column_apart);
    let memory = [rows, columns, row_rest, y.end as usize];
    // SAFETY: for each four of `y` it reads as many fours of `x`, the last of which is the one that was looked for.
    unsafe {
        asm!(
            "2:",
            "ldr {row}, [{memory}]",
            "mov {at}, {x}",
            "ldr {a}, [{x}], #4",
            "3:",
            "ldr {column}, [{memory}, #4]",
            "4:",
            "ldr {b}, [{at}]",
            "add {at}, {apart}",
            "ssub8 {t}, {a}, {b}",
            "sel {a}, {a}, {b}",
            "subs {column}, #1",
            "bne 4b",
            "ldr {t}, [{memory}, #8]",
            "add {at}, {t}",
            "subs {row}, #1",
            "bne 3b",
            "str {a}, [{y}], #4",
            "ldr {t}, [{memory}, #12]",
            "cmp {y}, {t}",
            "bne 2b",
            x = inout(reg) x.as_ptr() => _,
            y = inout(reg) y.start => _,
            memory = in(reg) memory.as_ptr(),
            apart = in(reg) 4 * column_apart,
            at = out(reg) _,
            row = out(reg) _,
            column = out(reg) _,
            a = out(reg) _,
            b = out(reg) _,
            t = out(reg) _,
            options(nostack),
        );
    }
}

/// Stretches of values that a patch consists of.
#[derive(Clone, Copy)]
pub(super) struct Stretches {
    /// How many there are.
    pub count: usize,
    /// How many values each has, a multiple of four.
    pub run: usize,
    /// How far apart they begin.
    pub step: usize,
}

/// Widens the patches of neighbours: the `n`-th begins `n · apart` values from the beginning of `x` and goes into the column
/// `points.start + n` of `patches`; of four values the words (0, 2) and (1, 3).
#[inline(never)]
pub(super) fn widen(x: &[i8], stretches: Stretches, points: Range<usize>, apart: usize, patches: &mut [[u32; POINTS]]) {
    let Stretches { count, run, step } = stretches;
    let fits = points.end <= POINTS
        && points.start < points.end
        && count > 0
        && run > 0
        && run % 4 == 0
        && (count - 1) * step + (points.end - points.start - 1) * apart + run <= x.len()
        && count * run / 2 <= patches.len();
    if !fits {
        return;
    }
    // where the next point's values and words begin, and what is left of them
    let (from, to) = (x.as_ptr() as usize, patches.as_mut_ptr() as usize + 4 * points.start);
    let mut memory = [from, to, count, apart, points.end - points.start];
    // SAFETY: for each of the points it reads `count` times `run` bytes, the last of which is the `(count − 1) · step + n · apart +
    // run`-th, and writes half as many words, four apart.
    unsafe {
        asm!(
            "7:",
            "ldrd {x}, {to}, [{memory}]",
            "ldr {count}, [{memory}, #8]",
            "cmp {run}, #4",
            "beq 5f",
            "2:",
            "mov {at}, {x}",
            "add {end}, {x}, {run}",
            "tst {run}, #12",
            "bne 4f",
            "3:", // sixteen at a time
            ".irp n, 0, 32, 64, 96",
            "ldr {a}, [{at}], #4",
            "sxtb16 {b}, {a}",
            "sxtb16 {a}, {a}, ror #8",
            "str {b}, [{to}, #\\n]",
            "str {a}, [{to}, #\\n + 16]",
            ".endr",
            "adds {to}, #128",
            "cmp {at}, {end}",
            "bne 3b",
            "add {x}, {step}",
            "subs {count}, #1",
            "bne 2b",
            "b 6f",
            "4:", // four at a time
            "ldr {a}, [{at}], #4",
            "sxtb16 {b}, {a}",
            "sxtb16 {a}, {a}, ror #8",
            "str {a}, [{to}, #16]",
            "str {b}, [{to}], #32",
            "cmp {at}, {end}",
            "bne 4b",
            "add {x}, {step}",
            "subs {count}, #1",
            "bne 2b",
            "b 6f",
            "5:", // four in all
            "ldr {a}, [{x}]",
            "add {x}, {step}",
            "sxtb16 {b}, {a}",
            "sxtb16 {a}, {a}, ror #8",
            "str {a}, [{to}, #16]",
            "str {b}, [{to}], #32",
            "subs {count}, #1",
            "bne 5b",
            "6:",
            "ldrd {x}, {to}, [{memory}]",
            "ldrd {a}, {b}, [{memory}, #12]",
            "add {x}, {a}",
            "add {to}, #4",
            "strd {x}, {to}, [{memory}]",
            "subs {b}, #1",
            "str {b}, [{memory}, #16]",
            "bne 7b",
            memory = in(reg) memory.as_mut_ptr(),
            step = in(reg) step,
            run = in(reg) run,
            x = out(reg) _,
            count = out(reg) _,
            to = out(reg) _,
            at = out(reg) _,
            end = out(reg) _,
            a = out(reg) _,
            b = out(reg) _,
            options(nostack),
        );
    }
}

/// Two outputs at a time of all that `stream` has, at four points that lie `outputs` apart in `y`: the `first`-th output of the first point
/// is the first of `y`.
///
/// `stream` is, for each two outputs, 256 · bias a + bias b, bias b, as many mixed words as there are `patches`, and q, c, e of
/// either. `ties`: whether there are ties below the zero point.
#[inline(never)]
pub(super) fn conv_pairs(stream: &[i32], patches: &[[u32; POINTS]], outputs: usize, ties: bool, y: &mut [i8]) {
    let (count, stride) = (patches.len(), patches.len() + PAIR);
    let pairs = stream.len() / stride;
    let fits = count > 0 && pairs > 0 && 2 * pairs <= outputs && (POINTS - 1) * outputs + 2 * pairs <= y.len();
    if !fits {
        return;
    }
    let skip = count.wrapping_neg() % CONV_STEPS * 48;
    let patches = patches.as_ptr_range();
    // SAFETY: it reads `pairs` times `stride` words of the stream, of the patches all, as the first loop of a pair begins where as
    // many steps are left as `count` has beyond a multiple, and writes two values at each of four points for each pair, the last being
    // the `3 · outputs + 2 · pairs`-th. r6, r7 and the stack are given back as they were.
    unsafe {
        asm!(
            "cmp r9, #0",
            "adr.w r9, 5f",
            "adr.w r12, 6f",
            "it ne",
            "movne r9, r12",
            "orr r9, r9, #1",
            "adr.w r12, 2f",
            "add r8, r12",
            "orr r8, r8, #1",
            // patches 0, their end 4, y 8, outputs 12, the stream's end 16, r6, r7, where to begin 28, how to end 32
            "push {{r1, r2, r3, r4, r5, r6, r7, r8, r9}}",
            "3:",
            "ldrd r8, r12, [r0], #8",
            "ldr r1, [sp]",
            "mov r9, r8",
            "mov r10, r8",
            "mov r11, r8",
            "mov lr, r12",
            "mov r6, r12",
            "mov r7, r12",
            "ldr pc, [sp, #28]",
            ".p2align 2",
            "2:", // T in r8 to r11, B in r12, lr, r6, r7
            ".rept {steps}",
            "ldr.w r3, [r0], #4",
            "ldrd r4, r5, [r1], #8",
            "sxtb16 r2, r3",
            "smlad r8, r4, r3, r8",
            "smlad r12, r4, r2, r12",
            "smlad r9, r5, r3, r9",
            "smlad lr, r5, r2, lr",
            "ldrd r4, r5, [r1], #8",
            "smlad r10, r4, r3, r10",
            "smlad r6, r4, r2, r6",
            "smlad r11, r5, r3, r11",
            "smlad r7, r5, r2, r7",
            ".endr",
            "ldr r2, [sp, #4]",
            "cmp r1, r2",
            "bne.w 2b",
            "ldrd r1, r5, [sp, #8]",
            "ldm r0!, {{r2, r3, r4}}",
            "sub r8, r8, r12",
            "sub r9, r9, lr",
            "sub r10, r10, r6",
            "sub r11, r11, r7",
            "asr r8, r8, #7",
            "asr r9, r9, #7",
            "asr r10, r10, #7",
            "asr r11, r11, #7",
            "ldr pc, [sp, #32]",
            ".p2align 2",
            "5:", // without ties
            ".irp r, r8, r9, r10, r11",
            "smmlar \\r, \\r, r2, r3",
            "asr \\r, \\r, r4",
            "ssat \\r, #8, \\r",
            ".endr",
            "strb r8, [r1]",
            "strb r9, [r1, r5]",
            "strb r10, [r1, r5, lsl #1]",
            "add r1, r5",
            "strb r11, [r1, r5, lsl #1]",
            "ldm r0!, {{r2, r3, r4}}",
            ".irp r, r12, lr, r6, r7",
            "lsl \\r, \\r, #1",
            "smmlar \\r, \\r, r2, r3",
            "asr \\r, \\r, r4",
            "ssat \\r, #8, \\r",
            ".endr",
            "4:",
            "strb lr, [r1, #1]!",
            "strb r6, [r1, r5]",
            "strb r7, [r1, r5, lsl #1]",
            "sub r1, r5",
            "strb r12, [r1], #1",
            "str r1, [sp, #8]",
            "ldr r2, [sp, #16]",
            "cmp r0, r2",
            "bne.w 3b",
            "b 7f",
            ".p2align 2",
            "6:", // with ties
            ".irp r, r8, r9, r10, r11",
            "smmulr \\r, \\r, r2",
            "add \\r, \\r, \\r, asr #31",
            "add \\r, \\r, r3",
            "asr \\r, \\r, r4",
            "ssat \\r, #8, \\r",
            ".endr",
            "strb r8, [r1]",
            "strb r9, [r1, r5]",
            "strb r10, [r1, r5, lsl #1]",
            "add r1, r5",
            "strb r11, [r1, r5, lsl #1]",
            "ldm r0!, {{r2, r3, r4}}",
            ".irp r, r12, lr, r6, r7",
            "lsl \\r, \\r, #1",
            "smmulr \\r, \\r, r2",
            "add \\r, \\r, \\r, asr #31",
            "add \\r, \\r, r3",
            "asr \\r, \\r, r4",
            "ssat \\r, #8, \\r",
            ".endr",
            "b 4b",
            "7:",
            "add sp, #20",
            "pop {{r6, r7}}",
            "add sp, #8",
            inout("r0") stream.as_ptr() => _,
            inout("r1") patches.start => _,
            inout("r2") patches.end => _,
            inout("r3") y.as_mut_ptr() => _,
            inout("r4") outputs => _,
            inout("r5") stream.as_ptr().add(pairs * stride) => _,
            inout("r8") skip => _,
            inout("r9") usize::from(ties) => _,
            out("r10") _, out("r11") _, out("r12") _, out("lr") _,
            steps = const CONV_STEPS,
        );
    }
}

/// The sums of two outputs at four points, without their biases, modulo 2³²: for any weights.
#[inline(never)]
pub(super) fn conv_sums(mixed: &[i32], patches: &[[u32; POINTS]]) -> [[i32; POINTS]; 2] {
    let count = mixed.len().min(patches.len());
    if count == 0 {
        return [[0; POINTS]; 2];
    }
    let (a0, a1, a2, a3, b0, b1, b2, b3);
    // SAFETY: it reads `count` words, and as many patches. r6 and r7 are given back as they were.
    unsafe {
        asm!(
            "push {{r6, r7}}",
            "mov r6, #0",
            "mov r7, #0",
            "push {{r2}}",
            "2:",
            "ldr r3, [r0], #4",
            "ldrd r4, r5, [r1], #8",
            "sxtb16 r2, r3",
            "ssub16 r3, r3, r2",
            "sxtb16 r3, r3, ror #8",
            "smlad r8, r4, r3, r8",
            "smlad r12, r4, r2, r12",
            "smlad r9, r5, r3, r9",
            "smlad lr, r5, r2, lr",
            "ldrd r4, r5, [r1], #8",
            "smlad r10, r4, r3, r10",
            "smlad r6, r4, r2, r6",
            "smlad r11, r5, r3, r11",
            "smlad r7, r5, r2, r7",
            "ldr r2, [sp]",
            "cmp r0, r2",
            "bne 2b",
            "add sp, #4",
            "mov r0, r6",
            "mov r1, r7",
            "pop {{r6, r7}}",
            inout("r0") mixed.as_ptr() => b2,
            inout("r1") patches.as_ptr() => b3,
            inout("r2") mixed.as_ptr().add(count) => _,
            out("r3") _, out("r4") _, out("r5") _,
            inout("r8") 0 => a0, inout("r9") 0 => a1, inout("r10") 0 => a2, inout("r11") 0 => a3,
            inout("r12") 0 => b0, inout("lr") 0 => b1,
        );
    }
    [[a0, a1, a2, a3], [b0, b1, b2, b3]]
}

/// Four outputs at a time of a dense layer. Of the inputs a step reads two words, (0, 2) and (1, 3) of four; it has so many bytes.
macro_rules! fours {
    ($(#[$doc:meta])* $name:ident($x:ty): $bytes:literal, $($widen:literal),+) => {
        $(#[$doc])*
        #[inline(never)]
        pub(super) fn $name(stream: &[i32], x: &[$x], ties: bool, y: &mut [i8]) {
            let (count, stride) = (x.len(), 4 * x.len() + 2 * PAIR);
            let fours = (stream.len() / stride).min(y.len() / 4);
            if count == 0 || fours == 0 {
                return;
            }
            let skip = count.wrapping_neg() % LINEAR_STEPS * $bytes;
            let x = x.as_ptr_range();
            // SAFETY: it reads `fours` times `stride` words of the stream, of the inputs all, as the first loop begins where as
            // many steps are left as `count` has beyond a multiple, and writes four values for each. r6, r7 and the stack are
            // given back as they were.
            unsafe {
                asm!(
                    "cmp r9, #0",
                    "adr.w r9, 5f",
                    "adr.w r10, 6f",
                    "it ne",
                    "movne r9, r10",
                    "orr r9, r9, #1",
                    "adr.w r10, 2f",
                    "add r8, r10",
                    "orr r8, r8, #1",
                    // inputs 0, y 4, the stream's end 8, r6, r7, where to begin 20, how to end 24
                    "push {{r1, r2, r3, r6, r7, r8, r9}}",
                    "3:",
                    "ldm r0!, {{r4, r5, r6, r7}}",
                    "ldr r1, [sp]",
                    "ldr pc, [sp, #20]",
                    ".p2align 2",
                    "2:",
                    ".rept {steps}",
                    "ldm.w r0!, {{r8, r9, r10, r11}}",
                    $($widen,)+
                    "smlad r4, r2, r8, r4",
                    "sxtb16 r8, r8",
                    "smlad r5, r2, r8, r5",
                    "smlad r4, r3, r9, r4",
                    "sxtb16 r9, r9",
                    "smlad r5, r3, r9, r5",
                    "smlad r6, r2, r10, r6",
                    "sxtb16 r10, r10",
                    "smlad r7, r2, r10, r7",
                    "smlad r6, r3, r11, r6",
                    "sxtb16 r11, r11",
                    "smlad r7, r3, r11, r7",
                    ".endr",
                    "cmp r1, r12",
                    "bne.w 2b",
                    "ldr r2, [sp, #4]",
                    "sub r4, r4, r5",
                    "asr r4, r4, #7",
                    "lsl r5, r5, #1",
                    "sub r6, r6, r7",
                    "asr r6, r6, #7",
                    "lsl r7, r7, #1",
                    "ldr pc, [sp, #24]",
                    ".p2align 2",
                    "5:", // without ties
                    ".irp r, r4, r5, r6, r7",
                    "ldm.w r0!, {{r8, r9, r10}}",
                    "smmlar \\r, \\r, r8, r9",
                    "asr \\r, \\r, r10",
                    "ssat \\r, #8, \\r",
                    "strb \\r, [r2], #1",
                    ".endr",
                    "4:",
                    "str r2, [sp, #4]",
                    "ldr r3, [sp, #8]",
                    "cmp r0, r3",
                    "bne.w 3b",
                    "b 7f",
                    ".p2align 2",
                    "6:", // with ties
                    ".irp r, r4, r5, r6, r7",
                    "ldm.w r0!, {{r8, r9, r10}}",
                    "smmulr \\r, \\r, r8",
                    "add \\r, \\r, \\r, asr #31",
                    "add \\r, \\r, r9",
                    "asr \\r, \\r, r10",
                    "ssat \\r, #8, \\r",
                    "strb \\r, [r2], #1",
                    ".endr",
                    "b 4b",
                    "7:",
                    "add sp, #12",
                    "pop {{r6, r7}}",
                    "add sp, #8",
                    inout("r0") stream.as_ptr() => _,
                    inout("r1") x.start => _,
                    inout("r2") y.as_mut_ptr() => _,
                    inout("r3") stream.as_ptr().add(fours * stride) => _,
                    in("r12") x.end,
                    inout("r8") skip => _,
                    inout("r9") usize::from(ties) => _,
                    out("r4") _, out("r5") _, out("r10") _, out("r11") _, out("lr") _,
                    steps = const LINEAR_STEPS,
                );
            }
        }
    };
}

fours! {
    /// Four outputs at a time of a dense layer, all that `stream` has: as many as `y` takes.
    ///
    /// `x` are the inputs widened, of four the words (0, 2) and (1, 3). `stream` is, for each four outputs, the two words before
    /// the weights of outputs 0 and 1 and those of 2 and 3; for each four inputs the mixed words of outputs 0 and 1, for both
    /// words of `x`, and of 2 and 3; and q, c, e of each. `ties`: as in [`conv_pairs`].
    linear_fours([u32; 2]): 56, "ldrd r2, r3, [r1], #8"
}

fours! {
    /// As [`linear_fours`], of inputs that are not widened.
    narrow_fours([i8; 4]): 64, "ldr lr, [r1], #4", "sxtb16 r2, lr", "sxtb16 r3, lr, ror #8"
}

/// Four channels of an image that are copied into planes.
#[derive(Clone, Copy)]
pub(super) struct Fours {
    /// The rows of the image, and the values of each.
    pub rows: usize,
    pub line: usize,
    /// The values of a point.
    pub channels: usize,
    /// The row above the first that the planes have, counted from the image's first.
    pub top: usize,
    /// The columns of the image that the planes have, and where they lie there.
    pub columns: usize,
    pub left: usize,
    /// How many rows of pairs a plane has, and how many columns.
    pub pairs: usize,
    pub width: usize,
}

/// Widens the first four channels of `x` into four planes: a word has a column's values of two rows, the upper row's in the lower half.
/// A row off the image is four times `outside`.
#[inline(never)]
pub(super) fn planes(x: &[i8], fours: Fours, outside: [i8; 4], to: &mut [u32]) {
    let Fours { rows, line, channels, top, columns, left, pairs, width } = fours;
    let plane = pairs * width;
    let fits = rows > 0
        && columns > 0
        && (rows - 1) * line + (columns - 1) * channels + 4 <= x.len()
        && left + columns <= width
        && 4 * plane <= to.len();
    if !fits {
        return;
    }
    let mut pair = 0;
    while pair < pairs {
        let row = top.wrapping_add(2 * pair);
        let whole = (rows.saturating_sub(row) / 2).min(pairs - pair); // pairs of which both rows are on the image
        if whole > 0 {
            let mut memory = [columns, (2 * line).wrapping_sub(columns * channels), 4 * (width - columns), whole];
            // SAFETY: it reads four bytes at each of `columns` places of `whole` pairs of rows, all of which are the image's, and writes
            // as many words of four planes.
            unsafe {
                asm!(
                    "3:",
                    "ldr {count}, [{memory}]",
                    "2:",
                    "ldr {x}, [{a}]",
                    "ldr {y}, [{a}, {line}]",
                    "add {a}, {step}",
                    "pkhbt {z}, {x}, {y}, lsl #16", // a0 a1 b0 b1
                    "pkhtb {x}, {y}, {x}, asr #16", // a2 a3 b2 b3
                    "sxtb16 {y}, {z}",
                    "sxtb16 {z}, {z}, ror #8",
                    "str {z}, [{to}, {plane}]",
                    "sxtb16 {z}, {x}",
                    "sxtb16 {x}, {x}, ror #8",
                    "str {z}, [{to}, {plane}, lsl #1]",
                    "str {x}, [{to}, {planes}]",
                    "str {y}, [{to}], #4",
                    "subs {count}, #1",
                    "bne 2b",
                    "ldrd {x}, {y}, [{memory}, #4]",
                    "add {a}, {x}",
                    "add {to}, {y}",
                    "ldr {x}, [{memory}, #12]",
                    "subs {x}, #1",
                    "str {x}, [{memory}, #12]",
                    "bne 3b",
                    a = inout(reg) x.as_ptr().add(row * line) => _,
                    line = in(reg) line,
                    step = in(reg) channels,
                    memory = in(reg) memory.as_mut_ptr(),
                    to = inout(reg) to.as_mut_ptr().add(pair * width + left) => _,
                    plane = in(reg) 4 * plane,
                    planes = in(reg) 12 * plane,
                    count = out(reg) _,
                    x = out(reg) _,
                    y = out(reg) _,
                    z = out(reg) _,
                    options(nostack),
                );
            }
            pair += whole;
            continue;
        }
        let from = |row: usize| {
            if row < rows {
                // SAFETY: the row's first byte is one of the image's.
                (unsafe { x.as_ptr().add(row * line) }, channels)
            } else {
                (outside.as_ptr(), 0)
            }
        };
        let ((a, step_a), (b, step_b)) = (from(row), from(row.wrapping_add(1)));
        // SAFETY: it reads four bytes at each of `columns` places of either row, and writes as many words of four planes.
        unsafe {
            asm!(
                "2:",
                "ldr {x}, [{a}]",
                "ldr {y}, [{b}]",
                "add {a}, {step_a}",
                "add {b}, {step_b}",
                "pkhbt {z}, {x}, {y}, lsl #16", // a0 a1 b0 b1
                "pkhtb {x}, {y}, {x}, asr #16", // a2 a3 b2 b3
                "sxtb16 {y}, {z}",
                "sxtb16 {z}, {z}, ror #8",
                "str {z}, [{to}, {plane}]",
                "sxtb16 {z}, {x}",
                "sxtb16 {x}, {x}, ror #8",
                "str {z}, [{to}, {plane}, lsl #1]",
                "str {x}, [{to}, {planes}]",
                "str {y}, [{to}], #4",
                "subs {count}, #1",
                "bne 2b",
                a = inout(reg) a => _,
                b = inout(reg) b => _,
                step_a = in(reg) step_a,
                step_b = in(reg) step_b,
                to = inout(reg) to.as_mut_ptr().add(pair * width + left) => _,
                plane = in(reg) 4 * plane,
                planes = in(reg) 12 * plane,
                count = inout(reg) columns => _,
                x = out(reg) _,
                y = out(reg) _,
                z = out(reg) _,
                options(nostack),
            );
        }
        pair += 1;
    }
}

/// The words of a channel of a depthwise convolution of 3 × 3 taps: the bias; q, c and e, of twice the sum; the weights of the taps 0, 1, 3,
/// 4, of 2, 6, 5, 7, and of 8, as bytes.
pub(super) const CHANNEL: usize = 7;

/// Twice a channel's weights by pairs of rows, of each column, the upper row's in the lower half: of the first two rows, and of the
/// last two.
#[inline(always)]
fn weights(first: i32, second: i32, third: i32) -> [[u32; 3]; 2] {
    let twice = |halves: u32| sadd16(halves, halves);
    let [even, odd] = [|word: i32| sxtab16(0, word as u32), |word: i32| sxtab16_odd(0, word as u32)];
    let upper = [twice(even(first)), twice(odd(first)), twice(even(second))];
    let last = [twice(odd(second)), twice(even(third))]; // the last row: two columns, and the third
    let lower =
        [upper[0] >> 16 | last[0] << 16, upper[1] >> 16 | last[0] & 0xffff_0000, upper[2] >> 16 | last[1] << 16];
    [upper, lower]
}

/// How a channel lies: the outputs of a row, `step` apart; `rows` rows of `columns`, from `width` columns of a plane.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub rows: usize,
    pub columns: usize,
    pub step: usize,
    pub width: usize,
}

impl Places {
    /// Whether planes and outputs of four channels are as long as they say.
    fn fit(self, stride: usize, plane: usize, planes: &[u32], y: &[i8]) -> bool {
        let Places { rows, columns, step, width } = self;
        let pairs = if stride == 1 { rows.div_ceil(2) + 1 } else { rows + 1 };
        rows > 0
            && columns > 0
            && (columns - 1) * stride + 3 <= width
            && pairs * width <= plane
            && 4 * plane <= planes.len()
            && (rows * columns - 1) * step + 4 <= y.len()
    }
}

/// One block of assembly for outputs without ties, and one for outputs with: how often its loop is written out, and the first rounding of
/// r8, and of r9.
macro_rules! both {
    ($ties:ident, $run:ident) => {
        if $ties {
            $run!(1; "smmulr r8, r8, r4", "add r8, r8, r8, asr #31", "add r8, r8, r5";
                "smmulr r9, r9, r4", "add r9, r9, r9, asr #31", "add r9, r9, r5")
        } else {
            $run!(3; "smmlar r8, r8, r4, r5"; "smmlar r9, r9, r4, r5")
        }
    };
}

/// Four channels of a depthwise convolution of 3 × 3 taps, two rows at a time, but those whose e is `marked`. The planes have
/// `plane` words, each of two rows, whose first is the one above the first output; the channels of an output are neighbours.
#[inline(never)]
pub(super) fn depthwise_rows(
    planes: &[u32],
    plane: usize,
    channels: &[[i32; CHANNEL]; 4],
    marked: i32,
    ties: bool,
    places: Places,
    y: &mut [i8],
) {
    if !places.fit(1, plane, planes, y) {
        return;
    }
    let Places { rows, columns, step, width } = places;
    let mut memory = [0, 0, 0, 0, 0, step, 0, 0, 4 * width, 0, 0];
    for (n, &[bias, q, c, e, first, second, third]) in channels.iter().enumerate() {
        if e == marked {
            continue;
        }
        let [upper, lower] = weights(first, second, third);
        let twice = bias.wrapping_shl(1) as usize;
        [memory[0], memory[1], memory[2], memory[3], memory[4]] = [twice, twice, q as usize, c as usize, e as usize];
        memory[6] = lower[2] as usize;
        // an odd last row is written twice, the second time as what it is
        let (mut first, mut pairs) = if rows > 1 { (0, rows / 2) } else { (0, 1) };
        loop {
            // SAFETY: `first` is one of the rows, and `n` one of four planes and channels.
            let (at, to) = unsafe {
                (planes.as_ptr().add(n * plane + first / 2 * width), y.as_mut_ptr().add(first * columns * step + n))
            };
            let apart = if first + 1 < rows { columns * step } else { 0 };
            memory[7] = at as usize + 4 * columns;
            memory[9] = pairs;
            macro_rules! run { ($steps:literal; $($a:literal),+; $($b:literal),+) => {
            // SAFETY: for each of `pairs` pairs of rows it reads `columns` + 2 words of a row of the plane and of the next,
            // and writes `columns` values, `step` apart, to a row of y and to the one `apart` behind it: the loop begins where as many
            // steps are left as `columns` has beyond a multiple. r6 and r7 are given back as they were.
            unsafe { asm!(
                "push {{r6, r7}}",
                "mov r6, r8",
                "mov r7, r9",
                "adr.w r8, 2f",
                "add r8, r5",
                "orr r8, r8, #1",
                "str r8, [r3, #40]",
                "4:",
                "ldr pc, [r3, #40]",
                ".p2align 2",
                "2:",
                ".rept {steps}", // 116 bytes each
                "ldrd r8, r9, [r3]",
                "ldrd r4, r5, [r0], #4",
                "smlad r8, r4, r10, r8",
                "smlatb r9, r4, r10, r9",
                "smlad r8, r5, r11, r8",
                "smlatb r9, r5, r11, r9",
                "ldr.w r4, [r0, #4]",
                "smlad r8, r4, r12, r8",
                "smlatb r9, r4, r12, r9",
                "ldrd r4, r5, [r7], #4",
                "smlabt r8, r4, lr, r8",
                "smlad r9, r4, lr, r9",
                "smlabt r8, r5, r6, r8",
                "smlad r9, r5, r6, r9",
                "ldr.w r4, [r7, #4]",
                "ldr.w r5, [r3, #24]",
                "smlabt r8, r4, r5, r8",
                "smlad r9, r4, r5, r9",
                "ldrd r4, r5, [r3, #8]",
                $($a,)+
                $($b,)+
                "ldrd r4, r5, [r3, #16]",
                "asr.w r8, r8, r4",
                "asr.w r9, r9, r4",
                "ssat r8, #8, r8",
                "ssat r9, #8, r9",
                "strb.w r9, [r1, r2]",
                "strb.w r8, [r1]",
                "add.w r1, r1, r5",
                ".endr",
                "ldr r4, [r3, #28]",
                "cmp r0, r4",
                "bne.w 2b",
                "ldrd r4, r5, [r3, #32]", // the pitch, and how many pairs are left
                "add r0, #8",
                "add r7, #8",
                "add r1, r2",
                "ldr r8, [r3, #28]",
                "add r8, r4",
                "str r8, [r3, #28]",
                "subs r5, #1",
                "str r5, [r3, #36]",
                "bne.w 4b",
                "pop {{r6, r7}}",
                inout("r0") at => _,
                inout("r1") to => _,
                in("r2") apart,
                in("r3") memory.as_mut_ptr(),
                inout("r5") ($steps - columns % $steps) % $steps * 116 => _,
                inout("r8") lower[1] => _,
                inout("r9") at.add(width) => _,
                in("r10") upper[0], in("r11") upper[1], in("r12") upper[2], in("lr") lower[0],
                out("r4") _,
                steps = const $steps,
            ) }
        } }
            both!(ties, run);
            first += 2 * pairs;
            if first >= rows {
                break;
            }
            pairs = 1;
        }
    }
}

/// As [`depthwise_rows`], with stride 2.
#[inline(never)]
pub(super) fn depthwise_strided(
    planes: &[u32],
    plane: usize,
    channels: &[[i32; CHANNEL]; 4],
    marked: i32,
    ties: bool,
    places: Places,
    y: &mut [i8],
) {
    if !places.fit(2, plane, planes, y) {
        return;
    }
    let Places { rows, columns, step, width } = places;
    for (n, &[bias, q, c, e, first, second, third]) in channels.iter().enumerate() {
        if e == marked {
            continue;
        }
        let [upper, lower] = weights(first, second, third);
        let below = [lower[0] >> 16 | lower[1] & 0xffff_0000, lower[2] >> 16];
        // SAFETY: it is one of four planes, and one of four channels.
        let (at, to) = unsafe { (planes.as_ptr().add(n * plane), y.as_mut_ptr().add(n)) };
        let mut memory =
            [q as usize, c as usize, e as usize, at as usize + 8 * columns, 4 * width, 4 * width - 8 * columns, rows];
        macro_rules! run { ($steps:literal; $($a:literal),+; $($b:literal),+) => {
        // SAFETY: for each of `rows` rows it reads 2 · `columns` + 1 words of a row of the plane and of the next, and writes
        // `columns` values, `step` apart. r6 and r7 are given back as they were.
        unsafe { asm!(
            "push {{r6, r7}}",
            "mov r6, r8",
            "mov r7, r4",
            "2:",
            "ldrd r4, r5, [r0], #8",
            "smlad r8, r4, r10, r9",
            "smlad r8, r5, r11, r8",
            "ldr r4, [r0]",
            "smlad r8, r4, r12, r8",
            "ldrd r4, r5, [r7], #8",
            "smlabb r8, r4, r6, r8",
            "smlabt r8, r5, r6, r8",
            "ldr r4, [r7]",
            "smlabb r8, r4, lr, r8",
            "ldrd r4, r5, [r3]",
            $($a,)+
            "ldrd r4, r5, [r3, #8]", // e, and the end of the row
            "asr r8, r8, r4",
            "ssat r8, #8, r8",
            "strb r8, [r1]",
            "add r1, r2",
            "cmp r0, r5",
            "bne 2b",
            "ldrd r4, r8, [r3, #16]", // the pitch, and what is left of it
            "add r5, r4",
            "str r5, [r3, #12]",
            "add r0, r8",
            "add r7, r8",
            "ldr r4, [r3, #24]",
            "subs r4, #1",
            "str r4, [r3, #24]",
            "bne 2b",
            "pop {{r6, r7}}",
            inout("r0") at => _,
            inout("r1") to => _,
            in("r2") step,
            in("r3") memory.as_mut_ptr(),
            inout("r4") at.add(width) => _,
            inout("r8") below[0] => _,
            in("r9") bias.wrapping_shl(1),
            in("r10") upper[0], in("r11") upper[1], in("r12") upper[2], in("lr") below[1],
            out("r5") _,
        ) }
    } }
        both!(ties, run);
    }
}

/// A number that is added: (x − zero point) · 2^shift as x · `factor` + `offset`; of that times q / 2³², to the nearest, ties
/// upwards, half of 2^e is added and e bits are dropped, ties away from zero.
pub(super) struct Summand {
    pub factor: i32,
    pub offset: i32,
    pub q: i32,
    pub e: u32,
}

/// y = (x + y) · q / 2³¹ as in [`conv_pairs`], of twice the sum, where `x` and `y` are first made `summands`; e is 1 to 31.
#[inline(never)]
pub(super) fn sum(summands: [Summand; 2], [q, c, e]: [i32; 3], ties: bool, x: &[i8], y: &mut [i8]) {
    let [a, b] = summands;
    let count = x.len().min(y.len());
    if count == 0 || !(1..32).contains(&a.e) || !(1..32).contains(&b.e) {
        return;
    }
    let memory = [a.q, 1 << (a.e - 1), a.e as i32, b.q, 1 << (b.e - 1), b.e as i32, q, c, e];
    macro_rules! run { ($($round:literal),+) => {
        // SAFETY: it reads `count` bytes of either, and writes them to y.
        unsafe {
            asm!(
                "2:",
                "ldrsb {t}, [{x}], #1",
                "ldrsb {u}, [{y}]",
                "mla {t}, {t}, {fa}, {oa}",
                "mla {u}, {u}, {fb}, {ob}",
                "ldrd {k}, {l}, [{memory}]",
                "smmulr {t}, {t}, {k}",
                "add {t}, {t}, {t}, asr #31",
                "add {t}, {l}",
                "ldrd {k}, {l}, [{memory}, #8]", // e of x, q of y
                "asr {t}, {k}",
                "smmulr {u}, {u}, {l}",
                "ldrd {k}, {l}, [{memory}, #16]",
                "add {u}, {u}, {u}, asr #31",
                "add {u}, {k}",
                "asr {u}, {l}",
                "add {t}, {u}",
                "lsl {t}, {t}, #1",
                "ldrd {k}, {l}, [{memory}, #24]",
                $($round,)+
                "ldr {k}, [{memory}, #32]",
                "asr {t}, {k}",
                "ssat {t}, #8, {t}",
                "strb {t}, [{y}], #1",
                "cmp {x}, {end}",
                "bne 2b",
                x = inout(reg) x.as_ptr() => _,
                y = inout(reg) y.as_mut_ptr() => _,
                end = in(reg) x.as_ptr().add(count),
                memory = in(reg) memory.as_ptr(),
                fa = in(reg) a.factor,
                oa = in(reg) a.offset,
                fb = in(reg) b.factor,
                ob = in(reg) b.offset,
                t = out(reg) _,
                u = out(reg) _,
                k = out(reg) _,
                l = out(reg) _,
                options(nostack),
            );
        }
    } }
    if ties {
        run!("smmulr {t}, {t}, {k}", "add {t}, {t}, {t}, asr #31", "add {t}, {l}");
    } else {
        run!("smmlar {t}, {t}, {k}, {l}");
    }
}
