//! What a kernel is given.

/// What a layer's kernel needs.
#[derive(Clone, Copy)]
pub struct Room {
    /// The words of its baked parameters.
    pub words: usize,
    /// The bytes of its baked weights. Each layer's begin at a multiple of four.
    pub bytes: usize,
    /// The bytes that it writes on while it works, from a multiple of four on.
    pub scratch: usize,
}
