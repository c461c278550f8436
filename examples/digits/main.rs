//! Trains two networks to read handwritten digits, and shows how well they do: `--help` lists the options.

mod classifier;
mod data;
mod destination;
mod networks;
mod options;
mod report;
#[cfg(test)]
mod tests;

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

    // what can be wrong is found before anything is printed; each network goes on from the same random state, so that it
    // does not depend on whether the other one is trained
    if let Some(path) = &options.save {
        destination::check(path).map_err(|error| format!("cannot save {}: {error}", path.display()))?;
    }
    let small = if options.net == Choice::Article { None } else { Some(start::<Small>(options, rng.clone())?) };
    let article = if options.net == Choice::Small { None } else { Some(start::<Article>(options, rng)?) };

    if !options.json {
        print(&report::heading(train.len(), test.len(), options.seed))?;
    }
    let mut runs = Vec::new();
    if let Some(small) = small {
        runs.push(train_and_evaluate(options, &parts, small)?);
    }
    if let Some(article) = article {
        runs.push(train_and_evaluate(options, &parts, article)?);
    }

    if let Some(best) = runs.iter().max_by_key(|run| run.shown().metrics.correct)
        && !options.json
    {
        print(&report::comparison(&runs))?;
        print(&report::confusion_matrix(best))?;
        let images = parts.images(if test.is_empty() { &train } else { &test });
        print(&report::three_digits(best, &images, report::terminal_width()))?;
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

/// A network to train, drawn or loaded, and the random numbers to train it with.
fn start<N: Classifier>(
    options: &Options,
    mut rng: Xoshiro256PlusPlus,
) -> Result<(N, Xoshiro256PlusPlus), Box<dyn Error>> {
    let mut net = N::ZERO;
    match &options.load {
        Some(path) => load(&mut net, path).map_err(|error| format!("cannot load {}: {error}", path.display()))?,
        None => net.draw(&mut rng)?,
    }
    Ok((net, rng))
}

fn train_and_evaluate<N: Classifier>(
    options: &Options,
    parts: &Parts,
    (mut net, mut rng): (N, Xoshiro256PlusPlus),
) -> Result<Run, Box<dyn Error>> {
    let settings = options.settings(N::SETTINGS);
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

        let line = report::epoch(epoch, settings.epochs, &metrics);
        if !quiet && report::has_line(epoch, settings.epochs) {
            bar.suspend(|| print(&line))?;
        }
        bar.inc(1);
        bar.set_message(line);
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
