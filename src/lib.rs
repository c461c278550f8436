#![cfg_attr(feature = "rand", doc = include_str!("../README.md"))]
#![cfg_attr(not(feature = "rand"), doc = "Convolutional networks whose shapes are types.")]
#![no_std]
#![deny(missing_docs, unsafe_code)]
#![cfg_attr(not(feature = "simd"), forbid(unsafe_code))]
#![allow(clippy::needless_range_loop)] // index loops follow the equations
#![allow(clippy::manual_memcpy)] // copying by slices would give the kernels' sums an address: they leave the registers

#[cfg(any(feature = "std", test))]
extern crate std;

mod arrays;
mod data;
mod eight;
mod element;
mod error;
#[doc(hidden)] // what `network!` writes uses it
pub mod fold;
mod formats;
mod gradient_check;
#[cfg(all(any(doc, doctest), feature = "rand", feature = "std"))]
pub mod guide;
#[doc(hidden)] // what `network!` writes uses it
pub mod header;
pub mod int8;
mod kernels;
mod layer;
#[doc(hidden)] // what `network!` writes uses it
pub mod layers;
mod layout;
mod losses;
pub mod math;
mod measures;
pub mod naive;
#[doc(hidden)] // what `network!` writes uses it
pub mod network;
#[doc(hidden)] // what `network!` writes uses it, and the tests of int8
pub mod operation;
mod operator;
mod optim;
mod parameters;
#[doc(hidden)] // what `network!` writes uses it
pub mod place;
mod rule;
pub mod schedules;
#[doc(hidden)] // what `network!` writes uses it
pub mod shape;
mod train;
#[doc(hidden)] // what `network!` writes uses it
pub mod whole;
mod window;
mod window_sizes;

pub use arrays::{Array, Arrays};
pub use data::{
    Augment, Augmented, Data, Dataset, Erase, Flip, Label, Noise, Order, Packed, Part, Pixels, Random, Shuffled, Warp,
    split,
};
pub use eight::F32x8;
pub use element::{Elem, Nested, Scratch, Zero};
pub use error::Error;
pub use fold::{Fold, Folded, Identity};
#[cfg(feature = "std")]
pub use formats::{FileError, load, load_bare, load_safetensors, save, save_safetensors};
pub use formats::{LeBytes, Names, Safetensors, SafetensorsError, write_source};
pub use gradient_check::{GradientDifference, Place, worst_gradient, worst_loss_gradient};
pub use header::{Line, Mismatch, ReadError};
pub use int8::{Arena, Entry, Form, Int8, Int8Arena, Multiplier, Quantized, Scale, write_int8_source};
#[cfg(feature = "std")]
pub use int8::{Measured, Quantization, Range, quantize};
pub use layer::{Between, Chain, Context, Input, Layer, Output, Row};
#[doc(hidden)] // what `network!` writes uses them
pub use layer::{Handed, Memory};
pub use layers::activation::{Activation, Function};
pub use layers::bias::{Bias, Biased, Unbiased};
pub use layers::groups::{Grouped, Grouping, Ungrouped};
pub use layers::types::*;
#[doc(hidden)] // what `network!` writes uses it
pub use layers::{word::Word, words};
pub use layout::{Layout, Ordered};
pub use losses::*;
pub use measures::{Accuracy, Confusion, MeanAbsoluteError, TopK};
pub use network::{Gate, Residual};
pub use operator::{Number, Operator};
pub use optim::*;
pub use parameters::Parameters;
pub use place::Works;
pub use rule::{Dims, Former, Message};
pub use shape::{Image, Probabilities, Sequence, Shape, Vector, conv_out};
#[cfg(feature = "rand")]
pub use train::Init;
#[cfg(feature = "parallel")]
pub use train::Parallel;
pub use train::{
    Differentiate, EarlyStopping, Evaluator, Fit, Metrics, Moment, MovingAverage, Pass, Progress, Rounded, Trainer,
    Training, training_bytes,
};
pub use whole::{Network, Table};
pub use window::{Axis, SlidingWindow, Square, Window};
