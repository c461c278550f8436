//! What training shows: progress, and how two networks compare.

use std::error::Error;
use std::io::{self, IsTerminal};
use std::time::Duration;

use const_cnn::{Metrics, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::task::{HELD_OUT, Settings};

/// What training a network gave.
pub struct Run {
    pub name: &'static str,
    pub parameters: usize,
    /// The mean loss of the last epoch.
    pub loss: f32,
    /// How well it does on examples that were held out.
    pub measure: f32,
    pub time: Duration,
}

pub fn heading(table: &Table, settings: &Settings) -> String {
    let Settings { examples, epochs, batch_size, learning_rate } = settings;
    format!(
        "{table}\n\nTraining: {examples} examples, {epochs} epochs, batches of {batch_size}, Adam from {learning_rate} to 0\n"
    )
}

/// A bar for a terminal. Where standard output or standard error goes elsewhere nothing is drawn.
pub fn progress_bar(name: &'static str, epochs: usize) -> Result<ProgressBar, Box<dyn Error>> {
    let is_drawn = io::stdout().is_terminal() && io::stderr().is_terminal();
    let target = if is_drawn { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style = ProgressStyle::with_template("{prefix:9} {bar:20} {msg}")?;
    Ok(ProgressBar::with_draw_target(Some(epochs as u64), target).with_style(style).with_prefix(name))
}

/// An epoch's line; an autoencoder has no accuracy.
pub fn epoch(epoch: usize, epochs: usize, metrics: &Metrics) -> String {
    let width = epochs.to_string().len();
    let line = format!("epoch {epoch:>width$}/{epochs}   loss {:.4}", metrics.loss());
    match metrics.counted {
        0 => line,
        _ => format!("{line}   accuracy {:5.1} %", 100.0 * metrics.accuracy()),
    }
}

/// One row for each quantity, one column for each network.
pub fn comparison(measure: &str, runs: &[Run]) -> String {
    let row = |name: &str, value: &dyn Fn(&Run) -> String| {
        let values: String = runs.iter().map(|run| format!("{:>12}", value(run))).collect();
        format!("{name:<28}{values}\n")
    };
    let held_out = format!("{measure}, {HELD_OUT} held out");
    [
        row("\nComparison", &|run| run.name.into()),
        format!("{}\n", "-".repeat(28 + 12 * runs.len())),
        row("loss in the last epoch", &|run| format!("{:.4}", run.loss)),
        row(&held_out, &|run| format!("{:.1} %", 100.0 * run.measure)),
        row("time to train, s", &|run| format!("{:.1}", run.time.as_secs_f64())),
        row("parameters", &|run| run.parameters.to_string()),
    ]
    .concat()
}
