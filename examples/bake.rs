//! Remakes what the firmware and the web page carry: trained weights, images, and what the host makes of them.
//!
//! `cargo run --release --no-default-features --features rand,std --example bake` writes the files; with `-- --check`
//! behind it, it compares them with those that are there. Without the feature `simd` their bytes are the same on every
//! machine.

#[allow(dead_code)] // the networks' chances are not needed here
#[path = "digits/classifier.rs"]
mod classifier;
#[path = "digits/data.rs"]
mod data;
#[path = "digits/networks.rs"]
mod networks;
#[path = "web/src/residual.rs"]
mod residual;

// what the device does, done on the host
#[path = "firmware/src/adapt.rs"]
mod adapt;
#[path = "firmware/src/classify.rs"]
mod classify;
#[path = "firmware/src/learn.rs"]
mod learn;
#[allow(dead_code)] // the host has its images from elsewhere
#[path = "firmware/src/records.rs"]
mod records;
#[path = "firmware/src/train.rs"]
mod train;

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use const_cnn::{Data, Int8, Parameters, Range, Sgd, Trainer, Zero, quantize};
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;

use classifier::Classifier;
use classify::{Answers, Scratch, classify};
use data::{Digits, Pixels};
use learn::{Body, Features, Head};
use networks::{Article, Small};
use records::Record;
use residual::Residual;

/// A file's name and its bytes.
type Asset = (&'static str, Vec<u8>);

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bake: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    if cfg!(feature = "simd") {
        return Err("with the feature simd the bytes depend on the machine: \
                    build with --no-default-features --features rand,std"
            .into());
    }
    let options: Vec<String> = std::env::args().skip(1).collect();
    let only_check = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--check"] => true,
        _ => return Err("the only option is --check".into()),
    };

    let mut code = ExitCode::SUCCESS;
    for (name, bytes) in assets()? {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        if !only_check {
            fs::write(&path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        } else if fs::read(&path).ok().as_ref() != Some(&bytes) {
            println!("examples/{name} differs");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// The seed of the networks that the page ships. Of the twenty digits from the tenth on, drawn anew with the page's pen, the
/// networks `small` of seeds 0 to 9 read 15 to 18: this is the first of them that reads the ten which the page's test draws.
const PAGE_SEED: u64 = 7;

/// Of how many images all that int8 gives is written.
const FIRST: usize = 10;

/// How many images the ranges of int8 networks are taken from.
const SEEN: usize = 500;

/// All files. The digits are split, and the networks drawn and trained, as the example `digits` does it with seed 0, or that of
/// the page.
fn assets() -> Result<Vec<Asset>, Box<dyn Error>> {
    let digits = Digits::load()?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(0);
    let (mut train, test) = digits.split(0)?;
    let mut article = Article::ZERO;
    article.draw(&mut rng.clone())?;
    let small = trained::<Small>(&digits, &train, 0)?;
    let of_page = digits.split(PAGE_SEED)?.0;
    let shipped = trained::<Small>(&digits, &of_page, PAGE_SEED)?;
    let residual = trained::<Residual>(&digits, &of_page, PAGE_SEED)?;
    let not_new: Vec<usize> = train.iter().copied().filter(|&index| digits.labels[index] != adapt::NEW).collect();
    let without_new = trained::<Small>(&digits, &not_new, 0)?;

    let mut features = Features::ZERO;
    features.read_le(&bytes(&without_new)?[..Features::PARAMETER_BYTES])?;
    let seen = |part: &[usize]| -> Vec<Pixels> { part.iter().take(SEEN).map(|&index| digits.images[index]).collect() };
    let small_int8 = quantize(&small, &seen(&train), Range::MinMax)?.bytes;
    let features_int8 = quantize(&features, &seen(&not_new), Range::MinMax)?.bytes;

    // the device takes its images in the order in which they lie in flash
    train.shuffle(&mut rng);
    let all: Vec<usize> = (0..digits.labels.len()).collect();
    let [all, train, test] = [all, train, test].map(|part| to_records(&digits, &part));

    Ok(vec![
        ("web/assets/digits.bin", all.concat()),
        ("web/assets/small.bin", bytes(&shipped)?),
        ("web/assets/residual.bin", bytes(&residual)?),
        ("firmware/assets/train.bin", train.concat()),
        ("firmware/assets/test.bin", test.concat()),
        ("firmware/assets/small.bin", bytes(&small)?),
        ("firmware/assets/without_new.bin", bytes(&without_new)?),
        ("firmware/assets/article_start.bin", bytes(&article)?),
        (
            "firmware/src/expected.rs",
            expected(&small, article, without_new, [&small_int8, &features_int8], &train, &test)?.into_bytes(),
        ),
        ("firmware/assets/small.int8", small_int8),
        ("firmware/assets/features.int8", features_int8),
    ])
}

/// A network, drawn and trained.
fn trained<N: Classifier>(digits: &Digits, train: &[usize], seed: u64) -> Result<N, const_cnn::Error> {
    let settings = N::SETTINGS;
    let sgd = Sgd::new(settings.learning_rate, settings.momentum)?;
    let data = N::dataset(&digits.images, &digits.labels)?.part(train)?;
    let (mut net, mut trainer) = (N::ZERO, Box::new(Trainer::<N>::ZERO));
    net.draw(&mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
    trainer.seed = seed;
    trainer.fit(&mut net, &sgd, &data, settings.epochs, settings.batch_size).run()?;
    Ok(net)
}

fn bytes<P: Parameters>(net: &P) -> Result<Vec<u8>, const_cnn::Error> {
    let mut bytes = vec![0; 4 * P::COUNT];
    net.write_le(&mut bytes)?;
    Ok(bytes)
}

fn to_records(digits: &Digits, part: &[usize]) -> Vec<Record> {
    let to_record = |&index: &usize| {
        let mut record = [digits.labels[index] as u8; 65];
        for (byte, [pixel]) in record.iter_mut().zip(digits.images[index].as_flattened()) {
            *byte = (pixel * 16.0) as u8;
        }
        record
    };
    part.iter().map(to_record).collect()
}

/// What the host gets where the device does the same, as Rust source.
fn expected(
    small: &Small,
    mut article: Article,
    mut adapted: Small,
    [small_int8, features]: [&[u8]; 2],
    train: &[Record],
    test: &[Record],
) -> Result<String, Box<dyn Error>> {
    let mut scratch = Scratch::ZERO;
    let answers = classify(small, &mut scratch, test);

    let mut trainer = Box::new(Trainer::ZERO);
    let mut losses = Vec::new();
    for _epoch in 0..train::EPOCHS {
        for batch in train.chunks(train::BATCH) {
            losses.push(train::step(&mut article, &mut trainer, batch)?.loss());
        }
    }

    let before = classify(&adapted, &mut scratch, test);
    let mut head = Head::ZERO;
    head.read_le(&bytes(&adapted)?[Features::PARAMETER_BYTES..])?;
    let mut trainer = Box::new(Trainer::ZERO);
    for _round in 0..adapt::ROUNDS {
        adapt::round(&mut adapted, &mut trainer, train)?;
    }
    let after = classify(&adapted, &mut scratch, test);

    let mut net = Int8::<Features>::ZERO;
    net.read_le(features)?;
    let mut body = Body { net: &net, arena: &mut Int8::<Features>::arena() };
    let before_learning = body.classify(&head, test);
    let mut trainer = Box::new(Trainer::ZERO);
    for _round in 0..adapt::ROUNDS {
        body.round(&mut head, &mut trainer, train)?;
    }
    let after_learning = body.classify(&head, test);

    let mut int8 = Int8::<Small>::ZERO;
    int8.read_le(small_int8)?;
    let (pixels, mut arena) = (records::pixels(int8.input_scale()), Int8::<Small>::arena());
    let mut read = |record: &Record| classify::logits_int8(&int8, &mut arena, &pixels, record);

    let mut source = String::from("//! What the host gets, without `simd`. Written by `examples/bake.rs`.\n\n");
    source += "use crate::classify::Answers;\n";
    write_answers(&mut source, "The network from the host, on the held-out images.", "SMALL", &answers)?;
    write_answers(&mut source, "The network without the new digit, before it adapts.", "BEFORE", &before)?;
    write_answers(&mut source, "The same network after it has adapted.", "AFTER", &after)?;
    let doc = "The head on what int8 makes of the images, before it learns the new digit.";
    write_answers(&mut source, doc, "BEFORE_INT8", &before_learning)?;
    write_answers(&mut source, "The same after it has learned it.", "AFTER_INT8", &after_learning)?;
    let doc = "What the int8 form of `small` gives for the first of the held-out images.";
    writeln!(source, "\n/// {doc}\npub const INT8: [[i8; 10]; {FIRST}] = [")?;
    for record in &test[..FIRST] {
        writeln!(source, "    {:?},", read(record))?;
    }
    source += "];\n";
    write!(source, "\n/// The loss of each of the article's network's steps.\n#[rustfmt::skip]\n")?;
    writeln!(source, "pub const LOSSES: [f32; {}] = [", losses.len())?;
    for losses in losses.chunks(8) {
        let losses: Vec<String> = losses.iter().map(|loss| format!("{loss:?},")).collect();
        writeln!(source, "    {}", losses.join(" "))?;
    }
    source += "];\n";
    Ok(source)
}

fn write_answers(source: &mut String, doc: &str, name: &str, answers: &Answers) -> std::fmt::Result {
    let Answers { images, correct, checksum } = answers;
    writeln!(source, "\n/// {doc}\npub const {name}: Answers = Answers {{")?;
    writeln!(source, "    images: {images:?},\n    correct: {correct:?},\n    checksum: {checksum:#010x},\n}};")
}
