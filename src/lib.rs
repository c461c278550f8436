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
#[doc(hidden)] // what `network!` writes uses it
pub mod check;
mod data;
mod element;
mod error;
mod evaluate;
mod fill;
mod gradient_check;
#[cfg(feature = "rand")]
mod init;
mod kernels;
mod layer;
mod layers;
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
#[doc(hidden)] // what `network!` writes uses it
pub mod shape;
mod source;
mod table;
mod train;
#[cfg(feature = "std")]
mod weights;
mod window;

pub use bytes::LeBytes;
pub use data::Dataset;
pub use element::{Elem, F32x8, Nested, Zero};
pub use error::Error;
pub use evaluate::Evaluator;
pub use gradient_check::{GradientDifference, Place, worst_gradient};
#[cfg(feature = "rand")]
pub use init::Init;
pub use layer::{Between, Chain, Input, Layer, Output};
pub use layers::Transposed;
pub use layers::{AvgPool2d, Conv2d, Flatten, Linear, MapwiseConv2d, MaxPool2d, Relu, Softmax};
pub use layout::{Layout, Ordered};
pub use loss::{Logits, Scores, argmax, softmax_cross_entropy};
pub use metrics::Metrics;
pub use network::{Network, Slot};
pub use optim::{Optimizer, Sgd};
#[cfg(feature = "parallel")]
pub use parallel::Parallel;
pub use parameters::{Array, Arrays, Parameters};
pub use shape::{Image, Probabilities, Shape, Vector, conv_out};
pub use source::write_source;
pub use table::{Row, Table};
#[cfg(feature = "rand")]
pub use train::Progress;
pub use train::{Differentiate, Pass, Trainer, training_bytes};
#[cfg(feature = "std")]
pub use weights::{FileError, load, save};
pub use window::{Axis, SlidingWindow, Square, Window};
