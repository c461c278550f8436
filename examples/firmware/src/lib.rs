//! What runs the networks on the device: no heap, no panic, nothing that prints. `prove.sh` looks at this crate alone.

#![no_std]
#![forbid(unsafe_code)]

pub mod adapt;
pub mod classify;
pub mod expected;
pub mod learn;
#[path = "../../digits/networks.rs"]
pub mod networks;
pub mod records;
pub mod train;
