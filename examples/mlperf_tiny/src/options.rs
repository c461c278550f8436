//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// The networks of MLPerf Tiny. Without options: their tables, and how long they take, with random parameters.
#[derive(Parser)]
#[command(name = "mlperf_tiny")]
pub struct Options {
    /// Compare the outputs of a network of given weights with those expected
    #[arg(long, requires = "cases")]
    pub net: Option<Name>,

    /// A safetensors file: LAYER.weight and LAYER.bias, normalisation folded
    #[arg(long, value_name = "FILE", requires = "net")]
    pub weights: Option<PathBuf>,

    /// A safetensors file: input, output and, if there are any, logits and layer.NN.LAYER
    #[arg(long, value_name = "FILE", requires = "net")]
    pub cases: Option<PathBuf>,

    /// Compare all layers of the int8 network of these weights with those expected, bit for bit
    #[arg(long, value_name = "FILE", requires = "net", requires = "cases", conflicts_with = "weights")]
    pub int8: Option<PathBuf>,

    /// Write int8 weights and cases into one file, for `tests/targets.sh layers`, in place of comparing
    #[arg(long, value_name = "FILE", requires = "int8")]
    pub pack: Option<PathBuf>,

    /// Train a network, on data that are made
    #[arg(long, value_name = "NET", conflicts_with = "net")]
    pub train: Option<Name>,

    /// Sets data, first parameters and order of training
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
}

/// What the networks are called.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Name {
    /// Keyword spotting: DS-CNN
    Kws,
    /// Visual wake words: MobileNetV1, a quarter as wide
    Vww,
    /// Image classification: ResNet-8
    Ic,
    /// Anomaly detection: autoencoder
    Ad,
    /// Streaming wake word: DS-CNN along time
    Sww,
}
