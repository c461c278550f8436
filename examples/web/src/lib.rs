//! What the page is made of that is not JavaScript: two wasm modules, one that reads digits and one that trains.

#![no_std]

#[cfg(not(target_family = "wasm"))]
extern crate std;

#[path = "../../digits/classifier.rs"]
pub mod classifier;
#[path = "../../digits/networks.rs"]
pub mod networks;
pub mod training;
#[cfg(target_family = "wasm")]
mod wasm;

/// The network that the page shows and trains.
pub use networks::Small as Net;
