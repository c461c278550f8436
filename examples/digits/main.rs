//! Trains two networks to read handwritten digits, and shows how well they do: `--help` lists the options.

mod classifier;
mod data;
mod networks;
mod options;
mod report;

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use const_cnn::{Dataset, Evaluator, F32x8, Sgd, Table, Trainer, Zero, load, save, training_bytes};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use classifier::{Classifier, Settings};
use data::{Digits, Pixels};
use networks::{Article, Small};
use options::{Choice, Options, TrainOn};
use report::{Evaluation, Run};

fn main() -> ExitCode {
    let Err(error) = run(&Options::read()) else { return ExitCode::SUCCESS };
    let is_broken_pipe = error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
    if !is_broken_pipe {
        let _ = writeln!(io::stderr(), "digits: {error}"); // there is nowhere else to say it
    }
    ExitCode::FAILURE
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let digits = Digits::load()?;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(options.seed);
    let (train, test) = match options.train_on {
        TrainOn::Split => digits.split(&mut rng),
        TrainOn::All => ((0..digits.labels.len()).collect(), Vec::new()),
    };
    let parts = Parts { digits: &digits, train: &train, test: &test };
    if !options.json {
        print(&report::heading(train.len(), test.len(), options.seed))?;
    }

    // each network goes on from the same random state, so that it does not depend on whether the other one is trained
    let mut runs = Vec::new();
    if options.net != Choice::Small {
        runs.push(train_and_evaluate::<Article>(options, &parts, rng.clone())?);
    }
    if options.net != Choice::Article {
        runs.push(train_and_evaluate::<Small>(options, &parts, rng)?);
    }

    if let Some(best) = runs.iter().max_by_key(|run| run.shown().metrics.correct)
        && !options.json
    {
        print(&report::comparison(&runs))?;
        print(&report::confusion_matrix(best))?;
        print(&report::three_digits(best, &parts.images(if test.is_empty() { &train } else { &test })))?;
    }
    Ok(())
}

/// The digits, and the indices of those to train on and of those to test with. There may be none to test with.
struct Parts<'a> {
    digits: &'a Digits,
    train: &'a [usize],
    test: &'a [usize],
}

impl Parts<'_> {
    fn images(&self, part: &[usize]) -> Vec<(&Pixels, usize)> {
        part.iter().map(|&index| (&self.digits.images[index], self.digits.labels[index])).collect()
    }
}

fn train_and_evaluate<N: Classifier>(
    options: &Options,
    parts: &Parts,
    mut rng: impl Rng,
) -> Result<Run, Box<dyn Error>> {
    let settings = options.settings(N::SETTINGS);
    let mut net = N::ZERO;
    match &options.load {
        Some(path) => load(&mut net, path).map_err(|error| format!("cannot load {}: {error}", path.display()))?,
        None => net.draw(&mut rng)?,
    }

    if !options.json {
        print(&report::table(&Table::of::<N>(), &settings))?;
    }
    let (train_loss, time) = train(&mut net, &settings, parts, &mut rng, options.json)?;
    if let Some(path) = &options.save {
        save(&net, path).map_err(|error| format!("cannot save {}: {error}", path.display()))?;
    }

    let run = Run {
        net: N::NAME,
        epochs: settings.epochs,
        train_loss,
        train: evaluate(&net, &parts.images(parts.train))?,
        test: if parts.test.is_empty() { None } else { Some(evaluate(&net, &parts.images(parts.test))?) },
        time,
        parameters: N::COUNT,
        training_bytes: training_bytes::<N, F32x8>(),
    };
    if options.json {
        print(&report::json(&run))?;
    }
    Ok(run)
}

/// Trains for all epochs. Returns the last one's mean loss, and the time that the passes and the optimiser took.
fn train<N: Classifier>(
    net: &mut N,
    settings: &Settings,
    parts: &Parts,
    rng: &mut impl Rng,
    quiet: bool,
) -> Result<(Option<f32>, Duration), Box<dyn Error>> {
    let sgd = Sgd::new(settings.learning_rate, settings.momentum)?;
    let mut order = parts.train.to_vec();
    let mut data = Dataset::new(&parts.digits.images, &parts.digits.labels, &mut order)?;
    let mut trainer = Box::new(Trainer::<N>::ZERO);

    let (mut loss, mut time) = (None, Duration::ZERO);
    let bar = report::progress_bar(N::NAME, settings.epochs, quiet)?;
    for epoch in 1..=settings.epochs {
        data.shuffle(rng);
        let start = Instant::now();
        let metrics = trainer.epoch(net, &sgd, &data, settings.batch_size, |_| ())?;
        time += start.elapsed();
        loss = Some(metrics.loss());

        bar.set_message(report::progress(&metrics));
        bar.inc(1);
        if !quiet {
            bar.suspend(|| print(&report::epoch(epoch, settings.epochs, &metrics)))?;
        }
    }
    bar.finish();
    if !bar.is_hidden() {
        print("")?; // the bar leaves the cursor at its end
    }
    Ok((loss, time))
}

fn evaluate<N: Classifier>(net: &N, images: &[(&Pixels, usize)]) -> Result<Evaluation, Box<dyn Error>> {
    let mut confusion = [[0; 10]; 10];
    let mut evaluator = Box::new(Evaluator::<N>::ZERO);
    let metrics = evaluator.evaluate(net, images.iter().copied(), |digit, class| confusion[digit][class] += 1)?;
    let chances = images.iter().map(|(image, _)| net.chances(image)).collect();
    Ok(Evaluation { metrics, confusion, chances })
}

/// `println!`, but it returns an error where nobody reads any more.
fn print(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
