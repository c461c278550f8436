//! What training makes small: one file a loss.

mod softmax_cross_entropy;

pub(crate) use softmax_cross_entropy::index_of_largest;
pub use softmax_cross_entropy::{Logits, Scores, argmax, softmax_cross_entropy};
