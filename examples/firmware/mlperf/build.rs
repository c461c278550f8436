//! Tells the linker where memory lies, and draws the weights.

use std::path::Path;
use std::{env, fs};

/// As many as the largest network has.
const WEIGHTS: usize = 300_000;

fn main() {
    println!("cargo:rustc-link-search={}", env::var("CARGO_MANIFEST_DIR").unwrap());
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        println!("cargo:rustc-link-arg-bins=-Tlink.x");
    }
    println!("cargo:rerun-if-changed=memory.x");
    println!("cargo:rerun-if-changed=build.rs");

    // Marsaglia's xorshift; of 24 bits, so that host and device divide nothing that is not exact
    let mut state = 2_463_534_242_u32;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let weights: Vec<u8> = (0..WEIGHTS).flat_map(|_| (0.1 * draw()).to_le_bytes()).collect();
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("weights.bin"), weights).unwrap();
}
