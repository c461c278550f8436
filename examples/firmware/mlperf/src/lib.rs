//! The networks of MLPerf Tiny, with random weights and a random image: what device and host do alike.

#![no_std]
#![forbid(unsafe_code)]

#[path = "../../../mlperf_tiny/src/networks/ad.rs"]
mod ad;
#[path = "../../../mlperf_tiny/src/networks/ic.rs"]
mod ic;
#[path = "../../../mlperf_tiny/src/networks/kws.rs"]
mod kws;
#[path = "../../../mlperf_tiny/src/networks/vww.rs"]
mod vww;

use const_cnn::{Nested, Network};

pub use ad::Ad;
pub use ic::Ic;
pub use kws::Kws;
pub use vww::Vww;

/// Weights for any of them.
pub static WEIGHTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/weights.bin"));

/// The network, in flash: its normalisations folded, its weights the first of [`WEIGHTS`].
#[macro_export]
macro_rules! folded {
    ($Net:ty) => {
        <const_cnn::Folded<$Net>>::from_le(&mut const_cnn::LeBytes::new($crate::WEIGHTS))
    };
}

/// Puts a random image into the arena.
pub fn draw<N: Network>(arena: &mut N::Arena<f32>) {
    let mut state = 1_u32;
    for value in N::image_in(arena).flat_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *value = (state >> 24) as f32 / 256.0;
    }
}

/// One inference.
#[inline(never)]
pub fn infer<'a, N: Network>(net: &N, arena: &'a mut N::Arena<f32>) -> &'a [f32] {
    net.infer_in(arena).flat()
}

/// The checksum of a result's bits: Fowler, Noll and Vo's hash, FNV-1a.
pub fn checksum(result: &[f32]) -> u32 {
    let bytes = result.iter().flat_map(|value| value.to_le_bytes());
    bytes.fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
