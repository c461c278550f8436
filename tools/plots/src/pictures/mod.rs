//! One file a picture.

mod activations;
mod chart;
mod confusion;
mod curves;
mod hardest;
mod kernels;
mod reliability;
mod values;

pub use activations::activations;
pub use confusion::confusion;
pub use curves::curves;
pub use hardest::hardest;
pub use kernels::kernels;
pub use reliability::reliability;
