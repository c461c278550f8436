//! Tells the linker where memory lies, for `link.x` of cortex-m-rt: `mps2.x` of `examples/firmware`.

use std::path::Path;
use std::{env, fs};

fn main() {
    let (here, out) = (env::var("CARGO_MANIFEST_DIR").unwrap(), env::var("OUT_DIR").unwrap());
    let memory = Path::new(&here).join("../../../examples/firmware/mps2.x");
    fs::copy(&memory, Path::new(&out).join("memory.x")).unwrap();
    println!("cargo:rustc-link-search={out}");
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rerun-if-changed={}", memory.display());
}
