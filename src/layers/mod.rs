//! One file a layer: its equation, its forward pass, and directly beneath it the backward pass.

mod avg_pool2d;
mod conv2d;
mod flatten;
mod linear;
mod mapwise_conv2d;
mod max_pool2d;
mod relu;
mod softmax;

pub use avg_pool2d::AvgPool2d;
pub use conv2d::{Conv2d, Transposed};
pub use flatten::Flatten;
pub use linear::Linear;
pub use mapwise_conv2d::MapwiseConv2d;
pub use max_pool2d::MaxPool2d;
pub use relu::Relu;
pub use softmax::Softmax;
pub(crate) use softmax::softmax;
