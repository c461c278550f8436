//! Reading, training and adapting, with nothing that prints or measures: `prove.sh` looks at what is linked.

#![no_std]
#![no_main]

#[path = "../exit.rs"]
mod exit;

use const_cnn::{Parameters, Trainer, Zero};
use cortex_m_rt::entry;

use digits::classify::{Scratch, classify};
use digits::networks::{Article, Small};
use digits::records::{Record, records};
use digits::train::BATCH;
use digits::{adapt, train};
use exit::exit;

static SMALL: Small = Small::from_le_bytes(include_bytes!("../../assets/small.bin"));
static ARTICLE_START: Article = Article::from_le_bytes(include_bytes!("../../assets/article_start.bin"));
static TRAIN: &[Record] = records(include_bytes!("../../assets/train.bin"));

#[entry]
fn main() -> ! {
    static mut SCRATCH: Scratch = Scratch::ZERO;
    static mut ARTICLE: Article = Article::ZERO;
    static mut ARTICLE_TRAINER: Trainer<Article, f32> = Trainer::ZERO;
    static mut ADAPTED: Small = Small::ZERO;
    static mut SMALL_TRAINER: Trainer<Small, f32> = Trainer::ZERO;

    ARTICLE.copy_from(&ARTICLE_START);
    ADAPTED.copy_from(&SMALL);
    let trained = TRAIN.chunks(BATCH).all(|batch| train::step(ARTICLE, ARTICLE_TRAINER, batch).is_ok());
    let adapted = adapt::round(ADAPTED, SMALL_TRAINER, TRAIN).is_ok();
    let read = classify(ADAPTED, SCRATCH, TRAIN).correct.iter().sum::<u32>() > 0;
    exit(trained && adapted && read)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    exit(false)
}
