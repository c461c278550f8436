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

#[cfg(all(feature = "simd", dsp))]
pub(crate) use cortex_m4 as chosen;
#[cfg(not(all(feature = "simd", dsp)))]
pub(crate) use plain as chosen;

use parts::{parts, parts_mut};

use crate::int8::operation::WindowSizes;
use crate::int8::source::Source;

/// What a layer's kernel needs.
#[derive(Clone, Copy)]
pub(crate) struct Room {
    /// The words of its baked parameters.
    pub words: usize,
    /// The bytes of its baked weights. Each layer's begin at a multiple of four.
    pub bytes: usize,
    /// The bytes that it writes on while it works, from a multiple of four on.
    pub scratch: usize,
}

/// What a convolution needs. Which loop it is computed by is known from its sizes: the chosen one, or the plain one.
pub(crate) const fn conv_room(sizes: &WindowSizes) -> Room {
    if chosen::has_conv(sizes) { chosen::conv_room(sizes) } else { plain::conv_room(sizes) }
}

/// What a convolution needs whose groups are single channels.
pub(crate) const fn depthwise_room(sizes: &WindowSizes) -> Room {
    if chosen::has_depthwise(sizes) { chosen::depthwise_room(sizes) } else { plain::depthwise_room(sizes) }
}

/// Bakes a convolution.
pub(crate) const fn bake_conv(sizes: &WindowSizes, layer: &Source, words: &mut [i32], bytes: &mut [i8]) {
    if chosen::has_conv(sizes) {
        chosen::bake_conv(sizes, layer, words, bytes);
    } else {
        plain::bake_conv(sizes, layer, words, bytes);
    }
}

/// Bakes a convolution whose groups are single channels.
pub(crate) const fn bake_depthwise(sizes: &WindowSizes, layer: &Source, words: &mut [i32], bytes: &mut [i8]) {
    if chosen::has_depthwise(sizes) {
        chosen::bake_depthwise(sizes, layer, words, bytes);
    } else {
        plain::bake_depthwise(sizes, layer, words, bytes);
    }
}

#[cfg(test)]
pub(super) mod tests;
