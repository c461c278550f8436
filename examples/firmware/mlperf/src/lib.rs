//! The networks of MLPerf Tiny and the digits', with random weights and a random image: what device and host do alike.

#![no_std]
#![forbid(unsafe_code)]

mod networks;

use const_cnn::int8::Way;
use const_cnn::{Form, Nested, Network};

pub use const_cnn::Quantized;
pub use networks::{Ad, Ic, IcChances, Kws, KwsChances, Small, Vww, VwwChances};

/// Weights for any of the float networks.
pub static WEIGHTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/weights.bin"));

/// The network, in flash: its normalisations folded, its weights the first of [`WEIGHTS`].
#[macro_export]
macro_rules! folded {
    ($Net:ty) => {
        <const_cnn::Folded<$Net>>::from_le(&mut const_cnn::LeBytes::new($crate::WEIGHTS))
    };
}

/// What the int8 networks are baked from.
pub static KWS_INT8: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kws.int8"));
pub static IC_INT8: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ic.int8"));
pub static VWW_INT8: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vww.int8"));
pub static AD_INT8: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ad.int8"));
pub static SMALL_INT8: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/small.int8"));

/// What the int8 networks on the device spare: time, or memory if they are asked to.
#[cfg(not(feature = "small"))]
pub type Spared = const_cnn::int8::Fast;
#[cfg(feature = "small")]
pub type Spared = const_cnn::int8::Small;

/// A random image.
fn image() -> impl Iterator<Item = u8> {
    let mut state = 1_u32;
    core::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
}

/// Puts it into an arena.
pub fn draw<N: Network>(arena: &mut N::Arena<f32>) {
    for (value, byte) in N::image_in(arena).flat_mut().iter_mut().zip(image()) {
        *value = f32::from(byte) / 256.0;
    }
}

/// Puts it into an int8 network's arena.
pub fn draw_int8<F: Form<Y>, const W: usize, const B: usize, const A: usize, Y: Way>(
    net: &Quantized<F, W, B, A, Y>,
    arena: &mut const_cnn::Arena<A>,
) {
    for (value, byte) in net.image_in(arena).iter_mut().zip(image()) {
        *value = byte as i8;
    }
}

/// One inference.
#[inline(never)]
pub fn infer<'a, N: Network>(net: &N, arena: &'a mut N::Arena<f32>) -> &'a [f32] {
    net.infer_in(arena).flat()
}

/// One inference of an int8 network.
#[inline(never)]
pub fn infer_int8<'a, F: Form<Y>, const W: usize, const B: usize, const A: usize, Y: Way>(
    net: &Quantized<F, W, B, A, Y>,
    arena: &'a mut const_cnn::Arena<A>,
) -> &'a [i8] {
    net.infer_in(arena)
}

/// The checksum of bytes: Fowler, Noll and Vo's hash, FNV-1a.
pub fn checksum(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// That of a result's bits.
pub fn checksum_of_floats(result: &[f32]) -> u32 {
    checksum(result.iter().flat_map(|value| value.to_le_bytes()))
}

/// That of an int8 result.
pub fn checksum_of_bytes(result: &[i8]) -> u32 {
    checksum(result.iter().map(|&value| value as u8))
}
