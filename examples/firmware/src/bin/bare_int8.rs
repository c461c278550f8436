//! Learning on what int8 makes of images, with nothing that prints or measures: `prove.sh` looks at what is linked.

#![no_std]
#![no_main]

#[path = "../exit.rs"]
mod exit;

use const_cnn::{Int8, Int8Arena, Trainer, Zero};
use cortex_m_rt::entry;

use digits::learn::{Body, Features, Head};
use digits::records::{Record, records};
use exit::exit;

static FEATURES: Int8<Features> = Int8::<Features>::from_le_bytes(include_bytes!("../../assets/features.int8"));
static TRAIN: &[Record] = records(include_bytes!("../../assets/train.bin"));

#[entry]
fn main() -> ! {
    static mut ARENA: Int8Arena<Features> = Int8::<Features>::arena();
    static mut HEAD: Head = Head::ZERO;
    static mut TRAINER: Trainer<Head, f32> = Trainer::ZERO;

    let mut body = Body { net: &FEATURES, arena: ARENA };
    let learned = body.round(HEAD, TRAINER, TRAIN).is_ok();
    let read = body.classify(HEAD, TRAIN).correct.iter().sum::<u32>() > 0;
    exit(learned && read)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    exit(false)
}
