//! The loops of int8 layers. Sizes are given at run time: layers share their code, which is what a microcontroller has least of.
//!
//! What a kernel reads is baked: its parameters as `words`, its weights as `bytes` in the order in which the loop reads them, both
//! known to the kernel alone. Whoever calls it hands in slices of the sizes that its [`Room`] says. Nothing here panics: of
//! slices that are too short what is not there is passed over.
//!
//! Which version of a kernel is used is chosen here, and nowhere else.

#[cfg(all(feature = "simd", dsp))]
pub(crate) mod cortex_m4;
#[cfg(all(feature = "simd", dsp))]
mod dsp;
mod parts;
#[cfg_attr(all(feature = "simd", dsp), allow(dead_code))] // what there is another loop for, whatever the sizes
pub(crate) mod plain;
pub(crate) mod rest;
mod room;

#[cfg(all(feature = "simd", dsp))]
pub(crate) use cortex_m4 as chosen;
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) use plain as chosen;

use parts::{parts, parts_mut};
pub(crate) use room::Room;

#[cfg(test)]
pub(super) mod tests;
