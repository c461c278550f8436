//! The loops of int8 layers. Sizes are given at run time: layers share their code, which is what a microcontroller has least of.
//!
//! What a kernel reads is baked: its parameters as `words`, its weights as `bytes` in the order in which the loop reads them, both
//! known to the kernel alone. Whoever calls it hands in slices of the sizes that its [`Room`] says. Nothing here panics: of
//! slices that are too short what is not there is passed over.
//!
//! Which version of a kernel is used is chosen here, and nowhere else.

mod plain;
pub(crate) mod rest;

pub(crate) use plain::{
    bake_conv, bake_depthwise, bake_linear, conv, conv_room, depthwise, depthwise_room, linear, linear_room,
};

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

#[cfg(test)]
pub(super) mod tests;
