//! What the program shows: progress, comparison, confusion matrix, drawn digits, JSON.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::time::Duration;

use console::Term;
use const_cnn::{Confusion, Metrics, Table, argmax};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::classifier::Settings;
use crate::data::Pixels;

/// What training a network gave.
pub struct Run {
    pub net: &'static str,
    pub epochs: usize,
    /// The mean loss of the last epoch.
    pub train_loss: Option<f32>,
    /// The trained network on the images that it was trained on.
    pub train: Evaluation,
    /// The trained network on the images that were held out, if there are any.
    pub test: Option<Evaluation>,
    /// What the training passes and the optimiser took.
    pub time: Duration,
    pub parameters: usize,
    pub training_bytes: usize,
}

impl Run {
    /// The evaluation that counts: that on images which the network has not seen, if there are any.
    pub fn shown(&self) -> &Evaluation {
        self.test.as_ref().unwrap_or(&self.train)
    }

    /// The name of that evaluation's images.
    fn shown_name(&self) -> &'static str {
        if self.test.is_some() { "test" } else { "training" }
    }
}

/// What a network makes of some images.
pub struct Evaluation {
    pub metrics: Metrics,
    /// Which digits are read as which.
    pub confusion: Confusion<10>,
    /// For each image the chances of the classes.
    pub chances: Vec<[f32; 10]>,
}

impl Evaluation {
    fn accuracy(&self) -> f64 {
        self.metrics.correct as f64 / self.metrics.images as f64
    }
}

pub fn heading(train: usize, test: usize, seed: u64) -> String {
    format!("{} digits of 8 × 8 pixels: {train} to train on, {test} to test with (seed {seed})", train + test)
}

pub fn table(table: &Table, settings: &Settings) -> String {
    let Settings { epochs, learning_rate, momentum, batch_size } = settings;
    format!(
        "\n{table}\n\nTraining: {epochs} epochs, batches of {batch_size}, \
         learning rate {learning_rate:?}, momentum {momentum}"
    )
}

/// A bar for a terminal. Where standard output or standard error goes elsewhere, or `hidden`, nothing is drawn.
pub fn progress_bar(net: &'static str, epochs: usize, hidden: bool) -> Result<ProgressBar, Box<dyn Error>> {
    let is_drawn = !hidden && io::stdout().is_terminal() && io::stderr().is_terminal();
    let target = if is_drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{prefix:7} {bar:20} {msg}")?;
    Ok(ProgressBar::with_draw_target(Some(epochs as u64), target).with_style(style).with_prefix(net))
}

pub fn epoch(epoch: usize, epochs: usize, metrics: &Metrics) -> String {
    let (width, accuracy) = (epochs.to_string().len(), 100.0 * metrics.accuracy());
    format!("epoch {epoch:>width$}/{epochs}   loss {:.4}   accuracy {accuracy:5.1} %", metrics.loss())
}

/// Whether an epoch has a line of its own: all of 20, and about 20 of more, the last among them.
pub fn has_line(epoch: usize, epochs: usize) -> bool {
    epoch == epochs || epoch.is_multiple_of(epochs.div_ceil(20))
}

/// One row for each quantity, one column for each network.
pub fn comparison(runs: &[Run]) -> String {
    let row = |name: &str, value: &dyn Fn(&Run) -> String| {
        let values: String = runs.iter().map(|run| format!("{:>12}", value(run))).collect();
        format!("{name:<28}{values}\n")
    };
    let percent = |evaluation: &Evaluation| format!("{:.1} %", 100.0 * evaluation.accuracy());
    let or_dash = |value: Option<String>| value.unwrap_or("–".into());
    [
        row("\nComparison", &|run| run.net.into()),
        format!("{}\n", "-".repeat(28 + 12 * runs.len())),
        row("epochs", &|run| run.epochs.to_string()),
        row("loss in the last epoch", &|run| or_dash(run.train_loss.map(|loss| format!("{loss:.4}")))),
        row("accuracy, training digits", &|run| percent(&run.train)),
        row("accuracy, test digits", &|run| or_dash(run.test.as_ref().map(percent))),
        row("time to train, ms", &|run| format!("{:.1}", 1e3 * run.time.as_secs_f64())),
        row("parameters", &|run| run.parameters.to_string()),
        row("bytes, training 8 at once", &|run| run.training_bytes.to_string()),
        "Accuracies are those after training; an epoch's is taken while it runs.\n".into(),
    ]
    .concat()
}

/// One row for each digit, one column for each class that it is read as.
pub fn confusion_matrix(run: &Run) -> String {
    let (evaluation, name) = (run.shown(), run.shown_name());
    let Metrics { correct, images, .. } = evaluation.metrics;
    let cells = |cells: &mut dyn Iterator<Item = String>| cells.map(|cell| format!("{cell:>5}")).collect::<String>();
    let mut text = format!("{} reads {correct} of {images} {name} digits\n", run.net);
    text += "rows: the digit; columns: what it is read as\n\n ";
    text += &cells(&mut (0..10).map(|class| class.to_string()));
    for (digit, row) in evaluation.confusion.counts.iter().enumerate() {
        let count = |&count: &usize| if count == 0 { "·".into() } else { count.to_string() };
        text += &format!("\n{digit}{}", cells(&mut row.iter().map(count)));
    }
    text + "\n"
}

/// How many characters go into a line of the terminal; 80 where standard output is not one.
pub fn terminal_width() -> usize {
    Term::stdout().size_checked().map_or(80, |(_height, width)| width.into())
}

/// The width of a drawing with its chances, and that of the space beside it.
const DRAWING: usize = 22;
const SPACE: usize = 5;

/// The first two images and the one whose class is given the least chance, each with the chances of all classes, as many
/// side by side as go into a line of `width` characters.
pub fn three_digits(run: &Run, images: &[(&Pixels, usize)], width: usize) -> String {
    let chances = &run.shown().chances;
    let chance_of_label = |&index: &usize| chances[index][images[index].1];
    let hardest = (2..images.len()).min_by(|a, b| chance_of_label(a).total_cmp(&chance_of_label(b)));
    let drawings: Vec<Vec<String>> =
        [0, 1].into_iter().chain(hardest).map(|index| drawing(images[index], &chances[index])).collect();

    let title = format!("Two {} digits, and the one that {} finds hardest", run.shown_name(), run.net);
    format!("{title}\n\n{}", side_by_side(&drawings, width))
}

/// Drawings of as many lines each, as many beside each other as go into a line of `width` characters.
pub fn side_by_side(drawings: &[Vec<String>], width: usize) -> String {
    let line = |beside: &[Vec<String>], n: usize| {
        let line: String = beside.iter().map(|drawing| format!("{:<1$}", drawing[n], DRAWING + SPACE)).collect();
        line.trim_end().to_string()
    };
    let blocks = drawings.chunks(((width + SPACE) / (DRAWING + SPACE)).max(1)).map(|beside| {
        let lines: Vec<String> = (0..beside[0].len()).map(|n| line(beside, n)).collect();
        lines.join("\n")
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// An image and the chances of its classes, line by line.
fn drawing((image, label): (&Pixels, usize), chances: &[f32; 10]) -> Vec<String> {
    let title = [format!("{label}, read as {}", argmax(chances)), String::new()];
    let rows = image.iter().map(|row| row.iter().map(|[pixel]| shade(*pixel)).collect());
    let bars = chances.iter().enumerate().map(|(class, &chance)| {
        let bar = "█".repeat((12.0 * chance).round() as usize);
        format!("{class} {bar:<12} {:5.1} %", 100.0 * chance)
    });
    title.into_iter().chain(rows).chain([String::new()]).chain(bars).collect()
}

/// A pixel from 0 to 1, as wide as it is high.
fn shade(pixel: f32) -> &'static str {
    ["  ", "░░", "▒▒", "▓▓", "██"][(4.0 * pixel).round() as usize]
}

/// One line: an object. Names and numbers need no escapes.
pub fn json(run: &Run) -> String {
    let or_null = |value: Option<String>| value.unwrap_or("null".into());
    let members = [
        ("net", format!("\"{}\"", run.net.to_lowercase())),
        ("epochs", run.epochs.to_string()),
        ("train_loss", or_null(run.train_loss.map(|loss| format!("{loss:?}")))),
        ("train_accuracy", format!("{:?}", run.train.accuracy())),
        ("test_accuracy", or_null(run.test.as_ref().map(|test| format!("{:?}", test.accuracy())))),
        ("seconds", format!("{:?}", run.time.as_secs_f64())),
        ("parameters", run.parameters.to_string()),
        ("training_bytes", run.training_bytes.to_string()),
    ];
    format!("{{{}}}", members.map(|(name, value)| format!("\"{name}\":{value}")).join(","))
}
