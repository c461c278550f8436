#![cfg_attr(feature = "rand", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "rand"), doc = "Convolutional networks whose shapes are types.")]
#![no_std]
#![deny(missing_docs, unsafe_code)]
#![cfg_attr(not(feature = "simd"), forbid(unsafe_code))]
#![allow(clippy::needless_range_loop)] // index loops follow the equations
#![allow(clippy::manual_memcpy)] // copying by slices would give the kernels' sums an address: they leave the registers

#[cfg(any(feature = "std", test))]
extern crate std;

mod bytes;
mod data;
mod element;
mod error;
mod evaluate;
mod fill;
#[doc(hidden)] // what `network!` writes uses it
pub mod fold;
mod gradient_check;
#[doc(hidden)] // what `network!` writes uses it
pub mod header;
#[cfg(feature = "rand")]
mod init;
mod kernels;
mod layer;
#[doc(hidden)] // what `network!` writes uses it
pub mod layers;
mod layout;
mod loss;
mod math;
mod metrics;
pub mod naive;
#[doc(hidden)] // what `network!` writes uses it
pub mod network;
mod optim;
#[cfg(feature = "parallel")]
mod parallel;
mod parameters;
mod rule;
#[doc(hidden)] // what `network!` writes uses it
pub mod shape;
mod source;
mod train;
#[cfg(feature = "std")]
mod weights;
mod window;

pub use bytes::LeBytes;
pub use data::Dataset;
pub use element::{Elem, F32x8, Nested, Scratch, Zero};
pub use error::Error;
pub use evaluate::Evaluator;
pub use fold::{Fold, Folded, Identity};
pub use gradient_check::{GradientDifference, Place, worst_gradient};
pub use header::{Found, Mismatch, ReadError};
#[cfg(feature = "rand")]
pub use init::Init;
pub use layer::{Between, Chain, Context, Input, Layer, Output, Works};
pub use layers::bias::{Bias, Biased, Unbiased};
pub use layers::types::*;
#[doc(hidden)] // what `network!` writes uses it
pub use layers::words;
pub use layout::{Layout, Ordered};
pub use loss::{Logits, Scores, argmax, softmax_cross_entropy};
pub use metrics::Metrics;
#[doc(hidden)] // what `network!` writes uses it
pub use network::sizes::Word;
pub use network::{Gate, Network, Residual, Row, Table};
pub use optim::{Optimizer, Sgd};
#[cfg(feature = "parallel")]
pub use parallel::Parallel;
pub use parameters::{Array, Arrays, Parameters};
pub use rule::{Dims, Former, Message};
pub use shape::{Image, Probabilities, Sequence, Shape, Vector, conv_out};
pub use source::write_source;
#[cfg(feature = "rand")]
pub use train::Progress;
pub use train::{Differentiate, Pass, Trainer, training_bytes};
#[cfg(feature = "std")]
pub use weights::{FileError, load, load_bare, save};
pub use window::{Axis, SlidingWindow, Square, Window};
