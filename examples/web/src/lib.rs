//! What the page is made of that is not JavaScript: of each network three wasm modules, one that reads digits, one that
//! trains, and one that has it in int8.

#![no_std]

#[cfg(any(feature = "int8", not(target_family = "wasm")))]
extern crate std;

#[path = "../../digits/classifier.rs"]
pub mod classifier;
pub mod digits;
#[cfg(feature = "int8")]
pub mod int8;
#[path = "../../digits/networks.rs"]
pub mod networks;
pub mod residual;
pub mod training;
#[cfg(target_family = "wasm")]
mod wasm;

/// The network that the modules are of, and how many images it is trained on at once: eight where normalisation takes their mean.
#[cfg(not(feature = "residual"))]
mod net {
    pub use crate::networks::Small as Net;
    pub type Images = f32;
}
#[cfg(feature = "residual")]
mod net {
    pub use crate::residual::Residual as Net;
    pub type Images = const_cnn::F32x8;
}
pub use net::{Images, Net};
