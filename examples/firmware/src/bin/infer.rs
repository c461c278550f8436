//! Inference and nothing else: the weights in flash, one buffer in RAM. `prove.sh` prints how large it is.
//!
//! It reads one digit, and ends with status 0 if it is read as what it is.

#![no_std]
#![no_main]

#[path = "../exit.rs"]
mod exit;

use const_cnn::{Zero, argmax};
use cortex_m_rt::entry;

use digits::classify::{Scratch, logits};
use digits::networks::Small;
use digits::records::{Record, label};
use exit::exit;

static SMALL: Small = Small::from_le_bytes(include_bytes!("../../assets/small.bin"));
static DIGIT: Record = *include_bytes!("../../assets/test.bin").first_chunk().unwrap();

#[entry]
fn main() -> ! {
    static mut SCRATCH: Scratch = Scratch::ZERO;
    let class = argmax(&logits(&SMALL, SCRATCH, &DIGIT));
    exit(class == label(&DIGIT))
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    exit(false)
}
