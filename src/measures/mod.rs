//! What is counted of a network's outputs, beside its loss: one file a measure.
//!
//! Each takes an image's output and what is expected of it, as [`Evaluator::evaluate`](crate::Evaluator::evaluate) hands
//! them on.

mod confusion;
mod mean_absolute_error;
mod top_k;

pub use confusion::Confusion;
pub use mean_absolute_error::MeanAbsoluteError;
pub use top_k::{Accuracy, TopK};
