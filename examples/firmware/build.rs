//! Tells the linker where memory lies, for `link.x` of cortex-m-rt: `mps2.x`, or for a Cortex-M0 `microbit.x`.

use std::path::Path;
use std::{env, fs};

fn main() {
    let (target, out) = (env::var("TARGET").unwrap(), env::var("OUT_DIR").unwrap());
    let memory = if target.starts_with("thumbv6m-") { "microbit.x" } else { "mps2.x" };
    fs::copy(memory, Path::new(&out).join("memory.x")).unwrap_or_else(|error| panic!("{memory}: {error}"));
    println!("cargo:rustc-link-search={out}");
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rerun-if-changed={memory}");
}
