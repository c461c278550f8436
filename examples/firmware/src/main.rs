//! One network type from the laptop to the microcontroller: trained there, read from flash here, and trained further.
//!
//! What the host got, the device must get too, bit for bit; what the types promise and what the budgets allow is compared
//! with what is measured. Anything else ends the run with status 1.

#![no_std]
#![no_main]

mod console;
mod exit;
mod measure;

use core::fmt::Write;

use const_cnn::{Parameters, Trainer, Zero};
use cortex_m_rt::entry;
use cortex_m_semihosting::hio::HostStream;

use console::Thousandths;
use digits::adapt::{self, NEW, NEW_IMAGES, OLD_IMAGES, ROUNDS};
use digits::classify::{Answers, Scratch, classify, logits};
use digits::expected;
use digits::networks::{Article, Small};
use digits::records::{Record, records};
use digits::train::{self, BATCH, EPOCHS};
use measure::{Meter, UNIT};

/// The most bytes of flash: code, weights and images.
const FLASH_BUDGET: usize = 224 * 1024;

/// The most bytes of stack.
const STACK_BUDGET: usize = 3 * 1024;

/// The most bytes of RAM.
const RAM_BUDGET: usize = 56 * 1024;

/// The most bytes of RAM that reading alone needs, its stack counted.
const INFERENCE_BUDGET: usize = 16 * 1024;

/// What the networks' types promise that reading, training and adapting need.
const PROMISED: usize = Small::INFERENCE_BYTES + Article::TRAINING_BYTES + Small::TRAINING_BYTES;

// the build ends here if they promise more than there is
const _: () = assert!(PROMISED + STACK_BUDGET <= RAM_BUDGET, "the networks do not fit in RAM");
const _: () = assert!(Small::INFERENCE_BYTES + STACK_BUDGET <= INFERENCE_BUDGET, "inference does not fit in RAM");

// In flash, where they are used: nothing is copied at start-up.
static SMALL: Small = Small::from_le_bytes(include_bytes!("../assets/small.bin"));
static WITHOUT_NEW: Small = Small::from_le_bytes(include_bytes!("../assets/without_new.bin"));
static ARTICLE_START: Article = Article::from_le_bytes(include_bytes!("../assets/article_start.bin"));
static TRAIN: &[Record] = records(include_bytes!("../assets/train.bin"));
static TEST: &[Record] = records(include_bytes!("../assets/test.bin"));

#[entry]
fn main() -> ! {
    // all RAM but the stack; `entry` makes each of them a `&mut`
    static mut SCRATCH: Scratch = Scratch::ZERO;
    static mut ARTICLE: Article = Article::ZERO;
    static mut ARTICLE_TRAINER: Trainer<Article, f32> = Trainer::ZERO;
    static mut ADAPTED: Small = Small::ZERO;
    static mut SMALL_TRAINER: Trainer<Small, f32> = Trainer::ZERO;

    let mut device = Device { console: console::open(), meter: Meter::new() };
    device.read(SCRATCH);
    device.train(ARTICLE, ARTICLE_TRAINER);
    device.adapt(ADAPTED, SMALL_TRAINER, SCRATCH);
    device.budgets();
    exit::exit(true)
}

struct Device {
    console: HostStream,
    meter: Meter,
}

macro_rules! say {
    ($device:ident, $($text:tt)*) => { writeln!($device.console, $($text)*).expect("the host listens") };
}

impl Device {
    /// Reads digits with the network that was trained on the host.
    fn read(&mut self, scratch: &mut Scratch) {
        let answers = classify(&SMALL, scratch, TEST);
        let [correct, images] = [answers.correct, answers.images].map(|counts| counts.iter().sum::<u32>());
        say!(self, "read: {correct} of {images} held-out digits; checksum of the logits {:08x}", answers.checksum);
        assert!(answers == expected::SMALL, "the host reads otherwise");

        let (_, cost) = self.meter.measure(|| logits(&SMALL, scratch, &TEST[0]));
        let products = Small::MULTIPLY_ACCUMULATES;
        let each = Thousandths(cost.time as f32 / products as f32);
        say!(self, "  one inference: {} {UNIT}, {} bytes of stack", cost.time, cost.stack);
        say!(self, "  {products} multiplications with an addition: {each} {UNIT} each");
        assert!(Small::INFERENCE_BYTES + cost.stack <= INFERENCE_BUDGET, "inference is over its budget");
    }

    /// Trains the article's network, from the initial values that the host has drawn.
    fn train(&mut self, net: &mut Article, trainer: &mut Trainer<Article, f32>) {
        say!(self, "train: {} digits in batches of {BATCH}", TRAIN.len());
        net.copy_from(&ARTICLE_START);
        let mut expected = expected::LOSSES.iter();
        for epoch in 1..=EPOCHS {
            let (mut loss, mut correct) = (0.0, 0);
            for batch in TRAIN.chunks(BATCH) {
                let Ok(metrics) = train::step(net, trainer, batch) else { panic!("training diverges") };
                let same = expected.next().is_some_and(|loss| loss.to_bits() == metrics.loss().to_bits());
                assert!(same, "epoch {epoch}: the host has another loss");
                loss += metrics.loss() * metrics.images as f32;
                correct += metrics.correct;
            }
            let loss = Thousandths(loss / TRAIN.len() as f32);
            say!(self, "  epoch {epoch:2}: loss {loss}, {correct} digits right");
        }
        let (_, cost) = self.meter.measure(|| train::step(net, trainer, &TRAIN[..BATCH]));
        say!(self, "  one step, {BATCH} digits: {} {UNIT}, {} bytes of stack", cost.time, cost.stack);
    }

    /// Teaches a network a digit that it was trained without.
    fn adapt(&mut self, net: &mut Small, trainer: &mut Trainer<Small, f32>, scratch: &mut Scratch) {
        say!(self, "adapt: {NEW_IMAGES} images of the digit {NEW}, {OLD_IMAGES} of the others, {ROUNDS} times");
        net.copy_from(&WITHOUT_NEW);
        let before = classify(net, scratch, TEST);
        self.old_and_new("before", &before);
        assert!(before == expected::BEFORE, "the host reads otherwise");
        for _round in 0..ROUNDS {
            assert!(adapt::round(net, trainer, TRAIN).is_ok(), "training diverges");
        }
        let after = classify(net, scratch, TEST);
        self.old_and_new("after", &after);
        assert!(after == expected::AFTER, "the host reads otherwise");

        let (_, cost) = self.meter.measure(|| adapt::step(net, trainer, &[&TRAIN[0]]));
        say!(self, "  one step, 1 digit: {} {UNIT}, {} bytes of stack", cost.time, cost.stack);
    }

    fn old_and_new(&mut self, when: &str, answers: &Answers) {
        let Answers { images, correct, .. } = answers;
        let old = |counts: &[u32; 10]| counts.iter().sum::<u32>() - counts[NEW];
        let new = (correct[NEW], images[NEW]);
        say!(self, "  {when:6}: {} of {} old digits, {} of {} new ones", old(correct), old(images), new.0, new.1);
    }

    /// Compares what was used with what was promised and allowed.
    fn budgets(&mut self) {
        let (flash, statics, stack) = (measure::flash(), measure::statics(), self.meter.peak_stack());
        say!(self, "flash: {flash:6} bytes; budget {FLASH_BUDGET}");
        say!(self, "RAM:   {statics:6} bytes, the networks' types promise {PROMISED}");
        say!(self, "stack: {stack:6} bytes at its peak; budget {STACK_BUDGET}");
        assert!(flash <= FLASH_BUDGET, "flash is over its budget");
        assert!(statics == PROMISED, "RAM is not what the types promise");
        assert!(stack <= STACK_BUDGET, "the stack is over its budget");
    }
}
