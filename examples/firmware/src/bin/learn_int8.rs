//! Reads digits with an int8 network in flash, and learns a new digit on top of it: what int8 makes of an image goes to one
//! layer of floats in RAM, which is trained, on the new digit and again on the others.
//!
//! As in the other program, what the host got the device must get too, bit for bit, and what is used is compared with what
//! the types promise and the budgets allow.

#![no_std]
#![no_main]

#[path = "../console.rs"]
#[allow(dead_code)] // the other program prints thousandths
mod console;
#[path = "../exit.rs"]
mod exit;
#[path = "../measure.rs"]
mod measure;

use core::fmt::Write;

use const_cnn::{Int8, Int8Arena, LeBytes, Parameters, Trainer, Zero};
use cortex_m_rt::entry;

use digits::adapt::{NEW, NEW_IMAGES, OLD_IMAGES, ROUNDS};
use digits::classify::Answers;
use digits::expected;
use digits::learn::{Body, Features, Head};
use digits::records::{Record, records};
use measure::{Meter, UNIT};

/// The most bytes of flash: code, weights and images.
const FLASH_BUDGET: usize = 168 * 1024;

/// The most bytes of stack.
const STACK_BUDGET: usize = 3 * 1024;

/// The most bytes of RAM.
const RAM_BUDGET: usize = 13 * 1024;

/// What the networks' types promise that reading and learning need, as one after the other lies in RAM.
const PROMISED: usize = (Int8::<Features>::ARENA_BYTES + Head::TRAINING_BYTES).next_multiple_of(ALIGN);

/// That of what holds most.
const ALIGN: usize = align_of::<Trainer<Head, f32>>();

// the build ends here if they promise more than there is
const _: () = assert!(PROMISED + STACK_BUDGET <= RAM_BUDGET, "the networks do not fit in RAM");

// In flash, where they are used.
static FEATURES: Int8<Features> = Int8::<Features>::from_le_bytes(include_bytes!("../../assets/features.int8"));
static HEAD: Head = head(include_bytes!("../../assets/without_new.bin"));
static TRAIN: &[Record] = records(include_bytes!("../../assets/train.bin"));
static TEST: &[Record] = records(include_bytes!("../../assets/test.bin"));

/// The last layer of a network.
const fn head(net: &[u8]) -> Head {
    Head::from_le(&mut LeBytes::new(net.split_at(Features::PARAMETER_BYTES).1))
}

#[entry]
fn main() -> ! {
    // all RAM but the stack; `entry` makes each of them a `&mut`
    static mut ARENA: Int8Arena<Features> = Int8::<Features>::arena();
    static mut LEARNING: Head = Head::ZERO;
    static mut TRAINER: Trainer<Head, f32> = Trainer::ZERO;

    let (mut console, mut meter) = (console::open(), Meter::new());
    let mut body = Body { net: &FEATURES, arena: ARENA };
    let (head, trainer) = (LEARNING, TRAINER);
    macro_rules! say {
        ($($text:tt)*) => { writeln!(console, $($text)*).expect("the host listens") };
    }
    macro_rules! read {
        ($when:literal, $expected:expr) => {
            let answers = body.classify(head, TEST);
            let Answers { images, correct, checksum } = answers;
            let old = |counts: &[u32; 10]| counts.iter().sum::<u32>() - counts[NEW];
            let [right, all] = [old(&correct), old(&images)];
            let [new, of_new] = [correct[NEW], images[NEW]];
            say!("  {:6}: {right} of {all} old digits, {new} of {of_new} new ones; checksum {checksum:08x}", $when);
            assert!(answers == $expected, "the host reads otherwise");
        };
    }

    say!("learn on int8: {NEW_IMAGES} images of the digit {NEW}, {OLD_IMAGES} of the others, {ROUNDS} times");
    say!("  the last layer, in float and RAM, learns; the layers before it stay in flash, in int8");
    head.copy_from(&HEAD);
    read!("before", expected::BEFORE_INT8);
    for _round in 0..ROUNDS {
        assert!(body.round(head, trainer, TRAIN).is_ok(), "training diverges");
    }
    read!("after", expected::AFTER_INT8);

    let (_, cost) = meter.measure(|| body.logits(head, &TEST[0]));
    say!("  one inference: {} {UNIT}, {} bytes of stack", cost.time, cost.stack);
    let (_, cost) = meter.measure(|| body.step(head, trainer, &[&TRAIN[0]]));
    say!("  one step, 1 digit: {} {UNIT}, {} bytes of stack", cost.time, cost.stack);

    let (flash, statics, stack) = (measure::flash(), measure::statics(), meter.peak_stack());
    say!("flash: {flash:6} bytes, {} of them weights in int8; budget {FLASH_BUDGET}", size_of_val(&FEATURES));
    say!("RAM:   {statics:6} bytes, the networks' types promise {PROMISED}");
    say!("stack: {stack:6} bytes at its peak; budget {STACK_BUDGET}");
    assert!(flash <= FLASH_BUDGET, "flash is over its budget");
    assert!(statics == PROMISED, "RAM is not what the types promise");
    assert!(stack <= STACK_BUDGET, "the stack is over its budget");
    exit::exit(true)
}
