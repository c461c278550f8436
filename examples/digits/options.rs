//! The command line.

use std::num::{IntErrorKind, ParseIntError};
use std::path::PathBuf;
use std::str::FromStr;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, ValueEnum};
use const_cnn::Sgd;

use crate::classifier::Settings;

/// Trains networks to read handwritten digits, and shows how well they do.
#[derive(Parser)]
#[command(name = "digits")]
pub struct Options {
    /// article, small (the better) or both
    #[arg(long, hide_possible_values = true, default_value = "both")]
    pub net: Choice,

    /// Passes over the data [default: article 10, small 20]
    #[arg(long, value_name = "N", value_parser = whole::<usize>, allow_hyphen_values = true)]
    epochs: Option<usize>,

    /// Step size [default: article 0.1, small 0.05]
    #[arg(long, value_name = "X", value_parser = learning_rate, allow_hyphen_values = true)]
    learning_rate: Option<f32>,

    /// What is kept of a step [default: article 0, small 0.9]
    #[arg(long, value_name = "X", value_parser = momentum, allow_hyphen_values = true)]
    momentum: Option<f32>,

    /// Images in a batch [default: article 64, small 32]
    #[arg(long, value_name = "N", value_parser = batch_size, allow_hyphen_values = true)]
    batch_size: Option<usize>,

    /// Sets split, first parameters and order
    #[arg(long, value_name = "N", value_parser = whole::<u64>, allow_hyphen_values = true, default_value_t = 0)]
    pub seed: u64,

    /// Shift, turn and scale the training digits, anew in each epoch
    #[arg(long)]
    pub augment: bool,

    /// Lower the step size to 0, along a line
    #[arg(long)]
    pub decay: bool,

    /// split (a fifth is held out) or all
    #[arg(long, value_name = "PART", hide_possible_values = true, default_value = "split")]
    pub train_on: TrainOn,

    /// Write the trained parameters: little-endian f32
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,

    /// Start from the parameters that --save has written
    #[arg(long, value_name = "FILE")]
    pub load: Option<PathBuf>,

    /// Print only JSON: an object a line for each network
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Choice {
    Article,
    Small,
    Both,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum TrainOn {
    Split,
    All,
}

impl Options {
    /// What the user has written; ends the program with a message where that makes no sense.
    pub fn read() -> Options {
        let options = Options::parse();
        if options.net == Choice::Both && (options.save.is_some() || options.load.is_some()) {
            let message = "--save and --load take one network: add --net article or --net small";
            Options::command().error(ErrorKind::ArgumentConflict, message).exit();
        }
        options
    }

    /// A network's settings, but for those that the user has written.
    pub fn settings(&self, usual: Settings) -> Settings {
        Settings {
            epochs: self.epochs.unwrap_or(usual.epochs),
            learning_rate: self.learning_rate.unwrap_or(usual.learning_rate),
            momentum: self.momentum.unwrap_or(usual.momentum),
            batch_size: self.batch_size.unwrap_or(usual.batch_size),
        }
    }
}

// The values' parsers: what a message says of a value that is wrong.

fn whole<T: FromStr<Err = ParseIntError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: ParseIntError| match error.kind() {
        IntErrorKind::PosOverflow => "the number is too large".into(),
        _ => "expected a whole number, at least 0".into(),
    })
}

fn batch_size(text: &str) -> Result<usize, String> {
    match whole(text)? {
        0 => Err(const_cnn::Error::BatchSize.to_string()),
        size => Ok(size),
    }
}

fn learning_rate(text: &str) -> Result<f32, String> {
    let rate = number(text)?;
    Sgd::new(rate, 0.0).map(|_| rate).map_err(|error| error.to_string())
}

fn momentum(text: &str) -> Result<f32, String> {
    let momentum = number(text)?;
    Sgd::new(0.0, momentum).map(|_| momentum).map_err(|error| error.to_string())
}

fn number(text: &str) -> Result<f32, String> {
    text.parse().map_err(|_| "expected a number".into())
}
