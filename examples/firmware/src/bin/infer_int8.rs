//! Inference in int8 and nothing else, for a processor that has neither an FPU nor DSP instructions, and little memory: ten digits
//! are read, and each number that comes out must be the host's.
//!
//! Prints instructions, flash, statics and stack, as hexadecimal numbers: `core`'s formatting alone would take half of the flash.

#![no_std]
#![no_main]

#[path = "../exit.rs"]
mod exit;
#[allow(dead_code)] // the other programs ask for more
#[path = "../measure.rs"]
mod measure;

use const_cnn::{Int8, Int8Arena};
use cortex_m_rt::entry;
use cortex_m_semihosting::hio::{HostStream, hstdout};

use digits::classify::logits_int8;
use digits::expected;
use digits::networks::Small;
use digits::records::{Record, pixels};
use exit::exit;
use measure::Meter;

static SMALL: Int8<Small> = Int8::<Small>::from_le_bytes(include_bytes!("../../assets/small.int8"));
static PIXELS: [i8; 17] = pixels(SMALL.input_scale());
static DIGITS: [Record; expected::INT8.len()] =
    *include_bytes!("../../assets/test.bin").as_chunks().0.first_chunk().unwrap();

#[entry]
fn main() -> ! {
    static mut ARENA: Int8Arena<Small> = Int8::<Small>::arena();

    let mut meter = Meter::new();
    let (logits, cost) = meter.try_measure(|| logits_int8(&SMALL, ARENA, &PIXELS, &DIGITS[0]));
    let mut is_same = logits == expected::INT8[0];
    for (digit, expected) in DIGITS.iter().zip(&expected::INT8) {
        is_same &= logits_int8(&SMALL, ARENA, &PIXELS, digit) == *expected;
    }
    if let (Some(cost), Ok(mut console)) = (cost, hstdout())
        && is_same
    {
        let row = [cost.time as usize, measure::flash(), measure::statics(), meter.peak_stack()];
        exit(row.into_iter().all(|number| print(&mut console, number as u32)))
    }
    exit(false)
}

/// A number in hexadecimal digits, and a space. Returns whether the host has got it.
#[inline(never)]
fn print(console: &mut HostStream, mut number: u32) -> bool {
    let mut text = [b' '; 9];
    for digit in text[..8].iter_mut().rev() {
        let value = (number & 15) as u8;
        *digit = if value < 10 { b'0' + value } else { b'a' - 10 + value };
        number >>= 4;
    }
    console.write_all(&text).is_ok()
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    exit(false)
}
