//! One file a layer: its equation, its forward pass, directly beneath it the backward pass, and how it is written.

pub mod avg_pool2d;
pub mod batch_norm;
pub mod bias;
pub mod conv2d;
pub mod dropout;
mod flatten;
pub mod linear;
pub mod mapwise_conv2d;
pub mod max_pool2d;
mod relu;
pub mod sliding;
mod softmax;

pub use avg_pool2d::AvgPool2d;
pub use batch_norm::{BatchNorm, BatchNormTape};
pub use conv2d::{Conv2d, Transposed};
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use linear::Linear;
pub use mapwise_conv2d::MapwiseConv2d;
pub use max_pool2d::MaxPool2d;
pub use relu::Relu;
pub use softmax::Softmax;
pub(crate) use softmax::softmax_in_place;

/// What can stand in a line of `network!`: macros for layers with numbers, words for those without.
pub mod words {
    pub use super::batch_norm::batch_norm;
    pub use super::flatten::flatten;
    pub use super::relu::relu;
    pub use super::softmax::softmax;
    pub use crate::{avg_pool2d, batch_norm, conv2d, dropout, linear, mapwise_conv2d, max_pool2d};
}
