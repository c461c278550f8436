//! The command line.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, ValueEnum};

use crate::classifier::Settings;

/// Trains networks to read handwritten digits, and shows how well they do.
#[derive(Parser)]
#[command(name = "digits")]
pub struct Options {
    /// article, small (the better) or both
    #[arg(long, hide_possible_values = true, default_value = "both")]
    pub net: Choice,

    /// Passes over the data [default: article 10, small 20]
    #[arg(long, value_name = "N")]
    epochs: Option<usize>,

    /// Step size [default: article 0.1, small 0.05]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    learning_rate: Option<f32>,

    /// What is kept of a step [default: article 0, small 0.9]
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    momentum: Option<f32>,

    /// Images in a batch [default: article 64, small 32]
    #[arg(long, value_name = "N")]
    batch_size: Option<usize>,

    /// Sets split, first parameters and order
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,

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
